"""The ports of alerts in memory; they pass the same suites as PostgreSQL."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.adapters.documents import encode_entry, told_of
from services.alerts.domain.chain import BEGINNING, link
from services.alerts.domain.delivery import Answer, Delivery, Endpoint
from services.alerts.domain.documents import type_of
from services.alerts.domain.handling import State
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from services.alerts.ports.warnings import (
    Attachment,
    By,
    Group,
    Groups,
    Listed,
    Logged,
    Moves,
    Page,
    Settled,
    Written,
)
from shared.kit.errors import Fenced
from shared.model.level import Level


@dataclass(slots=True)
class Row:
    """A delivery as the log keeps it."""

    entry: Written
    attempts: int = 0
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_status: int | None = None
    last_detail: str = ""


@dataclass(slots=True)
class Kept:
    """Everything that PostgreSQL would hold."""

    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    warnings: dict[UUID, Warning] = field(default_factory=dict)
    history: list[Written] = field(default_factory=list)
    endpoints: dict[UUID, Endpoint] = field(default_factory=dict)
    removed: dict[UUID, datetime] = field(default_factory=dict)
    deliveries: dict[tuple[UUID, int], Row] = field(default_factory=dict)
    attached: dict[UUID, dict[str, tuple[Attachment, bytes]]] = field(default_factory=dict)


class MemoryStore:
    """All ports over one state."""

    def __init__(self) -> None:
        self.state = Kept()

    @asynccontextmanager
    async def work(self) -> AsyncIterator["MemoryWork"]:
        """A transaction: what is written counts only when the block ends well."""
        attempt = deepcopy(self.state)
        yield MemoryWork(attempt)
        self.state = attempt

    async def positions(self, topic: str, partitions: Collection[int]) -> Mapping[int, int]:
        return {one: self.state.positions.get((topic, one), 0) for one in partitions}

    async def find(
        self, sight: Sight, selection: Selection, *, limit: int, below: int | None
    ) -> Page:
        found = [
            one
            for one in sorted(map(self._listed, self.state.warnings.values()), key=_latest)[::-1]
            if one.warning in self._found(sight, selection)
            if below is None or one.latest < below
        ]
        return Page(items=tuple(found[:limit]), more=len(found) > limit, newest=await self.newest())

    async def warning(self, key: UUID) -> Listed | None:
        found = self.state.warnings.get(key)
        return self._listed(found) if found else None

    async def history(self, key: UUID) -> tuple[Written, ...]:
        return tuple(written for written in self.state.history if written.warning == key)

    async def after(self, entry: int, *, limit: int) -> tuple[Written, ...]:
        return tuple(w for w in self.state.history if w.id > entry)[:limit]

    async def newest(self) -> int:
        return self.state.history[-1].id if self.state.history else 0

    async def pointed_at(self) -> int:
        return await self.newest()

    async def count(self, sight: Sight, selection: Selection) -> Mapping[Level, int]:
        selection = replace(selection, state=State.OPEN)
        levels = [warning.level for warning in self._found(sight, selection)]
        return {level: levels.count(level) for level in Level if level > Level.NONE}

    async def groups(
        self, sight: Sight, selection: Selection, by: By, *, limit: int, skip: int = 0
    ) -> Groups:
        groups: dict[str, list[Warning]] = {}
        selection = replace(selection, state=selection.state or State.OPEN)
        for warning in self._found(sight, selection):
            groups.setdefault(_group_key(warning, by), []).append(warning)
        made = [
            Group(
                key=key,
                counts=Counter(warning.level for warning in found),
                newest=max(self._listed(warning).latest for warning in found),
            )
            for key, found in groups.items()
        ]
        made.sort(key=lambda group: (-group.worst, -group.total, group.key))
        page = tuple(made[skip : skip + limit])
        return Groups(
            items=page,
            groups=len(made) if page else 0,
            warnings=sum(group.total for group in made) if page else 0,
        )

    async def hash_of(self, entry: int) -> bytes | None:
        found = [written.hash for written in self.state.history if written.id <= entry]
        return found[-1] if found else None

    async def keep(self, warning: UUID, attachment: Attachment, data: bytes, *, most: int) -> bool:
        kept = self.state.attached.setdefault(warning, {})
        if attachment.sha256 not in kept and len(kept) >= most:
            return False
        kept.setdefault(attachment.sha256, (attachment, data))
        return True

    async def of(self, warning: UUID) -> Mapping[str, Attachment]:
        return {key: one for key, (one, _) in self.state.attached.get(warning, {}).items()}

    async def data(self, warning: UUID, sha256: str) -> tuple[Attachment, bytes] | None:
        return self.state.attached.get(warning, {}).get(sha256)

    async def add(self, endpoint: Endpoint) -> None:
        self.state.endpoints[endpoint.id] = endpoint

    async def remove(self, key: UUID, at: datetime) -> bool:
        if key not in self.state.endpoints or key in self.state.removed:
            return False
        self.state.removed[key] = at
        for place, row in list(self.state.deliveries.items()):
            if place[0] == key and row.next_at is not None:
                del self.state.deliveries[place]
        return True

    async def all(self) -> tuple[Endpoint, ...]:
        return tuple(e for key, e in self.state.endpoints.items() if key not in self.state.removed)

    async def claim(
        self, endpoint: UUID, now: datetime, *, limit: int, lease: timedelta
    ) -> tuple[Delivery, ...]:
        due = [
            row for row in self._waiting(endpoint) if _due(row, now) and self._first(endpoint, row)
        ]
        due = sorted(due, key=lambda row: (row.next_at, row.entry.id))[:limit]
        for row in due:
            row.attempts += 1
            row.next_at = now + lease
            row.last_at = now
        return tuple(_delivery(endpoint, row) for row in sorted(due, key=lambda row: row.entry.id))

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        for one in settled:
            row = self.state.deliveries.get((one.delivery.endpoint, one.delivery.entry))
            if row is None or row.attempts != one.delivery.attempt or row.next_at is None:
                continue
            row.next_at = one.decision.next_at
            row.last_at = now
            row.last_status = one.answer.status
            row.last_detail = one.answer.detail

    async def next_due(self, endpoint: UUID) -> datetime | None:
        return min((row.next_at for row in self._waiting(endpoint) if row.next_at), default=None)

    async def waiting(self) -> Mapping[UUID, int]:
        counts = {key: len(self._waiting(key)) for key in self.state.endpoints}
        return {
            key: number
            for key, number in counts.items()
            if number and key not in self.state.removed
        }

    async def log(
        self, endpoint: UUID, *, waiting: bool | None, limit: int, below: int | None
    ) -> tuple[Logged, ...]:
        rows = [row for (key, _), row in self.state.deliveries.items() if key == endpoint]
        found = [
            row
            for row in sorted(rows, key=lambda row: -row.entry.id)
            if waiting is None or (row.next_at is not None) == waiting
            if below is None or row.entry.id < below
        ]
        return tuple(map(_logged, found[:limit]))

    def _found(self, sight: Sight, selection: Selection) -> list[Warning]:
        warnings = self.state.warnings.values()
        return [w for w in warnings if _visible(sight, w) and _selected(selection, w)]

    def _listed(self, warning: Warning) -> Listed:
        own = [written.id for written in self.state.history if written.warning == warning.id]
        if own:
            return Listed(warning=warning, latest=own[-1])
        untold = [key for key, one in self.state.warnings.items() if not one.entries]
        return Listed(warning=warning, latest=-1 - untold.index(warning.id))

    def _waiting(self, endpoint: UUID) -> list[Row]:
        return [
            row
            for (key, _), row in self.state.deliveries.items()
            if key == endpoint and row.next_at is not None
        ]

    def _first(self, endpoint: UUID, row: Row) -> bool:
        return not any(
            other.entry.warning == row.entry.warning and other.entry.id < row.entry.id
            for other in self._waiting(endpoint)
        )


class MemoryWork:
    """One transaction on a copy of the state."""

    def __init__(self, state: Kept) -> None:
        self._state = state

    async def due(self, until: datetime, *, limit: int) -> tuple[Warning, ...]:
        due = [w for w in self._state.warnings.values() if w.wakes_at and w.wakes_at <= until]
        return tuple(sorted(due, key=lambda w: (w.wakes_at or until, w.id))[:limit])

    async def taking(self) -> None:
        """One process has the memory to itself."""

    async def known(self, series: Collection[str], warnings: Collection[UUID]) -> Known:
        state = self._state
        return Known(
            numbers={s: state.numbers[s] for s in series if s in state.numbers},
            warnings={key: state.warnings[key] for key in warnings if key in state.warnings},
        )

    async def write(self, heard: Heard) -> int | None:
        state = self._state
        state.numbers.update(heard.numbers)
        state.warnings.update({warning.id: warning for warning in heard.warnings})
        for entry in heard.entries:
            data = encode_entry(entry).encode()
            number = len(state.history) + 1
            before = state.history[-1].hash if state.history else BEGINNING
            written = Written(
                id=number,
                about=About.WARNING,
                position=entry.position,
                hash=link(before, number, data.decode()),
                warning=entry.warning,
                type=type_of(entry.kind),
                noticed_at=entry.noticed_at,
                told=told_of(data),
                data=data,
            )
            state.history.append(written)
            for key in state.endpoints.keys() - state.removed.keys():
                state.deliveries[key, written.id] = Row(written, next_at=entry.noticed_at)
        return state.history[-1].id if heard.entries else None

    async def move(self, topic: str, moves: Moves) -> None:
        for partition, (expected, following) in moves.items():
            if self._state.positions.get((topic, partition), 0) != expected:
                raise Fenced(f"partition {partition} was moved on")
            self._state.positions[topic, partition] = following


class RecordingChannel:
    """Answers as told, in turn and then 204; remembers what was sent."""

    def __init__(self, *answers: int | None) -> None:
        self._answers = list(answers)
        self.sent: list[tuple[Endpoint, Delivery, datetime]] = []

    async def send(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> Answer:
        self.sent.append((endpoint, delivery, now))
        status = self._answers.pop(0) if self._answers else 204
        return Answer(status=status, detail="" if status else "no connection")


def _latest(one: Listed) -> int:
    return one.latest


def _visible(sight: Sight, warning: Warning) -> bool:
    return warning.measure in sight.measures and (
        sight.everything
        or warning.subject in sight.subjects
        or bool(set(sight.regions) & set(warning.regions))
    )


def _selected(selection: Selection, warning: Warning) -> bool:
    told = selection.state is not None or warning.entries > 0
    return (
        told
        and selection.subject in (None, warning.subject)
        and selection.rule in (None, warning.rule)
        and selection.about in (None, warning.about)
        and selection.kind in (None, warning.kind)
        and selection.measure in (None, warning.measure)
        and selection.stage in (None, warning.handling.stage)
        and selection.assignee in (None, warning.handling.assignee)
        and selection.state in (None, warning.state)
        and (selection.region is None or selection.region in warning.regions)
        and (selection.level is None or warning.level >= selection.level)
        and (selection.since is None or warning.changed_at >= selection.since)
    )


def _group_key(warning: Warning, by: By) -> str:
    keys = {
        By.REGION: warning.regions[0] if warning.regions else "",
        By.MEASURE: warning.measure.value,
        By.KIND: warning.kind.value,
        By.LEVEL: str(int(warning.level)),
        By.SUBJECT: warning.subject,
    }
    return keys[by]


def _due(row: Row, now: datetime) -> bool:
    return row.next_at is not None and row.next_at <= now


def _delivery(endpoint: UUID, row: Row) -> Delivery:
    return Delivery(
        endpoint=endpoint,
        entry=row.entry.id,
        warning=row.entry.warning,
        attempt=row.attempts,
        type=row.entry.type,
        timestamp=row.entry.noticed_at,
        data=row.entry.data,
    )


def _logged(row: Row) -> Logged:
    return Logged(
        entry=row.entry.id,
        warning=row.entry.warning,
        type=row.entry.type,
        attempts=row.attempts,
        next_at=row.next_at,
        last_at=row.last_at,
        last_status=row.last_status,
        last_detail=row.last_detail,
    )
