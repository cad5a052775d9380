"""Arithmetic of dated segments: what a row changes in an entity's life, and as which records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.model.catalogue import Attributes, Record, Segment
from shared.model.instants import BEGINNING_US, FOREVER_US

Timeline = tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A row in time: the entity is so from `start` on; until `end`, or the next change if None."""

    start: int
    end: int | None
    attributes: Attributes


def apply(timeline: Timeline, statements: Sequence[Statement]) -> Timeline:
    """The timeline as the statements (of different starts) leave it.

    A statement without an end holds until the next change that the catalogue or another statement
    knows, so that a file imported again takes back nothing that was stated later.
    """
    ordered = sorted(statements, key=lambda statement: statement.start)
    edges = sorted({e for s in timeline for e in (s.start, s.end)} | {s.start for s in ordered})
    for statement in ordered:
        later = next((edge for edge in edges if edge > statement.start), FOREVER_US)
        if statement.end is None:
            timeline = _laid(timeline, statement, later)
        else:
            timeline = _laid(timeline, statement, statement.end)
    return _merged(timeline)


def _laid(timeline: Timeline, statement: Statement, end: int) -> Timeline:
    start = statement.start
    kept: list[Segment] = []
    for segment in timeline:
        if segment.start < start:
            kept.append(_cut(segment, min(segment.end, start)))
        elif segment.start >= end:
            kept.append(segment)
    kept.append(Segment(start=start, end=end, attributes=statement.attributes))
    return tuple(sorted(kept, key=lambda segment: segment.start))


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
