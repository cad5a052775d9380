"""The ports of alerts in memory; they pass the same suites as PostgreSQL."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.adapters.documents import encode_entry, told_of
from services.alerts.domain.delivery import Answer, Delivery, Endpoint
from services.alerts.domain.documents import type_of
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.selection import Selection, Sight
from services.alerts.domain.warning import Warning
from services.alerts.ports.warnings import Listed, Logged, Moves, Page, Settled, Written
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
class State:
    """Everything that PostgreSQL would hold."""

    positions: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    warnings: dict[UUID, Warning] = field(default_factory=dict)
    history: list[Written] = field(default_factory=list)
    endpoints: dict[UUID, Endpoint] = field(default_factory=dict)
    removed: dict[UUID, datetime] = field(default_factory=dict)
    deliveries: dict[tuple[UUID, int], Row] = field(default_factory=dict)


class MemoryStore:
    """All ports over one state."""

    def __init__(self) -> None:
        self.state = State()

    @asynccontextmanager
    async def work(self) -> AsyncIterator["MemoryWork"]:
        """A transaction: what is written counts only when the block ends well."""
        attempt = deepcopy(self.state)
        yield MemoryWork(attempt)
        self.state = attempt

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        return {partition: self.state.positions.get(partition, 0) for partition in partitions}

    async def find(
        self, sight: Sight, selection: Selection, *, limit: int, below: int | None
    ) -> Page:
        found = [
            one
            for one in sorted(map(self._listed, self.state.warnings.values()), key=_latest)[::-1]
            if _visible(sight, one.warning) and _selected(selection, one.warning)
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

    async def count(self, sight: Sight, selection: Selection) -> Mapping[Level, int]:
        found = [w for w in self.state.warnings.values() if _visible(sight, w)]
        levels = [warning.level for warning in found if _selected(selection, warning)]
        return {level: levels.count(level) for level in Level if level > Level.NONE}

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

    def _listed(self, warning: Warning) -> Listed:
        own = [written.id for written in self.state.history if written.warning == warning.id]
        return Listed(warning=warning, latest=own[-1])

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

    def __init__(self, state: State) -> None:
        self._state = state

    async def known(self, subjects: Collection[str], warnings: Collection[UUID]) -> Known:
        state = self._state
        return Known(
            numbers={s: state.numbers[s] for s in subjects if s in state.numbers},
            warnings={key: state.warnings[key] for key in warnings if key in state.warnings},
        )

    async def write(self, heard: Heard) -> int | None:
        state = self._state
        state.numbers.update(heard.numbers)
        state.warnings.update({warning.id: warning for warning in heard.warnings})
        for entry in heard.entries:
            data = encode_entry(entry).encode()
            written = Written(
                id=len(state.history) + 1,
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

    async def move(self, moves: Moves) -> None:
        for partition, (expected, following) in moves.items():
            if self._state.positions.get(partition, 0) != expected:
                raise Fenced(f"partition {partition} was moved on")
            self._state.positions[partition] = following


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
    return (
        sight.everything
        or warning.subject in sight.subjects
        or bool(set(sight.regions) & set(warning.regions))
    )


def _selected(selection: Selection, warning: Warning) -> bool:
    return (
        selection.subject in (None, warning.subject)
        and selection.rule in (None, warning.rule)
        and selection.budget in (None, warning.about)
        and (selection.region is None or selection.region in warning.regions)
        and (selection.level is None or warning.level >= selection.level)
        and (selection.is_open is None or warning.is_open == selection.is_open)
        and (selection.since is None or warning.changed_at >= selection.since)
    )


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
