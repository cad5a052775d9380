"""The catalogue as the books need it, brought up to date without doing everything again."""

from collections.abc import Mapping

from services.evaluator.domain.rules import Rules, build
from services.evaluator.domain.slices import CatalogueIndex, OwnerSlice, index
from shared.model.catalogue import Catalogue, Entity, EntityKind


class Rulebook:
    """Slices and rules of the newest catalogue; older versions are compiled when asked for."""

    def __init__(self) -> None:
        """Begin with the empty catalogue of version 0."""
        self._index: CatalogueIndex = index(Catalogue())
        self._slices: dict[int, OwnerSlice] = {}
        self.rules: Rules = build(())

    @property
    def version(self) -> int:
        """The catalogue version in use."""
        return self._index.catalogue.version

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue in use."""
        return self._index.catalogue

    def update(self, catalogue: Catalogue) -> None:
        """Take over a newer catalogue; only what it touches is compiled."""
        before = self.version
        self._index = index(catalogue)
        changed = _changed_since(self._index, before)
        for number, owner in self._index.owners.items():
            if number not in self._slices or self._touched(owner, changed):
                compiled = self._index.slice_of(owner)
                if compiled is not None:
                    self._slices[number] = compiled
        self.rules = build(self._slices.values())

    def slice_of(self, owner: int) -> OwnerSlice | None:
        """The newest slice of an owner by catalogue number."""
        return self._slices.get(owner)

    def stale(self, owners: Mapping[int, int]) -> dict[int, OwnerSlice]:
        """Of the owners (number -> version that booked them) those whose rules have changed.

        Gives the slice under which each was booked.
        """
        found: dict[int, OwnerSlice] = {}
        changes: dict[int, frozenset[str]] = {}
        for number, version in owners.items():
            if version >= self.version or number not in self._index.owners:
                continue
            changed = changes.setdefault(version, _changed_since(self._index, version))
            owner = self._index.owners[number]
            if self._touched(owner, changed):
                old = self._index.slice_of(owner, version)
                if old is not None and old != self._slices[number]:
                    found[number] = old
        return found

    def _touched(self, owner: str, changed: frozenset[str]) -> bool:
        return bool(changed) and (owner in changed or bool(changed & _EVERYBODY))


_EVERYBODY = frozenset({EntityKind.REGION.value, EntityKind.CARRIER.value})


def _changed_since(known: CatalogueIndex, version: int) -> frozenset[str]:
    """Owners with a record above `version`; `region` or `carrier` when one of these has changed."""
    return frozenset(
        _concerns(entity)
        for entity in known.catalogue.entities.values()
        if entity.records[-1].version > version
    )


def _concerns(entity: Entity) -> str:
    attributes = entity.records[0].attributes
    match entity.kind:
        case EntityKind.POINT:
            return str(attributes["owner"])
        case EntityKind.MEMBER:
            return f"{EntityKind.ENTERPRISE}:{attributes['enterprise']}"
        case EntityKind.ENTERPRISE:
            return entity.key
        case _:
            return entity.kind.value
