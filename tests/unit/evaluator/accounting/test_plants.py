"""Plants worked out by hand: power, coke, chemicals; what is counted where, and what is not."""

from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Adjustment, Kind, Metered
from services.evaluator.domain.figures.figure import Figure
from tests.unit.evaluator.accounting.builder import (
    CARRIERS,
    YEAR,
    bundle,
    metered,
    period,
    read,
    record,
    registered,
)

COAL, POWER, COKE = Fraction("0.7143"), Fraction("0.1229"), Fraction("0.9714")
GAS, TAR = Fraction("0.5714"), Fraction("1.1429")
WIDE = {**CARRIERS, "coke-oven-gas": {"unit": "m3"}, "coal-tar": {"unit": "t"}}
HALVES = (period("2023H1"), period("2023-07-01/2024-01-01"))


def flags(figure: Figure) -> str:
    return "; ".join(flag.en for flag in figure.flags)


class TestCoking:
    lanes = (
        metered("raw-coal", "import", 1400),
        metered("raw-coal", "conversion_input", 1400),
        metered("coke", "conversion_output", 1000),
        metered("coke-oven-gas", "conversion_output", 200_000, unit="m3"),
        metered("coal-tar", "export", 40, unit="t"),
        metered("electricity", "import", 50_000),
    )

    def test_is_coal_and_power_less_coke_gas_and_tar(self) -> None:
        found = account(bundle(*self.lanes, carriers=WIDE))
        wanted = 1400 * COAL + 50 * POWER - 1000 * COKE - 200 * GAS - 40 * TAR
        assert found["energy.calorific"].known == wanted
        fuels = (
            1400 * Fraction("20.934") * Fraction("0.02618") * Fraction("0.93")
            - 1000 * Fraction("28.446") * Fraction("0.0294") * Fraction("0.93")
            - 20 * Fraction("173.854") * Fraction("0.0136") * Fraction("0.99")
            - 40 * Fraction("33.453") * Fraction("0.022") * Fraction("0.98")
        )
        assert found["co2.fuel"].known == fuels * Fraction(44, 12)
        assert found["co2.electricity"].known == 50 * Fraction("0.6479")

    def test_with_the_steel_works_that_take_it_all_only_coal_and_power_are_left(self) -> None:
        takers = (
            metered("coke", "import", 1000),
            metered("coke-oven-gas", "import", 200_000, unit="m3"),
            metered("coal-tar", "import", 40, unit="t"),
        )
        found = account(bundle(*self.lanes, *takers, carriers=WIDE, kind=Kind.AGGREGATE))
        assert found["energy.calorific"].known == 1400 * COAL + 50 * POWER


class TestPowerPlants:
    def test_by_whichever_meter_the_county_counts_its_coal_once(self) -> None:
        """One plant metered at the fence, one at the generator, one at both; customers inside."""
        sold = 2_000_000
        lanes = (
            metered("raw-coal", "import", 3000),
            metered("electricity", "export", 2 * sold),
            metered("electricity", "conversion_output", sold + 2_100_000),
            metered("electricity", "import", 3 * sold),
        )
        back = Adjustment(carrier="electricity", quantity=read(2_100_000, "kWh"), period=YEAR)
        found = account(replace(bundle(*lanes, kind=Kind.AGGREGATE), adjustments=(back,)))
        assert found["energy.calorific"].known == 3000 * COAL
        assert found["energy.equivalent"].known == 3000 * COAL
        assert found["co2.electricity"].known == 0

    def test_a_meter_at_the_fence_counts_from_the_part_in_which_it_stands(self) -> None:
        first, second = HALVES
        halves: tuple[list[Metered], ...] = (
            [
                metered("raw-coal", "import", 500, first),
                metered("electricity", "conversion_output", 1_000_000, first),
            ],
            [
                metered("raw-coal", "import", 500, second),
                metered("electricity", "conversion_output", 1_000_000, second),
                metered("electricity", "export", 900_000, second),
            ],
        )
        whole = account(bundle(*halves[0], *halves[1]))
        parts = [account(bundle(*one, of=of)) for one, of in zip(halves, HALVES, strict=True)]
        assert whole["energy.calorific"].known == 1000 * COAL - 1900 * POWER
        for line in ("energy.calorific", "energy.equivalent", "co2"):
            assert whole[line].known == sum(part[line].known for part in parts)


class TestWithoutAMeterAtTheFence:
    """A carrier that no meter sees cross the fence comes in where it is put to use."""

    coal = metered("raw-coal", "conversion_input", 100)
    stock = metered("raw-coal", "feedstock", 30)
    power = metered("electricity", "export", 100_000)

    def test_what_conversion_takes_in_and_feedstock_come_in(self) -> None:
        found = account(bundle(self.coal, self.stock, self.power))
        assert found["energy.calorific"].known == 130 * COAL - 100 * POWER
        assert found["exclusion.feedstock.calorific"].known == 30 * COAL
        burnt = 100 * Fraction("20.934") * Fraction("0.02618") * Fraction("0.93")
        assert found["co2.fuel.raw-coal"].known == burnt * Fraction(44, 12)
        assert "no point of what comes in" in flags(found["energy.calorific.raw-coal"])

    def test_a_sum_gets_it_added_to_it(self) -> None:
        fenced = (
            metered("raw-coal", "import", 50),
            metered("raw-coal", "conversion_input", 40),
            metered("raw-coal", "feedstock", 10),
        )
        parts = [account(bundle(self.coal, self.stock)), account(bundle(*fenced))]
        lanes = (
            metered("raw-coal", "import", 50),
            metered("raw-coal", "conversion_input", 140),
            metered("raw-coal", "feedstock", 40),
        )
        added = tuple(
            Adjustment(carrier="raw-coal", quantity=read(size, "t"), period=YEAR)
            for size in (100, 30)
        )
        found = account(replace(bundle(*lanes, kind=Kind.AGGREGATE), adjustments=added))
        for line in (
            "energy.calorific",
            "energy.net.total.equivalent",
            "exclusion.feedstock.calorific",
            "co2",
        ):
            assert found[line].known == sum(part[line].known for part in parts), line

    def test_what_is_made_inside_counts_less_what_goes_back_into_conversion(self) -> None:
        lanes = (
            metered("heat", "conversion_output", 10),
            metered("heat", "conversion_input", 4),
            metered("raw-coal", "import", 100),
        )
        wanted = 100 * COAL - 6 * Fraction("0.03412")
        assert account(bundle(*lanes))["energy.calorific"].known == wanted

    def test_what_is_made_inside_and_sold_by_meter_does_not_come_in(self) -> None:
        lanes = (
            metered("heat", "conversion_input", 4),
            metered("heat", "export", 6),
            metered("raw-coal", "import", 100),
        )
        wanted = 100 * COAL - 6 * Fraction("0.03412")
        assert account(bundle(*lanes))["energy.calorific"].known == wanted

    def test_a_meter_at_the_fence_counts_from_the_part_in_which_it_stands(self) -> None:
        first, second = HALVES
        lanes = (
            metered("raw-coal", "conversion_input", 60, first),
            metered("raw-coal", "conversion_input", 50, second),
            metered("raw-coal", "import", 70, second),
        )
        assert account(bundle(*lanes))["energy.calorific"].known == 130 * COAL


def test_a_process_factor_of_something_else_is_named() -> None:
    factors = registered(record("process-co2", "quicklime", "0.785", "t/t"))
    asked = bundle(
        metered("electricity", "import", 1),
        stated={("process-emission", "quicklime"): read(10, "t")},
        factors=factors,
    )
    assert "t/t, which is not CO2" in account(asked)["co2.process"].missing[0].en
