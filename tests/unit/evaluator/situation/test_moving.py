"""Movements, shares and pulls: the arithmetic of published briefs comes out as published."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.figures.figure import Figure, Label, absent, constant
from services.evaluator.domain.situation.moving import DERIVED, Movement, intensity_growth, moved
from services.evaluator.domain.situation.parts import weighed
from services.evaluator.domain.statistics.growth import (
    Approximate,
    average_change,
    progress,
    redone,
    shown,
)

ENERGY = Label("能耗", "energy")
NOTHING = absent(ENERGY, "万tce", Label("缺少", "missing"))


def amount(text: str, unit: str = "万tce") -> Figure:
    return constant(ENERGY, Fraction(text), unit)


def by_growth(now: str, growth: str) -> Movement:
    """As a brief prints it: an amount, and its growth in per cent."""
    return moved(amount(now), NOTHING, amount(growth, "%"))


def printed(value: Fraction | None, digits: int = 1) -> str | None:
    return None if value is None else shown(value, digits)


def test_a_city_quarter_as_it_was_published() -> None:
    """355.4 (−0.1 %), six industries 248.2 (−2.2 %), key users 273.0 (−3.6 %), one sector 24.3."""
    whole, six, key = (
        by_growth("355.4", "-0.1"),
        by_growth("248.2", "-2.2"),
        by_growth("273.0", "-3.6"),
    )
    assert printed(weighed(six, whole).share) == "69.8"
    assert printed(weighed(six, whole).share_change) == "-1.5"
    assert printed(weighed(key, whole).share) == "76.8"
    assert printed(weighed(key, whole).pull) == "-2.9"
    assert printed(weighed(key, whole).pull, 2) == "-2.87"
    assert printed(weighed(by_growth("24.3", "-5.5"), whole).share) == "6.8"


def test_a_fall_that_narrowed() -> None:
    found = by_growth("355.4", "-0.1").after(by_growth("100", "-9.3"))
    assert found.trend == Fraction("9.2")


def test_the_amount_a_year_earlier_is_worked_out_and_says_so() -> None:
    found = by_growth("110", "10")
    assert found.earlier.value == 100
    assert DERIVED in found.earlier.flags
    assert found.change == 10


def test_amounts_are_taken_before_what_was_published() -> None:
    found = moved(amount("110"), amount("100"), amount("9.9", "%"))
    assert found.change == 10
    assert DERIVED not in found.earlier.flags


def test_growth_alone_is_told_without_amounts() -> None:
    found = moved(NOTHING, NOTHING, amount("-3.1", "%"))
    assert (found.change, found.earlier.value) == (Fraction("-3.1"), None)


@pytest.mark.parametrize(
    ("energy", "gdp", "published"),
    [("14.6", "18.3", "-3.1"), ("3.5", "6.4", "-2.7"), ("6.3", "-3.85", "10.6")],
)
def test_the_intensity_follows_from_both_growths(energy: str, gdp: str, published: str) -> None:
    found = intensity_growth(by_growth("1", energy), by_growth("1", gdp))
    assert found is not None
    assert printed(found.value) == published
    assert intensity_growth(by_growth("1", energy), moved(NOTHING, NOTHING)) is None


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ("14.6", "-3.1", "5.4"),
        ("14.4", "-4.3", "4.6"),
        ("14", "-3.2", "5.0"),
        ("16.7", "-9.8", "2.6"),
    ],
)
def test_two_years_average(first: str, second: str, published: str) -> None:
    found = average_change(ENERGY, [amount(first, "%"), amount(second, "%")])
    assert printed(Fraction(found.value or 0)) == published


def test_what_is_shown_to_two_decimals_is_not_rounded_twice() -> None:
    """Qinghai: 26.8 % of 17 after three years; two decimals rounded again may say another one."""
    so_far = constant(ENERGY, Fraction("1.0151") * Fraction("0.978") * Fraction("0.9582"))
    found = progress(ENERGY, so_far, amount("17", "%"))
    finer = redone(found, 12)
    assert finer is not None
    assert abs(Fraction(finer) - Fraction(found.value or 0)) <= Fraction("0.005")
    assert printed(Fraction(finer)) == "26.8"
    assert redone(found, 2) == found.value


def test_nothing_is_redone_of_nothing() -> None:
    lost: Approximate = progress(ENERGY, NOTHING, amount("17", "%"))
    assert redone(lost, 12) is None


@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
    st.lists(st.integers(1, 10**6), min_size=6, max_size=6),
)
def test_parts_of_a_whole_add_up(now: list[int], earlier: list[int]) -> None:
    pairs = list(zip(now, earlier, strict=False))
    parts = [moved(amount(str(a)), amount(str(b))) for a, b in pairs]
    whole = moved(amount(str(sum(now))), amount(str(sum(b for _, b in pairs))))
    found = [weighed(part, whole) for part in parts]
    assert sum((one.share or Fraction(0) for one in found), Fraction(0)) == 100
    assert sum((one.pull or Fraction(0) for one in found), Fraction(0)) == whole.change
    assert sum((one.share_change or Fraction(0) for one in found), Fraction(0)) == 0
