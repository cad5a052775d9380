"""Writing warnings in PostgreSQL: a handful of statements a batch, however large it is."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.adapters.documents import encode_entry
from services.alerts.adapters.journal import append
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.warning import Line as HistoryLine
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About, Line
from services.alerts.ports.warnings import Moves
from shared.kit.postgres import Database, Positions, Transaction

_NUMBERS = "SELECT subject, number FROM alerts.subjects WHERE subject = ANY($1::text[])"
# Whoever changes a warning holds its row to the end; all take rows in the order of their ids.
_WARNINGS = "SELECT * FROM alerts.warnings WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
# Rows that somebody holds are left for the next tick.
_DUE = """
    SELECT * FROM alerts.warnings WHERE wakes_at <= $1
    ORDER BY wakes_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_TAKING_LOCK = 0x71_79_65_78
"""Alerts of somebody else's are taken by one copy at a time: two may speak of a new one."""
_WRITE_NUMBERS = """
    INSERT INTO alerts.subjects (subject, number)
    SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (subject) DO UPDATE SET number = excluded.number
"""


class PostgresDesk:
    """The port Desk on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._positions = Positions("alerts")

    @asynccontextmanager
    async def work(self) -> AsyncIterator["PostgresWork"]:
        """One transaction; raises Unavailable or Fenced as the kit says."""
        async with self._db.transaction() as tx:
            yield PostgresWork(tx, self._positions)

    async def positions(self, topic: str, partitions: Collection[int]) -> Mapping[int, int]:
        """Where to read on."""
        async with self._db.reading() as tx:
            return await self._positions.load(tx, topic, partitions)


class PostgresWork:
    """The port DeskWork in one open transaction."""

    def __init__(self, tx: Transaction, positions: Positions) -> None:
        self._tx = tx
        self._positions = positions
        self._fresh: frozenset[UUID] = frozenset()

    async def known(self, series: Collection[str], warnings: Collection[UUID]) -> Known:
        """Two queries, both by primary key."""
        numbers = await self._tx.raw.fetch(_NUMBERS, list(series)) if series else ()
        found = await self._tx.raw.fetch(_WARNINGS, list(warnings)) if warnings else ()
        self._fresh = frozenset(warnings).difference(row["id"] for row in found)
        return Known(
            numbers={row["subject"]: row["number"] for row in numbers},
            warnings={row["id"]: rows.warning(row) for row in found},
        )

    async def due(self, until: datetime, *, limit: int) -> tuple[Warning, ...]:
        """From the index of what time changes."""
        return tuple(map(rows.warning, await self._tx.raw.fetch(_DUE, until, limit)))

    async def taking(self) -> None:
        """Until the commit, nobody else takes alerts of somebody else's."""
        await self._tx.raw.execute("SELECT pg_advisory_xact_lock($1)", _TAKING_LOCK)

    async def write(self, heard: Heard) -> int | None:
        """Numbers, history, deliveries, warnings, and the word to whoever streams."""
        raw = self._tx.raw
        if heard.numbers:
            await raw.execute(
                _WRITE_NUMBERS, list(heard.numbers.keys()), list(heard.numbers.values())
            )
        ids = await append(self._tx, [_line(entry) for entry in heard.entries])
        await self._write_warnings(heard, ids)
        return ids[-1] if ids else None

    async def _write_warnings(self, heard: Heard, ids: Sequence[int]) -> None:
        """What is new, and told, is copied: most of a storm; whoever makes a new one is alone."""
        raw = self._tx.raw
        latest = {entry.warning: i for entry, i in zip(heard.entries, ids, strict=True)}
        fresh = self._fresh & latest.keys()
        new = [one for one in heard.warnings if one.id in fresh]
        if new:
            await raw.copy_records_to_table(
                "warnings",
                schema_name="alerts",
                columns=rows.NAMES,
                records=[rows.copied(one, latest[one.id]) for one in new],
            )
        # Without a new entry the row keeps its `latest`.
        kept = [
            (*rows.fields(one), latest.get(one.id)) for one in heard.warnings if one.id not in fresh
        ]
        if kept:
            await raw.execute(rows.WRITE_WARNINGS, *rows.columns(kept, len(rows.NAMES)))

    async def move(self, topic: str, moves: Moves) -> None:
        """Raises Fenced when another process was here."""
        await self._positions.advance(self._tx, topic, moves)


def _line(entry: HistoryLine) -> Line:
    return Line(
        about=About.WARNING,
        key=entry.warning,
        position=entry.position,
        kind=entry.kind.value,
        at=entry.noticed_at,
        data=encode_entry(entry),
    )
