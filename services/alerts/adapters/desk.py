"""Writing warnings in PostgreSQL: a handful of statements a batch, however large it is."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.adapters.documents import encode_entry, encode_facts, encode_sequence
from services.alerts.adapters.journal import append
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.warning import Entry, Warning
from services.alerts.ports.journal import About, Line
from services.alerts.ports.warnings import Moves
from shared.contracts.topics import ASSESSMENTS
from shared.kit.postgres import Database, Positions, Transaction

_NUMBERS = "SELECT subject, number FROM alerts.subjects WHERE subject = ANY($1::text[])"
_WARNINGS = "SELECT * FROM alerts.warnings WHERE id = ANY($1::uuid[])"
_WRITE_NUMBERS = """
    INSERT INTO alerts.subjects (subject, number)
    SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (subject) DO UPDATE SET number = excluded.number
"""
_WRITE_WARNINGS = """
    INSERT INTO alerts.warnings AS w (id, subject, subject_name, regions, budget, budget_name,
        rule, level, highest, sequence, entries, opened_at, changed_at, watermark, number, facts,
        latest)
    SELECT id, subject, subject_name, string_to_array(regions, ','), budget, budget_name,
        rule, level, highest, sequence, entries, opened_at, changed_at, watermark, number,
        facts, latest
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::smallint[], $9::smallint[], $10::text[], $11::int[], $12::timestamptz[],
        $13::timestamptz[], $14::timestamptz[], $15::bigint[], $16::text[], $17::bigint[])
        AS new (id, subject, subject_name, regions, budget, budget_name, rule, level, highest,
        sequence, entries, opened_at, changed_at, watermark, number, facts, latest)
    ON CONFLICT (id) DO UPDATE SET
        subject_name = excluded.subject_name, regions = excluded.regions,
        budget_name = excluded.budget_name, level = excluded.level, highest = excluded.highest,
        sequence = excluded.sequence, entries = excluded.entries,
        changed_at = excluded.changed_at, watermark = excluded.watermark,
        number = excluded.number, facts = excluded.facts,
        latest = greatest(w.latest, excluded.latest)
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

    async def positions(self, partitions: Collection[int]) -> Mapping[int, int]:
        """Where to read on."""
        async with self._db.reading() as tx:
            return await self._positions.load(tx, ASSESSMENTS.name, partitions)


class PostgresWork:
    """The port DeskWork in one open transaction."""

    def __init__(self, tx: Transaction, positions: Positions) -> None:
        self._tx = tx
        self._positions = positions

    async def known(self, subjects: Collection[str], warnings: Collection[UUID]) -> Known:
        """Two queries, both by primary key."""
        numbers = await self._tx.raw.fetch(_NUMBERS, list(subjects))
        found = await self._tx.raw.fetch(_WARNINGS, list(warnings))
        return Known(
            numbers={row["subject"]: row["number"] for row in numbers},
            warnings={row["id"]: rows.warning(row) for row in found},
        )

    async def write(self, heard: Heard) -> int | None:
        """Numbers, history, deliveries, warnings, and the word to whoever streams."""
        raw = self._tx.raw
        if heard.numbers:
            await raw.execute(
                _WRITE_NUMBERS, list(heard.numbers.keys()), list(heard.numbers.values())
            )
        ids = await append(self._tx, [_line(entry) for entry in heard.entries])
        if heard.warnings:
            await raw.execute(_WRITE_WARNINGS, *_warning_columns(heard, ids))
        return ids[-1] if ids else None

    async def move(self, moves: Moves) -> None:
        """Raises Fenced when another process was here."""
        await self._positions.advance(self._tx, ASSESSMENTS.name, moves)


def _line(entry: Entry) -> Line:
    return Line(
        about=About.WARNING,
        key=entry.warning,
        position=entry.position,
        kind=entry.kind.value,
        at=entry.noticed_at,
        data=encode_entry(entry),
    )


def _warning_columns(heard: Heard, ids: Sequence[int]) -> list[list[object]]:
    # Without a new entry the row keeps its `latest`: 0 is below every id.
    latest = {entry.warning: i for entry, i in zip(heard.entries, ids, strict=True)}
    records = [(*_warning_fields(w), latest.get(w.id, 0)) for w in heard.warnings]
    return rows.columns(records, 17)


def _warning_fields(warning: Warning) -> tuple[object, ...]:
    return (
        warning.id,
        warning.subject,
        warning.subject_name,
        ",".join(warning.regions),
        warning.about,
        warning.about_name,
        warning.rule,
        int(warning.level),
        int(warning.highest),
        encode_sequence(warning.sequence),
        warning.entries,
        warning.opened_at,
        warning.changed_at,
        warning.watermark,
        warning.number,
        encode_facts(warning.facts),
    )
