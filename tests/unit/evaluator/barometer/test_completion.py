"""Completion in per cent: a hundred just when the target is met, whatever the sign of it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.barometer.completion import completion
from services.evaluator.domain.barometer.judging import rate
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.records.rule import Basis
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.statement_book import nothing_of
from tests.unit.evaluator.barometer.making import RULES, changed, reduction, target, tonnes
from tests.unit.evaluator.statistics.numbers import exactly

SPAN = {"base_year": 2020, "first_year": 2021, "last_year": 2025}


def growth(value: str) -> Target:
    """An allowance for the energy total over 2021-2025."""
    told = {"measure": "energy-total", "form": Form.INCREMENT, "unit": "tce"}
    return target(value, **(told | SPAN))


def done(goal: Target, position: Position, basis: Basis = Basis.CUMULATIVE) -> Figure:
    """The completion, with the rating by the rule of 2020."""
    return completion(goal, position, basis, rate(goal, RULES["N2020"], position))


@pytest.mark.parametrize(
    ("allowed", "grown", "expected"),
    [
        ("100", 20, 100), ("100", 10, 150), ("100", 22, 90), ("-100", -20, 100), ("-100", -10, 50),
        ("-100", -30, 150), ("0", 0, 100), ("0", 1, 0),
    ],
)  # fmt: skip
def test_of_an_allowance(allowed: str, grown: int, expected: int) -> None:
    position = Position(year=2021, base=tonnes(1000), current=tonnes(1000 + grown))
    assert exactly(done(growth(allowed), position)) == expected


@given(
    st.lists(st.decimals(-12, 8, places=2), min_size=1, max_size=5),
    st.decimals(-5, 40, places=1),
    st.integers(1, 12),
)
def test_is_a_hundred_just_where_the_level_is_green(
    changes: list[Decimal], value: Decimal, months: int
) -> None:
    goal = reduction(str(value))
    position = changed([str(one) for one in changes], Fraction(months, 12))
    rating = rate(goal, RULES["N2020"], position)
    found = completion(goal, position, Basis.CUMULATIVE, rating)
    assert rating.reached is not None
    assert (exactly(found) >= 100) is (rating.reached.level == 3)


def test_points_of_a_fall_do_not_pass_for_progress() -> None:
    # 7.07 % in two years is more than 2/5 of 17 points, yet less than 1 − 0.83^(2/5)
    found = done(reduction("17"), changed(["-3.6", "-3.6"]))
    assert exactly(found) == Fraction("98.38")


def test_of_the_year_and_of_the_plan_may_differ() -> None:
    goal = reduction("13.5", yearly={"2022": Decimal(2)}, **SPAN)
    position = changed(["1", "-2"], first=2021)
    assert exactly(done(goal, position, Basis.YEAR)) == 100
    assert exactly(done(goal, position)) < 20


def test_an_exempt_total_is_completed_and_a_missing_one_is_missing() -> None:
    over = {"year": 2021, "base": tonnes(1000), "current": tonnes(1050)}
    assert exactly(done(growth("100"), Position(**over, incentive_met=True))) == 100  # type: ignore[arg-type]
    gone = done(growth("100"), Position(year=2021, base=nothing_of("gdp")))
    assert [one.en for one in gone.missing] == ["GDP missing"]
