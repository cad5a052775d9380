"""What the catalogue says of one owner: the rules of its points and the subjects it counts for.

A slice is compiled as of a catalogue version, so that what was booked under an older version can
be taken back exactly when a newer one says otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from shared.model.catalogue import Attributes, Catalogue, Entity, EntityKind, PointKind, Stamp
from shared.model.exact import decimal, decimals_of, mantissa
from shared.model.instants import HOUR_US, SECOND_US
from shared.model.subject import Subject, SubjectKind

NO_RATE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSegment:
    """The rules of a point during `[start, end)`, microseconds.

    multiplier: books' mantissa for one unit of the reading's mantissa. max_rate: mantissa an hour
    at the books' scale, or NO_RATE. modulus: the register's first unshown mantissa, 0 if unknown.
    """

    start: int
    end: int
    multiplier: int
    interval_us: int
    max_rate: int
    modulus: int
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRule:
    """One metering point as the books see it."""

    number: int
    code: str
    carrier: str
    flow: str
    scale: int
    register: bool
    stamp_end: bool
    segments: tuple[PointSegment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The subjects that an owner counts for in the hours `[first_hour, end_hour)`."""

    first_hour: int
    end_hour: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSlice:
    """All that matters of one owner; equal slices give equal books."""

    owner: str
    number: int
    chains: tuple[Chain, ...]
    points: tuple[PointRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueIndex:
    """Who belongs to whom in a catalogue, whenever and as of whichever version."""

    catalogue: Catalogue
    points_of: Mapping[str, tuple[Entity, ...]]
    memberships_of: Mapping[str, tuple[Entity, ...]]
    owners: Mapping[int, str] = field(default_factory=dict)

    def slice_of(self, owner: str, version: int | None = None) -> OwnerSlice | None:
        """The owner's slice as of `version` (newest if None); None for an unknown owner."""
        subject = Subject.parse(owner)
        entity = self.catalogue.get(EntityKind(subject.kind), subject.code)
        if entity is None:
            return None
        if subject.kind is SubjectKind.REGION:
            chains = _whole_life(entity, version, f"{SubjectKind.BOUNDARY}:{subject.code}")
        else:
            chains = self._chains(entity, version)
        rules = (point_rule(p, self.catalogue, version) for p in self.points_of.get(owner, ()))
        return OwnerSlice(
            owner=owner,
            number=entity.number,
            chains=chains,
            points=tuple(rule for rule in rules if rule is not None),
        )

    def _chains(self, enterprise: Entity, version: int | None) -> tuple[Chain, ...]:
        memberships = self.memberships_of.get(enterprise.code, ())
        edges = self._edges(enterprise, memberships, version)
        chains: list[Chain] = []
        for first, end in pairwise(edges):
            subjects = self._subjects_at(enterprise, memberships, first * HOUR_US, version)
            if not subjects:
                continue
            if chains and chains[-1].end_hour == first and chains[-1].subjects == subjects:
                first = chains.pop().first_hour  # noqa: PLW2901 - the two runs are one
            chains.append(Chain(first_hour=first, end_hour=end, subjects=subjects))
        return tuple(chains)

    def _edges(
        self, enterprise: Entity, memberships: Iterable[Entity], version: int | None
    ) -> list[int]:
        """Every hour at which anything that the chain depends on begins or ends."""
        edges: set[int] = set()
        waiting = [enterprise, *memberships]
        seen: set[str] = set()
        while waiting:
            entity = waiting.pop()
            seen.add(entity.key)
            for segment in entity.timeline(version):
                edges |= {_hour_up(segment.start), _hour_up(segment.end)}
                above = segment.attributes.get(
                    "region" if entity.kind is EntityKind.ENTERPRISE else "parent"
                )
                region = self.catalogue.get(EntityKind.REGION, str(above)) if above else None
                if region and region.key not in seen:
                    waiting.append(region)
        return sorted(edges)

    def _subjects_at(
        self, enterprise: Entity, memberships: Iterable[Entity], at: int, version: int | None
    ) -> tuple[str, ...]:
        attributes = enterprise.at(at, version)
        if attributes is None:
            return ()
        regions = self._path(attributes.get("region"), at, version)
        tags = sorted(
            str(attributes["tag"])
            for membership in memberships
            if (attributes := membership.at(at, version)) is not None
        )
        return (
            enterprise.key,
            *(f"{SubjectKind.REGION}:{code}" for code in regions),
            *(f"{SubjectKind.TAG}:{code}" for code in tags),
        )

    def _path(self, code: object, at: int, version: int | None) -> list[str]:
        path: list[str] = []
        while isinstance(code, str) and code and code not in path:
            path.append(code)
            region = self.catalogue.get(EntityKind.REGION, code)
            attributes = region.at(at, version) if region else None
            code = attributes.get("parent") if attributes else None
        return path


def index(catalogue: Catalogue) -> CatalogueIndex:
    """Group the catalogue's points and memberships by owner."""
    points: defaultdict[str, list[Entity]] = defaultdict(list)
    memberships: defaultdict[str, list[Entity]] = defaultdict(list)
    owners: dict[int, str] = {}
    for entity in catalogue.entities.values():
        if entity.kind is EntityKind.POINT:
            points[str(entity.records[0].attributes["owner"])].append(entity)
        elif entity.kind is EntityKind.MEMBER:
            memberships[str(entity.records[0].attributes["enterprise"])].append(entity)
        elif entity.kind in {EntityKind.ENTERPRISE, EntityKind.REGION}:
            owners[entity.number] = entity.key
    return CatalogueIndex(
        catalogue=catalogue,
        points_of={k: tuple(sorted(v, key=_by_number)) for k, v in points.items()},
        memberships_of={k: tuple(sorted(v, key=_by_number)) for k, v in memberships.items()},
        owners=owners,
    )


def point_rule(point: Entity, catalogue: Catalogue, version: int | None) -> PointRule | None:
    """The rule of a point as of a version; None if it did not exist then."""
    timeline = point.timeline(version)
    if not timeline:
        return None
    fixed = timeline[0].attributes
    factor = unit_factor(fixed, catalogue, version)
    scale = _int(fixed, "decimals") + _int(fixed, "multiplier_decimals") + decimals_of(factor)
    return PointRule(
        number=point.number,
        code=point.code,
        carrier=str(fixed["carrier"]),
        flow=str(fixed["flow"]),
        scale=scale,
        register=fixed["kind"] == PointKind.REGISTER,
        stamp_end=fixed.get("stamp") != Stamp.START,
        segments=tuple(
            _segment(s.start, s.end, s.attributes, factor=factor, scale=scale) for s in timeline
        ),
    )


def _segment(
    start: int, end: int, attributes: Attributes, *, factor: Decimal, scale: int
) -> PointSegment:
    decimals = _int(attributes, "decimals")
    multiplier = decimal(str(attributes.get("multiplier") or "1"))
    digits = attributes.get("digits")
    rate = attributes.get("max_rate")
    return PointSegment(
        start=start,
        end=end,
        multiplier=mantissa(multiplier, scale - decimals - decimals_of(factor))
        * mantissa(factor, decimals_of(factor)),
        interval_us=_int(attributes, "interval_s") * SECOND_US,
        max_rate=NO_RATE if rate is None else _floor(decimal(str(rate)) * factor, scale),
        modulus=0 if digits is None else 10 ** (int(digits) + decimals),
        counted=attributes.get("counted") is not False,
    )


def unit_factor(
    attributes: Attributes, catalogue: Catalogue, version: int | None = None
) -> Decimal:
    """How many of the carrier's canonical unit one unit of the point is."""
    carrier = catalogue.get(EntityKind.CARRIER, str(attributes["carrier"]))
    timeline = carrier.timeline(version) if carrier else ()
    described = timeline[-1].attributes if timeline else {}
    unit = attributes.get("unit")
    if unit is None or unit == described.get("unit"):
        return Decimal(1)
    for pair in str(described.get("units") or "").split(";"):
        name, _, size = pair.partition("=")
        if name.strip() == unit:
            return decimal(size)
    raise ValueError(f"unit {unit} is none of carrier {attributes['carrier']}")


def _whole_life(region: Entity, version: int | None, subject: str) -> tuple[Chain, ...]:
    return tuple(
        Chain(first_hour=_hour_up(s.start), end_hour=_hour_up(s.end), subjects=(subject,))
        for s in region.timeline(version)
    )


def _floor(value: Decimal, scale: int) -> int:
    numerator, denominator = value.as_integer_ratio()
    return int(numerator * 10**scale // denominator)


def _hour_up(us: int) -> int:
    return -(-us // HOUR_US)


def _by_number(entity: Entity) -> int:
    return entity.number


def _int(attributes: Attributes, name: str) -> int:
    value = attributes.get(name)
    return 0 if value is None else int(value)
