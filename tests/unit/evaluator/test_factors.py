"""Standard coal: exact, dated, in the carrier's own unit, and true to the published table."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from services.evaluator.adapters.factors_file import load_factors
from services.evaluator.domain.budget import Measure, MeasureKind, Series, shown
from services.evaluator.domain.factors import (
    ALWAYS,
    Factor,
    FactorTable,
    UnitError,
    tce_per_unit,
    weights_of,
)
from shared.model.exact import terminating

TABLE = load_factors("")
# Net calorific values as the standard gives them, kJ a unit; factors are NCV / 29,307.6.
NCV = {
    "raw-coal": 20934,
    "cleaned-coal": 26377,
    "middlings": 8374,
    "coke": 28470,
    "coal-tar": 33494,
    "crude-oil": 41868,
    "gasoline": 43124,
    "diesel": 42705,
    "lpg": 50242,
    "refinery-gas": 46055,
    "lng": 51498,
    "blast-furnace-gas": 3768,
    "coke-gas": 16329,
    "water-gas": 10467,
    "methanol": 19913,
    "ethanol": 26800,
    "hydrogen": 9756,
    "biogas": 20934,
}
# The printed coefficients that the division misses by one in the last digit.
PRINTED = {"coal-tar": "1.1429", "coke-gas": "0.5571"}


def factor(kgce: str = "0.7143", unit: str = "kg") -> Factor:
    return Factor(
        carrier="coal",
        series=Series.CALORIFIC,
        unit=unit,
        kgce=Decimal(kgce),
        version="v",
        source="s",
        confidence="C",
        first_hour=ALWAYS[0],
        end_hour=ALWAYS[1],
    )


class TestTheTable:
    @pytest.mark.parametrize("carrier", sorted(NCV))
    def test_follows_from_calorific_values(self, carrier: str) -> None:
        (found,) = TABLE.of(carrier, Series.CALORIFIC)
        exact = shown(Fraction(NCV[carrier] * 10, 293_076), 4)
        assert found.kgce == Decimal(PRINTED.get(carrier, exact))

    def test_says_where_every_number_comes_from(self) -> None:
        for found in TABLE.factors:
            assert found.source
            assert found.version == TABLE.version
            assert set(found.confidence.split(",")) <= set("STCR")

    def test_keeps_the_two_series_of_electricity_apart(self) -> None:
        (calorific,) = TABLE.of("electricity", Series.CALORIFIC)
        assert calorific.kgce == Decimal("0.1229")
        years = TABLE.of("electricity", Series.EQUIVALENT)
        assert {one.confidence for one in years} <= {"T", "C", "R"}
        assert all(a.end_hour == b.first_hour for a, b in pairwise(years))
        assert "carried forward" in years[-1].note


class TestTcePerUnit:
    @pytest.mark.parametrize(
        ("unit", "carrier", "wanted"),
        [
            ("kg", {"unit": "kg"}, "0.0007143"),
            ("kg", {"unit": "t"}, "0.7143"),
            ("kg", {"unit": "bag", "units": "kg=0.02;x=3"}, "0.035715"),
            ("t", {"unit": "kg"}, "0.0000007143"),
        ],
    )
    def test_is_exact(self, unit: str, carrier: dict[str, str], wanted: str) -> None:
        assert tce_per_unit(factor(unit=unit), carrier, TABLE) == Decimal(wanted)

    def test_refuses_units_that_nobody_relates(self) -> None:
        with pytest.raises(UnitError, match="add kg to the carrier's units"):
            tce_per_unit(factor(), {"unit": "m3"}, TABLE)

    def test_refuses_what_has_no_end(self) -> None:
        with pytest.raises(UnitError, match="no finite decimal"):
            tce_per_unit(factor("1"), {"unit": "x", "units": "kg=3"}, TABLE)

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [(Fraction(1, 8), "0.125"), (Fraction(-3), "-3"), (Fraction(7, 20), "0.35")],
    )
    def test_terminating_decimals(self, value: Fraction, wanted: str) -> None:
        assert terminating(value) == Decimal(wanted)
        assert terminating(value / 3 / 7) is None


class TestWeights:
    flows = ("import", "export")

    def test_of_a_carrier_are_one_or_minus_one(self) -> None:
        measure = Measure(kind=MeasureKind.CARRIER, carrier="coal", flows=("import", "-export"))
        found = weights_of(measure, {}, self.flows, TABLE)
        assert {key: [w.mantissa for w in ws] for key, ws in found.items()} == {
            ("coal", "import"): [1],
            ("coal", "export"): [-1],
        }

    def test_in_tce_are_dated_factors_of_energy_alone(self) -> None:
        early = replace(factor(), end_hour=100)
        late = replace(factor("0.8"), first_hour=100)
        table = FactorTable(
            version="v",
            factors=(late, early, replace(factor(), carrier="so2")),
            sizes=TABLE.sizes,
        )
        carriers = {
            "coal": {"unit": "t", "kind": "energy"},
            "so2": {"unit": "kg", "kind": "pollutant"},
            "wood": {"unit": "t", "kind": "energy"},
        }
        measure = Measure(kind=MeasureKind.TCE, series=Series.CALORIFIC)
        found = weights_of(measure, carriers, self.flows, table)
        assert set(found) == {("coal", "import")}
        assert [
            (w.first_hour, w.end_hour, w.mantissa, w.scale) for w in found["coal", "import"]
        ] == [(ALWAYS[0], 100, 7143, 4), (100, ALWAYS[1], 8, 1)]
