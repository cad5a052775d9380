"""Senders' and readers' keys on their compacted topic: hashes with their grants, never keys."""

from hashlib import sha256

import msgspec

from shared.contracts.errors import UnreadableError
from shared.model.access import Principal, Role
from shared.model.condition import DUAL, Measure


class KeyBody(msgspec.Struct, frozen=True):
    """What the services know of a key; `sha256` in hex, instants in microseconds.

    `measures`: energy, carbon; what a regulator or reader is there for.
    """

    id: str
    name: str
    sha256: str
    role: str
    scope: list[str]
    created_at: int
    revoked_at: int | None = None
    measures: list[str] = msgspec.field(default_factory=lambda: sorted(DUAL))


_KEY = msgspec.json.Decoder(KeyBody)


def hash_key(plain: str) -> str:
    """The hash that is stored; keys are 256 random bits, so one round is enough."""
    return sha256(plain.encode()).hexdigest()


def encode_key(body: KeyBody) -> tuple[bytes, bytes]:
    """Key and value of the record."""
    return body.id.encode(), msgspec.json.encode(body)


def decode_key(value: bytes) -> KeyBody:
    """A key's body from its record; raises UnreadableError."""
    try:
        return _KEY.decode(value)
    except msgspec.MsgspecError as error:
        raise UnreadableError(f"not a key: {error}") from error


class Keyring:
    """The keys that a service knows now."""

    def __init__(self) -> None:
        """Begin without keys: nobody may do anything."""
        self._by_hash: dict[str, Principal] = {}
        self._hash_of: dict[str, str] = {}

    def learn(self, body: KeyBody) -> None:
        """Add, replace or revoke a key."""
        self._by_hash.pop(self._hash_of.pop(body.id, ""), None)
        if body.revoked_at is None:
            self._hash_of[body.id] = body.sha256
            self._by_hash[body.sha256] = Principal(
                key_id=body.id,
                name=body.name,
                role=Role(body.role),
                scope=frozenset(body.scope),
                measures=frozenset(map(Measure, body.measures)),
            )

    def feed(self, value: bytes | None) -> None:
        """Take one record of the topic; raises ValueError for a bad one."""
        if value is not None:
            self.learn(decode_key(value))

    def principal(self, plain: str) -> Principal | None:
        """Who holds the key, or None for an unknown or revoked one."""
        return self._by_hash.get(hash_key(plain))
