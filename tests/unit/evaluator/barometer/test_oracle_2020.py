"""The year 2020 by the rule of 2020: levels, cumulative falls and progress as published."""

import csv
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from services.evaluator.domain.barometer.judging import rate
from services.evaluator.domain.barometer.rating import Rating
from services.evaluator.domain.statistics.growth import shown
from tests.unit.evaluator.barometer.making import RULES, changed, reduction

FOLDER = Path(__file__).parents[3] / "data/policy"
YEARS = ("2016", "2017", "2018", "2019", "2020")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


PROVINCES = rows("cumulative_2016_2020.csv")
LISTS = rows("published_levels.csv")


def rated(row: dict[str, str]) -> Rating:
    position = changed([row[year] for year in YEARS])
    return rate(reduction(row["target"]), RULES["N2020"], position)


@pytest.mark.parametrize("row", PROVINCES, ids=lambda row: row["province"])
def test_a_province(row: dict[str, str]) -> None:
    rating = rated(row)
    assert rating.reached is not None
    assert rating.reached.level == int(row["level"])
    assert rating.actual is not None
    assert shown(rating.actual.known, 2) == row["fall"]
    assert rating.progress is not None
    assert rating.progress.value is not None
    assert shown(Fraction(rating.progress.value), 1) == row["progress"]


def test_only_heilongjiang_differs_from_its_published_level() -> None:
    different = [row["province"] for row in PROVINCES if row["level"] != row["published"]]
    assert (len(PROVINCES), different) == (17, ["黑龙江"])


def test_inner_mongolias_first_four_years_are_what_the_commission_said() -> None:
    row = next(row for row in PROVINCES if row["province"] == "内蒙古")
    rating = rate(
        reduction(row["target"]), RULES["N2020"], changed([row[year] for year in YEARS[:4]])
    )
    assert rating.five_year is not None
    assert shown(rating.five_year.change.known, 2) == "9.39"


def test_anhui_is_short_by_a_tenth_of_a_per_cent() -> None:
    row = next(row for row in PROVINCES if row["province"] == "安徽")
    rating = rated(row)
    assert rating.progress is not None
    assert rating.margin is not None
    assert rating.progress.value == Decimal("99.90")
    assert rating.margin.known < 0


@pytest.mark.parametrize(
    ("period", "metric"), sorted({(row["period"], row["metric"]) for row in LISTS})
)
def test_published_lists_are_partitions(period: str, metric: str) -> None:
    chosen = [row for row in LISTS if (row["period"], row["metric"]) == (period, metric)]
    named = [name for row in chosen for name in row["members"].split() if "*" not in name]
    rest = sum(int(row["members"][1:]) for row in chosen if row["members"].startswith("*"))
    assert [one for one, times in Counter(named).items() if times > 1] == []
    assert len(named) + rest == int(chosen[0]["among"])
    assert sorted(row["level"] for row in chosen) == ["1", "2", "3"]


def test_levels_of_total_and_intensity_are_independent() -> None:
    half = {
        row["metric"] + row["level"]: row["members"].split()
        for row in LISTS
        if row["period"] == "2021 H1"
    }
    assert "湖北" in half["total1"]
    assert "湖北" in half["intensity3"]
