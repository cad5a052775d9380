"""Keys made, listed and revoked, and whose key a request carries."""

from collections.abc import Callable
from dataclasses import dataclass

from services.ingest.domain.keys import Key, scope_of
from services.ingest.ports import KeyStore, Wake
from shared.model.access import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that was just made: the only moment at which `plain` is known."""

    plain: str
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """How plain keys are made and recognised.

    `make`: a fresh key and its id. `id_of`: the id that a given key carries. `digest`: its hash.
    """

    make: Callable[[], str]
    id_of: Callable[[str], str]
    digest: Callable[[str], str]


class KeyDesk:
    """All keys of the installation; the copy in memory follows the store."""

    def __init__(
        self, *, store: KeyStore, secrets: Secrets, clock_us: Callable[[], int], wake: Wake
    ) -> None:
        self._store = store
        self._secrets = secrets
        self._clock_us = clock_us
        self._wake = wake
        self._generation: str | None = None
        self._by_hash: dict[str, Principal] = {}
        self._by_plain: dict[str, Principal] = {}

    @property
    def problem(self) -> str | None:
        """Why nobody is recognised, or None."""
        return None if self._generation is not None else "the keys have not been read yet"

    def principal(self, plain: str) -> Principal | None:
        """Whose key it is; None for an unknown or revoked one."""
        known = self._by_plain.get(plain)
        if known is None:
            known = self._by_hash.get(self._secrets.digest(plain))
            if known is not None:
                self._by_plain[plain] = known
        return known

    async def refresh(self) -> None:
        """Catch up with the store; raises ConnectionError when it is away."""
        generation = await self._store.generation()
        if generation == self._generation:
            return
        keys = await self._store.all()
        self._by_hash = {key.sha256: _principal(key) for key in keys if key.revoked_at is None}
        self._by_plain = {}
        self._generation = generation

    async def list(self) -> tuple[Key, ...]:
        """Every key, revoked ones too, oldest first."""
        return await self._store.all()

    async def create(self, *, name: str, role: Role, scope: tuple[str, ...]) -> NewKey:
        """Make a key; raises ValueError with a sentence if role and scope do not fit."""
        checked = scope_of(role, scope)
        plain = self._secrets.make()
        key = self._key(plain, name, role, checked)
        await self._store.add(key)
        await self._changed()
        return NewKey(plain=plain, key=key)

    async def admit_operator(self, plain: str) -> None:
        """See to it that this key is an operator's: how the first key of all gets in."""
        key = self._key(plain, "bootstrap operator", Role.OPERATOR, scope_of(Role.OPERATOR, ()))
        if await self._store.add(key):
            self._wake()

    async def revoke(self, key_id: str) -> Key | None:
        """Revoke a key for ever; None if there is none with this id."""
        key = await self._store.revoke(key_id, self._clock_us())
        await self._changed()
        return key

    async def _changed(self) -> None:
        self._wake()
        await self.refresh()

    def _key(self, plain: str, name: str, role: Role, scope: tuple[str, ...]) -> Key:
        return Key(
            id=self._secrets.id_of(plain),
            name=name,
            sha256=self._secrets.digest(plain),
            role=role,
            scope=scope,
            created_at=self._clock_us(),
        )


def _principal(key: Key) -> Principal:
    return Principal(key_id=key.id, name=key.name, role=key.role, scope=frozenset(key.scope))
