"""The whole region beside its monitored part; what flows in over the boundary counts once."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from services.evaluator.domain.accounting.account import account
from services.evaluator.domain.accounting.bundle import Account, Kind, Metered
from services.evaluator.domain.figures.figure import Figure
from tests.unit.evaluator.accounting.builder import bundle, metered, read

K = Fraction("714.3")
POWER = Fraction("122.9")
POWER_CO2 = Fraction("647.9")
COAL_CO2 = 1000 * Fraction("20.934") * Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)


def region(stated: Mapping[tuple[str, str], Figure], boundary: tuple[Metered, ...] = ()) -> Account:
    """1,000 t of coal and 1 GWh bought; by default without boundary meters."""
    asked = bundle(
        metered("raw-coal", "import", 1000),
        metered("electricity", "import", 1_000_000),
        kind=Kind.AGGREGATE,
        stated=stated,
    )
    return account(replace(asked, boundary=boundary))


INFLOW = (
    metered("electricity", "import", 3_000_000),
    metered("electricity", "export", 1_000_000),
)


class TestEnergy:
    def test_as_statistics_say(self) -> None:
        found = region(
            {
                ("energy-whole", "equivalent"): read("0.2", "万tce"),
                ("energy-whole", "calorific"): read(1500, "tce"),
                ("energy-unmonitored", ""): read(1, "tce"),
            }
        )
        assert found["whole.energy.equivalent"].known == 2000
        assert found["whole.energy.calorific"].known == 1500
        assert found["coverage.energy.calorific"].known == (K + POWER) / 15
        assert found["energy.calorific"].known == K + POWER

    def test_as_monitored_and_a_stated_rest(self) -> None:
        found = region({("energy-unmonitored", ""): read(163, "tce")})
        assert found["whole.energy.calorific"].known == K + POWER + 163

    def test_neither_is_missing_not_the_monitored_part(self) -> None:
        found = region({})
        assert found["whole.energy.calorific"].value is None
        assert "neither statistics" in found["whole.energy.calorific"].missing[0].en
        assert found["coverage.energy.calorific"].value is None

    def test_net_of_the_whole(self) -> None:
        found = region(
            {
                ("energy-whole", ""): read(2000, "tce"),
                ("feedstock-energy", ""): read(100, "tce"),
                ("new-renewable-energy", ""): read(50, "tce"),
            }
        )
        assert found["whole.energy.net.total.calorific"].known == 1850
        assert found["whole.energy.net.intensity.calorific"].known == 1900

    def test_boundary(self) -> None:
        found = region({}, INFLOW)
        assert found["boundary.energy.calorific"].known == 2 * POWER
        assert found["energy.calorific"].known == K + POWER

    def test_gas_over_the_boundary_counts_where_it_is_burnt(self) -> None:
        gas = (metered("natural-gas", "import", 10_000),)
        found, plain = region(TestCarbon.stated, gas), region(TestCarbon.stated)
        assert found.get("boundary.energy.calorific") is None
        assert found["whole.co2"].known == plain["whole.co2"].known
        both = region(TestCarbon.stated, (*gas, *INFLOW))
        assert both["boundary.energy.calorific"].known == 2 * POWER
        assert both["boundary.co2"].known == 2 * POWER_CO2

    def test_a_statistic_that_does_not_say_its_series_is_marked(self) -> None:
        found = region(
            {("energy-whole", ""): read(9, "tce"), ("energy-whole", "equivalent"): read(8, "tce")}
        )
        assert "by which series" in found["whole.energy.calorific"].flags[-1].en
        assert not found["whole.energy.equivalent"].flags

    def test_enterprises_have_no_whole(self) -> None:
        found = account(bundle(metered("raw-coal", "import", 1)))
        assert found.get("whole.energy.calorific") is None


class TestCarbon:
    stated = {("co2-unmonitored", ""): read(400, "tCO2")}  # noqa: RUF012

    def test_inflow_stands_for_purchased_power(self) -> None:
        found = region(self.stated, INFLOW)
        assert found["boundary.co2"].known == 2 * POWER_CO2
        assert found["whole.co2"].known == COAL_CO2 + 2 * POWER_CO2 + 400
        assert found["co2"].known == COAL_CO2 + POWER_CO2

    def test_without_boundary_meters_purchased_power_counts(self) -> None:
        found = region(self.stated)
        assert found["whole.co2"].known == COAL_CO2 + POWER_CO2 + 400

    def test_where_heat_alone_is_metered_at_the_boundary_bought_power_still_counts(self) -> None:
        found = region(self.stated, (metered("heat", "import", 100),))
        assert found["boundary.co2"].known == 11
        assert found["whole.co2"].known == COAL_CO2 + POWER_CO2 + 11 + 400

    def test_statistics_go_first(self) -> None:
        found = region({**self.stated, ("co2-whole", ""): read(1, "万tCO2")}, INFLOW)
        assert found["whole.co2"].known == 10_000
        assert found["coverage.co2"].known == (COAL_CO2 + POWER_CO2) / 100

    def test_neither_is_missing(self) -> None:
        assert region({}, INFLOW)["whole.co2"].value is None
