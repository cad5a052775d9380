"""Whether the service works as a whole, by how long each part has had something left undone.

While it does, a signal goes out at set times. Whoever hears nothing any more, hears that way that
something is wrong: no service can tell of its own death.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.alerts.domain.tick import Tick
from services.alerts.domain.warning import Assessment, Change, Warning
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, iso, to_us
from shared.model.level import Level

NAME = "heartbeat"
RULE = "stuck"


class PartKind(StrEnum):
    """What a part has left undone."""

    JOB = "job"
    """Time that scheduled work has not covered."""
    TOPIC = "topic"
    """Messages of other services that were not heard."""
    JOURNAL = "journal"
    """Entries of the journal from which nothing was concluded."""
    NOTICES = "notices"
    """Notices that are due and that nobody sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a part has left undone: how much, and since when; None if nothing at all.

    `grace`: how long that is quite normal, on top of what the policy allows.
    """

    kind: PartKind
    name: str
    waiting: int
    since: datetime | None
    grace: timedelta = timedelta()

    def document(self) -> dict[str, object]:
        """As people and programs read it."""
        since = None if self.since is None else iso(to_us(self.since))
        return {"kind": self.kind, "part": self.name, "waiting": self.waiting, "since": since}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatPolicy:
    """How often the signal goes out, to whom, and what counts as standing still.

    `urls` are fetched, as dead man's switches want it; `alertmanagers` get an alert `heartbeat`.
    """

    interval: timedelta = timedelta(minutes=1)
    stuck_after: timedelta = timedelta(minutes=5)
    urls: tuple[str, ...] = ()
    alertmanagers: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)


def stuck(parts: Sequence[Part], now: datetime, policy: HeartbeatPolicy) -> tuple[Part, ...]:
    """The parts that stand still, the longest first."""
    found = [
        part
        for part in parts
        if part.since is not None and now - part.since > policy.stuck_after + part.grace
    ]
    return tuple(sorted(found, key=lambda part: (part.since or now, part.name)))


def is_back(tick: Tick, policy: HeartbeatPolicy) -> bool:
    """Whether the service has only just come back: others are still catching up as well."""
    return tick.end - tick.begin > max(3 * policy.interval, policy.stuck_after)


def judged(still: Sequence[Part], known: Warning | None, now: datetime) -> Assessment | None:
    """What the warning about standing still has to hear; None if there is nothing new."""
    level = Level.RED if still else Level.NONE
    before = known.heard if known else ()
    stands = before[-1].level if before else Level.NONE
    facts: dict[str, Any] = {"stuck": [part.document() for part in still]}
    if level is stands and (not still or known is None or known.facts == facts):
        return None
    sequence = before if level is stands else (*before, _change(level, len(still), now))
    return Assessment(
        id="",
        subject="",
        subject_name="Qingyu 晴雨",
        regions=(),
        about=NAME,
        about_name="、".join(part.name for part in still) or NAME,
        rule=RULE,
        number=known.number + 1 if known else 1,
        commit=0,
        made_at=now,
        correlation_id="",
        cause=NAME,
        watermark=now,
        sequence=sequence,
        facts=facts,
        kind=ConditionKind.HEARTBEAT,
        measure=Measure.DATA,
    )


def _change(level: Level, parts: int, now: datetime) -> Change:
    hour, into_us = divmod(to_us(now), HOUR_US)
    return Change(
        hour=hour, into_us=into_us, level=level, quantity=str(parts), line="", used_percent=""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """That a partition has stood at `position` since `since` although there was more."""

    position: int
    since: datetime


def standing(before: Standing | None, position: int, end: int, now: datetime) -> Standing | None:
    """Since when nothing was read although there was something; None if all was read."""
    if position >= end:
        return None
    if before is not None and before.position == position:
        return before
    return Standing(position=position, since=now)
