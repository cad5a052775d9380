"""Keys in PostgreSQL, as hashes, and on their way to the other services."""

from typing import Any

from services.ingest.adapters.publication import Publication
from services.ingest.domain.keys import Key
from shared.contracts.keys import KeyBody, encode_key
from shared.contracts.topics import KEYS
from shared.kit.kafka.producer import Message
from shared.kit.postgres import Database, Transaction
from shared.model.access import Role

_COLUMNS = "id, name, sha256, role, scope, created_at, revoked_at"
_ADD = f"""
    insert into ingest.keys ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict do nothing returning id
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
        return tuple(_key(row) for row in rows)

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
            values = (key.id, key.name, key.sha256, key.role.value, list(key.scope))
            added = await tx.raw.fetchval(_ADD, *values, key.created_at, key.revoked_at)
            if added is not None:
                await self._stage(tx, (key,))
        return added is not None

    async def revoke(self, key_id: str, at_us: int) -> Key | None:
        """Revoke a key and stage its publication; None if there is no such key."""
        async with self._db.transaction() as tx:
            row = await tx.raw.fetchrow(_REVOKE, key_id, at_us)
            if row is None:
                return None
            key = _key(row)
            await self._stage(tx, (key,))
        return key

    async def stage_again(self, ids: frozenset[str]) -> int:
        """Stage these keys again; how many."""
        async with self._db.transaction() as tx:
            rows = await tx.raw.fetch(f"select {_COLUMNS} from ingest.keys for update")
            keys = [_key(row) for row in rows if row["id"] in ids]
            await self._stage(tx, tuple(keys))
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
    )


def _key(row: Any) -> Key:
    return Key(
        id=row["id"],
        name=row["name"],
        sha256=row["sha256"],
        role=Role(row["role"]),
        scope=tuple(row["scope"]),
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )
