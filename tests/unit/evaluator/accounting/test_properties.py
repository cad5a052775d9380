"""Laws of accounts: order and cutting change nothing, more fuel never lowers anything."""

from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Account, Adjustment, Kind, Metered
from services.evaluator.domain.budget import Carbon
from services.evaluator.domain.carbon import carbon_spans
from tests.unit.evaluator.accounting.builder import (
    BOOK,
    CARRIERS,
    YEAR,
    bundle,
    metered,
    period,
    read,
)

FOSSIL = ("raw-coal", "coke", "natural-gas")
FLOWS = ("import", "export", "conversion_output", "conversion_input", "feedstock")
ENERGY = tuple(carrier for carrier in CARRIERS if carrier != "co2")
AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=3).map(Fraction)
MONTHS = YEAR.months()
LANES = st.lists(
    st.tuples(st.sampled_from(ENERGY), st.sampled_from(FLOWS), AMOUNTS),
    min_size=1,
    max_size=8,
    unique_by=lambda lane: lane[:2],
)
KINDS = st.sampled_from(Kind)


def lanes_of(listed: list[tuple[str, str, Fraction]]) -> list[Metered]:
    return [metered(carrier, flow, amount) for carrier, flow, amount in listed]


def values(found: Account) -> dict[str, Fraction | None]:
    return {name: figure.value for name, figure in found.lines.items()}


@given(LANES, KINDS, st.randoms(use_true_random=False))
def test_order_never_matters(
    listed: list[tuple[str, str, Fraction]], kind: Kind, chance: Random
) -> None:
    lanes = lanes_of(listed)
    shuffled = lanes[:]
    chance.shuffle(shuffled)
    assert values(account(bundle(*lanes, kind=kind))) == values(
        account(bundle(*shuffled, kind=kind))
    )


@given(LANES, KINDS, st.lists(st.integers(0, 9), min_size=12, max_size=12))
@settings(max_examples=50)
def test_cutting_the_period_never_changes_totals(
    listed: list[tuple[str, str, Fraction]], kind: Kind, parts: list[int]
) -> None:
    whole = sum(parts) or 1
    shares = [Fraction(part, whole) if sum(parts) else Fraction(1, 12) for part in parts]
    cut = [
        Metered(
            carrier=carrier,
            flow=flow,
            quantity=read(amount * share, str(CARRIERS[carrier]["unit"])),
            period=month,
        )
        for carrier, flow, amount in listed
        for share, month in zip(shares, MONTHS, strict=True)
    ]
    at_once = values(account(bundle(*lanes_of(listed), kind=kind)))
    assert values(account(bundle(*cut, kind=kind))) == at_once


@given(LANES, KINDS, st.sampled_from(FOSSIL), AMOUNTS)
def test_more_fossil_fuel_never_lowers_energy_or_co2(
    listed: list[tuple[str, str, Fraction]], kind: Kind, fuel: str, more: Fraction
) -> None:
    others = [lane for lane in listed if lane[:2] != (fuel, "import")]
    before, after = (
        account(bundle(*lanes_of([*others, (fuel, "import", amount)]), kind=kind))
        for amount in (Fraction(5), Fraction(5) + more)
    )
    for name in (
        "energy.calorific",
        "energy.equivalent",
        "energy.net.total.calorific",
        "energy.net.intensity.equivalent",
        "co2",
        "co2.direct",
        "co2e",
    ):
        assert after[name].known >= before[name].known
        assert more == 0 or after[name].known > before[name].known


def counts_otherwise(flow: str, flows: set[str]) -> bool:
    """Whether an enterprise with meters of these flows counts the lane otherwise than a sum."""
    if flow == "conversion_output":
        return "export" in flows
    return flow in {"conversion_input", "feedstock"} and not flows & {"import", "export"}


@given(st.lists(LANES, min_size=1, max_size=4), st.integers(0, 10**6))
def test_a_region_is_the_sum_of_its_enterprises(
    enterprises: list[list[tuple[str, str, Fraction]]], sold: int
) -> None:
    """What an enterprise counts otherwise is added by name; power sold within counts once."""
    members = [account(bundle(*lanes_of(listed))) for listed in enterprises]
    sums: dict[tuple[str, str], Fraction] = {}
    shifted: list[Adjustment] = []
    for listed in enterprises:
        for carrier, flow, amount in listed:
            sums[carrier, flow] = sums.get((carrier, flow), Fraction(0)) + amount
            if counts_otherwise(flow, {by for of, by, _ in listed if of == carrier}):
                quantity = read(amount, str(CARRIERS[carrier]["unit"]))
                shifted.append(Adjustment(carrier=carrier, quantity=quantity, period=YEAR))
    inside = [("electricity", "import", Fraction(sold)), ("electricity", "export", Fraction(sold))]
    for carrier, flow, amount in inside:
        sums[carrier, flow] = sums.get((carrier, flow), Fraction(0)) + amount
    books = bundle(*(metered(c, f, a) for (c, f), a in sums.items()), kind=Kind.AGGREGATE)
    region = account(replace(books, adjustments=tuple(shifted)))
    for name in (
        "energy.calorific",
        "energy.equivalent",
        "energy.net.total.calorific",
        "energy.net.intensity.equivalent",
        "co2",
    ):
        known = [member[name].value for member in members]
        assert region[name].known == sum((one for one in known if one is not None), Fraction(0))


@given(AMOUNTS, st.sampled_from(("raw-coal", "natural-gas", "electricity", "heat")))
def test_budgets_and_accounts_count_co2_alike(amount: Fraction, carrier: str) -> None:
    asked = bundle(metered(carrier, "import", amount))
    spans = carbon_spans(carrier, CARRIERS[carrier], BOOK, asked.places, Carbon.TOTAL)
    (holding,) = [
        span
        for span in spans
        if span.first_hour <= YEAR.first_hour and YEAR.end_hour <= span.end_hour
    ]
    assert holding.value is not None
    assert account(asked)["co2"].known == amount * holding.value


def test_a_year_of_parts_with_factors_of_their_own() -> None:
    """Two years at once, cut where the grid factor changes, are the sum of both."""
    two = period("2022/2024")
    parts = [period("2022"), period("2023")]
    lanes = [metered("electricity", "import", 1000, part) for part in parts]
    together = account(replace(bundle(*lanes), period=two))
    single = [account(bundle(lane, of=part)) for lane, part in zip(lanes, parts, strict=True)]
    assert together["co2"].known == sum(one["co2"].known for one in single)
