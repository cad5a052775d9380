"""Reading what became of notices."""

from typing import Any

import msgspec

from services.alerts.adapters import rows
from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.sending import State
from services.alerts.ports.telling import Attempt, Noted, Wanted
from shared.kit.postgres import Database
from shared.model.level import Level

_FILTERS = """
    ($1::uuid IS NULL OR warnings @> ARRAY[$1::uuid]) AND ($2::text IS NULL OR recipient = $2)
    AND ($3::text IS NULL OR channel = $3) AND ($4::text IS NULL OR state = $4)
"""
_NEWEST_FIRST = f"""
    SELECT * FROM alerts.notices WHERE {_FILTERS} AND ($5::bigint IS NULL OR number < $5)
    ORDER BY number DESC LIMIT $6
"""
_BEHIND = f"""
    SELECT * FROM alerts.notices WHERE {_FILTERS} AND number > $5 ORDER BY number LIMIT $6
"""
_ONE = "SELECT * FROM alerts.notices WHERE number = $1"
_ATTEMPTS = "SELECT * FROM alerts.attempts WHERE number = $1 ORDER BY id"
_NEWEST = "SELECT coalesce(max(number), 0) FROM alerts.notices"
_DOCUMENT = msgspec.json.Decoder(dict[str, Any])


class PostgresNoticeLog:
    """The port NoticeLog on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(
        self, wanted: Wanted, *, limit: int, below: int | None = None, after: int | None = None
    ) -> tuple[Noted, ...]:
        """By the primary key, or the indexes of recipients and warnings."""
        filters = (
            wanted.warning,
            wanted.recipient,
            wanted.channel.value if wanted.channel else None,
            wanted.state.value if wanted.state else None,
        )
        async with self._db.reading() as tx:
            if after is None:
                found = await tx.raw.fetch(_NEWEST_FIRST, *filters, below, limit)
            else:
                found = await tx.raw.fetch(_BEHIND, *filters, after, limit)
        return tuple(map(_noted, found))

    async def one(self, number: int) -> tuple[Noted, tuple[Attempt, ...]] | None:
        """Two queries of one moment."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_ONE, number)
            attempts = await tx.raw.fetch(_ATTEMPTS, number)
        return (_noted(row), tuple(map(_attempt, attempts))) if row else None

    async def newest(self) -> int:
        """From the end of the primary key."""
        async with self._db.reading() as tx:
            newest: int = await tx.raw.fetchval(_NEWEST)
        return newest


def _noted(row: rows.Row) -> Noted:
    return Noted(
        number=row["number"],
        notice=row["notice"],
        recipient=row["recipient"],
        address=row["address"],
        channel=ChannelKind(row["channel"]),
        reason=Reason(row["reason"]),
        level=Level(row["level"]),
        state=State(row["state"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
        next_at=row["next_at"],
        last_at=row["last_at"],
        last_status=row["last_status"],
        last_detail=row["last_detail"],
        document=_DOCUMENT.decode(row["document"]),
        rendered=_DOCUMENT.decode(row["rendered"]),
    )


def _attempt(row: rows.Row) -> Attempt:
    return Attempt(
        attempt=row["attempt"],
        step=row["step"],
        at=row["at"],
        copy=row["copy"],
        repeats=row["repeats"],
        result=row["result"],
        status=row["status"],
        detail=row["detail"],
    )
