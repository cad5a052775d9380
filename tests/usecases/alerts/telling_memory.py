"""The ports of telling in memory; they pass the same suites as PostgreSQL."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.alerts.domain.telling.contacts import Address, ChannelKind, Contact
from services.alerts.domain.telling.deciding import Last, Reason
from services.alerts.domain.telling.items import Item
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.reading import read_routes
from services.alerts.domain.telling.routes import Route
from services.alerts.domain.telling.sending import Sending, State
from services.alerts.domain.warning import Warning
from services.alerts.ports.telling import (
    Attempt,
    Due,
    Kept,
    Letter,
    Move,
    Noted,
    Placement,
    Results,
    Ruling,
    Seat,
    Settled,
    Wanted,
)
from services.alerts.ports.warnings import Written
from shared.kit.errors import Fenced
from shared.model.level import Level
from tests.usecases.alerts.memory import MemoryStore
from tests.usecases.alerts.telling_tables import (
    GroupRow,
    MemberRow,
    NoticeRow,
    Tables,
    is_wanted,
    noted,
    put,
    soon,
)


class MemoryTelling:
    """The ports Telling, Outbox and NoticeLog over one state; `alive`: the copies that live."""

    def __init__(self, store: MemoryStore, directory: "MemoryDirectory") -> None:
        self.store = store
        self.directory = directory
        self.tables = Tables()
        self.alive: set[int] = {1}

    @asynccontextmanager
    async def work(self) -> AsyncIterator["MemoryTellingWork"]:
        """A transaction: what is written counts only when the block ends well."""
        attempt = deepcopy(self.tables)
        yield MemoryTellingWork(attempt, self.store)
        self.tables = attempt

    async def next_due(self) -> datetime | None:
        found = [row.due_at for row in self.tables.groups.values() if row.due_at]
        return min([*found, *(due for _, due, _ in self.tables.held)], default=None)

    async def exchange(
        self,
        channel: ChannelKind,
        settled: Sequence[Settled],
        copy: int,
        now: datetime,
        *,
        limit: int,
    ) -> tuple[Sending, ...]:
        for one in settled:
            self._settle(one, copy, now)
        claimed: list[Sending] = []
        for row in sorted(self.tables.notices, key=lambda row: (row.next_at or now, row.number)):
            if len(claimed) < limit and self._is_due(row, channel, now):
                claimed.append(self._claim(row, copy, now))
        return tuple(sorted(claimed, key=lambda sending: sending.number))

    async def free(self) -> int:
        lost = [r for r in self.tables.notices if r.claimed_by and r.claimed_by not in self.alive]
        for row in lost:
            row.claimed_by = None
        return len(lost)

    async def put(self, letters: Sequence[Letter]) -> tuple[int, ...]:
        return put(self.tables, letters)

    async def waiting(self) -> tuple[int, datetime | None]:
        rows = [row for row in self.tables.notices if row.state is State.WAITING]
        return len(rows), min((row.letter.notice.at for row in rows), default=None)

    async def find(
        self, wanted: Wanted, *, limit: int, below: int | None = None, after: int | None = None
    ) -> tuple[Noted, ...]:
        rows = [row for row in self.tables.notices if is_wanted(row, wanted)]
        if after is not None:
            return tuple(noted(row) for row in rows if row.number > after)[:limit]
        rows = [row for row in rows if below is None or row.number < below]
        return tuple(map(noted, rows[::-1]))[:limit]

    async def one(self, number: int) -> tuple[Noted, tuple[Attempt, ...]] | None:
        attempts = tuple(attempt for of, attempt in self.tables.attempts if of == number)
        found = [row for row in self.tables.notices if row.number == number]
        return (noted(found[0]), attempts) if found else None

    async def newest(self) -> int:
        return self.tables.notices[-1].number if self.tables.notices else 0

    def _settle(self, one: Settled, copy: int, now: datetime) -> None:
        (row,) = (row for row in self.tables.notices if row.number == one.sending.number)
        said, outcome = one.said, one.outcome
        line = Attempt(
            attempt=one.sending.attempt,
            step="answered",
            at=now,
            copy=copy,
            repeats=False,
            result=said.result.value,
            status=said.status,
            detail=said.detail,
        )
        self.tables.attempts.append((row.number, line))
        if outcome.rest_until:
            self.tables.resting[one.sending.recipient, one.sending.address.key] = outcome.rest_until
        if row.attempts == one.sending.attempt and row.state is State.WAITING:
            row.state, row.next_at, row.unsure = outcome.state, outcome.next_at, outcome.unsure
            row.claimed_by, row.last_at = None, now
            row.last_status, row.last_detail = said.status, said.detail

    def _is_due(self, row: NoticeRow, channel: ChannelKind, now: datetime) -> bool:
        letter = row.letter
        key = (letter.notice.recipient, letter.address)
        if letter.channel is not channel or row.state is not State.WAITING or row.claimed_by:
            return False
        if row.next_at is None or row.next_at > now or self.tables.resting.get(key, now) > now:
            return False
        return not any(
            older.number < row.number
            and older.state is State.WAITING
            and (older.letter.notice.recipient, older.letter.address) == key
            and letter.notice.group is not None
            and older.letter.notice.group == letter.notice.group
            for older in self.tables.notices
        )

    def _claim(self, row: NoticeRow, copy: int, now: datetime) -> Sending:
        repeats, row.unsure = row.unsure, True
        row.attempts += 1
        row.claimed_by = copy
        row.first_at = row.first_at or now
        line = Attempt(
            attempt=row.attempts,
            step="begun",
            at=now,
            copy=copy,
            repeats=repeats,
            result="",
            status=None,
            detail="",
        )
        self.tables.attempts.append((row.number, line))
        return Sending(
            number=row.number,
            notice=row.letter.notice.id,
            recipient=row.letter.notice.recipient,
            address=self._address(row.letter),
            attempt=row.attempts,
            repeats=repeats,
            first_at=row.first_at,
            document=row.letter.notice.document,
            rendered=row.letter.rendered,
        )

    def _address(self, letter: Letter) -> Address:
        contact = self.directory.book.get(letter.notice.recipient)
        found = [a for a in contact.addresses if a.key == letter.address] if contact else []
        return found[0] if found else Address(key=letter.address, channel=letter.channel)


class MemoryTellingWork:
    """The port TellingWork."""

    def __init__(self, tables: Tables, store: MemoryStore) -> None:
        self._tables = tables
        self._store = store

    async def position(self, name: str) -> int:
        return self._tables.positions.get(name, 0)

    async def move(self, name: str, expected: int, new: int) -> None:
        if self._tables.positions.get(name, 0) != expected:
            raise Fenced(name)
        self._tables.positions[name] = new

    async def entries(self, after: int, limit: int) -> tuple[Written, ...]:
        return await self._store.after(after, limit=limit)

    async def warnings(self, keys: Collection[UUID]) -> Mapping[UUID, Warning]:
        return {key: w for key, w in self._store.state.warnings.items() if key in keys}

    async def open_warnings(self, after: UUID | None, limit: int) -> tuple[Warning, ...]:
        found = [w for w in self._store.state.warnings.values() if w.level > Level.NONE]
        found.sort(key=lambda warning: warning.id)
        return tuple(w for w in found if after is None or w.id > after)[:limit]

    async def seats(self, items: Collection[UUID]) -> tuple[Seat, ...]:
        return tuple(
            Seat(group=group, item=item, holds=row.holds, level=row.level)
            for (group, item), row in self._tables.members.items()
            if item in items
        )

    async def place(self, placement: Placement, now: datetime) -> None:
        for one in placement.placed:
            row = self._tables.groups.get(one.group.id)
            if row is None:
                row = GroupRow(group=one.group, every=one.interval, due_at=now + one.wait)
                self._tables.groups[one.group.id] = row
            row.every = one.interval
            soon(row, now)
            member = MemberRow(holds=True, level=one.level, event=one.event)
            self._tables.members[one.group.id, one.item] = member
        for move in placement.moves:
            self._move(move)
        for seat in placement.ended:
            self._tables.members[seat.group, seat.item].holds = False
            self._left(seat.group, now)
        for seat in placement.removed:
            self._tables.members.pop((seat.group, seat.item), None)
            self._left(seat.group, now)

    async def strays(self, routes: Collection[str]) -> tuple[tuple[Seat, Item], ...]:
        return tuple(
            (Seat(group=group, item=item, holds=row.holds, level=row.level), row.event)
            for (group, item), row in self._tables.members.items()
            if row.event and self._tables.groups[group].group.route not in routes
        )

    def _move(self, move: Move) -> None:
        for (group, name), last in tuple(self._tables.told.items()):
            if group == move.source and move.item in last.firing:
                before = self._tables.told.get((move.target, name), Last(firing={}, at=last.at))
                firing = {move.item: last.firing[move.item], **before.firing}
                known = {k: told for k, told in last.periods.items() if k == move.item}
                moved = replace(before, firing=firing, periods={**known, **before.periods})
                self._tables.told[move.target, name] = moved

    def _left(self, group: UUID, now: datetime) -> None:
        row = self._tables.groups.get(group)
        if row is not None:
            soon(row, now)

    async def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        found = [r for r in self._tables.groups.values() if r.due_at and r.due_at <= now]
        found.sort(key=lambda row: row.due_at or now)
        return tuple(self._due(row) for row in found[:limit])

    def _due(self, row: GroupRow) -> Due:
        key = row.group.id
        members = sorted(
            (item, member) for (group, item), member in self._tables.members.items() if group == key
        )
        return Due(
            group=row.group,
            members=tuple(
                Kept(item=item, holds=m.holds, level=m.level, event=m.event) for item, m in members
            ),
            last={name: last for (group, name), last in self._tables.told.items() if group == key},
        )

    async def lately(self, contacts: Collection[str]) -> Mapping[str, tuple[datetime, int]]:
        return {name: pair for name, pair in self._tables.lately.items() if name in contacts}

    async def held(self, now: datetime, limit: int) -> Mapping[str, tuple[Document, ...]]:
        due = [one for one in self._tables.held if one[1] <= now]
        names = list(dict.fromkeys(name for name, _, _ in due))[:limit]
        self._tables.held = [o for o in self._tables.held if o[1] > now or o[0] not in names]
        return {n: tuple(doc for name, _, doc in due if name == n) for n in names}

    async def told_since(
        self, contacts: Collection[str], since: datetime
    ) -> Mapping[tuple[str, UUID], datetime]:
        return {
            (row.letter.notice.recipient, warning): row.letter.notice.at
            for row in self._tables.notices
            for warning in row.letter.notice.warnings
            if row.letter.notice.recipient in contacts
            and row.letter.notice.at > since
            and row.letter.notice.reason is not Reason.DIGEST
        }

    async def write(self, results: Results) -> None:
        tables = self._tables
        for group, items in results.over.items():
            for item in items:
                tables.members.pop((group, item), None)
        for judged in results.judged:
            if results.due.get(judged.group) and judged.last:
                tables.told[judged.group, judged.contact] = judged.last
        gone = {*results.gone, *(key for key, due in results.due.items() if due is None)}
        for key, due in results.due.items():
            if due is not None:
                tables.groups[key].due_at = due
                tables.groups[key].flushed_at = results.now
        tables.groups = {k: row for k, row in tables.groups.items() if k not in gone}
        tables.members = {k: row for k, row in tables.members.items() if k[0] not in gone}
        tables.told = {k: last for k, last in tables.told.items() if k[0] not in gone}
        tables.held.extend((one.contact, one.due_at, one.document) for one in results.held)
        tables.lately.update(results.lately)
        put(tables, results.letters)


class MemoryDirectory:
    """The port Directory."""

    def __init__(self, document: Document) -> None:
        self.current = Ruling(version=1, root=read_routes(document), document=document)
        self.book: dict[str, Contact] = {}
        self.telling: MemoryTelling | None = None

    async def ruling(self) -> Ruling:
        return self.current

    async def rule(self, document: Document, root: Route, by: str, now: datetime) -> Ruling:
        assert by
        assert now
        self.current = Ruling(version=self.current.version + 1, root=root, document=document)
        return self.current

    async def contacts(self) -> tuple[Contact, ...]:
        return tuple(self.book[name] for name in sorted(self.book))

    async def keep(self, contact: Contact, by: str, now: datetime) -> None:
        assert by
        self.book[contact.name] = contact
        for row in self.telling.tables.groups.values() if self.telling else ():
            if contact.answers_to(row.group.receiver):
                row.due_at = min(row.due_at or now, now)

    async def drop(self, name: str) -> bool:
        for row in self.telling.tables.notices if self.telling else ():
            if row.letter.notice.recipient == name and row.state is State.WAITING:
                row.state, row.next_at = State.FAILED, None
                row.last_detail = "the contact was removed"
        return self.book.pop(name, None) is not None
