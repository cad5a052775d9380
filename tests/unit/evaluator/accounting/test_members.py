"""A region counts what its enterprises have beyond their meters, once."""

from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Adjustment, Bundle, Kind, Term
from services.evaluator.domain.records.method import Basis, Method
from tests.unit.evaluator.accounting.builder import CARRIERS, YEAR, bundle, lot, metered, read

LOTS = (
    lot(Term.OPENING, "20"),
    lot(Term.PURCHASE, "900", ncv="22000"),
    lot(Term.CLOSING, "100", moisture="10"),
)


def members() -> list[Bundle]:
    """By stock next to meters, by stock alone, and a plant with processes and statements."""
    stocked = replace(
        bundle(metered("raw-coal", "import", 790), metered("heat", "import", 7), lots=LOTS),
        methods=(Method(subject="enterprise:E", basis=Basis.STOCK),),
    )
    plant = bundle(
        metered("raw-coal", "import", 50),
        metered("raw-coal", "feedstock", 10),
        stated={
            ("process-emission", "limestone"): read(10, "t"),
            ("ghg", "CH4"): read(1, "t"),
            ("feedstock-energy", ""): read(9, "tce"),
            ("new-renewable-energy", ""): read(3, "tce"),
        },
    )
    return [stocked, bundle(lots=LOTS), plant]


def region() -> Bundle:
    """Their meters added up, with their accounts beside."""
    return replace(
        bundle(
            metered("raw-coal", "import", 840),
            metered("raw-coal", "feedstock", 10),
            metered("heat", "import", 7),
            kind=Kind.AGGREGATE,
        ),
        members=tuple(map(account, members())),
    )


def test_a_region_is_the_sum_of_its_members_whatever_they_are_counted_by() -> None:
    found, parts = account(region()), [account(one) for one in members()]
    for name in (
        "energy.calorific",
        "energy.equivalent.raw-coal",
        "energy.calorific.group.coal",
        "energy.net.total.calorific",
        "energy.net.intensity.equivalent",
        "co2",
        "co2.fuel.raw-coal",
        "co2.process",
        "ghg",
        "co2e",
        "exclusion.feedstock.calorific",
    ):
        known = [part[name].known for part in parts if part.get(name)]
        assert found[name].known == sum(known, Fraction(0)), name


def test_feedstock_and_biogas_of_whoever_keeps_stocks_are_the_regions_too() -> None:
    """Coal by weighbridge with a meter on the way to the gasifier; biogas bought by the lot."""
    gas = [
        lot(term, amount, unit="m3", carrier="biogas")
        for term, amount in ((Term.OPENING, "0"), (Term.PURCHASE, "5000"), (Term.CLOSING, "1000"))
    ]
    carriers = {**CARRIERS, "biogas": {"unit": "m3"}}
    maker = bundle(metered("raw-coal", "feedstock", 300), lots=(*LOTS, *gas), carriers=carriers)
    other = bundle(metered("raw-coal", "import", 50), carriers=carriers)
    inside = Adjustment(carrier="raw-coal", quantity=read(300, "t"), period=YEAR)
    books = {
        "alone": bundle(metered("raw-coal", "feedstock", 300), kind=Kind.AGGREGATE),
        "both": bundle(
            metered("raw-coal", "import", 50),
            metered("raw-coal", "feedstock", 300),
            kind=Kind.AGGREGATE,
        ),
    }
    for who, listed in (("alone", [maker]), ("both", [maker, other])):
        parts = [account(one) for one in listed]
        asked = replace(books[who], carriers=carriers, adjustments=(inside,))
        found = account(replace(asked, members=tuple(parts)))
        for name in (
            "energy.calorific",
            "energy.net.total.calorific",
            "energy.net.intensity.calorific",
            "co2",
            "co2.fuel.raw-coal",
            "exclusion.feedstock.calorific",
            "exclusion.non-fossil.equivalent",
        ):
            known = [part[name].known for part in parts if part.get(name)]
            assert found[name].known == sum(known, Fraction(0)), (who, name)
    single = account(maker)
    assert single["exclusion.feedstock.calorific"].known == 300 * Fraction("0.7143")
    assert single["exclusion.non-fossil.calorific"].known == 4 * Fraction("0.7143")


def test_what_the_region_itself_states_goes_first() -> None:
    stated = {("feedstock-energy", ""): read(100, "tce")}
    asked = replace(region(), stated=bundle(stated=stated).stated)
    assert account(asked)["exclusion.feedstock.calorific"].known == 100


def test_without_anything_beyond_there_is_no_such_line() -> None:
    found = account(bundle(metered("raw-coal", "import", 1), metered("raw-coal", "feedstock", 1)))
    assert not [name for name in found.lines if name.startswith("beyond.")]
