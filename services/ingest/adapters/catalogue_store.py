"""The catalogue in PostgreSQL: entities, versions and records are only ever added."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.ingest.adapters.publication import Publication
from services.ingest.domain.catalogue.planning import Change
from services.ingest.ports import Outdated
from shared.contracts.catalogue import encode_entity, encode_version
from shared.contracts.topics import CATALOGUE
from shared.kit.kafka.producer import Message
from shared.kit.postgres import Database, Transaction
from shared.model.catalogue import Catalogue, Entity, EntityKind, Record

# Whoever writes a version holds this lock, so versions appear one after another.
_LOCK = "select pg_advisory_xact_lock(hashtext('ingest.versions'))"
_CHUNK = 2_000

_RECORDS = """
    select e.number, e.kind, e.code, r.valid_from, r.valid_to, r.version, v.recorded_at,
           r.attributes::text as attributes
    from ingest.records r
    join ingest.entities e using (number) join ingest.versions v using (version)
    where {where} order by r.number, r.version, r.place
"""
_NEWER = _RECORDS.format(where="r.version > $1")
_OF = _RECORDS.format(where="r.number = any($1::bigint[])")
_ENTITIES = """
    insert into ingest.entities (kind, code)
    select kind, code from unnest($1::text[], $2::text[]) with ordinality as n (kind, code, nr)
    order by nr returning kind, code, number
"""
_WRITE = """
    insert into ingest.records (number, version, place, valid_from, valid_to, attributes)
    select n, v, p, f, t, a::jsonb
    from unnest($1::bigint[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::text[])
        as r (n, v, p, f, t, a)
"""
_VERSION = "select coalesce(max(version), 0) from ingest.versions"


class PostgresCatalogue:
    """See CatalogueStore."""

    def __init__(self, db: Database, publication: Publication) -> None:
        self._db = db
        self._publication = publication

    async def version(self) -> int:
        """The newest version; 0 before the first import."""
        async with self._db.reading() as tx:
            return await _version(tx)

    async def newer(self, known: Catalogue) -> Catalogue:
        """The newest catalogue, given one that is known already."""
        async with self._db.reading() as tx:
            version = await _version(tx)
            rows = await tx.raw.fetch(_NEWER, known.version)
        if version == known.version:
            return known
        # Thousands of entities take a second: readings go on being admitted meanwhile.
        merged = await asyncio.to_thread(_merged, known, rows)
        return known.with_entities(version, merged)

    async def commit(
        self, base: int, recorded_at: int, changes: Sequence[Change], *, by: str, files: list[str]
    ) -> int:
        """Write the changes as version `base + 1` and stage their publication, all or nothing."""
        written = await asyncio.to_thread(_columns, changes)
        async with self._db.transaction() as tx:
            await tx.raw.execute(_LOCK)
            if await _version(tx) != base:
                raise Outdated
            version = base + 1
            await tx.raw.execute(
                "insert into ingest.versions (version, recorded_at, key_id, files) "
                "values ($1, $2, $3, $4)",
                version,
                recorded_at,
                by,
                files,
            )
            numbers = await _number(tx, changes)
            await tx.raw.execute(_WRITE, *_with_numbers(numbers, written))
            await self._stage(tx, sorted(set(numbers.values())), version, recorded_at)
        return version

    async def stage_again(self, keys: frozenset[str]) -> int:
        """Stage these entities of the newest version again; how many."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_LOCK)
            rows = await tx.raw.fetch(
                "select number, kind || ':' || code as key from ingest.entities"
            )
            numbers = [row["number"] for row in rows if row["key"] in keys]
            marks = await tx.raw.fetchrow(
                "select version, recorded_at from ingest.versions order by version desc limit 1"
            )
            if marks is not None:
                await self._stage(tx, numbers, marks["version"], marks["recorded_at"])
        return len(numbers)

    async def _stage(
        self, tx: Transaction, numbers: Sequence[int], version: int, recorded_at: int
    ) -> None:
        for first in range(0, len(numbers), _CHUNK):
            rows = await tx.raw.fetch(_OF, list(numbers[first : first + _CHUNK]))
            pairs = (encode_entity(entity) for entity in _merged(Catalogue(), rows))
            await self._publication.stage(tx, [_message(*pair) for pair in pairs])
        await self._publication.stage(tx, [_message(*encode_version(version, recorded_at))])


async def _version(tx: Transaction) -> int:
    return int(await tx.raw.fetchval(_VERSION))


async def _number(tx: Transaction, changes: Sequence[Change]) -> dict[str, int]:
    numbers = {f"{c.kind}:{c.code}": c.number for c in changes if c.number is not None}
    new = [change for change in changes if change.number is None]
    if new:
        rows = await tx.raw.fetch(_ENTITIES, [c.kind.value for c in new], [c.code for c in new])
        numbers |= {f"{row['kind']}:{row['code']}": row["number"] for row in rows}
    return numbers


def _columns(changes: Sequence[Change]) -> list[tuple[str, int, int, int, int, str]]:
    """Key, version, place, validity and attributes of every record."""
    return [
        (
            f"{change.kind}:{change.code}",
            record.version,
            place,
            record.valid_from,
            record.valid_to,
            json.dumps(dict(record.attributes), ensure_ascii=False),
        )
        for change in changes
        for place, record in enumerate(change.records)
    ]


def _with_numbers(
    numbers: Mapping[str, int], rows: Sequence[tuple[str, int, int, int, int, str]]
) -> list[list[Any]]:
    """The rows as columns, numbers in place of keys."""
    columns = [[row[place] for row in rows] for place in range(1, 6)]
    return [[numbers[row[0]] for row in rows], *columns]


def _merged(known: Catalogue, rows: Iterable[Any]) -> list[Entity]:
    """Entities with the rows' records after those that are known."""
    records: dict[tuple[int, str, str], list[Record]] = {}
    for row in rows:
        records.setdefault((row["number"], row["kind"], row["code"]), []).append(_record(row))
    return [
        Entity(
            kind=EntityKind(kind),
            code=code,
            number=number,
            records=(*_older(known, EntityKind(kind), code), *newer),
        )
        for (number, kind, code), newer in records.items()
    ]


def _older(known: Catalogue, kind: EntityKind, code: str) -> tuple[Record, ...]:
    entity = known.get(kind, code)
    return entity.records if entity else ()


def _record(row: Any) -> Record:
    return Record(
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        version=row["version"],
        recorded_at=row["recorded_at"],
        attributes=json.loads(row["attributes"]),
    )


def _message(key: bytes, value: bytes) -> Message:
    return Message(CATALOGUE.name, value, key=key, partition=0)
