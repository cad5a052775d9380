"""Endpoints and what is due at them, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.alerts.adapters import rows
from services.alerts.domain.delivery import Delivery, Endpoint
from services.alerts.ports.warnings import Logged, Settled
from shared.kit.postgres import Database

_ADD = """
    INSERT INTO alerts.endpoints (id, url, description, secret, created_at, created_by)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
_REMOVE = "UPDATE alerts.endpoints SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL"
_DROP_WAITING = "DELETE FROM alerts.deliveries WHERE endpoint = $1 AND next_at IS NOT NULL"
_ALL = "SELECT * FROM alerts.endpoints WHERE removed_at IS NULL ORDER BY created_at, id"

# A claim pushes next_at beyond the lease; rows held by another process are skipped. Only the
# oldest unacknowledged entry of a warning is taken, so that its events arrive in order.
_CLAIM = """
    WITH due AS (
        SELECT d.endpoint, d.entry FROM alerts.deliveries AS d
        WHERE d.endpoint = $1 AND d.next_at <= $2 AND NOT EXISTS (
            SELECT FROM alerts.deliveries AS older
            WHERE older.endpoint = d.endpoint AND older.warning = d.warning
                AND older.entry < d.entry AND older.next_at IS NOT NULL)
        ORDER BY d.next_at, d.entry LIMIT $3 FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE alerts.deliveries AS d
    SET attempts = d.attempts + 1, next_at = $4, last_at = $2
    FROM due, alerts.history AS h
    WHERE d.endpoint = due.endpoint AND d.entry = due.entry AND h.id = due.entry
    RETURNING d.endpoint, d.entry, d.warning, d.attempts, h.kind, h.about, h.noticed_at, h.data
"""
_SETTLE = """
    UPDATE alerts.deliveries AS d
    SET next_at = s.next_at, last_status = s.status, last_detail = s.detail, last_at = $7
    FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::timestamptz[], $5::int[], $6::text[])
        AS s (endpoint, entry, attempt, next_at, status, detail)
    WHERE d.endpoint = s.endpoint AND d.entry = s.entry AND d.attempts = s.attempt
        AND d.next_at IS NOT NULL
"""
# Entries behind one that failed wait with it: otherwise each look for due ones would find them.
_WAIT_BEHIND = """
    UPDATE alerts.deliveries AS d SET next_at = s.next_at
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[])
        AS s (endpoint, warning, entry, next_at)
    WHERE d.endpoint = s.endpoint AND d.warning = s.warning AND d.entry > s.entry
        AND d.next_at < s.next_at
"""
_NEXT_DUE = "SELECT min(next_at) FROM alerts.deliveries WHERE endpoint = $1"
_WAITING = """
    SELECT d.endpoint, count(*) FROM alerts.deliveries AS d
    JOIN alerts.endpoints AS e ON e.id = d.endpoint AND e.removed_at IS NULL
    WHERE d.next_at IS NOT NULL GROUP BY d.endpoint
"""
_LOG = """
    SELECT d.*, h.kind, h.about
    FROM alerts.deliveries AS d JOIN alerts.history AS h ON h.id = d.entry
    WHERE d.endpoint = $1 AND ($2::bigint IS NULL OR d.entry < $2)
        AND ($3::bool IS NULL OR (d.next_at IS NOT NULL) = $3)
    ORDER BY d.entry DESC LIMIT $4
"""


class PostgresEndpoints:
    """The port Endpoints on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(self, endpoint: Endpoint) -> None:
        """One row."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(
                _ADD,
                endpoint.id,
                endpoint.url,
                endpoint.description,
                endpoint.secret,
                endpoint.created_at,
                endpoint.created_by,
            )

    async def remove(self, key: UUID, at: datetime) -> bool:
        """The row stays, so that the log of what was delivered can be read."""
        async with self._db.transaction() as tx:
            found = await tx.raw.execute(_REMOVE, key, at)
            await tx.raw.execute(_DROP_WAITING, key)
        return found.endswith(" 1")

    async def all(self) -> tuple[Endpoint, ...]:
        """Oldest first."""
        async with self._db.reading() as tx:
            return tuple(rows.endpoint(row) for row in await tx.raw.fetch(_ALL))


class PostgresDeliveryLog:
    """The port DeliveryLog on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def claim(
        self, endpoint: UUID, now: datetime, *, limit: int, lease: timedelta
    ) -> tuple[Delivery, ...]:
        """One statement; several processes share the work without waiting for one another."""
        async with self._db.transaction() as tx:
            claimed = await tx.raw.fetch(_CLAIM, endpoint, now, limit, now + lease)
        return tuple(sorted(map(rows.delivery, claimed), key=lambda delivery: delivery.entry))

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """All outcomes in one transaction."""
        outcomes = [
            (
                one.delivery.endpoint,
                one.delivery.entry,
                one.delivery.attempt,
                one.decision.next_at,
                one.answer.status,
                one.answer.detail,
            )
            for one in settled
        ]
        behind = [
            (
                one.delivery.endpoint,
                one.delivery.warning,
                one.delivery.entry,
                one.decision.next_at,
            )
            for one in settled
            if one.decision.next_at is not None
        ]
        async with self._db.transaction() as tx:
            await tx.raw.execute(_SETTLE, *rows.columns(outcomes, 6), now)
            if behind:
                await tx.raw.execute(_WAIT_BEHIND, *rows.columns(behind, 4))

    async def next_due(self, endpoint: UUID) -> datetime | None:
        """From the index of due deliveries."""
        async with self._db.reading() as tx:
            due: datetime | None = await tx.raw.fetchval(_NEXT_DUE, endpoint)
        return due

    async def waiting(self) -> Mapping[UUID, int]:
        """Counted from the index of due deliveries."""
        async with self._db.reading() as tx:
            return {row[0]: row[1] for row in await tx.raw.fetch(_WAITING)}

    async def log(
        self, endpoint: UUID, *, waiting: bool | None, limit: int, below: int | None
    ) -> tuple[Logged, ...]:
        """Newest first."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_LOG, endpoint, below, waiting, limit)
        return tuple(rows.logged(row) for row in found)
