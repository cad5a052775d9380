"""Explains why nobody is told of a warning now: by which silence, quiet time or other warning.

`explain` is for one warning; `explained` takes a batch, looks at each silence only where its labels
can agree, and lets no silence hide more than one person may hide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.alerts.domain.suppression.inhibition import Inhibitors
from services.alerts.domain.suppression.quiet import QuietTime, RestDays
from services.alerts.domain.suppression.shown import Shown
from services.alerts.domain.suppression.silences import Guard, Index, Silence, State


class By(StrEnum):
    """What suppresses."""

    SILENCE = "silence"
    INHIBITION = "inhibition"
    QUIET_TIME = "quiet_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """The explanation: by what (`id` of the silence or warning, name of the quiet time) and why.

    `until`: when it ends at the latest; None if that is not known.
    """

    by: By
    id: str
    owner: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that can suppress, as it was read at one moment."""

    silences: tuple[Silence, ...] = ()
    quiet_times: tuple[QuietTime, ...] = ()
    inhibitors: Inhibitors = field(default_factory=Inhibitors)
    rest: Mapping[str, RestDays] = field(default_factory=dict)
    guard: Guard = field(default_factory=Guard)


def explain(
    shown: Shown,
    now: datetime,
    silences: Sequence[Silence] = (),
    quiet_times: Sequence[QuietTime] = (),
    inhibitors: Inhibitors | None = None,
) -> Suppression | None:
    """The first explanation why nobody is told of the warning now; None if they are."""
    gathered = Gathered(
        silences=tuple(silences),
        quiet_times=tuple(quiet_times),
        inhibitors=inhibitors or Inhibitors(),
    )
    found = explained(gathered, (shown,), now).get(shown.id)
    return found[0] if found else None


def explained(
    gathered: Gathered, batch: Iterable[Shown], now: datetime
) -> Mapping[UUID, tuple[Suppression, ...]]:
    """Every explanation of each suppressed warning: silences first; others are left out."""
    silences = _Silences(gathered, now)
    quiet = [
        (one, one.until(now, gathered.rest))
        for one in gathered.quiet_times
        if one.covers(now, gathered.rest)
    ]
    answer: dict[UUID, tuple[Suppression, ...]] = {}
    for shown in sorted(batch, key=lambda one: (one.raised_at, one.id)):
        reasons = [
            *silences.hiding(shown),
            *_muted(gathered.inhibitors, shown),
            *(_quiet(one, until) for one, until in quiet if one.hides(shown)),
        ]
        if reasons:
            answer[shown.id] = tuple(reasons)
    return answer


class _Silences:
    """Active silences; room is used up from warning to warning."""

    def __init__(self, gathered: Gathered, now: datetime) -> None:
        self._now = now
        self._room = {one.id: one.room(gathered.guard) for one in gathered.silences}
        active = [one for one in gathered.silences if one.state(now) is State.ACTIVE]
        self._index = Index(active)

    def hiding(self, shown: Shown) -> list[Suppression]:
        """The silences that hide the warning."""
        return [
            _silenced(silence)
            for silence in self._index.candidates(shown)
            if silence.hides(shown, self._now) and self._has_room(silence, shown)
        ]

    def _has_room(self, silence: Silence, shown: Shown) -> bool:
        # What was there at the last look is counted already.
        room = self._room[silence.id]
        if room is None or shown.raised_at <= silence.reach.at:
            return True
        self._room[silence.id] = room - 1
        return room > 0


def _silenced(silence: Silence) -> Suppression:
    return Suppression(
        by=By.SILENCE,
        id=str(silence.id),
        owner=silence.owner.name,
        reason=silence.reason,
        until=silence.ends_at,
    )


def _muted(inhibitors: Inhibitors, shown: Shown) -> list[Suppression]:
    return [
        Suppression(
            by=By.INHIBITION,
            id=str(source.id),
            owner=rule.name,
            reason=f"{source.subject_name or source.subject} {source.level.chinese}",
            until=None,
        )
        for rule, source in inhibitors.muting(shown)
    ]


def _quiet(quiet: QuietTime, until: datetime) -> Suppression:
    return Suppression(
        by=By.QUIET_TIME,
        id=quiet.name,
        owner=quiet.owner.name if quiet.owner else "policy",
        reason=quiet.reason,
        until=until,
    )
