"""One batch of readings against what is held: what to keep, what changes, what was noticed."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.continuity import Booked, Finding, quantities, steps
from services.evaluator.domain.merging import Merged, counting, followed, kind_of, merge, same
from services.evaluator.domain.posting import Hours, owner_hours, point_hours
from services.evaluator.domain.rules import Rules
from services.evaluator.domain.totals import Frontier
from shared.model.instants import BEGINNING_US
from shared.model.readings import Readings

I64: TypeAlias = npt.NDArray[np.int64]
U32: TypeAlias = npt.NDArray[np.uint32]
Mask: TypeAlias = npt.NDArray[np.bool_]

_NEVER = np.iinfo(np.int64).min
_LONELY = 64
"""So many rows are kept at hand of a point none of whose readings counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The newest rows of points: each point's last counting row and all that are not before it.

    older: the points (sorted) that have rows which are not at hand.
    """

    rows: Readings
    older: U32


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Findings that begin or cease to stand; equal-length columns, times in microseconds."""

    point: U32
    kind: npt.NDArray[np.uint8]
    start: I64
    end: I64

    def __len__(self) -> int:
        """How many there are."""
        return len(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a batch makes of what is held.

    stored: rows to keep for ever. hours: differences by owner (index into rules.owners), lane and
    hour. heads: the new heads of the touched points. frontier: how far these are booked.
    opened, closed: findings. repeats: rows that said nothing new. late: rows behind their head.
    """

    stored: Readings
    hours: Hours
    heads: Heads
    frontier: Frontier
    opened: Noticed
    closed: Noticed
    repeats: int
    conflicts: int


def missing_history(heads: Heads, new: Readings) -> dict[int, int]:
    """Points whose rows at hand do not reach back far enough: point -> earliest new instant.

    Rows at hand suffice when one that counts lies before all new ones, or nothing is older.
    """
    points, index = np.unique(new.point, return_inverse=True)
    earliest = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(earliest, index, new.at)
    reach = _earliest_counting(heads.rows, points)
    lacking = (reach >= earliest) & np.isin(points, heads.older)
    return dict(zip(points[lacking].tolist(), earliest[lacking].tolist(), strict=True))


def _earliest_counting(rows: Readings, points: U32) -> I64:
    """For each of the sorted points the first instant that counts, or the largest integer."""
    reach = np.full(len(points), np.iinfo(np.int64).max)
    if not len(rows):
        return reach
    rows = rows.take(np.lexsort((rows.revision, kind_of(rows), rows.at, rows.point)))
    rows = rows.take(counting(rows, np.ones(len(rows), np.bool_)))
    place = np.searchsorted(points, rows.point)
    inside = place < len(points)
    inside[inside] = points[place[inside]] == rows.point[inside]
    np.minimum.at(reach, place[inside], rows.at[inside])
    return reach


def book(rules: Rules, held: Heads, new: Readings) -> Outcome:
    """Book a batch; `held` reaches back far enough for every point (see missing_history).

    Raises TooLargeError when a sum does not fit into 64 bits.
    """
    merged = merge(held.rows, new)
    before = quantities(steps(merged, merged.before, rules), rules)
    after = quantities(steps(merged, merged.after, rules), rules)
    hours = owner_hours([point_hours(before, rules, -1), point_hours(after, rules)], rules)
    return Outcome(
        stored=merged.rows.take(merged.fresh),
        hours=hours,
        heads=_heads(merged, held.older),
        frontier=_frontier(merged, rules),
        opened=noticed(after, merged),
        closed=noticed(before),
        repeats=merged.repeats,
        conflicts=int(merged.conflict.sum()),
    )


def whole(rules: Rules, rows: Readings) -> Booked:
    """All stretches of rows (each key once, any order), as if they had come at once."""
    merged = merge(rows.take(slice(0, 0)), rows)
    return quantities(steps(merged, merged.after, rules, only_changed=False), rules)


def frontier_of(rules: Rules, rows: Readings) -> Frontier:
    """How far the points of the rows (each key once, any order) are booked."""
    return _frontier(merge(rows.take(slice(0, 0)), rows), rules)


def _heads(merged: Merged, older: U32) -> Heads:
    rows = merged.rows
    begins = ~same(rows.point)
    group = np.cumsum(begins) - 1
    last = _last_at(merged, group)
    kept = rows.at >= last[group]
    lonely = np.bincount(group[kept], minlength=len(last)) > _LONELY
    lonely &= last == _NEVER
    kept &= ~lonely[group]
    kept &= ~followed(same(rows.point, rows.at, kind_of(rows), rows.revision))
    behind = np.unique(rows.point[(rows.at < last[group]) | lonely[group]])
    touched = rows.point[begins]
    still = np.intersect1d(older, touched)
    return Heads(rows=rows.take(kept), older=np.union1d(behind, still).astype(np.uint32))


def _last_at(merged: Merged, group: npt.NDArray[np.intp]) -> I64:
    last = np.full(int(group[-1]) + 1 if len(group) else 0, _NEVER)
    index = np.flatnonzero(merged.after)
    last[group[index]] = merged.rows.at[index]
    return last


def _frontier(merged: Merged, rules: Rules) -> Frontier:
    rows = merged.rows
    begins = ~same(rows.point)
    point = rows.point[begins]
    last = _last_at(merged, np.cumsum(begins) - 1)
    ahead = ~rules.register[point] & ~rules.stamp_end[point]
    interval = rules.segments.interval[rules.segment(point, last, closing=False)]
    end = np.where(last == _NEVER, BEGINNING_US, last + np.where(ahead, interval, 0))
    return Frontier(point=point, booked_end=end)


def noticed(booked: Booked, merged: Merged | None = None) -> Noticed:
    """The findings of stretches, and the conflicts of a batch if it is given."""
    index = np.flatnonzero(booked.finding)
    point, kind = booked.point[index], booked.finding[index]
    start, end = booked.start[index], booked.end[index]
    if merged is not None and merged.conflict.any():
        rows = merged.rows.take(merged.conflict)
        mark = np.full(len(rows), int(Finding.CONFLICT), np.uint8)
        point, kind = np.concatenate([point, rows.point]), np.concatenate([kind, mark])
        start, end = np.concatenate([start, rows.at]), np.concatenate([end, rows.at])
    return Noticed(point=point, kind=kind, start=start, end=end)
