"""Ladders and their assignments in PostgreSQL, over those that come with the service."""

from collections.abc import Mapping
from datetime import datetime

from services.alerts.adapters.ladder_policy import read_ladder, shipped
from services.alerts.domain.ladder.policy import Ladder
from services.alerts.ports.ladder import Stored
from shared.kit.postgres import Database

_NEWEST = "SELECT name, max(version) AS version FROM alerts.ladders GROUP BY name"
_TEXT = "SELECT * FROM alerts.ladders WHERE name = $1 AND version = $2"
_PUT = """
    INSERT INTO alerts.ladders (name, version, text, put_by, put_at)
    SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4 FROM alerts.ladders WHERE name = $1
    RETURNING version
"""
_RULING = """
    SELECT (coalesce(sum(extract(epoch FROM at) * 1000000), 0) % 4611686018427387904)::bigint
    FROM (SELECT put_at AS at FROM alerts.ladders
        UNION ALL SELECT assigned_at FROM alerts.ladder_assignments) AS ruled
"""
_ASSIGNMENTS = "SELECT region, ladder FROM alerts.ladder_assignments ORDER BY region"
_ASSIGN = """
    INSERT INTO alerts.ladder_assignments (region, ladder, assigned_by, assigned_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (region) DO UPDATE SET ladder = excluded.ladder,
        assigned_by = excluded.assigned_by, assigned_at = excluded.assigned_at
"""


class PostgresShelf:
    """The port LadderShelf; a ladder once read is kept, for its version never changes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._read: dict[tuple[str, int], Stored] = {}

    async def ruling(self) -> int:
        """The sum of when all was put and assigned: a clock that went back changes it too."""
        async with self._db.reading() as tx:
            found: int = await tx.raw.fetchval(_RULING)
        return found

    async def ladders(self) -> Mapping[str, Stored]:
        """Shipped ones, and those put in their place or beside them."""
        async with self._db.reading() as tx:
            newest = [(row["name"], row["version"]) for row in await tx.raw.fetch(_NEWEST)]
            for name, version in newest:
                if (name, version) not in self._read:
                    row = await tx.raw.fetchrow(_TEXT, name, version)
                    if row is not None:
                        self._read[name, version] = _stored(
                            row["text"], version, row["put_by"], row["put_at"]
                        )
        own = {name: self._read[name, version] for name, version in newest}
        return {**shipped(), **own}

    async def put(self, ladder: Ladder, text: str, by: str, at: datetime) -> int:
        """A new version; the text as it was written."""
        async with self._db.transaction() as tx:
            await tx.raw.execute("LOCK TABLE alerts.ladders IN SHARE ROW EXCLUSIVE MODE")
            version: int = await tx.raw.fetchval(_PUT, ladder.name, text, by, at)
        return version

    async def assignments(self) -> Mapping[str, str]:
        """Region -> ladder."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_ASSIGNMENTS)
        return {row["region"]: row["ladder"] for row in found}

    async def assign(self, region: str, name: str, by: str, at: datetime) -> None:
        """From now on."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_ASSIGN, region, name, by, at)


def _stored(text: str, version: int, by: str, at: datetime) -> Stored:
    return Stored(ladder=read_ladder(text), text=text, version=version, by=by, at=at)
