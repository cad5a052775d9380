"""The catalogue: regions, enterprises, tags, carriers, points, each with its dated records.

An entity is a list of records, in the order in which they became known. A record says how the
entity is from `valid_from` on (and, if `valid_to` is given, that it does not exist from there on),
replacing whatever earlier records said of that time. Nothing is overwritten, so the entity can be
seen as of any catalogue version.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Attributes = Mapping[str, str | int | bool | None]


class EntityKind(StrEnum):
    """What the catalogue knows."""

    CARRIER = "carrier"
    REGION = "region"
    ENTERPRISE = "enterprise"
    TAG = "tag"
    MEMBER = "member"
    """One enterprise's membership of one tag; its code is `TAG/ENTERPRISE`."""
    POINT = "point"


class Flow(StrEnum):
    """Which way the energy of a point goes."""

    IMPORT = "import"
    EXPORT = "export"
    CONVERSION_INPUT = "conversion_input"
    CONVERSION_OUTPUT = "conversion_output"
    FEEDSTOCK = "feedstock"


class PointKind(StrEnum):
    """What a reading of the point is."""

    REGISTER = "register"
    """A count that only grows; what is booked is the difference of neighbours."""
    INTERVAL = "interval"
    """The quantity of one interval."""


class Stamp(StrEnum):
    """Which end of its interval an interval reading's instant names."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became known of an entity with one catalogue version."""

    valid_from: int
    valid_to: int
    version: int
    recorded_at: int
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """How an entity is during `[start, end)` (microseconds), seen as of some version."""

    start: int
    end: int
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing of the catalogue; `number` is unique among all entities and never reused."""

    kind: EntityKind
    code: str
    number: int
    records: tuple[Record, ...]

    @property
    def key(self) -> str:
        """`kind:code`, unique in the catalogue."""
        return f"{self.kind}:{self.code}"

    def timeline(self, version: int | None = None) -> tuple[Segment, ...]:
        """The entity's segments in time order as of `version` (the newest if None)."""
        segments: list[Segment] = []
        for record in self.records:
            if version is None or record.version <= version:
                segments = _laid_over(segments, record)
        return tuple(segments)

    def at(self, instant_us: int, version: int | None = None) -> Attributes | None:
        """The attributes in force at the instant, or None if the entity does not exist then."""
        for segment in self.timeline(version):
            if segment.start <= instant_us < segment.end:
                return segment.attributes
        return None

    def latest(self) -> Attributes:
        """The attributes of the last segment: what to show a person; empty if there is none."""
        timeline = self.timeline()
        return timeline[-1].attributes if timeline else {}


def _laid_over(segments: list[Segment], record: Record) -> list[Segment]:
    kept = [
        Segment(start=s.start, end=min(s.end, record.valid_from), attributes=s.attributes)
        for s in segments
        if s.start < record.valid_from
    ]
    if record.valid_from < record.valid_to:
        same = kept and kept[-1].end == record.valid_from
        if same and kept[-1].attributes == record.attributes:
            start = kept.pop().start
        else:
            start = record.valid_from
        kept.append(Segment(start=start, end=record.valid_to, attributes=record.attributes))
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All entities as of one version, by key; a new version is a new Catalogue."""

    version: int = 0
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def get(self, kind: EntityKind, code: str) -> Entity | None:
        """The entity, or None."""
        return self.entities.get(f"{kind}:{code}")

    def of_kind(self, kind: EntityKind) -> Iterator[Entity]:
        """All entities of the kind, in the order of the mapping."""
        return (entity for entity in self.entities.values() if entity.kind is kind)

    def with_entities(self, version: int, changed: Iterable[Entity]) -> "Catalogue":
        """A catalogue of `version` in which the changed entities replace the old."""
        return Catalogue(version=version, entities={**self.entities, **{e.key: e for e in changed}})

    def ancestors(self, region_code: str, instant_us: int) -> tuple[str, ...]:
        """The region's code and those above it, nearest first, as they were at the instant."""
        path: list[str] = []
        code: str | None = region_code
        while code and code not in path:
            path.append(code)
            region = self.get(EntityKind.REGION, code)
            attributes = region.at(instant_us) if region else None
            parent = attributes.get("parent") if attributes else None
            code = str(parent) if parent else None
        return tuple(path)
