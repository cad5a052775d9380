"""The ports of ingest in memory; they pass the same suites as the real ones."""

from collections.abc import Sequence
from dataclasses import replace

from services.ingest.domain.catalogue.planning import Change
from services.ingest.domain.keys import Key
from services.ingest.ports import Bundle, Outdated
from shared.kit.errors import Unavailable
from shared.model.catalogue import Catalogue, Entity


class MemoryCatalogue:
    """See CatalogueStore; switch `available` off to see it away."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.available = True
        self.imports: list[tuple[str, list[str]]] = []

    async def version(self) -> int:
        self._check()
        return self.catalogue.version

    async def newer(self, known: Catalogue) -> Catalogue:
        self._check()
        return self.catalogue if known.version != self.catalogue.version else known

    async def commit(
        self, base: int, _recorded_at: int, changes: Sequence[Change], *, by: str, files: list[str]
    ) -> int:
        self._check()
        if base != self.catalogue.version:
            raise Outdated
        following = max((e.number for e in self.catalogue.entities.values()), default=0) + 1
        changed: list[Entity] = []
        for change in changes:
            old = self.catalogue.get(change.kind, change.code)
            changed.append(
                Entity(
                    kind=change.kind,
                    code=change.code,
                    number=old.number if old else following + len(changed),
                    records=(*(old.records if old else ()), *change.records),
                )
            )
        self.catalogue = self.catalogue.with_entities(base + 1, changed)
        self.imports.append((by, files))
        return base + 1

    def _check(self) -> None:
        if not self.available:
            raise Unavailable("the catalogue in memory is switched off")


class MemoryKeys:
    """See KeyStore; switch `available` off to see it away."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._changes = 0
        self.available = True

    async def all(self) -> tuple[Key, ...]:
        self._check()
        return tuple(self._keys.values())

    async def generation(self) -> str:
        self._check()
        return str(self._changes)

    async def add(self, key: Key) -> bool:
        self._check()
        if any(k.id == key.id or k.sha256 == key.sha256 for k in self._keys.values()):
            return False
        self._keys[key.id] = key
        self._changes += 1
        return True

    async def revoke(self, key_id: str, at_us: int) -> Key | None:
        self._check()
        key = self._keys.get(key_id)
        if key is None:
            return None
        revoked_at = at_us if key.revoked_at is None else key.revoked_at
        self._keys[key_id] = replace(key, revoked_at=revoked_at)
        self._changes += 1
        return self._keys[key_id]

    async def write(
        self, *, add: Sequence[Key], change: Sequence[Key], revoke: Sequence[Key]
    ) -> bool:
        self._check()
        then = {**self._keys, **{key.id: key for key in (*revoke, *change)}}
        live = {(k.managed_by, k.name) for k in then.values() if k.revoked_at is None}
        hashes = {key.sha256 for key in then.values()}
        for key in change:
            if self._keys[key.id].revoked_at is not None:
                return False
        for key in add:
            if key.id in then or key.sha256 in hashes or (key.managed_by, key.name) in live:
                return False
        self._keys = {**then, **{key.id: key for key in add}}
        self._changes += 1
        return True

    def _check(self) -> None:
        if not self.available:
            raise Unavailable("the keys in memory are switched off")


class MemoryLog:
    """See ReadingLog: keeps what was appended; switch `available` off to see it away."""

    def __init__(self) -> None:
        self.batches: list[tuple[tuple[Bundle, ...], int, str]] = []
        self.received_at_us = 0
        self.available = True

    async def append(
        self,
        bundles: Sequence[Bundle],
        *,
        catalogue_version: int,
        received_at_us: int,
        correlation_id: str,
    ) -> None:
        if not self.available:
            raise Unavailable("the log in memory is switched off")
        self.received_at_us = received_at_us
        self.batches.append((tuple(bundles), catalogue_version, correlation_id))

    def rows(self) -> int:
        """How many readings were appended."""
        return sum(len(bundle.readings) for batch, _, _ in self.batches for bundle in batch)
