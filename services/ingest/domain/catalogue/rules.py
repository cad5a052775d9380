"""What must hold between the entities of a catalogue: references, trees, units, exact numbers."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from services.ingest.domain.catalogue import codes, values
from services.ingest.domain.catalogue.point_rules import point_faults
from services.ingest.domain.catalogue.references import missing
from services.ingest.domain.catalogue.schema import SCHEMAS
from services.ingest.domain.catalogue.timelines import Timeline
from services.ingest.domain.catalogue.view import View
from shared.model.catalogue import Attributes, EntityKind, Segment
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US, from_us, iso, to_us
from shared.model.period import zone

Mistake = tuple[str | None, str]
"""The column and the sentence."""

_ZONE_YEARS = range(2000, 2041)


def mistakes(kind: EntityKind, code: str, view: View) -> Iterator[tuple[Segment, Mistake]]:
    """Everything wrong with an entity, each with the segment in which it is wrong."""
    rule = _RULES[kind]
    timeline = view.timeline(kind, code)
    for segment in timeline:
        for mistake in rule(code, segment, view):
            yield segment, mistake
    yield from _edges(kind, timeline)


def _edges(kind: EntityKind, timeline: Timeline) -> Iterator[tuple[Segment, Mistake]]:
    for index, segment in enumerate(timeline):
        before = timeline[index - 1] if index else None
        touching = before is not None and before.end == segment.start
        if segment.start != BEGINNING_US and segment.start % HOUR_US:
            changed = _changed(before.attributes, segment.attributes) if before else set()
            if not (kind is EntityKind.POINT and touching and changed <= {"multiplier"}):
                yield segment, ("valid_from", _NOT_WHOLE.format(at=iso(segment.start)))
        follower = timeline[index + 1] if index + 1 < len(timeline) else None
        continued = follower is not None and follower.start == segment.end
        if segment.end != FOREVER_US and segment.end % HOUR_US and not continued:
            yield segment, ("valid_to", _NOT_WHOLE.format(at=iso(segment.end)))


_NOT_WHOLE = (
    "{at} is not a whole UTC hour: books are kept by the hour, so everything except a point's "
    "multiplier begins, ends and changes on a whole hour"
)


def _changed(old: Attributes, new: Attributes) -> set[str]:
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def _carrier(code: str, segment: Segment, _view: View) -> Iterator[Mistake]:
    unit, written = segment.attributes.get("unit"), segment.attributes.get("units")
    if written and unit in values.unit_factors(str(written)):
        yield "units", f"{unit} is the canonical unit of {code}; leave it out of units"


def _region(code: str, segment: Segment, view: View) -> Iterator[Mistake]:
    if not whole_hours(str(segment.attributes["zone"])):
        yield "zone", f"{segment.attributes['zone']} is not a whole number of hours from UTC"
    parent = segment.attributes["parent"]
    if parent is None:
        return
    if not codes.lies_in(code, str(parent)):
        yield "parent", f"{code} cannot lie in {parent}: its digits do not continue {parent}'s"
    yield from missing(view, "parent", EntityKind.REGION, str(parent), segment)


def whole_hours(zone_name: str) -> bool:
    """Whether the zone keeps whole hours from UTC, summer and winter, in our time."""
    moments = (
        from_us(_month_us(year, month)).astimezone(zone(zone_name))
        for year in _ZONE_YEARS
        for month in (1, 7)
    )
    offsets = (moment.utcoffset() for moment in moments)
    return all(offset is not None and offset.total_seconds() % 3600 == 0 for offset in offsets)


def _month_us(year: int, month: int) -> int:
    return to_us(from_us(0).replace(year=year, month=month))


def _enterprise(_code: str, segment: Segment, view: View) -> Iterator[Mistake]:
    region = str(segment.attributes["region"])
    yield from missing(view, "region", EntityKind.REGION, region, segment)


def _tag(_code: str, _segment: Segment, _view: View) -> Iterator[Mistake]:
    yield from ()


def _member(code: str, segment: Segment, view: View) -> Iterator[Mistake]:
    tag, _, enterprise = code.partition("/")
    yield from missing(view, "tag", EntityKind.TAG, tag, segment)
    yield from missing(view, "enterprise", EntityKind.ENTERPRISE, enterprise, segment)


_RULES: Mapping[EntityKind, Callable[[str, Segment, View], Iterator[Mistake]]] = {
    EntityKind.CARRIER: _carrier,
    EntityKind.REGION: _region,
    EntityKind.ENTERPRISE: _enterprise,
    EntityKind.TAG: _tag,
    EntityKind.MEMBER: _member,
    EntityKind.POINT: point_faults,
}


def fixed_mistakes(kind: EntityKind, old: Attributes, new: Attributes) -> Iterator[Mistake]:
    """What a row changes although it is fixed for the entity's life."""
    for column in SCHEMAS[kind].columns:
        before, after = old.get(column.name), new.get(column.name)
        if column.fixed and before != after:
            yield (
                column.name,
                f"{column.name} is {before} and stays so for the {kind}'s life, so it cannot "
                f"become {after}: give the changed {kind} a new code",
            )
    if kind is EntityKind.CARRIER:
        yield from _unit_mistakes(old, new)


def _unit_mistakes(old: Attributes, new: Attributes) -> Iterator[Mistake]:
    after = _factors(new)
    for unit, factor in _factors(old).items():
        if after.get(unit) != factor:
            yield (
                "units",
                f"{unit}={factor} stays so for the carrier's life, because books are kept with "
                "it: add units, but leave those there are",
            )


def _factors(attributes: Attributes) -> dict[str, Decimal]:
    return values.unit_factors(str(attributes.get("units") or ""))
