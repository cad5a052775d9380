"""Arithmetic of dated segments: what a row changes in an entity's life, and as which records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.model.catalogue import Attributes, Record, Segment
from shared.model.instants import BEGINNING_US, FOREVER_US

Timeline = tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A row in time: the entity is so from `start` on.

    It does not exist from `end` on; without an end it is so until the next change that is known.
    """

    start: int
    end: int | None
    attributes: Attributes


def apply(timeline: Timeline, statements: Sequence[Statement]) -> Timeline:
    """The timeline as the statements (of different starts, not overlapping) leave it.

    A statement without an end holds until the next change that the catalogue or another statement
    knows, so that a file imported again takes back nothing that was stated later.
    """
    ordered = sorted(statements, key=lambda statement: statement.start)
    for place, statement in enumerate(ordered):
        following = ordered[place + 1].start if place + 1 < len(ordered) else FOREVER_US
        timeline = _laid(timeline, statement, following)
    return _merged(timeline)


def _laid(timeline: Timeline, statement: Statement, following: int) -> Timeline:
    start = statement.start
    before = [_cut(s, min(s.end, start)) for s in timeline if s.start < start]
    if statement.end is not None:
        end, after = statement.end, []
    else:
        edges = (edge for s in timeline for edge in (s.start, s.end) if edge > start)
        end = min((*edges, following))
        after = [s for s in timeline if s.start >= end]
    new = Segment(start=start, end=end, attributes=statement.attributes)
    # What a later statement will replace is still needed up to where that begins.
    cut = [
        Segment(start=end, end=s.end, attributes=s.attributes)
        for s in timeline
        if statement.end is None and s.start < end < s.end
    ]
    return (*before, new, *cut, *after)


def _cut(segment: Segment, end: int) -> Segment:
    return Segment(start=segment.start, end=end, attributes=segment.attributes)


def _merged(timeline: Iterable[Segment]) -> Timeline:
    merged: list[Segment] = []
    for segment in timeline:
        last = merged[-1] if merged else None
        if last and last.end == segment.start and last.attributes == segment.attributes:
            merged[-1] = _cut(last, segment.end)
        else:
            merged.append(segment)
    return tuple(merged)


def records_between(
    old: Timeline, new: Timeline, *, version: int, recorded_at: int
) -> tuple[Record, ...]:
    """The records that turn the old timeline into the new; none if they are the same."""
    first = _first_difference(old, new)
    if first is None:
        return ()
    later = [s for s in new if s.end > first]
    if not later or later[0].start > first:
        # A record of no length says that the entity ends there, or is not there yet.
        later.insert(0, Segment(start=first, end=first, attributes=old[-1].attributes))
    return tuple(
        Record(
            valid_from=max(segment.start, first),
            valid_to=segment.end,
            version=version,
            recorded_at=recorded_at,
            attributes=segment.attributes,
        )
        for segment in later
    )


def _first_difference(old: Timeline, new: Timeline) -> int | None:
    edges = sorted({edge for s in (*old, *new) for edge in (s.start, s.end)})
    return next((edge for edge in edges if at(old, edge) != at(new, edge)), None)


def at(timeline: Timeline, instant: int) -> Attributes | None:
    """The attributes in force at the instant, or None."""
    return next((s.attributes for s in timeline if s.start <= instant < s.end), None)


def covers(timeline: Timeline, start: int, end: int) -> bool:
    """Whether the entity exists throughout `[start, end)`; open ends take what there is."""
    if not timeline:
        return False
    start = max(start, timeline[0].start) if start == BEGINNING_US else start
    end = min(end, timeline[-1].end) if end == FOREVER_US else end
    if start >= end:
        return False
    for segment in timeline:
        if segment.start <= start < segment.end:
            start = segment.end
    return start >= end
