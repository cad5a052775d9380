"""Writing briefs in PostgreSQL: a change, its files and its entries become true together."""

import asyncio
from uuid import UUID

import msgspec
import zstandard

from services.alerts.adapters.journal import append
from services.alerts.domain.briefs.flow import Brief, State
from services.alerts.domain.briefs.numbering import Number
from services.alerts.ports.briefs import Change, ClaimLostError, NumberTakenError, Revision
from shared.kit.postgres import Transaction

decode_brief = msgspec.json.Decoder(Brief).decode

_ONE = "SELECT data FROM alerts.briefs WHERE id = $1 FOR UPDATE"
# A brief that is not there has no row to be held: two that would both begin it come one by one.
_BEGINS = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_WRITE = """
    INSERT INTO alerts.briefs (id, region, regions, period, state, is_public, corrects, year, nth,
        part, address, try_at, published_at, data)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (id) DO UPDATE SET regions = excluded.regions, state = excluded.state,
        is_public = excluded.is_public, year = excluded.year, nth = excluded.nth,
        part = excluded.part, address = excluded.address, try_at = excluded.try_at,
        published_at = excluded.published_at, data = excluded.data
"""
_QUEUE = "INSERT INTO alerts.brief_making (brief) VALUES ($1) ON CONFLICT DO NOTHING"
_ENDED = "DELETE FROM alerts.brief_making WHERE brief = $1 AND token = $2 RETURNING 1"
_REVISION = """
    INSERT INTO alerts.brief_revisions (brief, revision, facts, pages) VALUES ($1, $2, $3, $4)
"""
_KEEP = "INSERT INTO alerts.brief_files (sha256, data) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_NAME = """
    INSERT INTO alerts.brief_revision_files (brief, revision, name, sha256)
    VALUES ($1, $2, $3, $4)
"""
_OLD_NAMES = """
    DELETE FROM alerts.brief_revision_files WHERE brief = $1 AND revision < $2 RETURNING sha256
"""
_OLD_DATA = """
    DELETE FROM alerts.brief_files AS f WHERE f.sha256 = ANY($1::bytea[])
    AND NOT EXISTS (SELECT FROM alerts.brief_revision_files AS n WHERE n.sha256 = f.sha256)
"""
_NUMBERS = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_LAST = """
    SELECT coalesce(max({column}), 0) FROM alerts.briefs WHERE region = $1 AND year = $2
"""
# Files come and go one writer at a time: what one lets go of another may be about to keep.
_FILES = "SELECT pg_advisory_xact_lock(x'71796266'::int)"


def _packed(kept: Revision) -> tuple[bytes, bytes]:
    """A province's are many megabytes: packed beside the loop."""
    pack = zstandard.ZstdCompressor(level=9).compress
    return pack(kept.facts), pack(kept.pages)


class PostgresBriefWork:
    """The port BriefWork in one open transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def one(self, key: UUID) -> Brief | None:
        """Held to the end of the transaction, there or not."""
        data = await self._tx.raw.fetchval(_ONE, key)
        if data is None:
            await self._tx.raw.execute(_BEGINS, f"qingyu brief {key}")
            data = await self._tx.raw.fetchval(_ONE, key)
        return decode_brief(data) if data else None

    async def write(self, change: Change) -> None:
        """A revision before the brief: once that is published nothing can be added to it."""
        raw, brief = self._tx.raw, change.brief
        if change.token is not None and not await raw.fetchval(_ENDED, brief.id, change.token):
            raise ClaimLostError(f"brief {brief.id}: another copy makes it by now")
        if brief.number is not None and brief.state is State.PUBLISHED:
            await self._check_number(brief.number)
        if brief.revision <= 1:
            await self._write(brief, before=True)
        if change.revision is not None:
            await self._keep(brief, change.revision)
        await self._write(brief)
        if change.queue:
            await raw.execute(_QUEUE, brief.id)
        await append(self._tx, change.lines)

    async def _write(self, brief: Brief, *, before: bool = False) -> None:
        """`before`: only so that a first revision has something to belong to."""
        if before and await self._tx.raw.fetchval(_ONE, brief.id):
            return
        number = brief.number
        await self._tx.raw.execute(
            _WRITE,
            brief.id,
            brief.region,
            list(brief.regions),
            brief.period,
            brief.state.value,
            brief.public,
            brief.corrects,
            number.year if number else None,
            number.nth if number else None,
            number.part if number else None,
            number.address if number else None,
            brief.try_at,
            brief.published_at,
            msgspec.json.encode(brief).decode(),
        )

    async def _keep(self, brief: Brief, kept: Revision) -> None:
        raw = self._tx.raw
        facts, pages = await asyncio.to_thread(_packed, kept)
        await raw.execute(_FILES)
        await raw.execute(_REVISION, brief.id, brief.revision, facts, pages)
        for file, data in kept.files:
            digest = bytes.fromhex(file.sha256)
            await raw.execute(_KEEP, digest, data)
            await raw.execute(_NAME, brief.id, brief.revision, file.name, digest)
        gone = [row["sha256"] for row in await raw.fetch(_OLD_NAMES, brief.id, brief.revision)]
        if gone:
            await raw.execute(_OLD_DATA, gone)

    async def _check_number(self, number: Number) -> None:
        raw = self._tx.raw
        await raw.execute(_NUMBERS, f"qingyu brief numbers {number.region} {number.year}")
        column = "part" if number.part else "nth"
        statement, parameters = _LAST.format(column=column), [number.region, number.year]
        if number.part:
            statement, parameters = f"{statement} AND nth = $3", [*parameters, number.nth]
        last = await raw.fetchval(statement, *parameters)
        if last + 1 != (number.part or number.nth):
            raise NumberTakenError(number.text)
