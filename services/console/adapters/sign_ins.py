"""One-time links and sessions in PostgreSQL, so that any copy of the console knows them.

The browser holds a random secret; the table holds its hash, and the key sealed with it: neither is
of any use without the other.
"""

from datetime import datetime, timedelta
from hashlib import sha256, shake_256
from secrets import token_urlsafe

from shared.kit.postgres import Database

_ADD = "INSERT INTO console.sign_ins (hash, kind, sealed, expires_at) VALUES ($1, $2, $3, $4)"
_CLEAR = "DELETE FROM console.sign_ins WHERE expires_at < $1"
_TAKE = (
    "DELETE FROM console.sign_ins WHERE hash = $1 AND kind = 'link' RETURNING sealed, expires_at"
)
_FIND = """
    SELECT sealed FROM console.sign_ins WHERE hash = $1 AND kind = 'session' AND expires_at > $2
"""
_END = "DELETE FROM console.sign_ins WHERE hash = $1"
_SECRET_BYTES = 32


def seal(key: bytes, secret: str) -> bytes:
    """Mix the key with a stream that follows from the secret; again with it gives the key back.

    Safe because each secret is random and seals one key only.
    """
    stream = shake_256(b"qingyu console key" + secret.encode()).digest(len(key))
    return bytes(a ^ b for a, b in zip(key, stream, strict=True))


class PostgresSignIns:
    """The port SignIns on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def offer(self, key: str, now: datetime, life: timedelta) -> str:
        """A new one-time token."""
        return await self._add("link", key, now, life)

    async def redeem(self, token: str, now: datetime) -> str | None:
        """Deleting is redeeming: only one of several at once finds the row."""
        async with self._db.transaction() as tx:
            row = await tx.raw.fetchrow(_TAKE, _hash(token))
        if row is None or row["expires_at"] <= now:
            return None
        return seal(row["sealed"], token).decode()

    async def begin(self, key: str, now: datetime, life: timedelta) -> str:
        """A new session."""
        return await self._add("session", key, now, life)

    async def key_of(self, session: str, now: datetime) -> str | None:
        """By primary key."""
        async with self._db.reading() as tx:
            sealed = await tx.raw.fetchval(_FIND, _hash(session), now)
        return None if sealed is None else seal(sealed, session).decode()

    async def end(self, session: str) -> None:
        """Forget it."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_END, _hash(session))

    async def _add(self, kind: str, key: str, now: datetime, life: timedelta) -> str:
        secret = token_urlsafe(_SECRET_BYTES)
        sealed = seal(key.encode(), secret)
        async with self._db.transaction() as tx:
            await tx.raw.execute(_CLEAR, now)
            await tx.raw.execute(_ADD, _hash(secret), kind, sealed, now + life)
        return secret


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
