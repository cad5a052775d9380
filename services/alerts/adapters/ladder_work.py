"""Writing steps, gates and consultations in PostgreSQL, one writer at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.adapters.journal import append
from services.alerts.adapters.ladder_codec import (
    decode_consultation,
    decode_restriction,
    decode_step,
    encode,
)
from services.alerts.domain.ladder.consultations import Consultation
from services.alerts.domain.ladder.gates import Decision, Restriction, gate_key
from services.alerts.domain.ladder.hours import OfficeDay
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import Line
from services.alerts.ports.ladder import Change, Read, Told
from shared.kit.postgres import Positions, Transaction
from shared.model.level import Level

TOPIC = "journal:ladder"
RULING = "ladder:ruling"
PARTITION = 0

_JOURNAL = "SELECT id, about, warning FROM alerts.history WHERE id > $1 ORDER BY id LIMIT $2"
_WARNINGS = f"""
    SELECT {rows.OUTLINE} FROM alerts.warnings AS w WHERE id = ANY($1::uuid[])
    AND (level >= $2 OR EXISTS (SELECT FROM alerts.steps AS s WHERE s.warning = w.id))
"""
_OPEN = """
    SELECT id FROM alerts.warnings WHERE level > 0 AND state = 'open' AND ($1::uuid IS NULL
        OR id > $1) ORDER BY id LIMIT $2
"""
_STEPS = """
    SELECT data FROM alerts.steps WHERE warning = ANY($1::uuid[]) ORDER BY proposed_at, id
"""
_STEP = "SELECT data FROM alerts.steps WHERE id = $1"
_WATCHED = """
    SELECT warning FROM alerts.steps WHERE watch_on <= $1
    AND (watch_on < $1 OR due IS DISTINCT FROM watch_on OR $2) ORDER BY watch_on LIMIT $3
"""
_RESTRICTIONS = """
    SELECT data FROM alerts.restrictions WHERE region = ANY($1::text[]) ORDER BY id
"""
_POSITION = "SELECT coalesce(max(position), 0) FROM alerts.history WHERE warning = $1"
_CONSULTATION = "SELECT data FROM alerts.consultations WHERE id = $1"
_WAITING = """
    SELECT data FROM alerts.consultations WHERE watch_on <= $1 ORDER BY watch_on, id LIMIT $2
"""
_WRITE_STEPS = """
    INSERT INTO alerts.steps (id, warning, subject, regions, measure, kind, state, due, ordered_on,
        watch_on, proposed_at, data)
    SELECT id, warning, subject, string_to_array(regions, ','), measure, kind, state, due,
        ordered_on, watch_on, proposed_at, data
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::date[], $9::date[], $10::date[], $11::timestamptz[], $12::text[])
        AS new (id, warning, subject, regions, measure, kind, state, due, ordered_on, watch_on,
        proposed_at, data)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, due = excluded.due,
        ordered_on = excluded.ordered_on, watch_on = excluded.watch_on, data = excluded.data
"""
_WRITE_RESTRICTIONS = """
    INSERT INTO alerts.restrictions (id, region, state, data)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[])
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, data = excluded.data
"""
_WRITE_DECISIONS = """
    INSERT INTO alerts.gate_decisions (id, region, decided_at, data)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[])
"""
_WRITE_CONSULTATIONS = """
    INSERT INTO alerts.consultations (id, region, regions, measure, held_at, is_open, watch_on,
        data)
    SELECT id, region, string_to_array(regions, ','), measure, held_at, is_open, watch_on, data
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[],
        $7::date[], $8::text[])
        AS new (id, region, regions, measure, held_at, is_open, watch_on, data)
    ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, watch_on = excluded.watch_on,
        data = excluded.data
"""


class PostgresLadderWork:
    """The port LadderWork in one open transaction."""

    def __init__(self, tx: Transaction, positions: Positions) -> None:
        self._tx = tx
        self._positions = positions

    async def journal(self, after: int, *, limit: int) -> Read | None:
        """By primary key, whatever the entries belong to."""
        found = await self._tx.raw.fetch(_JOURNAL, after, limit)
        if not found:
            return None
        keys = frozenset(row["warning"] for row in found if row["about"] == "warning")
        return Read(upto=found[-1]["id"], warnings=keys)

    async def warnings(
        self, keys: Collection[UUID], least: Level = Level.NONE
    ) -> Mapping[UUID, Warning]:
        """Rows as the desk writes them, without the evidence."""
        found = await self._tx.raw.fetch(_WARNINGS, list(keys), int(least))
        return {row["id"]: rows.outline(row) for row in found}

    async def steps(self, warnings: Collection[UUID]) -> Sequence[Step]:
        """In the order in which they were proposed."""
        found = await self._tx.raw.fetch(_STEPS, list(warnings))
        return [decode_step(row["data"]) for row in found]

    async def step(self, key: UUID) -> Step | None:
        """One step."""
        data = await self._tx.raw.fetchval(_STEP, key)
        return decode_step(data) if data else None

    async def watched(self, day: OfficeDay, *, limit: int) -> Collection[UUID]:
        """Warnings of the steps that have waited longest."""
        found = await self._tx.raw.fetch(_WATCHED, day.on, day.closed, limit)
        return {row["warning"] for row in found}

    async def restrictions(self, regions: Collection[str]) -> Sequence[Restriction]:
        """All restrictions of these regions."""
        found = await self._tx.raw.fetch(_RESTRICTIONS, list(regions))
        return [decode_restriction(row["data"]) for row in found]

    async def gate_entries(self, region: str) -> int:
        """The highest position in the journal."""
        found: int = await self._tx.raw.fetchval(_POSITION, gate_key(region))
        return found

    async def consultation(self, key: UUID) -> Consultation | None:
        """One consultation."""
        data = await self._tx.raw.fetchval(_CONSULTATION, key)
        return decode_consultation(data) if data else None

    async def waiting_consultations(self, today: date, *, limit: int) -> Sequence[Consultation]:
        """Those that have waited longest."""
        found = await self._tx.raw.fetch(_WAITING, today, limit)
        return [decode_consultation(row["data"]) for row in found]

    async def write(self, change: Change) -> None:
        """Records first, the journal last: it is where writers wait for one another."""
        raw = self._tx.raw
        for statement, records in (
            (_WRITE_STEPS, [_step_fields(one) for one in change.steps]),
            (_WRITE_RESTRICTIONS, [_restriction_fields(one) for one in change.restrictions]),
            (_WRITE_DECISIONS, [_decision_fields(one) for one in change.decisions]),
            (_WRITE_CONSULTATIONS, [_consultation_fields(one) for one in change.consultations]),
        ):
            if records:
                await raw.execute(statement, *rows.columns(records, len(records[0])))
        await append(self._tx, [_line(one) for one in change.lines])

    async def move(self, expected: int, following: int) -> None:
        """Raises Fenced when another process was here."""
        await self._positions.advance(self._tx, TOPIC, {PARTITION: (expected, following)})

    async def open_warnings(self, after: UUID | None, *, limit: int) -> Sequence[UUID]:
        """By primary key."""
        return [row["id"] for row in await self._tx.raw.fetch(_OPEN, after, limit)]

    async def ruled_by(self, expected: int, ruling: int) -> None:
        """Raises Fenced when another process was here."""
        await self._positions.advance(self._tx, RULING, {PARTITION: (expected, ruling)})


def _line(told: Told) -> Line:
    return Line(
        about=told.about,
        key=told.key,
        position=told.position,
        kind=told.kind,
        at=told.at,
        data=encode(told.document),
    )


def _step_fields(step: Step) -> tuple[object, ...]:
    return (
        step.id,
        step.warning,
        step.subject,
        ",".join(step.regions),
        step.measure.value,
        step.kind.value,
        step.state.value,
        step.due,
        step.due or step.issue_by or step.proposed_on,
        step.watch_on,
        step.proposed_at,
        encode(step),
    )


def _restriction_fields(one: Restriction) -> tuple[object, ...]:
    return one.id, one.region, int(one.state), encode(one)


def _decision_fields(one: Decision) -> tuple[object, ...]:
    return one.id, one.region, one.at, encode(one)


def _consultation_fields(one: Consultation) -> tuple[object, ...]:
    return (
        one.id,
        one.region,
        ",".join(one.regions),
        one.measure.value,
        one.held_at,
        one.is_open,
        one.watch_on,
        encode(one),
    )
