"""What the bench of changed readings expects, and what it says when a figure is wrong."""

from fractions import Fraction

import pytest

from deploy.bench.province.estate import Estate
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.reckoning import FOUR, FactorFiles, Reckoning
from deploy.bench.province.size import LANES, Size
from deploy.bench.province.statements import regional_gdp, register
from deploy.bench.stress import Changed, Changes, wrong

SIZE = Size(provinces=31, leagues=1, counties=31, enterprises=62, lanes=len(LANES))
ESTATE = Estate(SIZE)


def changed(*seconds: float) -> Changes:
    """Changes that took so long."""
    return Changes(
        each=tuple(
            Changed(enterprise="E", province="P", answered_s=0.1, measures_s={"carbon-total": one})
            for one in seconds
        )
    )


class TestCoefficients:
    def test_are_those_of_the_files(self) -> None:
        found = FactorFiles().coefficients(ESTATE, "150000")
        assert found.energy["electricity"] == Fraction("0.1229") / 1000
        assert found.carbon["electricity"] == Fraction("0.6479") / 1000
        coal = Fraction("20.934") * Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)
        assert found.carbon["raw-coal"] == coal / 1000

    def test_of_a_province_without_a_factor_are_its_grid_s(self) -> None:
        found = FactorFiles().coefficients(ESTATE, "540000")
        assert found.carbon["electricity"] == Fraction("0.2472") / 1000

    def test_take_off_what_conversion_gives_out(self) -> None:
        found = FactorFiles().coefficients(ESTATE, "150000")
        assert found.energy["heat"] < 0
        assert found.carbon["heat"] < 0

    def test_follow_what_was_put_on_record(self) -> None:
        recorded = {"series": "tce-calorific", "item": "raw-coal", "value": "0.8"}
        found = FactorFiles([recorded]).coefficients(ESTATE, "150000")
        assert found.energy["raw-coal"] == Fraction("0.8") / 1000


class TestTheReckoning:
    def test_sums_each_province_by_itself(self) -> None:
        quantities = Quantities(ESTATE)
        reckoning = Reckoning(ESTATE, quantities)
        sums = [reckoning.sums(code) for code in ESTATE.provinces]
        whole = quantities.points(0, SIZE.enterprises).sum(axis=(0, 2, 3)).tolist()
        assert [sum(one[lane.carrier] for one in sums) for lane in LANES] == whole

    def test_divides_by_the_gdp_that_was_stated(self) -> None:
        reckoning = Reckoning(ESTATE, Quantities(ESTATE))
        found = reckoning.measures("150000", FactorFiles())
        gdp = regional_gdp(ESTATE)["region:150000"]
        assert found["energy-intensity"] * gdp == found["energy-total"]
        assert found["carbon-intensity"] * gdp == found["carbon-total"]
        lines = [line for line in register(ESTATE) if "region:150000/gdp//2020/2025/" in line]
        assert len(lines) == 1
        assert f'"value":"{gdp}"' in lines[0]


class TestTheOutcome:
    @pytest.mark.parametrize(("seconds", "passed"), [((0.1, 1.9), True), ((0.1, 2.1), False)])
    def test_is_held_to_the_longest(self, seconds: tuple[float, ...], passed: bool) -> None:
        assert changed(*seconds).passed is passed

    def test_names_what_is_wrong(self) -> None:
        wanted = dict.fromkeys(FOUR, Fraction(1, 2))
        found: dict[str, Fraction | None] = {**wanted, "carbon-total": None}
        assert wrong("region:1", found, wanted) == (
            "region:1: carbon-total is None and should be 1/2"
        )
