"""Whether a condition holds, as a table of sentences, and laws for any course of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.advancing import advance, pass_time
from services.alerts.domain.condition import (
    AT_ONCE,
    Change,
    ConditionPolicy,
    Held,
    Policies,
    Why,
    hold,
    surviving,
)
from services.alerts.domain.handling import Holding, State
from services.alerts.domain.warning import Kind, Warning
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, from_us
from shared.model.level import Level
from tests.unit.alerts.builders import FIRST_HOUR, assessment, sequence

Steps = tuple[tuple[int, str], ...]
HOLD = timedelta(hours=3)
KEEP = timedelta(hours=2)


def at(hour: float) -> datetime:
    """The instant `hour` hours after the first."""
    return from_us(int((FIRST_HOUR + hour) * HOUR_US))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Steps heard, the hour it is now, and what is decided; `due` in hours."""

    says: str
    heard: Steps
    now: float
    holding: Holding
    why: Why
    told: Steps = ()
    due: float | None = None
    hold: timedelta = HOLD
    keep: timedelta = KEEP
    least: Level = Level.NOTICE


CASES = (
    Case(
        says="nothing was ever judged above none",
        heard=(),
        now=9,
        holding=Holding.INACTIVE,
        why=Why.NEVER_HELD,
    ),
    Case(
        says="what holds for less than the hold time waits",
        heard=((1, "red"),),
        now=2,
        holding=Holding.PENDING,
        why=Why.NOT_LONG_ENOUGH,
        due=4,
    ),
    Case(
        says="at the end of the hold time it is active, from where it began",
        heard=((1, "red"),),
        now=4,
        holding=Holding.ACTIVE,
        why=Why.HOLDS,
        told=((1, "red"),),
    ),
    Case(
        says="a rise while it waits does not begin the hold time anew",
        heard=((1, "notice"), (3, "red")),
        now=4,
        holding=Holding.ACTIVE,
        why=Why.HOLDS,
        told=((1, "notice"), (3, "red")),
    ),
    Case(
        says="what ended before the hold time was never there",
        heard=((1, "red"), (3, "none")),
        now=9,
        holding=Holding.INACTIVE,
        why=Why.TOO_SHORT,
    ),
    Case(
        says="a short one after a long one is not told",
        heard=((1, "red"), (5, "none"), (8, "red"), (9, "none")),
        now=20,
        holding=Holding.RESOLVED,
        why=Why.ENDED,
        told=((1, "red"), (5, "none")),
    ),
    Case(
        says="what ended a moment ago is kept active",
        heard=((1, "red"), (5, "none")),
        now=6,
        holding=Holding.KEEPING,
        why=Why.KEPT,
        told=((1, "red"),),
        due=7,
    ),
    Case(
        says="at the end of the keep-active time it is resolved, from where it ended",
        heard=((1, "red"), (5, "none")),
        now=7,
        holding=Holding.RESOLVED,
        why=Why.ENDED,
        told=((1, "red"), (5, "none")),
    ),
    Case(
        says="what holds again within the keep-active time never ended",
        heard=((1, "red"), (5, "none"), (6, "orange")),
        now=6,
        holding=Holding.ACTIVE,
        why=Why.HOLDS,
        told=((1, "red"), (6, "orange")),
    ),
    Case(
        says="what holds again at the very end of the keep-active time has ended and waits anew",
        heard=((1, "red"), (5, "none"), (7, "orange")),
        now=8,
        holding=Holding.PENDING,
        why=Why.NOT_LONG_ENOUGH,
        told=((1, "red"), (5, "none")),
        due=10,
    ),
    Case(
        says="levels below the least one are none",
        heard=((1, "notice"), (2, "orange"), (6, "yellow")),
        now=20,
        least=Level.ORANGE,
        holding=Holding.RESOLVED,
        why=Why.ENDED,
        told=((2, "orange"), (6, "none")),
    ),
    Case(
        says="without hold and keep-active times every step is told, whatever time it is",
        heard=((5, "red"), (6, "none"), (7, "notice")),
        now=0,
        hold=timedelta(),
        keep=timedelta(),
        holding=Holding.ACTIVE,
        why=Why.HOLDS,
        told=((5, "red"), (6, "none"), (7, "notice")),
    ),
    Case(
        says="a step of the future waits for the hold time behind it",
        heard=((5, "red"),),
        now=0,
        holding=Holding.PENDING,
        why=Why.NOT_LONG_ENOUGH,
        due=8,
    ),
)


def _levels(steps: Steps) -> tuple[tuple[int, Level], ...]:
    return tuple((hour, Level.of(word)) for hour, word in steps)


def _told(held: Held) -> tuple[tuple[int, Level], ...]:
    return tuple((change.hour - FIRST_HOUR, change.level) for change in held.sequence)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_hold(case: Case) -> None:
    policy = ConditionPolicy(hold=case.hold, keep_active=case.keep, least=case.least)
    held = hold(sequence(*case.heard), policy, at(case.now))
    assert (held.holding, held.why) == (case.holding, case.why)
    assert _told(held) == _levels(case.told)
    assert held.due_at == (None if case.due is None else at(case.due))


class TestStepsAhead:
    """An alert of somebody else's announces its end."""

    POLICY = ConditionPolicy(ahead=True)

    def test_wait_for_their_time(self) -> None:
        heard = sequence((1, "red"), (5, "none"))
        before, after = hold(heard, self.POLICY, at(2)), hold(heard, self.POLICY, at(5))
        assert (before.holding, before.due_at) == (Holding.ACTIVE, at(5))
        assert (after.holding, after.due_at) == (Holding.RESOLVED, None)


class TestANewPeriod:
    def test_of_the_same_level_is_a_step(self) -> None:
        first = sequence((1, "red"))[0]
        second = Change(
            hour=FIRST_HOUR + 9,
            level=Level.RED,
            quantity="",
            line="",
            used_percent="",
            period="2026Q2",
        )
        assert surviving((first, second)) == (first, second)

    def test_is_told_as_renewed(self) -> None:
        made = assessment((1, "red"), kind=ConditionKind.BAROMETER)
        known = advance(None, made, at(2)).warning
        second = Change(
            hour=FIRST_HOUR + 9,
            level=Level.RED,
            quantity="",
            line="",
            used_percent="",
            period="2026Q2",
        )
        again = assessment(number=2, kind=ConditionKind.BAROMETER)
        object.__setattr__(again, "sequence", (*made.sequence, second))
        (entry,) = advance(known, again, at(10)).entries
        assert (entry.kind, entry.period, entry.level) == (Kind.RENEWED, "2026Q2", Level.RED)


class TestAWarningThatWaits:
    POLICY = ConditionPolicy(hold=HOLD)

    def test_is_kept_but_nobody_is_told(self) -> None:
        outcome = advance(None, assessment((1, "red")), at(2), self.POLICY)
        assert outcome.entries == ()
        assert outcome.warning is not None
        assert (outcome.warning.state, outcome.warning.due_at) == (State.PENDING, at(4))

    def test_is_raised_by_time_alone(self) -> None:
        waiting = advance(None, assessment((1, "red")), at(2), self.POLICY).warning
        assert waiting is not None
        (entry,) = pass_time(waiting, at(4), self.POLICY).entries
        assert (entry.kind, entry.position, entry.noticed_at) == (Kind.RAISED, 1, at(4))

    def test_that_ends_before_is_never_told(self) -> None:
        waiting = advance(None, assessment((1, "red")), at(2), self.POLICY).warning
        ended = advance(waiting, assessment((1, "red"), (2, "none"), number=2), at(3), self.POLICY)
        assert ended.entries == ()
        assert ended.warning is not None
        assert ended.warning.state is State.INACTIVE

    def test_told_too_early_is_taken_back_by_what_comes_late(self) -> None:
        raised = advance(None, assessment((1, "red")), at(5), self.POLICY).warning
        late = assessment((1, "red"), (2, "none"), number=2)
        (entry,) = advance(raised, late, at(6), self.POLICY).entries
        assert (entry.kind, entry.before, entry.level) == (Kind.CORRECTED, Level.RED, Level.NONE)


class TestPolicies:
    def test_fall_back_on_the_default(self) -> None:
        slow = ConditionPolicy(hold=HOLD)
        policies = Policies(kinds={ConditionKind.NO_DATA: slow})
        assert policies.of(ConditionKind.NO_DATA) == slow
        assert policies.of(ConditionKind.USED) == AT_ONCE

    def test_of_alerts_of_somebody_else_s_wait_for_announced_ends(self) -> None:
        assert Policies().of(ConditionKind.EXTERNAL).ahead


_STEPS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from([level.word for level in Level])),
    max_size=7,
    unique_by=lambda step: step[0],
).map(lambda found: tuple(sorted(found)))
_HOURS = st.integers(0, 6).map(lambda hours: timedelta(hours=hours))
_POLICIES = st.builds(ConditionPolicy, hold=_HOURS, keep_active=_HOURS)


class TestAnyCourse:
    @given(_STEPS, st.integers(0, 40))
    def test_without_times_is_told_as_it_was_judged(self, steps: Steps, now: int) -> None:
        heard = sequence(*steps)
        held = hold(heard, AT_ONCE, at(now))
        assert held.sequence == surviving(heard)
        assert held.due_at is None

    @given(_STEPS, _POLICIES, st.integers(0, 40))
    def test_tells_a_part_of_what_was_judged(
        self, steps: Steps, policy: ConditionPolicy, now: int
    ) -> None:
        heard = sequence(*steps)
        assert set(hold(heard, policy, at(now)).sequence) <= set(heard)

    @given(_STEPS, _POLICIES, st.integers(0, 40), st.integers(0, 40))
    def test_does_not_change_before_it_is_due(
        self, steps: Steps, policy: ConditionPolicy, now: int, later: int
    ) -> None:
        held = hold(sequence(*steps), policy, at(now))
        then = at(now + later)
        if later >= 0 and (held.due_at is None or then < held.due_at):
            assert hold(sequence(*steps), policy, then).sequence == held.sequence

    @given(_STEPS, _POLICIES)
    def test_settles(self, steps: Steps, policy: ConditionPolicy) -> None:
        assert hold(sequence(*steps), policy, at(100)).due_at is None

    @given(st.lists(st.tuples(_STEPS, st.integers(0, 9)), min_size=1, max_size=5), _POLICIES)
    def test_ends_the_same_however_often_time_was_told(
        self, course: list[tuple[Steps, int]], policy: ConditionPolicy
    ) -> None:
        seldom, often = _run(course, policy, ticks=False), _run(course, policy, ticks=True)
        assert (seldom and seldom.sequence) == (often and often.sequence)
        assert (seldom and seldom.level) == (often and often.level)

    @given(st.lists(st.tuples(_STEPS, st.integers(0, 9)), min_size=1, max_size=5), _POLICIES)
    def test_every_history_goes_from_level_to_level_without_a_gap(
        self, course: list[tuple[Steps, int]], policy: ConditionPolicy
    ) -> None:
        level, count, now = Level.NONE, 0, 0
        warning: Warning | None = None
        for number, (steps, wait) in enumerate(course, 1):
            now += wait
            outcome = advance(warning, assessment(*steps, number=number), at(now), policy)
            warning = outcome.warning
            for entry in outcome.entries:
                count += 1
                assert (entry.before, entry.position) == (level, count)
                level = entry.level
        assert warning is None or (warning.level, warning.entries) == (level, count)


def _run(
    course: list[tuple[Steps, int]], policy: ConditionPolicy, *, ticks: bool
) -> Warning | None:
    warning: Warning | None = None
    now = 0
    for number, (steps, wait) in enumerate(course, 1):
        for _ in range(wait):
            now += 1
            if warning and ticks:
                warning = pass_time(warning, at(now), policy).warning
        warning = advance(warning, assessment(*steps, number=number), at(now), policy).warning
    return pass_time(warning, at(now + 100), policy).warning if warning else None
