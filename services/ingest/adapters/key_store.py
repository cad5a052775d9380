"""Keys in PostgreSQL, as hashes, and on their way to the other services."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from services.ingest.adapters.publication import Publication
from services.ingest.domain.keys import Key
from shared.contracts.keys import KeyBody, encode_key
from shared.contracts.topics import KEYS
from shared.kit.kafka.producer import Message
from shared.kit.postgres import Database, Transaction
from shared.model.access import Role
from shared.model.condition import Measure

log = logging.getLogger(__name__)

_COLUMNS = "id, name, sha256, role, scope, created_at, revoked_at, measures, managed_by"
_INSERT = f"insert into ingest.keys ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_ADD = f"{_INSERT} on conflict do nothing returning id"
_CHANGE = """
    update ingest.keys set role = $2, scope = $3, measures = $4, changed = default
    where id = $1 and revoked_at is null returning id
"""
_REVOKE = f"""
    update ingest.keys set revoked_at = coalesce(revoked_at, $2), changed = default
    where id = $1 returning {_COLUMNS}
"""


class PostgresKeys:
    """See KeyStore."""

    def __init__(self, db: Database, publication: Publication) -> None:
        self._db = db
        self._publication = publication

    async def all(self) -> tuple[Key, ...]:
        """Every key, revoked ones too, oldest first."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(f"select {_COLUMNS} from ingest.keys order by created_at, id")
        return _understood(rows)

    async def generation(self) -> str:
        """A word that differs whenever any key was added or revoked."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(
                "select count(*) as keys, coalesce(sum(changed), 0) as changes from ingest.keys"
            )
        return f"{row['keys']}/{row['changes']}" if row else ""

    async def add(self, key: Key) -> bool:
        """Store a key and stage its publication; False if its id or hash is there already."""
        async with self._db.transaction() as tx:
            added = await tx.raw.fetchval(_ADD, *_fields(key))
            if added is not None:
                await self._stage(tx, (key,))
        return added is not None

    async def write(
        self, *, add: Sequence[Key], change: Sequence[Key], revoke: Sequence[Key]
    ) -> bool:
        """One transaction; the unique hashes, ids and names in a list decide what is in the way."""
        try:
            async with self._db.transaction() as tx:
                # Revoked first: a name in a list is free for another key from then on.
                for key in revoke:
                    await tx.raw.execute(_REVOKE, key.id, key.revoked_at)
                for key in change:
                    await _changed(tx, key)
                for key in add:
                    await tx.raw.execute(_INSERT, *_fields(key))
                await self._stage(tx, (*revoke, *change, *add))
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def revoke(self, key_id: str, at_us: int) -> Key | None:
        """Revoke a key and stage its publication; None if there is no such key."""
        async with self._db.transaction() as tx:
            row = await tx.raw.fetchrow(_REVOKE, key_id, at_us)
            found = _understood(() if row is None else (row,))
            await self._stage(tx, found)
        return found[0] if found else None

    async def stage_again(self, ids: frozenset[str]) -> int:
        """Stage these keys again; how many."""
        async with self._db.transaction() as tx:
            rows = await tx.raw.fetch(f"select {_COLUMNS} from ingest.keys for update")
            keys = _understood(row for row in rows if row["id"] in ids)
            await self._stage(tx, keys)
        return len(keys)

    async def _stage(self, tx: Transaction, keys: tuple[Key, ...]) -> None:
        pairs = (encode_key(body_of(key)) for key in keys)
        messages = [Message(KEYS.name, value, key=k, partition=0) for k, value in pairs]
        await self._publication.stage(tx, messages)


def body_of(key: Key) -> KeyBody:
    """The key as the other services see it."""
    return KeyBody(
        id=key.id,
        name=key.name,
        sha256=key.sha256,
        role=key.role.value,
        scope=list(key.scope),
        created_at=key.created_at,
        revoked_at=key.revoked_at,
        measures=sorted(key.measures),
    )


async def _changed(tx: Transaction, key: Key) -> None:
    values = (key.id, key.role.value, list(key.scope), sorted(key.measures))
    if await tx.raw.fetchval(_CHANGE, *values) is None:
        raise asyncpg.UniqueViolationError(f"the key {key.id} was revoked in the meantime")


def _fields(key: Key) -> tuple[object, ...]:
    return (
        key.id,
        key.name,
        key.sha256,
        key.role.value,
        list(key.scope),
        key.created_at,
        key.revoked_at,
        sorted(key.measures),
        key.managed_by,
    )


def _understood(rows: Iterable[Any]) -> tuple[Key, ...]:
    """The keys of the rows; one with a role or measure that is unknown here gives no rights."""
    keys: list[Key] = []
    for row in rows:
        try:
            keys.append(_key(row))
        except ValueError as error:
            log.error(  # noqa: TRY400
                "the key %s gives no rights: %s", row["id"], error, extra={"action": "bad_key"}
            )
    return tuple(keys)


def _key(row: Any) -> Key:
    return Key(
        id=row["id"],
        name=row["name"],
        sha256=row["sha256"],
        role=Role(row["role"]),
        scope=tuple(row["scope"]),
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
        measures=frozenset(map(Measure, row["measures"])),
        managed_by=row["managed_by"],
    )
