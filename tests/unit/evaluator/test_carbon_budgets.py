"""Budgets of CO2: thirds of tonnes are exact, places count, and drafts say what is wrong."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.evaluator.adapters.budgets_codec import decode, encode
from services.evaluator.adapters.factors_file import load_factors
from services.evaluator.domain.budget import Budget, Carbon, Measure, MeasureKind, shown
from services.evaluator.domain.evidence import figures_of
from services.evaluator.domain.factors import Weights, weights_of
from services.evaluator.domain.judgement import Brief, advanced
from services.evaluator.domain.totals import Lane
from shared.model.instants import HOUR_US
from shared.model.level import Level
from tests.unit.evaluator.budgets import POWER, Ledger, brief, budget, version

TABLE = load_factors("")
FLOWS = ("import", "export")
CARRIERS = {
    "electricity": {"unit": "kWh"},
    "raw-coal": {"unit": "t"},
    "natural-gas": {"unit": "kWh", "units": "m3=10"},
    "solar-power": {"unit": "kWh"},
    "straw": {"unit": "t"},
    "co2": {"unit": "t", "kind": "pollutant"},
}
COAL = Lane(carrier="raw-coal", flow="import", scale=0)
COAL_CO2 = Fraction("20.934") * Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)


def carbon(part: Carbon = Carbon.TOTAL) -> Measure:
    return Measure(kind=MeasureKind.CO2, carbon=part, flows=("import", "-export"))


def weights(measure: Measure, *regions: str) -> Weights:
    return weights_of(measure, CARRIERS, FLOWS, TABLE.at(TABLE.places_of(regions)))


def in_2023(found: Weights, carrier: str, flow: str = "import") -> Fraction:
    hour = 470_000
    (weight,) = [w for w in found[carrier, flow] if w.first_hour <= hour < w.end_hour]
    return Fraction(weight.mantissa, 3 * 10**weight.scale)


class TestWeights:
    def test_are_those_of_the_place(self) -> None:
        for region, kilograms in (("150203", "0.6479"), ("540102", "0.2472"), ("", "0.5306")):
            found = weights(carbon(), *([region] if region else []))
            assert in_2023(found, "electricity") == Fraction(kilograms) / 1000
            assert in_2023(found, "electricity", "export") == -Fraction(kilograms) / 1000

    def test_of_fuels_are_exact(self) -> None:
        found = weights(carbon(), "150203")
        assert in_2023(found, "raw-coal") == COAL_CO2
        gas = Fraction("389.31") * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
        assert in_2023(found, "natural-gas") == gas / 100_000
        assert len(found["raw-coal", "import"][0].lines) == 3

    def test_direct_ones_leave_power_out(self) -> None:
        found = weights(carbon(Carbon.DIRECT), "150203")
        assert {carrier for carrier, _ in found} == {"raw-coal", "natural-gas"}

    def test_what_has_no_factor_or_no_carbon_counts_nothing(self) -> None:
        carriers = {carrier for carrier, _ in weights(carbon(), "150203")}
        assert carriers == {"electricity", "raw-coal", "natural-gas"}


class TestJudging:
    def judged(self, total: str, tonnes: int) -> tuple[Brief, Ledger, Budget]:
        of = budget(version(total), period="2023-01-01/2023-01-03", zone="+08:00",
                    measure=carbon())  # fmt: skip
        ready, ledger = brief(of, weights(carbon(), "150203")), Ledger((POWER, COAL))
        ledger.put({of.period.first_hour: tonnes}, COAL)
        ledger.put({of.period.first_hour: 100_000})
        return ready, ledger, of

    @pytest.mark.parametrize(
        ("more", "level"), [(Decimal(0), Level.RED), (Decimal("0.000001"), Level.ORANGE)]
    )
    def test_is_exact_at_the_threshold(self, more: Decimal, level: Level) -> None:
        """30 t of coal: 20.934 × 0.02618 × 0.93 × 110 tCO2, a decimal; 1,000 kWh: 0.6479."""
        used = 30 * COAL_CO2 + Fraction("0.6479")
        exact = Decimal(used.numerator) / Decimal(used.denominator)
        assert Fraction(exact) == used
        ready, ledger, of = self.judged(str(exact + more), 30)
        end = (of.period.first_hour + 1) * HOUR_US
        after = advanced(ready, ready.nothing_yet(), end, (POWER, COAL), ledger.hours)
        assert after.levels[0] is level
        found = figures_of(ready, after)
        assert found.quantity == f"{exact:.9f}"
        assert {factor["series"] for factor in found.factors} >= {
            "grid", "fuel-ncv", "fuel-carbon", "fuel-oxidation"
        }  # fmt: skip
        (coal,) = [part for part in found.parts if part["carrier"] == "raw-coal"]
        assert coal["co2_per_unit"] == shown(COAL_CO2, 12)
        assert all(factor["version"] for factor in found.factors)

    def test_travels_as_it_is(self) -> None:
        _, _, of = self.judged("7", 1)
        assert decode(encode(of)) == of
        direct = budget(version(1), measure=carbon(Carbon.DIRECT))
        assert decode(encode(direct)).measure.co2 == "direct"
        assert decode(encode(budget(version(1)))).measure.co2 is None
