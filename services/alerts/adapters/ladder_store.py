"""Reading steps, gates and consultations from PostgreSQL, and opening work on them."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.adapters.ladder_codec import (
    decode_consultation,
    decode_decision,
    decode_restriction,
    decode_step,
)
from services.alerts.adapters.ladder_work import PARTITION, RULING, TOPIC, PostgresLadderWork
from services.alerts.domain.ladder.consultations import Consultation
from services.alerts.domain.ladder.gates import Decision, Restriction
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.ladder.words import StepState
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Warning
from services.alerts.ports.ladder import StepFilter
from shared.kit.postgres import Database, Positions

# Whoever holds it is alone among those that change steps, gates and consultations; PostgreSQL
# frees it with the transaction.
_LADDER_LOCK = 0x71_79_6C_64
_LOCK = "SELECT pg_advisory_xact_lock($1)"

_ONE = "SELECT data FROM alerts.steps WHERE id = $1"
_FIND = """
    SELECT data FROM alerts.steps
    WHERE ($1::boolean OR subject = ANY($2::text[]) OR regions && $3::text[])
    AND measure = ANY($4::text[])
    AND ($5::uuid IS NULL OR warning = $5)
    AND ($6::text IS NULL OR regions @> ARRAY[$6::text])
    AND ($7::text[] IS NULL OR state = ANY($7::text[]))
    AND ($8::text IS NULL OR kind = $8)
    AND ($9::date IS NULL OR due < $9)
    ORDER BY ordered_on, proposed_at, id LIMIT $10 OFFSET $11
"""
_WARNING = "SELECT * FROM alerts.warnings WHERE id = $1"
_STANDING = """
    SELECT data FROM alerts.restrictions
    WHERE state > 0 AND ($1::text[] IS NULL OR region = ANY($1::text[])) ORDER BY region, id
"""
_DECISIONS = """
    SELECT data FROM alerts.gate_decisions WHERE region = $1 ORDER BY decided_at DESC, id
"""
_HISTORY = "SELECT id, data FROM alerts.history WHERE warning = $1 ORDER BY position"
_CHAIN = """
    SELECT regions FROM alerts.warnings WHERE regions @> ARRAY[$1::text]
    ORDER BY array_position(regions, $1::text), latest DESC LIMIT 1
"""
_CONSULTATIONS = """
    SELECT data FROM alerts.consultations
    WHERE ($1::boolean OR ('region:' || region) = ANY($2::text[]) OR regions && $3::text[])
    AND measure = ANY($4::text[])
    AND ($5::text IS NULL OR regions @> ARRAY[$5::text])
    AND ($6::boolean IS NULL OR is_open = $6)
    ORDER BY held_at DESC, id LIMIT $7
"""
_CONSULTATION = "SELECT data FROM alerts.consultations WHERE id = $1"


class PostgresLadder:
    """The port LadderStore on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._positions = Positions("alerts")

    @asynccontextmanager
    async def work(self) -> AsyncIterator[PostgresLadderWork]:
        """One transaction, behind the lock; raises Unavailable or Fenced as the kit says."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_LOCK, _LADDER_LOCK)
            yield PostgresLadderWork(tx, self._positions)

    async def position(self) -> int:
        """Where to read on in the journal."""
        async with self._db.reading() as tx:
            return (await self._positions.load(tx, TOPIC, [PARTITION]))[PARTITION]

    async def ruled(self) -> int:
        """Kept like a position."""
        async with self._db.reading() as tx:
            return (await self._positions.load(tx, RULING, [PARTITION]))[PARTITION]

    async def find(
        self, sight: Sight, wanted: StepFilter, *, limit: int, offset: int
    ) -> Sequence[Step]:
        """Visible steps, those that are due first at the head."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(
                _FIND,
                *_sight(sight),
                wanted.warning,
                wanted.region,
                _states(wanted),
                wanted.kind,
                wanted.due_before,
                limit,
                offset,
            )
        return [decode_step(row["data"]) for row in found]

    async def one(self, key: UUID) -> Step | None:
        """One step."""
        data = await self._value(_ONE, key)
        return decode_step(data) if data else None

    async def warning(self, key: UUID) -> Warning | None:
        """One warning."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_WARNING, key)
        return rows.warning(row) if row else None

    async def standing(self, regions: Collection[str] | None) -> Sequence[Restriction]:
        """Restrictions that are not open."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_STANDING, None if regions is None else list(regions))
        return [decode_restriction(row["data"]) for row in found]

    async def decisions(self, region: str) -> Sequence[Decision]:
        """Newest first."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_DECISIONS, region)
        return [decode_decision(row["data"]) for row in found]

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        """Oldest first."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_HISTORY, key)
        return [(row["id"], row["data"].encode()) for row in found]

    async def known_chain(self, region: str) -> tuple[str, ...]:
        """As the warning tells them that is nearest to the region."""
        regions = await self._value(_CHAIN, region)
        return tuple(regions[regions.index(region) :]) if regions else ()

    async def consultations(
        self, sight: Sight, *, region: str | None, is_open: bool | None, limit: int
    ) -> Sequence[Consultation]:
        """The latest first."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_CONSULTATIONS, *_sight(sight), region, is_open, limit)
        return [decode_consultation(row["data"]) for row in found]

    async def consultation(self, key: UUID) -> Consultation | None:
        """One consultation."""
        data = await self._value(_CONSULTATION, key)
        return decode_consultation(data) if data else None

    async def _value(self, statement: str, *parameters: object) -> Any:
        async with self._db.reading() as tx:
            return await tx.raw.fetchval(statement, *parameters)


def _sight(sight: Sight) -> tuple[object, ...]:
    return sight.everything, list(sight.subjects), list(sight.regions), list(sight.measures)


def _states(wanted: StepFilter) -> list[str] | None:
    if wanted.state is not None:
        return [wanted.state.value]
    if wanted.live is None:
        return None
    return [state.value for state in StepState if state.is_live == wanted.live]
