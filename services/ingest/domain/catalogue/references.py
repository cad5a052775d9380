"""Whether what an entity refers to is there, for as long as it is referred to."""

from collections.abc import Iterator

from services.ingest.domain.catalogue.timelines import Timeline, covers
from services.ingest.domain.catalogue.view import View
from shared.model.catalogue import Attributes, EntityKind, Segment
from shared.model.instants import BEGINNING_US, FOREVER_US, iso


def missing(
    view: View, column: str, kind: EntityKind, code: str, segment: Segment
) -> Iterator[tuple[str | None, str]]:
    """The mistake, if the entity is not there during the segment; an open end asks for nothing."""
    if view.excused(kind, code):
        return
    timeline = view.timeline(kind, code)
    if not timeline:
        yield column, f"there is no {kind} {code} in the catalogue or in these files"
    elif not covers(timeline, segment.start, segment.end):
        yield column, f"{kind} {code} exists {lifetime(timeline)}, this needs it {_span(segment)}"


def lifetime(timeline: Timeline) -> str:
    """When the entity exists, in words."""
    return _span(
        Segment(start=timeline[0].start, end=timeline[-1].end, attributes=timeline[0].attributes)
    )


def _span(segment: Segment) -> str:
    start = "" if segment.start == BEGINNING_US else f"from {iso(segment.start)}"
    end = "" if segment.end == FOREVER_US else f"until {iso(segment.end)}"
    return f"{start} {end}".strip() or "always"


def referred(kind: EntityKind, attributes: Attributes) -> Iterator[tuple[EntityKind, str]]:
    """The kinds and codes that an entity's attributes refer to."""
    if kind is EntityKind.REGION and attributes["parent"]:
        yield EntityKind.REGION, str(attributes["parent"])
    elif kind is EntityKind.ENTERPRISE:
        yield EntityKind.REGION, str(attributes["region"])
    elif kind is EntityKind.MEMBER:
        yield EntityKind.TAG, str(attributes["tag"])
        yield EntityKind.ENTERPRISE, str(attributes["enterprise"])
    elif kind is EntityKind.POINT:
        owner_kind, _, owner = str(attributes["owner"]).partition(":")
        yield EntityKind(owner_kind), owner
        yield EntityKind.CARRIER, str(attributes["carrier"])
        if attributes["parent"]:
            yield EntityKind.POINT, str(attributes["parent"])
