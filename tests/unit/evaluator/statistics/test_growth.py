"""The formulas of briefs reproduce published numbers to the printed digit."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.statistics import growth
from services.evaluator.domain.statistics.growth import shown
from tests.unit.evaluator.statistics.numbers import NAME, exactly, number

BULLETIN = Path(__file__).parents[3] / "data/statistics/bulletin_2020_province_intensity.csv"


def bulletin() -> list[dict[str, str]]:
    with BULLETIN.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["energy_intensity_change_pct"]]


@pytest.mark.parametrize("row", bulletin(), ids=lambda row: row["code"])
def test_the_bulletin_of_2020_implies_the_growth_that_was_published(row: dict[str, str]) -> None:
    energy = number(row["total_energy_growth_pct"])
    changed = number(row["energy_intensity_change_pct"])
    implied = growth.implied_growth(NAME, energy, changed)
    assert shown(exactly(implied), 2) == f"{Decimal(row['implied_real_gdp_growth_pct']):.2f}"
    # and back: the change that this growth makes is the one in the bulletin
    back = growth.intensity_change(NAME, energy, implied)
    assert back.value == Fraction(row["energy_intensity_change_pct"])


def test_the_bulletin_has_thirty_provinces_of_which_seven_rose() -> None:
    rows = bulletin()
    rose = {row["province"] for row in rows if Decimal(row["energy_intensity_change_pct"]) > 0}
    assert len([row for row in rows if row["code"] != "000000" and row["province"] != "全国"]) == 30
    assert rose == {"内蒙古", "浙江", "辽宁", "云南", "安徽", "广西", "河南"}


@pytest.mark.parametrize(
    ("energy", "gdp", "digits", "printed"),
    [("14.6", "18.3", 1, "-3.1"), ("14.6", "18.3", 2, "-3.13"), ("3.5", "6.4", 1, "-2.7")],
)
def test_intensity_from_growth_rates(energy: str, gdp: str, digits: int, printed: str) -> None:
    change = growth.intensity_change(NAME, number(energy), number(gdp))
    assert shown(exactly(change), digits) == printed


def test_growth_of_inner_mongolia_in_the_first_half_of_2020() -> None:
    implied = growth.implied_growth(NAME, number("6.3"), number("10.56"))
    assert shown(exactly(implied), 2) == "-3.85"


def test_intensity_from_totals_is_the_same_as_from_rates() -> None:
    energy, gdp = number(1146, "tce"), number(1183, "万元")
    before = number(1000, "tce"), number(1000, "万元")
    change = growth.intensity_change_from_totals(NAME, energy, gdp, *before)
    by_rates = growth.intensity_change(NAME, number("14.6"), number("18.3"))
    assert change.value == by_rates.value


@pytest.mark.parametrize(
    ("first", "second", "printed"),
    [
        ("14.6", "-3.1", "5.4"),
        ("14.4", "-4.3", "4.6"),
        ("14", "-3.2", "5.0"),
        ("16.7", "-9.8", "2.6"),
    ],
)
def test_average_of_two_years(first: str, second: str, printed: str) -> None:
    average = growth.average_change(NAME, (number(first), number(second)))
    assert average.value is not None
    assert shown(Fraction(average.value), 1) == printed


QINGHAI = (number("1.51"), number("-2.20"), number("-4.18"))


def test_qinghai_2006_to_2008() -> None:
    so_far = growth.compounded(NAME, QINGHAI)
    target = number(17)
    assert shown(exactly(growth.cumulative_change(NAME, QINGHAI)), 2) == "-4.87"
    average = growth.average_change(NAME, QINGHAI, 2)
    assert average.value == Decimal("-1.65")
    assert shown(exactly(growth.remaining_duty(NAME, target, so_far)), 2) == "12.75"
    rest = growth.over_rest(NAME, target, so_far)
    each = growth.average_of_ratio(NAME, rest, number(2, ""), 2)
    assert each.value == Decimal("-6.59")
    assert growth.progress(NAME, so_far, target, 1).value == Decimal("26.8")


def test_progress_of_tianjin() -> None:
    so_far = growth.ratio_of(number("-20.07"))
    assert growth.progress(NAME, so_far, number(20), 2).value == Decimal("100.39")


@pytest.mark.parametrize(
    ("target", "digits", "printed"),
    [("17", 2, "3.66"), ("20", 4, "4.3648"), ("15", 3, "3.198"), ("17", 3, "3.658")],
)
def test_equal_annual_rates(target: str, digits: int, printed: str) -> None:
    rate = growth.equal_annual_rate(NAME, number(target), number(5, ""), digits)
    assert rate.value == Decimal(printed)


def test_the_fourteenth_plan_with_2025() -> None:
    changes = (number("-7.3"), number("-3.8"), number("-5.1"))
    assert shown(exactly(growth.cumulative_change(NAME, changes)), 2) == "-15.37"
    progress = growth.progress(NAME, growth.compounded(NAME, changes), number("13.5"), 0)
    assert progress.value == Decimal(115)


def test_a_city_of_the_first_quarter() -> None:
    whole_before = growth.before_from_growth(NAME, number("355.4", "万tce"), number("-0.1"))
    users_before = growth.before_from_growth(NAME, number("273.0", "万tce"), number("-3.6"))
    pull = growth.pull(NAME, number("273.0", "万tce"), users_before, whole_before)
    assert shown(exactly(pull), 2) == "-2.87"
    assert shown(exactly(pull), 1) == "-2.9"
    whole = number("355.4", "万tce")
    shares = [
        growth.share(NAME, number(part, "万tce"), whole) for part in ("248.2", "273.0", "24.3")
    ]
    assert [shown(exactly(one), 1) for one in shares] == ["69.8", "76.8", "6.8"]


@pytest.mark.parametrize(
    ("old", "digits", "printed"), [("1.034", 2, "-15.96"), ("1.276", 1, "-31.9")]
)
def test_targets_of_the_twelfth_plan(old: str, digits: int, printed: str) -> None:
    change = growth.change(NAME, number("0.869", "tce/万元"), number(old, "tce/万元"))
    assert shown(exactly(change), digits) == printed


def test_increment_by_the_year_and_required_progress() -> None:
    assert growth.yearly_increment(NAME, number(133, "万tce"), number(5, "")).value == Fraction(
        "26.6"
    )
    assert growth.yearly_increment(NAME, number(1330, "ktce"), number(5, "")).value == 266
    assert growth.required_progress(NAME, number(2, ""), number(5, "")).value == 40


def test_inner_mongolia_used_184_per_cent_of_its_allowance() -> None:
    used = growth.share(NAME, number(6562, "万tce"), number(3570, "万tce"))
    assert shown(exactly(used), 1) == "183.8"
    assert 18927 + 3570 == 22497


def test_elasticity_and_the_most_carbon() -> None:
    assert growth.elasticity(NAME, number("3.2"), number("2.5")).value == Fraction("1.28")
    most = growth.largest_carbon(NAME, number(2, "tCO2/万元"), number(10), number(500, "万元"))
    assert (exactly(most), most.unit) == (Fraction(900), "tCO2")


def test_arithmetic_of_quotas() -> None:
    assert Decimal("4.4") - Decimal("0.6") == Decimal("3.8")
    price = Decimal(150) * Decimal("0.4") * Decimal("4.48") / Decimal("4.48")
    assert price == 60


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        ("0.05", 1, "0.1"),
        ("-0.05", 1, "-0.1"),
        ("2.5", 0, "3"),
        ("-0.04", 1, "0.0"),
        ("12", 2, "12.00"),
    ],
)
def test_rounding_is_half_away_from_nought(value: str, digits: int, printed: str) -> None:
    assert shown(Fraction(value), digits) == printed


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**6), st.integers(1, 12))
def test_a_root_is_cut_off_after_its_digits(value: Fraction, degree: int) -> None:
    found = Fraction(growth.root(value, degree, 12))
    assert found**degree <= value < (found + Fraction(1, 10**12)) ** degree


@given(st.lists(st.decimals(-30, 30, places=2), min_size=1, max_size=6))
def test_cumulative_change_is_the_product(changes: list[Decimal]) -> None:
    expected = Fraction(1)
    for one in changes:
        expected *= 1 + Fraction(one) / 100
    found = growth.cumulative_change(NAME, [number(str(one)) for one in changes])
    assert found.value == (expected - 1) * 100
