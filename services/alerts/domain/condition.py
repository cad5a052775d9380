"""Whether a condition holds: pending, active, kept, resolved; decided from what was judged.

The decision looks at the whole judged sequence and at the time, never at an earlier decision. So
it does not matter in which order messages and ticks came: the same sequence at the same time gives
the same answer, and what comes late takes back what was said too early.

Hold and keep-active times run from the instant that a step names to the service's time. A stretch
that ended before it had lasted for the hold time was never there; two stretches with less than the
keep-active time between them are one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.alerts.domain.handling import Holding
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, from_us, to_us
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """From the instant `at_us` on the level is `level`; figures as written.

    `hour` is the UTC hour of that instant, `into_us` how far into the hour it lies: judgements by
    the hour have 0 there, and figures of that hour's end. `period` is what the level judges where
    one series judges one period after another.
    """

    hour: int
    level: Level
    quantity: str
    line: str
    used_percent: str
    period: str = ""
    unit: str = ""
    into_us: int = 0

    @property
    def at_us(self) -> int:
        """The instant, in microseconds since 1970."""
        return self.hour * HOUR_US + self.into_us


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionPolicy:
    """How long a condition of a kind must hold, and stays active after it ended; the least level.

    `ahead`: steps may lie in the future, as the announced end of somebody else's alert does; they
    count when their time has come. Otherwise every step counts at once.
    """

    hold: timedelta = timedelta()
    keep_active: timedelta = timedelta()
    least: Level = Level.NOTICE
    ahead: bool = False


AT_ONCE = ConditionPolicy()
"""Every step is told as it is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policy of each kind; a kind that is not named has the default one."""

    kinds: Mapping[ConditionKind, ConditionPolicy] = field(default_factory=dict)
    default: ConditionPolicy = AT_ONCE

    def of(self, kind: ConditionKind) -> ConditionPolicy:
        """The policy of a kind; only alerts of somebody else's announce their end."""
        found = self.kinds.get(kind, self.default)
        return replace(found, ahead=True) if kind is ConditionKind.EXTERNAL else found


NOTHING_WAITS = Policies()
"""Every kind is told as it is judged."""


class Why(StrEnum):
    """Why a condition counts as it does."""

    NEVER_HELD = "never_held"
    TOO_SHORT = "too_short"
    """It held, but each time for less than the hold time."""
    NOT_LONG_ENOUGH = "not_long_enough"
    """It holds, but not yet for the hold time."""
    HOLDS = "holds"
    KEPT = "kept"
    """It ended, but less than the keep-active time ago."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The decision: whether it holds, why, what is told of it, and when time alone changes that."""

    holding: Holding
    why: Why
    sequence: tuple[Change, ...]
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """The levels above none from one raise on, and the step that ended them, if any has."""

    steps: tuple[Change, ...]
    end: Change | None

    @property
    def begin_us(self) -> int:
        return self.steps[0].at_us

    def lasted_us(self, now_us: int) -> int:
        return (self.end.at_us if self.end else now_us) - self.begin_us


def hold(heard: tuple[Change, ...], policy: ConditionPolicy, now: datetime) -> Held:
    """What stands of a judged sequence (in time order) at `now`."""
    if not (policy.hold or policy.keep_active or policy.ahead):
        return _at_once(surviving(_worth(heard, policy.least)))
    steps, ahead_us = _until(surviving(_worth(heard, policy.least)), policy, to_us(now))
    decision = _decide(tuple(_stretches(steps)), policy, to_us(now))
    if ahead_us is None:
        return decision
    due = from_us(ahead_us)
    return replace(decision, due_at=min(due, decision.due_at) if decision.due_at else due)


def _at_once(steps: tuple[Change, ...]) -> Held:
    """Where nothing waits, all steps are told as they are: what `_decide` says, the short way."""
    if not steps:
        return _NEVER
    if steps[-1].level is Level.NONE:
        return Held(holding=Holding.RESOLVED, why=Why.ENDED, sequence=steps)
    return Held(holding=Holding.ACTIVE, why=Why.HOLDS, sequence=steps)


_NEVER = Held(holding=Holding.INACTIVE, why=Why.NEVER_HELD, sequence=())


def surviving(sequence: Iterable[Change]) -> tuple[Change, ...]:
    """The sequence without members that change nothing; a new period of a level is a change."""
    kept: list[Change] = []
    level, period = Level.NONE, ""
    for change in sequence:
        if change.level is not level or (level is not Level.NONE and change.period != period):
            kept.append(change)
            level, period = change.level, change.period
    return tuple(kept)


def _worth(heard: Iterable[Change], least: Level) -> Iterator[Change]:
    for change in heard:
        is_worth = change.level >= least or change.level is Level.NONE
        yield change if is_worth else replace(change, level=Level.NONE)


def _until(
    steps: tuple[Change, ...], policy: ConditionPolicy, now_us: int
) -> tuple[tuple[Change, ...], int | None]:
    """The steps whose time has come, and the time of the first other one."""
    if not policy.ahead:
        return steps, None
    come = tuple(step for step in steps if step.at_us <= now_us)
    return come, steps[len(come)].at_us if len(come) < len(steps) else None


def _stretches(steps: tuple[Change, ...]) -> Iterator[_Stretch]:
    run: list[Change] = []
    for step in steps:
        if step.level is not Level.NONE:
            run.append(step)
        else:
            yield _Stretch(steps=tuple(run), end=step)
            run = []
    if run:
        yield _Stretch(steps=tuple(run), end=None)


def _decide(stretches: tuple[_Stretch, ...], policy: ConditionPolicy, now_us: int) -> Held:
    hold_us, keep_us = _us(policy.hold), _us(policy.keep_active)
    told: list[Change] = []
    is_told = False
    for stretch, following in zip(stretches, (*stretches[1:], None), strict=False):
        if not is_told and hold_us and stretch.lasted_us(now_us) < hold_us:
            if stretch.end is None:
                return _pending(told, stretch.begin_us + hold_us)
            continue
        told += stretch.steps
        is_told = True
        if stretch.end is None:
            continue
        until_us = stretch.end.at_us + keep_us
        if following is None and keep_us and now_us < until_us:
            return _held(Holding.KEEPING, Why.KEPT, told, until_us)
        if following is None or following.begin_us >= until_us:
            told.append(stretch.end)
            is_told = False
    return _settled(told, is_told=is_told, judged=bool(stretches))


def _settled(told: list[Change], *, is_told: bool, judged: bool) -> Held:
    if is_told:
        return _held(Holding.ACTIVE, Why.HOLDS, told)
    if told:
        return _held(Holding.RESOLVED, Why.ENDED, told)
    return _held(Holding.INACTIVE, Why.TOO_SHORT if judged else Why.NEVER_HELD, told)


def _pending(told: list[Change], due_us: int) -> Held:
    return _held(Holding.PENDING, Why.NOT_LONG_ENOUGH, told, due_us)


def _held(holding: Holding, why: Why, told: list[Change], due_us: int | None = None) -> Held:
    due_at = None if due_us is None else from_us(due_us)
    return Held(holding=holding, why=why, sequence=surviving(told), due_at=due_at)


def _us(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
