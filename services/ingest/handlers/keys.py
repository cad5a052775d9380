"""Keys made, listed and revoked, and whose key a request carries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from services.ingest.domain.keys import Key, measures_of, scope_of
from services.ingest.domain.principals import Mistake, Plan, Stated, Wanted, plan, read
from services.ingest.ports import KeyStore, Wake
from shared.model.access import Principal, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that was just made: the only moment at which `plain` is known."""

    plain: str
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a list of principals did: keys made (with the plain ones of those made here), kept,
    changed and revoked; or only what is wrong in it.
    """

    managed_by: str
    added: tuple[Key, ...] = ()
    plain: tuple[NewKey, ...] = ()
    changed: tuple[Key, ...] = ()
    kept: tuple[Key, ...] = ()
    revoked: tuple[Key, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class InTheWayError(Exception):
    """Somebody else changed the same keys at that moment; nothing was written."""


ReadPrincipals = Callable[[str], tuple[str, tuple[Stated, ...], tuple[Mistake, ...]]]
"""A file's text -> the list's name, its entries, what could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """How plain keys are made and recognised.

    `make`: a fresh key and its id. `id_of`: the id that a given key carries; `id_of_hash`: the one
    of a key of which only the hash is known. `digest`: its hash.
    """

    make: Callable[[], str]
    id_of: Callable[[str], str]
    id_of_hash: Callable[[str], str]
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

    async def create(
        self, *, name: str, role: Role, scope: tuple[str, ...], measures: Iterable[str] = ()
    ) -> NewKey:
        """Make a key; raises ValueError with a sentence if role, scope, measures do not fit."""
        checked, concerned = scope_of(role, scope), measures_of(role, measures)
        plain = self._secrets.make()
        key = replace(self._key(plain, name, role, checked), measures=concerned)
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

    async def apply(
        self, text: str, read_text: ReadPrincipals, *, prune: bool, dry_run: bool
    ) -> Applied:
        """Make the keys of a list those of its file, all or nothing; raises InTheWayError.

        Applied again it changes nothing. A plan that is only tried makes no key.
        """
        managed_by, entries, unreadable = read_text(text)
        wanted, mistakes = read(entries)
        if unreadable or mistakes:
            return Applied(managed_by=managed_by, mistakes=(*unreadable, *mistakes))
        planned = plan(await self._store.all(), managed_by, wanted, prune=prune)
        applied = self._applied(managed_by, planned)
        if planned.mistakes or dry_run:
            return replace(applied, plain=())
        await self._write(applied)
        return applied

    def _applied(self, managed_by: str, planned: Plan) -> Applied:
        made = [self._issued(managed_by, one) for one in planned.add]
        now = self._clock_us()
        return Applied(
            managed_by=managed_by,
            added=tuple(one.key for one in made),
            plain=tuple(one for one in made if one.plain),
            changed=planned.change,
            kept=planned.keep,
            revoked=tuple(replace(key, revoked_at=now) for key in planned.revoke),
            mistakes=planned.mistakes,
        )

    def _issued(self, managed_by: str, wanted: Wanted) -> NewKey:
        plain = "" if wanted.sha256 else self._secrets.make()
        key = Key(
            id=self._secrets.id_of(plain) if plain else self._secrets.id_of_hash(wanted.sha256),
            name=wanted.name,
            sha256=wanted.sha256 or self._secrets.digest(plain),
            role=wanted.role,
            scope=wanted.scope,
            created_at=self._clock_us(),
            measures=wanted.measures,
            managed_by=managed_by,
        )
        return NewKey(plain=plain, key=key)

    async def _write(self, applied: Applied) -> None:
        parts: tuple[Sequence[Key], ...] = (applied.added, applied.changed, applied.revoked)
        add, change, revoke = parts
        if not any(parts):
            return
        if not await self._store.write(add=add, change=change, revoke=revoke):
            raise InTheWayError(applied.managed_by)
        await self._changed()

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
    return Principal(
        key_id=key.id,
        name=key.name,
        role=key.role,
        scope=frozenset(key.scope),
        measures=key.measures,
    )
