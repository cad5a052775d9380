"""What another rule or hold time would have raised, held against what was raised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts.domain.condition import Change, ConditionPolicy, hold
from shared.model.instants import from_us, to_us
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Over one stretch of time: how often a level rose, which levels only one of the two reached.

    `lead`: by how much sooner the first warning would have come (negative: later); None unless
    both came.
    """

    would_raise: int
    raised: int
    gained: tuple[Level, ...]
    lost: tuple[Level, ...]
    lead: timedelta | None

    @property
    def is_same(self) -> bool:
        """Whether it would have made no difference."""
        return (
            self.would_raise == self.raised
            and not (self.gained or self.lost)
            and self.lead in (None, timedelta())
        )


def compare(
    tried: Sequence[Change],
    policy: ConditionPolicy,
    raised: Sequence[Change],
    begin: datetime,
    end: datetime,
) -> Comparison:
    """`tried`: as judged by the rule; `policy` decides what is told of it. Both in time order.

    The rule's sequence is held as it stood at `end`: what was pending then was never told.
    """
    would = _told(hold(tuple(tried), policy, end).sequence, policy)
    window = to_us(begin), to_us(end)
    then, now = tuple(_rises(would, *window)), tuple(_rises(raised, *window))
    reached = {level for level, _ in then}, {level for level, _ in now}
    worst = max(reached[0], default=Level.NONE), max(reached[1], default=Level.NONE)
    return Comparison(
        would_raise=len(then),
        raised=len(now),
        gained=tuple(level for level in Level if worst[1] < level <= worst[0]),
        lost=tuple(level for level in Level if worst[0] < level <= worst[1]),
        lead=from_us(now[0][1]) - from_us(then[0][1]) if then and now else None,
    )


def _told(sequence: Sequence[Change], policy: ConditionPolicy) -> tuple[tuple[Level, int], ...]:
    """The levels with the instants at which people would have heard of them."""
    wait_us = policy.hold // timedelta(microseconds=1)
    told: list[tuple[Level, int]] = []
    before = Level.NONE
    for change in sequence:
        # Only what begins a stretch waits for the hold time; its later levels are told at once.
        heard_us = change.at_us + wait_us if before is Level.NONE else change.at_us
        told.append((change.level, max(heard_us, told[-1][1] if told else heard_us)))
        before = change.level
    return tuple(told)


def _rises(
    sequence: Sequence[Change] | Sequence[tuple[Level, int]], begin_us: int, end_us: int
) -> Iterator[tuple[Level, int]]:
    before = Level.NONE
    for one in sequence:
        level, at_us = (one.level, one.at_us) if isinstance(one, Change) else one
        if level > before and begin_us <= at_us < end_us:
            yield level, at_us
        before = level
