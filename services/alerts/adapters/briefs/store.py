"""Briefs in PostgreSQL: read here, written in one transaction by `PostgresBriefWork`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard

from services.alerts.adapters.briefs.store_work import PostgresBriefWork, decode_brief
from services.alerts.domain.briefs.facts import Before
from services.alerts.domain.briefs.flow import Brief, State, brief_id
from services.alerts.domain.briefs.schedule import latest_before
from services.alerts.domain.selection import Sight
from services.alerts.ports.briefs import (
    BriefFilter,
    Claimed,
    ClaimLostError,
    Listed,
    Progress,
    before_of,
)
from shared.kit.postgres import Database

_SHEETS = """
    ARRAY(SELECT s.id || CASE s.state WHEN 'published' THEN '!' ELSE '' END
        FROM alerts.briefs AS s WHERE s.corrects = b.id ORDER BY s.place) AS sheets
"""
_LISTED = f"""
    SELECT b.data, b.place, m.step, m.done, m.whole, {_SHEETS}
    FROM alerts.briefs AS b LEFT JOIN alerts.brief_making AS m ON m.brief = b.id
"""
_FIND = f"""
    {_LISTED}
    WHERE ($1::boolean OR ('region:' || b.region) = ANY($2::text[]) OR b.regions && $3::text[])
    AND ($4::text IS NULL OR b.regions @> ARRAY[$4::text])
    AND ($5::text IS NULL OR b.period = $5)
    AND ($6::text IS NULL OR b.state = $6)
    AND ($7::boolean IS NULL OR b.is_public = $7)
    AND ($8::bigint IS NULL OR b.place < $8)
    ORDER BY b.place DESC LIMIT $9
"""
_ONE = f"{_LISTED} WHERE b.id = $1"
_NUMBERED = f"{_LISTED} WHERE b.address = $1"
_PUBLIC = f"""
    {_LISTED} WHERE b.state = 'published' AND b.is_public
    AND ($1::bigint IS NULL OR b.place < $1) ORDER BY b.place DESC LIMIT $2
"""
_REVISION = """
    SELECT facts, pages FROM alerts.brief_revisions WHERE brief = $1
    ORDER BY revision DESC LIMIT 1
"""
_DATA = "SELECT data FROM alerts.brief_files WHERE sha256 = $1"
_OUT = """
    SELECT b.period FROM alerts.history AS h JOIN alerts.briefs AS b ON b.id = h.warning
    WHERE h.about = 'brief' AND h.kind = 'published' AND h.id <= $2
    AND b.region = $1 AND b.part = 0
"""
_LAST = """
    SELECT coalesce(max(nth), 0) FROM alerts.briefs WHERE region = $1 AND year = $2
"""
_KNOWN = "SELECT id FROM alerts.briefs WHERE id = ANY($1::uuid[])"
_DUE = """
    SELECT data FROM alerts.briefs WHERE try_at <= $1 AND (
        state = 'waiting' OR (state = 'stopped' AND data::jsonb #>> '{order,commit}' IS NULL
            AND coalesce((data::jsonb ->> 'commit')::bigint, 0) < $2))
    ORDER BY try_at, id LIMIT $3
"""
_UNCHECKED = """
    SELECT b.data FROM alerts.briefs AS b LEFT JOIN alerts.brief_checks AS c ON c.brief = b.id
    WHERE b.state = 'published' AND b.part = 0 AND b.published_at >= $2
    AND coalesce(c.commit, 0) < $1
    ORDER BY c.at NULLS FIRST, b.place LIMIT $3
"""
_CHECKED = """
    INSERT INTO alerts.brief_checks (brief, commit, at) VALUES ($1, $2, $3)
    ON CONFLICT (brief) DO UPDATE SET commit = greatest(alerts.brief_checks.commit,
        excluded.commit), at = excluded.at
"""
_ERRATA = "SELECT data FROM alerts.briefs WHERE corrects = $1 ORDER BY place"
# Materialized: as a subquery it may be run once for each row, and then takes all there are at once.
_HISTORY = """
    SELECT id, data FROM alerts.history WHERE warning = $1 AND about = 'brief' ORDER BY position
"""
_CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT q.brief FROM alerts.brief_making AS q JOIN alerts.briefs AS w ON w.id = q.brief
        WHERE (q.until IS NULL OR q.until <= $1) AND (q.next_at IS NULL OR q.next_at <= $1)
        ORDER BY (w.data::json->>'editor') IS NULL, q.queued LIMIT 1
        FOR UPDATE OF q SKIP LOCKED
    )
    UPDATE alerts.brief_making AS m SET token = $3, until = $2, attempts = m.attempts + 1
    FROM free, alerts.briefs AS b
    WHERE m.brief = free.brief AND b.id = m.brief RETURNING b.data, m.attempts
"""
_PROGRESS = """
    UPDATE alerts.brief_making SET step = $3, done = $4, whole = $5, until = $6
    WHERE brief = $1 AND token = $2 RETURNING 1
"""
_PUT_OFF = """
    UPDATE alerts.brief_making SET step = $3, done = $4, whole = $5, next_at = $6, until = NULL,
        token = NULL, attempts = attempts - $7::int WHERE brief = $1 AND token = $2
"""
_COUNTS = "SELECT state, count(*) AS number FROM alerts.briefs GROUP BY state"


class PostgresBriefs:
    """The port BriefStore on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def work(self) -> AsyncIterator[PostgresBriefWork]:
        """One transaction; raises Unavailable as the kit says."""
        async with self._db.transaction() as tx:
            yield PostgresBriefWork(tx)

    async def find(
        self, sight: Sight, wanted: BriefFilter, *, limit: int, below: int | None
    ) -> Sequence[Listed]:
        """By the order in which they were first asked for."""
        return await self._listed(
            _FIND,
            sight.everything,
            list(sight.subjects),
            list(sight.regions),
            wanted.region,
            wanted.period,
            wanted.state,
            wanted.is_public,
            below,
            limit,
        )

    async def one(self, key: UUID) -> Listed | None:
        """By primary key."""
        return next(iter(await self._listed(_ONE, key)), None)

    async def numbered(self, address: str) -> Listed | None:
        """By the index of addresses."""
        return next(iter(await self._listed(_NUMBERED, address)), None)

    async def public(self, *, limit: int, below: int | None) -> Sequence[Listed]:
        """From the index of published ones."""
        return await self._listed(_PUBLIC, below, limit)

    async def revision(self, key: UUID) -> tuple[bytes, bytes] | None:
        """The newest one."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_REVISION, key)
        if row is None:
            return None
        unpack = zstandard.ZstdDecompressor().decompress
        return unpack(row["facts"]), unpack(row["pages"])

    async def data(self, sha256: str) -> bytes | None:
        """By primary key."""
        found: bytes | None = await self._value(_DATA, bytes.fromhex(sha256))
        return found

    async def before(self, region: str, period: str, upto: int) -> Before | None:
        """From the journal's entries about briefs, which say when each was published."""
        async with self._db.reading() as tx:
            periods = [row["period"] for row in await tx.raw.fetch(_OUT, region, upto)]
        found = latest_before(period, sorted(periods))
        one = await self.one(brief_id(region, found)) if found else None
        return before_of(one.brief) if one else None

    async def last_number(self, region: str, year: int) -> int:
        """From the index of numbers."""
        found: int = await self._value(_LAST, region, year)
        return found

    async def known(self, keys: Sequence[UUID]) -> frozenset[UUID]:
        """By primary key."""
        async with self._db.reading() as tx:
            return frozenset(row["id"] for row in await tx.raw.fetch(_KNOWN, list(keys)))

    async def due(self, now: datetime, newest: int, *, limit: int) -> Sequence[Brief]:
        """From the index of times."""
        return await self._briefs(_DUE, now, newest, limit)

    async def unchecked(self, commit: int, since: datetime, *, limit: int) -> Sequence[Brief]:
        """Those published since that instant."""
        return await self._briefs(_UNCHECKED, commit, since, limit)

    async def checked(self, key: UUID, commit: int, at: datetime) -> None:
        """A row a brief."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_CHECKED, key, commit, at)

    async def sheets(self, key: UUID) -> Sequence[Brief]:
        """From the index of what is corrected."""
        return await self._briefs(_ERRATA, key)

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        """From the journal's index."""
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(_HISTORY, key)
        return [(row["id"], row["data"].encode()) for row in found]

    async def claim(self, now: datetime, until: datetime, token: UUID) -> Claimed | None:
        """Somebody's before the calendar's, then the oldest; what another copy is at is skipped."""
        async with self._db.transaction() as tx:
            row = await tx.raw.fetchrow(_CLAIM, now, until, token)
        if row is None:
            return None
        return Claimed(brief=decode_brief(row["data"]), token=token, attempt=row["attempts"])

    async def progress(self, key: UUID, token: UUID, progress: Progress, until: datetime) -> None:
        """A row a brief."""
        values = (progress.step, progress.done, progress.whole, until)
        async with self._db.transaction() as tx:
            if not await tx.raw.fetchval(_PROGRESS, key, token, *values):
                raise ClaimLostError(f"brief {key}: another copy makes it by now")

    async def put_off(
        self, key: UUID, token: UUID, progress: Progress, at: datetime, *, is_attempt: bool = True
    ) -> None:
        """Nobody's again; a claim that is held no longer is left alone."""
        values = (progress.step, progress.done, progress.whole, at, 0 if is_attempt else 1)
        async with self._db.transaction() as tx:
            await tx.raw.execute(_PUT_OFF, key, token, *values)

    async def counts(self) -> Mapping[State, int]:
        """All rows."""
        async with self._db.reading() as tx:
            return {State(row["state"]): row["number"] for row in await tx.raw.fetch(_COUNTS)}

    async def _listed(self, statement: str, *parameters: object) -> list[Listed]:
        async with self._db.reading() as tx:
            return [_listed(row) for row in await tx.raw.fetch(statement, *parameters)]

    async def _briefs(self, statement: str, *parameters: object) -> list[Brief]:
        async with self._db.reading() as tx:
            found = await tx.raw.fetch(statement, *parameters)
        return [decode_brief(row["data"]) for row in found]

    async def _value(self, statement: str, *parameters: object) -> Any:
        async with self._db.reading() as tx:
            return await tx.raw.fetchval(statement, *parameters)


def _listed(row: Any) -> Listed:
    progress = None
    if row["step"] is not None:
        progress = Progress(step=row["step"], done=row["done"], whole=row["whole"])
    return Listed(
        brief=decode_brief(row["data"]),
        place=row["place"],
        sheets=tuple((UUID(one.rstrip("!")), one.endswith("!")) for one in row["sheets"]),
        progress=progress,
    )
