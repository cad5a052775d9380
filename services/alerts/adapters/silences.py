"""Silences, quiet times and the open warnings they look at, in PostgreSQL."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec
from asyncpg import Record

from services.alerts.adapters import rows
from services.alerts.adapters.journal import append
from services.alerts.adapters.silences_documents import (
    decode_quiet,
    decode_silence,
    encode_quiet,
    encode_silence,
)
from services.alerts.domain.matchers import Matchers, Operator
from services.alerts.domain.suppression.quiet import QuietTime
from services.alerts.domain.suppression.shown import Shown, shown_of
from services.alerts.domain.suppression.silences import Silence
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from services.alerts.ports.journal import Line as JournalLine
from services.alerts.ports.suppression import OvertakenError, Written
from shared.kit.postgres import Database, Transaction
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

_LIVE = "SELECT data FROM alerts.silences WHERE ended_at IS NULL ORDER BY created_at, id"
_SINCE = """
    SELECT data FROM alerts.silences WHERE ended_at IS NULL OR ended_at > $1
    ORDER BY created_at DESC, id
"""
_ONE = "SELECT data FROM alerts.silences WHERE id = $1"
_ADD = """
    INSERT INTO alerts.silences (id, entries, created_at, ended_at, data)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1
"""
_CHANGE = """
    UPDATE alerts.silences SET entries = $2, ended_at = $3, data = $4
    WHERE id = $1 AND entries = $5 RETURNING 1
"""
_QUIET = "SELECT data FROM alerts.quiet_times ORDER BY name"
_FORGET = "DELETE FROM alerts.quiet_times WHERE owner = $1 OR $1::text IS NULL"
_KEEP = "INSERT INTO alerts.quiet_times (name, owner, data) VALUES ($1, $2, $3)"

_COLUMNS = """
    SELECT id, subject, subject_name, regions, about, rule, kind, measure, level, opened_at, labels
    FROM alerts.warnings WHERE level > 0 AND state = 'open'
"""
_WHOLE = "SELECT * FROM alerts.warnings WHERE level > 0 AND state = 'open' ORDER BY id"
_OF = _COLUMNS + " AND subject = ANY($1::text[])"
_NARROW = {
    "alertname": "kind = ${}",
    "measure": "measure = ${}",
    "subject": "subject = ${}",
    "rule": "rule = ${}",
    "about": "about = ${}",
    "region": "region = ${}",
    "province": "regions @> ARRAY[${}]",
    "prefecture": "regions @> ARRAY[${}]",
    "county": "regions @> ARRAY[${}]",
}
_AT_ONCE = 500
"""More rows than this are read into records beside the event loop."""
_LABELS = msgspec.json.Decoder(dict[str, str])


class PostgresSilences:
    """The port Silences on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def live(self) -> tuple[Silence, ...]:
        """By an index of those that have not been ended."""
        async with self._db.reading() as tx:
            return tuple(decode_silence(row["data"]) for row in await tx.raw.fetch(_LIVE))

    async def since(self, instant: datetime) -> tuple[Silence, ...]:
        """Live ones and those ended after the instant."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_SINCE, instant)
        return tuple(decode_silence(row["data"]) for row in found)

    async def one(self, key: UUID) -> Silence | None:
        """By primary key."""
        async with self._db.reading() as tx:
            data = await tx.raw.fetchval(_ONE, key)
        return decode_silence(data) if data else None

    async def write(self, changes: Sequence[Written]) -> None:
        """The records first, then the journal, late in the transaction."""
        if not changes:
            return
        async with self._db.transaction() as tx:
            for change in changes:
                await _put(tx, change)
            await append(tx, [line for change in changes for line in _lines(change)])


class PostgresQuietTimes:
    """The port QuietTimes on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> tuple[QuietTime, ...]:
        """By name."""
        async with self._db.reading() as tx:
            return tuple(decode_quiet(row["data"]) for row in await tx.raw.fetch(_QUIET))

    async def replace(self, owner: str | None, times: Sequence[QuietTime]) -> None:
        """Delete and insert in one transaction."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_FORGET, owner)
            await tx.raw.executemany(
                _KEEP,
                [
                    (one.name, one.owner.key_id if one.owner else "", encode_quiet(one))
                    for one in times
                ],
            )


class PostgresOpened:
    """The port Opened on PostgreSQL: only the columns that suppression looks at."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> tuple[Shown, ...]:
        """Every open warning."""
        return await self._read(_COLUMNS)

    async def near(self, matchers: Matchers) -> tuple[Shown, ...]:
        """Narrowed by labels that must be equal and are columns; the rest is left to the caller."""
        wanted = {
            matcher.name: matcher.value
            for matcher in matchers
            if matcher.operator is Operator.EQUAL and matcher.name in _NARROW and matcher.value
        }
        # Alerts of somebody else's have labels of their own under the same names.
        ours = [_NARROW[name].format(i) for i, name in enumerate(wanted, 1)]
        query = f"{_COLUMNS} AND (kind = 'external' OR ({' AND '.join(ours)}))"
        return await self._read(query if ours else _COLUMNS, *wanted.values())

    async def of(self, subjects: Collection[str]) -> tuple[Shown, ...]:
        """By the index of subjects."""
        return await self._read(_OF, sorted(subjects))

    async def _read(self, query: str, *parameters: object) -> tuple[Shown, ...]:
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(query, *parameters)
        if len(found) <= _AT_ONCE:
            return _all_shown(found)
        return await asyncio.to_thread(_all_shown, found)

    async def whole(self) -> tuple[Warning, ...]:
        """Every open warning as it is stored."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_WHOLE)
        return await asyncio.to_thread(_warnings, found)


def _all_shown(found: Sequence[Record]) -> tuple[Shown, ...]:
    return tuple(map(_shown, found))


def _warnings(found: Sequence[Record]) -> tuple[Warning, ...]:
    return tuple(map(rows.warning, found))


async def _put(tx: Transaction, change: Written) -> None:
    silence = change.silence
    entries = silence.entries + len(change.lines)
    data = encode_silence(replace(silence, entries=entries))
    if silence.entries == 0:
        done = await tx.raw.fetchval(
            _ADD, silence.id, entries, silence.created_at, silence.ended_at, data
        )
    else:
        done = await tx.raw.fetchval(
            _CHANGE, silence.id, entries, silence.ended_at, data, silence.entries
        )
    if done is None:
        raise OvertakenError(f"the silence {silence.id} was changed in the meantime")


def _lines(change: Written) -> list[JournalLine]:
    return [
        JournalLine(
            about=About.SILENCE,
            key=change.silence.id,
            position=change.silence.entries + i + 1,
            kind=line.kind.value,
            at=line.at,
            data=msgspec.json.encode(line.document).decode(),
        )
        for i, line in enumerate(change.lines)
    ]


def _shown(row: Record) -> Shown:
    # Only what labels and access look at: reading the evidence of 50,000 warnings takes seconds.
    return shown_of(
        Warning(
            id=row["id"],
            subject=row["subject"],
            subject_name=row["subject_name"],
            regions=tuple(row["regions"]),
            about=row["about"],
            about_name="",
            rule=row["rule"],
            level=Level(row["level"]),
            highest=Level(row["level"]),
            sequence=(),
            entries=0,
            opened_at=row["opened_at"],
            changed_at=row["opened_at"],
            watermark=row["opened_at"],
            number=0,
            facts={},
            kind=ConditionKind(row["kind"]),
            measure=Measure(row["measure"]),
            labels=_LABELS.decode(row["labels"]) if row["labels"] else {},
        )
    )
