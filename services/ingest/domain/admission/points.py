"""All that admission needs of the metering points, compiled into arrays by point and segment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.ingest.domain.admission.texts import I64, Bools, Lookup
from services.ingest.domain.admission.zones import Offsets, offsets
from services.ingest.domain.catalogue.point_rules import (
    LARGEST_MANTISSA,
    book_factor,
    unit_factor,
)
from shared.model.catalogue import Attributes, Catalogue, EntityKind, PointKind, Segment
from shared.model.instants import SECOND_US
from shared.model.readings import U32

I32 = npt.NDArray[np.int32]

_LARGEST_INTERVAL = 10**15
"""A single interval's quantity in the books' quantum: a thousand times a thousand million million
fit into a column of sums."""
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Dated attributes; the segments of a point stand together, in time order."""

    start: I64
    end: I64
    interval_us: I64
    largest: I64
    """The largest mantissa of a reading."""
    zone: I32
    """Index into the table's zones; 0 is UTC for a point that declares none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTable:
    """Points by place (their index in every array), and what belongs to them."""

    version: int
    lookup: Lookup
    codes: tuple[str, ...]
    number: U32
    owner: I32
    unit: I32
    decimals: I64
    is_interval: Bools
    first: I32
    count: I32
    segments: Segments
    zones: tuple[Offsets, ...]
    zone_names: tuple[str | None, ...]
    owners: tuple[str, ...]
    units: tuple[str, ...]
    unit_lookup: Lookup
    partition: I32
    """The partition of each owner."""
    several: bool
    """Whether any point has more than one segment."""


class _Names:
    """Gives numbers to words in the order in which they come."""

    def __init__(self, *first: str | None) -> None:
        self.place: dict[str | None, int] = {name: i for i, name in enumerate(first)}

    def of(self, name: str | None) -> int:
        return self.place.setdefault(name, len(self.place))


def compile_points(catalogue: Catalogue, partition_of: Callable[[str], int]) -> PointTable:
    """Everything about the points of a catalogue; takes about ten microseconds a point."""
    points = [p for p in catalogue.of_kind(EntityKind.POINT) if p.timeline()]
    lives = [point.timeline() for point in points]
    latest = [life[-1].attributes for life in lives]
    owners, units, zones = _Names(), _Names(), _Names(None)
    owner = [owners.of(str(a["owner"])) for a in latest]
    unit = [units.of(str(a["unit"])) for a in latest]
    counts = np.array([len(life) for life in lives], np.int32)
    segments = _segments(catalogue, lives, zones)
    owner_names = tuple(str(name) for name in owners.place)
    unit_names = tuple(str(name) for name in units.place)
    codes = tuple(point.code for point in points)
    return PointTable(
        version=catalogue.version,
        lookup=Lookup(codes),
        codes=codes,
        number=np.array([point.number for point in points], np.uint32),
        owner=np.array(owner, np.int32),
        unit=np.array(unit, np.int32),
        decimals=np.array([_whole(a["decimals"]) for a in latest], np.int64),
        is_interval=np.array([a["kind"] == PointKind.INTERVAL for a in latest], np.bool_),
        first=(np.cumsum(counts, dtype=np.int32) - counts),
        count=counts,
        segments=segments,
        zones=tuple(offsets(name or "UTC") for name in zones.place),
        zone_names=tuple(zones.place),
        owners=owner_names,
        units=unit_names,
        unit_lookup=Lookup(unit_names),
        partition=np.array([partition_of(name) for name in owner_names], np.int32),
        several=bool((counts > 1).any()),
    )


def _segments(catalogue: Catalogue, lives: Sequence[Sequence[Segment]], zones: _Names) -> Segments:
    parts = [segment for life in lives for segment in life]
    carriers = {
        code: entity.latest()
        for code in {str(part.attributes["carrier"]) for part in parts}
        if (entity := catalogue.get(EntityKind.CARRIER, code)) is not None
    }
    return Segments(
        start=_column(part.start for part in parts),
        end=_column(part.end for part in parts),
        interval_us=_column(_whole(p.attributes["interval_s"]) * SECOND_US for p in parts),
        largest=_column(_largest(part.attributes, carriers) for part in parts),
        zone=np.array([zones.of(_zone(part.attributes)) for part in parts], np.int32),
    )


def _column(numbers: Iterable[int]) -> I64:
    return np.fromiter(numbers, np.int64)


def _largest(attributes: Attributes, carriers: dict[str, Attributes]) -> int:
    """What fits into the books after multiplication, and into the register's digits."""
    factor = unit_factor(attributes, carriers[str(attributes["carrier"])])
    if factor is None:
        return 0
    is_interval = attributes["kind"] == PointKind.INTERVAL
    most = _LARGEST_INTERVAL if is_interval else LARGEST_MANTISSA
    fitting = min(most // book_factor(attributes, factor), int(10**_MOST_DIGITS) - 1)
    if attributes["digits"] is None:
        return fitting
    digits = _whole(attributes["digits"]) + _whole(attributes["decimals"])
    return min(fitting, int(10**digits) - 1)


def _zone(attributes: Attributes) -> str | None:
    return str(attributes["zone"]) if attributes["zone"] else None


def _whole(value: str | int | bool | None) -> int:
    return value if isinstance(value, int) else 0
