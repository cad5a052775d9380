"""Two courses of levels compared, and rules whose numbers make no sense."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.budget import STANDARD
from services.evaluator.domain.trials.comparing import (
    Course,
    Difference,
    Moved,
    counts,
    course,
    differences,
)
from services.evaluator.domain.trials.rule import RuleKind, TrialRule, policy_of, wrongs
from shared.model.level import Level

N, Y, ORANGE, R = Level.NONE, Level.YELLOW, Level.ORANGE, Level.RED
TURNS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(Level)), max_size=6, unique_by=lambda t: t[0]
).map(sorted)


def moved(found: tuple[Difference, ...]) -> dict[Level, Moved]:
    return {one.level: one.moved for one in found}


def test_gained_lost_earlier_later_same() -> None:
    now = course([(10, Y), (30, R)], 0, 100)
    then = course([(5, Y), (30, ORANGE)], 0, 100)
    found = moved(differences(now, then))
    assert found[Y] is Moved.EARLIER
    assert found[ORANGE] is Moved.SAME
    assert found[R] is Moved.LOST
    back = moved(differences(then, now))
    assert (back[Y], back[R]) == (Moved.LATER, Moved.GAINED)


def test_a_level_that_stood_before_counts_from_the_beginning() -> None:
    cut = course([(3, Y), (8, N), (20, ORANGE)], 5, 30)
    assert (cut.begins, cut.turns) == (Y, ((8, N), (20, ORANGE)))
    assert cut.reached(Y) == 5
    assert cut.reached(ORANGE) == 20
    assert (cut.rises, cut.worst) == (1, ORANGE)


def test_rises_are_warnings_raised_or_raised_in_level() -> None:
    assert course([(1, Y), (2, ORANGE), (3, Y), (4, N), (5, Y)], 0, 9).rises == 3


@given(TURNS, TURNS)
def test_the_same_course_differs_in_nothing_and_two_are_mirrored(
    some: list[tuple[int, Level]], others: list[tuple[int, Level]]
) -> None:
    one, other = course(some, 10, 50), course(others, 10, 50)
    assert set(moved(differences(one, one)).values()) <= {Moved.SAME}
    mirror = {
        Moved.GAINED: Moved.LOST,
        Moved.LOST: Moved.GAINED,
        Moved.EARLIER: Moved.LATER,
        Moved.LATER: Moved.EARLIER,
        Moved.SAME: Moved.SAME,
    }
    forth, back = moved(differences(one, other)), moved(differences(other, one))
    assert back == {level: mirror[how] for level, how in forth.items()}
    counted = counts([differences(one, other)])
    assert sum(counted.values()) == len(forth)


@given(TURNS)
def test_a_worse_level_is_never_reached_earlier(turns: list[tuple[int, Level]]) -> None:
    one: Course = course(turns, 0, 70)
    reached = [at for level in Level if (at := one.reached(level)) is not None]
    assert reached == sorted(reached)


def test_a_rule_replaces_only_its_own_numbers() -> None:
    rule = TrialRule(kind=RuleKind.PACE, thresholds=((Y, Decimal(2)),), from_percent=Decimal(25))
    tried = policy_of(rule, STANDARD)
    assert (tried.used, tried.pace) == (STANDARD.used, ((Y, Decimal(2)),))
    assert (tried.pace_from, tried.pace_fall_points) == (
        Fraction(1, 4),
        STANDARD.pace_fall_points,
    )
    used = policy_of(TrialRule(kind=RuleKind.USED, clear_line_percent=Decimal(95)), STANDARD)
    assert (used.used, used.used_clear_line_percent) == (STANDARD.used, Decimal(95))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (TrialRule(kind=RuleKind.USED, thresholds=()), "thresholds"),
        (TrialRule(kind=RuleKind.USED, thresholds=((N, Decimal(5)),)), "thresholds.none"),
        (TrialRule(kind=RuleKind.USED, thresholds=((Y, Decimal(0)),)), "thresholds.yellow"),
        (
            TrialRule(kind=RuleKind.USED, thresholds=((Y, Decimal(95)), (ORANGE, Decimal(90)))),
            "thresholds.orange",
        ),
        (TrialRule(kind=RuleKind.USED, fall_points=Decimal(1)), "fall_points"),
        (TrialRule(kind=RuleKind.PACE, clear_line_percent=Decimal(1)), "clear_line_percent"),
        (TrialRule(kind=RuleKind.PACE, from_percent=Decimal(101)), "from_percent"),
        (TrialRule(kind=RuleKind.BAROMETER, from_percent=Decimal(1)), "from_percent"),
    ],
)
def test_numbers_that_make_no_sense_are_named(rule: TrialRule, field: str) -> None:
    assert [name for name, _ in wrongs(rule)] == [field]
