"""Fuels by stock: the balance, lots with measured calorific value and moisture, the method."""

from dataclasses import replace
from fractions import Fraction

import pytest

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Term
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.records.method import Basis, Method
from tests.unit.evaluator.accounting.builder import bundle, lot, metered, read

LOTS = (
    lot(Term.OPENING, "100"),
    lot(Term.PURCHASE, "900"),
    lot(Term.SALE, "50"),
    lot(Term.CLOSING, "150"),
)
EMPTY = (lot(Term.OPENING, "0"), lot(Term.CLOSING, "0"))
K = Fraction("0.7143")
CARBON = Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)


def flags(figure: Figure) -> str:
    return "; ".join(flag.en for flag in figure.flags)


class TestTheBalance:
    def test_is_what_counts_without_meters(self) -> None:
        found = account(bundle(lots=LOTS))
        assert found["fuel.raw-coal.balance"].known == 800
        assert found["energy.calorific"].known == 800 * K
        assert found["co2.fuel"].known == 800 * Fraction("20.934") * CARBON

    def test_stands_next_to_meters_with_the_gap(self) -> None:
        found = account(bundle(metered("raw-coal", "import", 790), lots=LOTS))
        assert found["energy.calorific"].known == 790 * K
        assert found["fuel.raw-coal.stock"].known == 800 * K
        assert found["fuel.raw-coal.metered"].known == 790 * K
        assert found["fuel.raw-coal.gap"].known == 10 * K

    def test_counts_where_the_method_says_so(self) -> None:
        asked = bundle(metered("raw-coal", "import", 790), lots=LOTS)
        method = Method(subject="enterprise:E", carrier="raw-coal", basis=Basis.STOCK)
        found = account(replace(asked, methods=(method,)))
        assert found["energy.calorific"].known == 800 * K
        over = replace(method, valid_to="2023-06-30")
        assert account(replace(asked, methods=(over,)))["energy.calorific"].known == 790 * K
        other = replace(method, subject="enterprise:F")
        assert account(replace(asked, methods=(other,)))["energy.calorific"].known == 790 * K

    def test_the_carriers_own_method_goes_before_the_general_one(self) -> None:
        asked = bundle(metered("raw-coal", "import", 790), lots=LOTS)
        general = Method(subject="enterprise:E", basis=Basis.STOCK)
        own = Method(subject="enterprise:E", carrier="raw-coal", basis=Basis.METERED)
        found = account(replace(asked, methods=(own, general)))
        assert found["energy.calorific"].known == 790 * K

    def test_feedstock_is_not_burnt(self) -> None:
        asked = bundle(
            metered("raw-coal", "import", 1), metered("raw-coal", "feedstock", 200), lots=LOTS
        )
        method = Method(subject="enterprise:E", basis=Basis.STOCK)
        found = account(replace(asked, methods=(method,)))
        assert found["co2.fuel"].known == 600 * Fraction("20.934") * CARBON

    def test_a_missing_term_makes_it_missing(self) -> None:
        broken = (*LOTS[:3], replace(LOTS[3], quantity=read(None, "t")))
        assert account(bundle(lots=broken))["energy.calorific"].value is None

    @pytest.mark.parametrize("term", [Term.OPENING, Term.CLOSING])
    def test_a_stock_that_nobody_stated_is_missing_not_nought(self, term: Term) -> None:
        lots = tuple(one for one in LOTS if one.term is not term)
        found = account(bundle(metered("electricity", "import", 5), lots=lots))
        for line in ("energy.calorific", "co2", "fuel.raw-coal.balance"):
            assert found[line].value is None
            assert f"the {term.name.lower()} stock of raw coal" in found[line].missing[0].en
        zero = account(bundle(lots=(*lots, lot(term, "0"))))
        assert zero["fuel.raw-coal.balance"].value is not None

    def test_a_missing_amount_is_named_whatever_its_unit(self) -> None:
        """What nobody stated has no unit either."""
        unknown = replace(lot(Term.PURCHASE, "1"), quantity=read(None, ""))
        found = account(bundle(lots=(*EMPTY, unknown, replace(unknown, ncv=read(20, "GJ/t")))))
        for line in ("energy.calorific", "co2", "fuel.raw-coal.balance"):
            assert [reason.en for reason in found[line].missing] == ["no reading"]

    def test_without_purchases_it_says_that_there_were_none(self) -> None:
        found = account(bundle(lots=(lot(Term.OPENING, "100"), lot(Term.CLOSING, "40"))))
        assert found["energy.calorific"].known == 60 * K
        assert "no purchases are stated" in flags(found["energy.calorific"])
        assert "no purchases" not in flags(account(bundle(lots=LOTS))["energy.calorific"])

    def test_below_nought_says_so(self) -> None:
        lots = (lot(Term.OPENING, "10"), lot(Term.PURCHASE, "20"), lot(Term.CLOSING, "40"))
        found = account(bundle(lots=lots))
        assert found["fuel.raw-coal.balance"].known == -10
        for line in ("energy.calorific", "co2", "fuel.raw-coal.balance"):
            assert "the stock balance is negative" in flags(found[line])

    def test_a_method_without_the_stocks_it_asks_for_says_so(self) -> None:
        method = Method(subject="enterprise:E", carrier="raw-coal", basis=Basis.STOCK)
        asked = bundle(metered("raw-coal", "import", 790), metered("electricity", "import", 1))
        found = account(replace(asked, methods=(method,)))
        assert found["energy.calorific.raw-coal"].known == 790 * K
        assert "counted by meters" in flags(found["energy.calorific.raw-coal"])
        assert "counted by meters" not in flags(found["energy.calorific.electricity"])

    def test_what_meters_see_become_products_is_neither_burnt_nor_net_energy(self) -> None:
        found = account(bundle(metered("raw-coal", "feedstock", 300), lots=LOTS))
        assert found["energy.calorific"].known == 800 * K
        assert found["exclusion.feedstock.calorific"].known == 300 * K
        assert found["energy.net.intensity.calorific"].known == 500 * K
        assert found["co2"].known == 500 * Fraction("20.934") * CARBON


class TestLots:
    def test_have_their_own_calorific_value_and_moisture(self) -> None:
        lots = (
            lot(Term.OPENING, "0"),
            lot(Term.PURCHASE, "100", ncv="22000", moisture="10"),
            lot(Term.PURCHASE, "50", ncv="18000"),
            lot(Term.CLOSING, "30", ncv="20000", moisture="5"),
        )
        found = account(bundle(lots=lots))
        energy = 90 * 22000 + 50 * 18000 - Fraction("28.5") * 20000
        assert found["energy.calorific"].known == energy / Fraction("29307.6")
        assert found["co2.fuel"].known == energy / 1000 * CARBON

    def test_may_be_in_other_units(self) -> None:
        for unit in ("万t", "万吨"):
            one = lot(Term.PURCHASE, "2", unit=unit)
            assert account(bundle(lots=(*EMPTY, one)))["fuel.raw-coal.balance"].known == 20_000
        gj = replace(one, quantity=read(1000, "kg"), ncv=read(20, "GJ/t"))
        found = account(bundle(lots=(*EMPTY, gj)))
        assert found["energy.calorific"].known == 20_000 / Fraction("29307.6")

    def test_may_have_their_calorific_value_in_kilocalories(self) -> None:
        """Coal of 7,000 kcal/kg is standard coal."""
        one = replace(lot(Term.PURCHASE, "10"), ncv=read(7000, "kcal/kg"))
        assert account(bundle(lots=(*EMPTY, one)))["energy.calorific"].known == 10

    def test_measured_carbon_stands_for_the_default(self) -> None:
        one = replace(lot(Term.PURCHASE, "10", ncv="20000"), carbon=read("0.027", "tC/GJ"))
        found = account(bundle(lots=(*EMPTY, one)))
        wanted = 200 * Fraction("0.027") * Fraction("0.93") * Fraction(44, 12)
        assert found["co2.fuel"].known == wanted
