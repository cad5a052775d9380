"""The catalogue as it would be after an import: what the rules look at."""

from collections.abc import Mapping

from services.ingest.domain.catalogue.timelines import Timeline
from shared.model.catalogue import Attributes, Catalogue, EntityKind


class View:
    """Timelines by key: those of the import over those of the catalogue.

    `unreadable`: keys whose rows have faults already; what refers to them is not blamed as well.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        changed: Mapping[str, Timeline],
        unreadable: frozenset[str] = frozenset(),
    ) -> None:
        self._catalogue = catalogue
        self._changed = changed
        self._unreadable = unreadable
        self._old: dict[str, Timeline] = {}

    @property
    def changed(self) -> Mapping[str, Timeline]:
        """The timelines that the import changes."""
        return self._changed

    def timeline(self, kind: EntityKind, code: str) -> Timeline:
        """The entity's segments; empty if there is no such entity."""
        return self.by_key(f"{kind}:{code}")

    def by_key(self, key: str) -> Timeline:
        """The segments of `kind:code`."""
        if key in self._changed:
            return self._changed[key]
        if key not in self._old:
            entity = self._catalogue.entities.get(key)
            self._old[key] = entity.timeline() if entity else ()
        return self._old[key]

    def latest(self, kind: EntityKind, code: str) -> Attributes:
        """The attributes of the last segment; empty if there is no such entity."""
        timeline = self.timeline(kind, code)
        return timeline[-1].attributes if timeline else {}

    def excused(self, kind: EntityKind, code: str) -> bool:
        """Whether the entity's own row is reported already."""
        return f"{kind}:{code}" in self._unreadable
