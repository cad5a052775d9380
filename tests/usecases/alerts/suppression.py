"""Silences, quiet times and open warnings in memory, for the handlers of suppression."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.alerts.domain.matchers import Matchers
from services.alerts.domain.suppression.quiet import QuietTime
from services.alerts.domain.suppression.shown import Shown, shown_of
from services.alerts.domain.suppression.silences import Silence
from services.alerts.domain.warning import Warning
from services.alerts.ports.suppression import Line, OvertakenError, Written


class MemorySilences:
    """The port Silences; `told` are the lines of its journal."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Silence] = {}
        self.told: list[Line] = []

    async def live(self) -> tuple[Silence, ...]:
        return tuple(one for one in self._in_order() if one.ended_at is None)

    async def since(self, instant: datetime) -> tuple[Silence, ...]:
        found = [one for one in self._in_order() if one.ended_at is None or one.ended_at > instant]
        return tuple(sorted(found, key=lambda one: one.created_at, reverse=True))

    async def one(self, key: UUID) -> Silence | None:
        return self.kept.get(key)

    async def write(self, changes: Sequence[Written]) -> None:
        for change in changes:
            before = self.kept.get(change.silence.id)
            if (before.entries if before else 0) != change.silence.entries:
                raise OvertakenError(str(change.silence.id))
        for change in changes:
            entries = change.silence.entries + len(change.lines)
            self.kept[change.silence.id] = replace(change.silence, entries=entries)
            self.told.extend(change.lines)

    def _in_order(self) -> list[Silence]:
        return sorted(self.kept.values(), key=lambda one: (one.created_at, one.id))


class MemoryQuietTimes:
    """The port QuietTimes."""

    def __init__(self) -> None:
        self.kept: dict[str, QuietTime] = {}

    async def all(self) -> tuple[QuietTime, ...]:
        return tuple(self.kept[name] for name in sorted(self.kept))

    async def replace(self, owner: str | None, times: Sequence[QuietTime]) -> None:
        for name, one in list(self.kept.items()):
            if owner is None or (one.owner and one.owner.key_id == owner):
                del self.kept[name]
        self.kept.update({one.name: one for one in times})


class MemoryOpened:
    """The port Opened: `warnings` is what there is, open or not."""

    def __init__(self) -> None:
        self.warnings: list[Warning] = []

    async def all(self) -> tuple[Shown, ...]:
        return tuple(map(shown_of, await self.whole()))

    async def near(self, _matchers: Matchers) -> tuple[Shown, ...]:
        return await self.all()

    async def of(self, subjects: Collection[str]) -> tuple[Shown, ...]:
        return tuple(one for one in await self.all() if one.subject in subjects)

    async def whole(self) -> tuple[Warning, ...]:
        return tuple(sorted((w for w in self.warnings if w.is_open), key=lambda w: w.id))
