"""Notices at addresses in PostgreSQL: claimed by living copies, and every attempt written down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.alerts.adapters import rows
from services.alerts.adapters.letters import insert_letters
from services.alerts.adapters.presence import ALIVE
from services.alerts.domain.telling.contacts import Address, ChannelKind
from services.alerts.domain.telling.sending import Sending
from services.alerts.ports.telling import Letter, Settled
from shared.kit.postgres import Database, Transaction

_SETTLE = """
    WITH said AS (
        SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[], $5::bool[],
            $6::text[], $7::int[], $8::text[])
            AS s (number, attempt, state, next_at, unsure, result, status, detail)
    ), written AS (
        UPDATE alerts.notices AS n
        SET state = s.state, next_at = s.next_at, unsure = s.unsure, claimed_by = NULL,
            last_at = $9, last_status = s.status, last_detail = s.detail
        FROM said AS s WHERE n.number = s.number AND n.attempts = s.attempt AND n.state = 'waiting'
    )
    INSERT INTO alerts.attempts (number, attempt, step, at, copy, repeats, result, status, detail)
    SELECT number, attempt, 'answered', $9, $10, false, result, status, detail FROM said
"""
_REST = """
    INSERT INTO alerts.resting AS r (recipient, address, until)
    SELECT recipient, address, max(until)
    FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS s (recipient, address, until)
    GROUP BY recipient, address ORDER BY recipient, address
    ON CONFLICT (recipient, address) DO UPDATE SET until = greatest(r.until, excluded.until)
"""
# Only the oldest of a group that waits at an address, so that its notices arrive in order; those
# without a group stand alone. That an attempt is begun is written before anything is sent.
_CLAIM = """
    WITH due AS (
        SELECT n.number, n.unsure FROM alerts.notices AS n
        WHERE n.channel = $1 AND n.state = 'waiting' AND n.claimed_by IS NULL AND n.next_at <= $2
            AND NOT EXISTS (
                SELECT FROM alerts.resting AS r WHERE r.recipient = n.recipient
                AND r.address = n.address AND r.until > $2)
            AND NOT EXISTS (
                SELECT FROM alerts.notices AS older WHERE older.recipient = n.recipient
                AND older.address = n.address AND older.group_id = n.group_id
                AND older.number < n.number AND older.state = 'waiting')
        ORDER BY n.next_at, n.number LIMIT $3 FOR UPDATE OF n SKIP LOCKED
    ), taken AS (
        UPDATE alerts.notices AS n SET attempts = n.attempts + 1, claimed_by = $4, unsure = true,
            first_at = coalesce(n.first_at, $2)
        FROM due WHERE n.number = due.number
        RETURNING n.number, n.notice, n.recipient, n.address, n.attempts, due.unsure AS repeats,
            n.first_at, n.document, n.rendered
    ), begun AS (
        INSERT INTO alerts.attempts (number, attempt, step, at, copy, repeats, result, status,
            detail)
        SELECT number, attempts, 'begun', $2, $4, repeats, '', NULL, '' FROM taken
    )
    SELECT t.*, c.document AS contact FROM taken AS t
    LEFT JOIN alerts.contacts AS c ON c.name = t.recipient ORDER BY t.number
"""
_FREE = f"""
    UPDATE alerts.notices SET claimed_by = NULL
    WHERE claimed_by IS NOT NULL AND claimed_by <> ALL (ARRAY({ALIVE}))
"""
_WAITING = """
    SELECT count(*), min(created_at) FROM alerts.notices WHERE state = 'waiting'
"""
_DOCUMENT = msgspec.json.Decoder(dict[str, Any])


class _Addresses(msgspec.Struct, frozen=True):
    """What of a contact's document is needed to send."""

    addresses: tuple[Address, ...]


_CONTACT = msgspec.json.Decoder(_Addresses)


class PostgresOutbox:
    """The port Outbox on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def exchange(
        self,
        channel: ChannelKind,
        settled: Sequence[Settled],
        copy: int,
        now: datetime,
        *,
        limit: int,
    ) -> tuple[Sending, ...]:
        """Two or three statements, however many outcomes and claims there are."""
        async with self._db.transaction() as tx:
            if settled:
                await _settle(tx, settled, copy, now)
            if limit <= 0:
                return ()
            claimed = await tx.raw.fetch(_CLAIM, channel.value, now, limit, copy)
        return tuple(_sending(row, channel) for row in claimed)

    async def free(self) -> int:
        """A copy that is gone holds no lock any more."""
        async with self._db.transaction() as tx:
            freed: str = await tx.raw.execute(_FREE)
        return int(freed.rpartition(" ")[2])

    async def put(self, letters: Sequence[Letter]) -> tuple[int, ...]:
        """As those of groups."""
        async with self._db.transaction() as tx:
            return tuple(await insert_letters(tx, letters))

    async def waiting(self) -> tuple[int, datetime | None]:
        """Counted from the index of those that wait."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_WAITING)
        return (row[0], row[1]) if row else (0, None)


async def _settle(tx: Transaction, settled: Sequence[Settled], copy: int, now: datetime) -> None:
    outcomes = [
        (
            one.sending.number,
            one.sending.attempt,
            one.outcome.state.value,
            one.outcome.next_at,
            one.outcome.unsure,
            one.said.result.value,
            one.said.status,
            one.said.detail,
        )
        for one in settled
    ]
    await tx.raw.execute(_SETTLE, *rows.columns(outcomes, 8), now, copy)
    resting = [
        (one.sending.recipient, one.sending.address.key, one.outcome.rest_until)
        for one in settled
        if one.outcome.rest_until is not None
    ]
    if resting:
        await tx.raw.execute(_REST, *rows.columns(resting, 3))


def _sending(row: rows.Row, channel: ChannelKind) -> Sending:
    addresses = _CONTACT.decode(row["contact"]).addresses if row["contact"] else ()
    found = [address for address in addresses if address.key == row["address"]]
    # Taken away in the meantime: the way says that there is nowhere to go.
    address = found[0] if found else Address(key=row["address"], channel=channel)
    return Sending(
        number=row["number"],
        notice=row["notice"],
        recipient=row["recipient"],
        address=address,
        attempt=row["attempts"],
        repeats=row["repeats"],
        first_at=row["first_at"],
        document=_DOCUMENT.decode(row["document"]),
        rendered=_DOCUMENT.decode(row["rendered"]),
    )
