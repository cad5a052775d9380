"""How far jobs have covered time, in PostgreSQL; being alone is a lock of a connection there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from services.alerts.domain.tick import Tick
from shared.kit.errors import Fenced
from shared.kit.postgres import Database

_COVERED = "SELECT covered_until FROM alerts.ticks WHERE name = $1"
_ALL = "SELECT name, covered_until FROM alerts.ticks"
_BEGIN = """
    INSERT INTO alerts.ticks (name, covered_until) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING 1
"""
_ADVANCE = """
    UPDATE alerts.ticks SET covered_until = $2 WHERE name = $1 AND covered_until = $3 RETURNING 1
"""


class PostgresTicks:
    """The port Ticks."""

    def __init__(self, db: Database, locks: Database) -> None:
        """`locks`: a pool of its own, since a long job holds a connection of it all the while."""
        self._db = db
        self._locks = locks

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """Raises Unavailable when the database is away."""
        async with self._locks.alone(f"qingyu alerts job {name}") as mine:
            yield mine

    async def covered(self, name: str) -> datetime | None:
        """By primary key."""
        async with self._db.reading() as tx:
            found: datetime | None = await tx.raw.fetchval(_COVERED, name)
        return found

    async def cover(self, tick: Tick, known: datetime | None) -> None:
        """Raises Fenced if another copy has covered time meanwhile."""
        async with self._db.transaction() as tx:
            if known is None:
                done = await tx.raw.fetchval(_BEGIN, tick.name, tick.end)
            else:
                done = await tx.raw.fetchval(_ADVANCE, tick.name, tick.end, known)
            if not done:
                raise Fenced(f"{tick.name}: another copy has covered time beyond {known}")

    async def all(self) -> Mapping[str, datetime]:
        """A row a job."""
        async with self._db.reading() as tx:
            return {row["name"]: row["covered_until"] for row in await tx.raw.fetch(_ALL)}
