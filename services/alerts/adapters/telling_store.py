"""Groups and what was told of them, in PostgreSQL: a handful of statements a batch."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.alerts.adapters import rows
from services.alerts.adapters.letters import insert_letters
from services.alerts.domain.telling.deciding import Last
from services.alerts.domain.telling.items import Item, item_document
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.routes import Group
from services.alerts.domain.warning import Warning
from services.alerts.ports.telling import Due, Judged, Kept, Placed, Placement, Results, Seat
from services.alerts.ports.warnings import Happened
from shared.kit.postgres import Database, Positions, Transaction
from shared.model.level import Level

_AFTER = """
    SELECT id, about, warning, kind, noticed_at, data FROM alerts.history
    WHERE id > $1 ORDER BY id LIMIT $2
"""
_WARNINGS = f"SELECT {rows.OUTLINE} FROM alerts.warnings WHERE id = ANY($1::uuid[])"
_OPEN = f"""
    SELECT {rows.OUTLINE} FROM alerts.warnings WHERE level > 0 AND ($1::uuid IS NULL OR id > $1)
    ORDER BY id LIMIT $2
"""
_SEATS = "SELECT group_id, item, holds, level FROM alerts.members WHERE item = ANY($1::uuid[])"

# Whoever changes members holds their groups first, in the order of ids: so nobody waits in circles,
# and whoever looks at a group sees all its members.
_LOCK = "SELECT FROM alerts.groups WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
_SOON = """
    CASE WHEN g.flushed_at IS NULL THEN coalesce(g.due_at, {first})
    ELSE least(coalesce(g.due_at, 'infinity'), greatest({now}, g.flushed_at + {every})) END
"""
_GROUPS = f"""
    INSERT INTO alerts.groups AS g (id, route, receiver, labels, every, due_at)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::interval[],
        $6::timestamptz[])
    ON CONFLICT (id) DO UPDATE SET every = excluded.every, due_at =
    {_SOON.format(first="excluded.due_at", now="$7", every="excluded.every")}
"""
_MEMBERS = """
    INSERT INTO alerts.members (group_id, item, holds, level, event)
    SELECT group_id, item, true, level, event
    FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[])
        AS new (group_id, item, level, event)
    ON CONFLICT (group_id, item) DO UPDATE SET holds = true, level = excluded.level,
        event = excluded.event
"""
_DUE_SOON = f"""
    UPDATE alerts.groups AS g SET due_at = {_SOON.format(first="$2", now="$2", every="g.every")}
    WHERE g.id = ANY($1::uuid[])
"""
_END = """
    UPDATE alerts.members AS m SET holds = false
    FROM unnest($1::uuid[], $2::uuid[]) AS s (group_id, item)
    WHERE m.group_id = s.group_id AND m.item = s.item
"""
_REMOVE = """
    DELETE FROM alerts.members AS m USING unnest($1::uuid[], $2::uuid[]) AS s (group_id, item)
    WHERE m.group_id = s.group_id AND m.item = s.item
"""
_STRAYS = """
    SELECT m.* FROM alerts.members AS m JOIN alerts.groups AS g ON g.id = m.group_id
    WHERE m.event IS NOT NULL AND g.route <> ALL ($1::text[]) ORDER BY m.group_id, m.item
"""
# What a contact was told of an item in one group it has been told in another one as well.
_MOVES = """
    INSERT INTO alerts.told AS t (group_id, contact, firing, told_at, reason, muted, decided_at)
    SELECT s.target, o.contact, jsonb_object_agg(s.item, o.firing::jsonb -> s.item::text)::text,
        max(o.told_at), 'nothing_new', '[]', $4
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS s (item, source, target)
    JOIN alerts.told AS o ON o.group_id = s.source AND o.firing::jsonb ? s.item::text
    GROUP BY s.target, o.contact
    ON CONFLICT (group_id, contact) DO UPDATE SET
        firing = (excluded.firing::jsonb || t.firing::jsonb)::text,
        told_at = coalesce(t.told_at, excluded.told_at)
"""
_DUE = """
    SELECT id, route, receiver, labels FROM alerts.groups WHERE due_at <= $1
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_MEMBERS_OF = "SELECT * FROM alerts.members WHERE group_id = ANY($1::uuid[]) ORDER BY item"
_TOLD_OF = """
    SELECT group_id, contact, firing, told_at FROM alerts.told
    WHERE group_id = ANY($1::uuid[]) AND told_at IS NOT NULL
"""
_LATELY = "SELECT contact, begin, told FROM alerts.told_lately WHERE contact = ANY($1::text[])"
_HELD = """
    WITH taken AS (
        SELECT id FROM alerts.held WHERE contact IN (
            SELECT contact FROM alerts.held WHERE due_at <= $1
            GROUP BY contact ORDER BY min(due_at), contact LIMIT $2)
        AND due_at <= $1 FOR UPDATE SKIP LOCKED)
    DELETE FROM alerts.held AS h USING taken WHERE h.id = taken.id
    RETURNING h.id, h.contact, h.document
"""
_TOLD_SINCE = """
    SELECT n.recipient, w.warning, max(n.created_at) FROM alerts.notices AS n,
        unnest(n.warnings) AS w (warning)
    WHERE n.recipient = ANY($1::text[]) AND n.created_at > $2 AND n.reason <> 'digest'
    GROUP BY n.recipient, w.warning
"""
_FLUSHED = """
    UPDATE alerts.groups AS g SET due_at = s.due_at, flushed_at = $3
    FROM unnest($1::uuid[], $2::timestamptz[]) AS s (id, due_at) WHERE g.id = s.id
"""
_GONE = (
    "DELETE FROM alerts.groups WHERE id = ANY($1::uuid[])",
    "DELETE FROM alerts.members WHERE group_id = ANY($1::uuid[])",
    "DELETE FROM alerts.told WHERE group_id = ANY($1::uuid[])",
)
_TOLD = """
    INSERT INTO alerts.told (group_id, contact, firing, told_at, reason, muted, decided_at)
    SELECT *, $7 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[],
        $6::text[])
    ON CONFLICT (group_id, contact) DO UPDATE SET firing = excluded.firing,
        told_at = excluded.told_at, reason = excluded.reason, muted = excluded.muted,
        decided_at = excluded.decided_at
"""
_COUNT = """
    INSERT INTO alerts.told_lately AS t (contact, begin, told)
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::int[])
    ON CONFLICT (contact) DO UPDATE SET begin = excluded.begin, told = CASE
        WHEN t.begin = excluded.begin THEN greatest(t.told, excluded.told) ELSE excluded.told END
"""
_HOLD = """
    INSERT INTO alerts.held (contact, due_at, document)
    SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[])
"""
_NEXT_DUE = """
    SELECT least((SELECT min(due_at) FROM alerts.groups), (SELECT min(due_at) FROM alerts.held))
"""

_LABELS = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_FIRING = msgspec.json.Decoder(dict[UUID, Level | tuple[Level, tuple[str, ...]]])
_EVENT = msgspec.json.Decoder(Item)
_DOCUMENT = msgspec.json.Decoder(dict[str, Any])


def text_of(value: object) -> str:
    """Any record as JSON."""
    return msgspec.json.encode(value).decode()


class PostgresTelling:
    """The port Telling on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._positions = Positions("alerts")

    @asynccontextmanager
    async def work(self) -> AsyncIterator["PostgresTellingWork"]:
        """One transaction; raises Unavailable or Fenced as the kit says."""
        async with self._db.transaction() as tx:
            yield PostgresTellingWork(tx, self._positions)

    async def next_due(self) -> datetime | None:
        """From the ends of two indexes."""
        async with self._db.reading() as tx:
            due: datetime | None = await tx.raw.fetchval(_NEXT_DUE)
        return due


class PostgresTellingWork:
    """The port TellingWork in one open transaction."""

    def __init__(self, tx: Transaction, positions: Positions) -> None:
        self._tx = tx
        self._raw = tx.raw
        self._positions = positions

    async def position(self, name: str) -> int:
        """Kept beside the positions of topics, as partition 0."""
        return (await self._positions.load(self._tx, name, (0,)))[0]

    async def move(self, name: str, expected: int, new: int) -> None:
        """Raises Fenced when another process was here."""
        await self._positions.advance(self._tx, name, {0: (expected, new)})

    async def entries(self, after: int, limit: int) -> tuple[Happened, ...]:
        """Ids grow in the order of commits, so nothing can appear below what was read."""
        return tuple(rows.happened(row) for row in await self._raw.fetch(_AFTER, after, limit))

    async def warnings(self, keys: Collection[UUID]) -> Mapping[UUID, Warning]:
        """By primary key, without the evidence."""
        found = await self._raw.fetch(_WARNINGS, list(keys)) if keys else []
        return {row["id"]: rows.outline(row) for row in found}

    async def open_warnings(self, after: UUID | None, limit: int) -> tuple[Warning, ...]:
        """In the order of the primary key."""
        return tuple(rows.outline(row) for row in await self._raw.fetch(_OPEN, after, limit))

    async def seats(self, items: Collection[UUID]) -> tuple[Seat, ...]:
        """From the index by item."""
        found = await self._raw.fetch(_SEATS, list(items)) if items else []
        return tuple(map(_seat, found))

    async def strays(self, routes: Collection[str]) -> tuple[tuple[Seat, Item], ...]:
        """Only once for each change of routes."""
        found = await self._raw.fetch(_STRAYS, list(routes))
        return tuple((_seat(row), _EVENT.decode(row["event"])) for row in found)

    async def place(self, placement: Placement, now: datetime) -> None:
        """Locks the groups, then writes groups and members."""
        ended = [(seat.group, seat.item) for seat in placement.ended]
        removed = [(seat.group, seat.item) for seat in placement.removed]
        touched = {one.group.id for one in placement.placed} | {key for key, _ in ended + removed}
        if not touched:
            return
        await self._raw.execute(_LOCK, sorted(touched))
        if placement.placed:
            await self._put(placement.placed, now)
        if placement.moves:
            moves = [(one.item, one.source, one.target) for one in placement.moves]
            await self._raw.execute(_MOVES, *rows.columns(moves, 3), now)
        if ended:
            await self._raw.execute(_END, *rows.columns(ended, 2))
        if removed:
            await self._raw.execute(_REMOVE, *rows.columns(removed, 2))
        left = {key for key, _ in ended + removed}
        if left:
            await self._raw.execute(_DUE_SOON, sorted(left), now)

    async def _put(self, placed: Sequence[Placed], now: datetime) -> None:
        groups = {one.group.id: one for one in placed}
        heads = [
            (
                one.group.id,
                one.group.route,
                one.group.receiver,
                text_of(one.group.labels),
                one.interval,
                now + one.wait,
            )
            for _, one in sorted(groups.items())
        ]
        await self._raw.execute(_GROUPS, *rows.columns(heads, 6), now)
        seats = {(one.group.id, one.item): one for one in placed}
        members = [
            (*key, int(one.level), text_of(one.event) if one.event else None)
            for key, one in seats.items()
        ]
        await self._raw.execute(_MEMBERS, *rows.columns(members, 4))

    async def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Three queries; groups that another copy looks at are skipped."""
        groups = await self._raw.fetch(_DUE, now, limit)
        keys = [row["id"] for row in groups]
        members: dict[UUID, list[Kept]] = {key: [] for key in keys}
        for row in await self._raw.fetch(_MEMBERS_OF, keys) if keys else ():
            members[row["group_id"]].append(_kept(row))
        told: dict[UUID, dict[str, Last]] = {key: {} for key in keys}
        for row in await self._raw.fetch(_TOLD_OF, keys) if keys else ():
            told[row["group_id"]][row["contact"]] = _last(row)
        return tuple(
            Due(group=_group(row), members=tuple(members[row["id"]]), last=told[row["id"]])
            for row in groups
        )

    async def lately(self, contacts: Collection[str]) -> Mapping[str, tuple[datetime, int]]:
        """By primary key."""
        found = await self._raw.fetch(_LATELY, list(contacts)) if contacts else []
        return {row["contact"]: (row["begin"], row["told"]) for row in found}

    async def held(self, now: datetime, limit: int) -> Mapping[str, tuple[Document, ...]]:
        """Taken out in the same transaction in which the digest is written."""
        found = await self._raw.fetch(_HELD, now, limit)
        taken: dict[str, list[Document]] = {}
        for row in sorted(found, key=lambda row: int(row["id"])):
            taken.setdefault(row["contact"], []).append(_DOCUMENT.decode(row["document"]))
        return {contact: tuple(documents) for contact, documents in taken.items()}

    async def told_since(
        self, contacts: Collection[str], since: datetime
    ) -> Mapping[tuple[str, UUID], datetime]:
        """From the log of notices, by the index of recipients."""
        found = await self._raw.fetch(_TOLD_SINCE, list(contacts), since)
        return {(row[0], row[1]): row[2] for row in found}

    async def write(self, results: Results) -> None:
        """Letters last: their numbers are drawn under a lock that is held to the commit."""
        await self._write_groups(results)
        if results.judged:
            judged = [_told_fields(one) for one in results.judged if results.due.get(one.group)]
            await self._raw.execute(_TOLD, *rows.columns(judged, 6), results.now)
        if results.lately:
            counts = [(name, *pair) for name, pair in sorted(results.lately.items())]
            await self._raw.execute(_COUNT, *rows.columns(counts, 3))
        if results.held:
            held = [(one.contact, one.due_at, text_of(one.document)) for one in results.held]
            await self._raw.execute(_HOLD, *rows.columns(held, 3))
        await insert_letters(self._tx, results.letters)

    async def _write_groups(self, results: Results) -> None:
        over = [(group, item) for group, items in results.over.items() for item in items]
        if over:
            await self._raw.execute(_REMOVE, *rows.columns(over, 2))
        staying = [(key, due) for key, due in results.due.items() if due is not None]
        if staying:
            await self._raw.execute(_FLUSHED, *rows.columns(staying, 2), results.now)
        gone = [*results.gone, *(key for key, due in results.due.items() if due is None)]
        if gone:
            for statement in _GONE:
                await self._raw.execute(statement, gone)


def _group(row: rows.Row) -> Group:
    return Group(route=row["route"], receiver=row["receiver"], labels=_LABELS.decode(row["labels"]))


def _seat(row: rows.Row) -> Seat:
    return Seat(
        group=row["group_id"], item=row["item"], holds=row["holds"], level=Level(row["level"])
    )


def _kept(row: rows.Row) -> Kept:
    return Kept(
        item=row["item"],
        holds=row["holds"],
        level=Level(row["level"]),
        event=_EVENT.decode(row["event"]) if row["event"] else None,
    )


def _last(row: rows.Row) -> Last:
    found = _FIRING.decode(row["firing"])
    with_periods = {key: told for key, told in found.items() if isinstance(told, tuple)}
    return Last(
        firing={key: told[0] if isinstance(told, tuple) else told for key, told in found.items()},
        at=row["told_at"],
        periods={key: frozenset(told[1]) for key, told in with_periods.items()},
    )


def _firing(last: Last) -> dict[str, object]:
    """For each warning its level; where it has periods, the level with those that were told."""
    return {
        str(key): [int(level), sorted(last.periods[key])] if key in last.periods else int(level)
        for key, level in last.firing.items()
    }


def _told_fields(judged: Judged) -> tuple[object, ...]:
    return (
        judged.group,
        judged.contact,
        text_of(_firing(judged.last) if judged.last else {}),
        judged.last.at if judged.last else None,
        judged.decision.reason.value,
        text_of([item_document(one.item, one.why) for one in judged.muted]),
    )
