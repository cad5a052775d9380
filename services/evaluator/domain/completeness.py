"""Which points a subject should hear from, and for how much time: what completeness divides by."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.watermark import PointSet
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.subject import SubjectKind

I64: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

UNKNOWN_POINT = -1
"""Stands for the one unknown point of an enterprise without any."""

_MANY = 8
"""From so many members on a subject's spans are taken from the table of all."""

EVER = (BEGINNING_US // HOUR_US, FOREVER_US // HOUR_US + 1)

Wanted = Callable[[str, str], bool]
"""Whether a carrier and flow are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Hours `[first, end)` in which points count for a subject, as columns.

    point: catalogue numbers, or UNKNOWN_POINT. interval: microseconds.
    """

    point: I64
    interval: I64
    first: I64
    end: I64

    def __len__(self) -> int:
        """How many spans there are."""
        return len(self.point)

    def within(self, first_hour: int, end_hour: int) -> "Spans":
        """The spans cut to these hours; those that lie outside are left out."""
        first, end = np.maximum(self.first, first_hour), np.minimum(self.end, end_hour)
        kept = first < end
        return Spans(
            point=self.point[kept],
            interval=self.interval[kept],
            first=first[kept],
            end=end[kept],
        )


@dataclass(frozen=True, slots=True)
class _Columns:
    """The counted segments of an owner's points, compiled once a slice.

    kind: place in `kinds`, -1 for the unknown point.
    """

    slice: OwnerSlice
    kinds: tuple[tuple[str, str], ...]
    kind: I64
    point: I64
    interval: I64
    first: I64
    end: I64


@dataclass(frozen=True, slots=True)
class _Table:
    """The segments of all owners one after another; places: first row and number of an owner's."""

    kinds: tuple[tuple[str, str], ...]
    kind: I64
    point: I64
    interval: I64
    first: I64
    end: I64
    places: Mapping[int, tuple[int, int]]


class Scopes:
    """Who counts for whom in the catalogue in use; kept up to date slice by slice."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._columns: dict[int, _Columns] = {}
        self._members: Mapping[str, list[tuple[int, int, int]]] = {}
        self._table: _Table | None = None

    def update(self, slices: Iterable[OwnerSlice]) -> None:
        """Take over the slices of all owners; equal ones are not compiled again."""
        members: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
        columns: dict[int, _Columns] = {}
        for each in slices:
            known = self._columns.get(each.number)
            same = known is not None and known.slice is each
            columns[each.number] = known if known and same else _compiled(each)
            for chain in each.chains:
                for subject in chain.subjects:
                    members[subject].append((each.number, chain.first_hour, chain.end_hour))
        self._columns, self._members, self._table = columns, members, None

    def knows(self, subject: str) -> bool:
        """Whether any owner ever counts for the subject."""
        return subject in self._members

    def spans(self, subject: str, wanted: Wanted | None = None) -> Spans:
        """All spans of the subject's points of the wanted carriers and flows (None: of all)."""
        members = self._members.get(subject, ())
        if len(members) < _MANY:
            return _joined(
                [_cut(self._columns[owner], low, high, wanted) for owner, low, high in members]
            )
        return _chosen(self._all(), members, wanted)

    def expected(self, subjects: Iterable[str], first_hour: int, end_hour: int) -> dict[str, int]:
        """Point-hours expected of each subject in `[first_hour, end_hour)`, all points together."""
        found: dict[str, int] = {}
        for subject in subjects:
            inside = self.spans(subject).within(first_hour, end_hour)
            found[subject] = int((inside.end - inside.first).sum())
        return found

    def _all(self) -> _Table:
        """Everybody's segments, put together when a large subject is asked for."""
        if self._table is None:
            self._table = _stacked(self._columns)
        return self._table


def point_set(spans: Spans) -> PointSet:
    """The points behind the spans, each once, with its latest interval and end."""
    known = spans.point != UNKNOWN_POINT
    point, end = spans.point[known], spans.end[known]
    order = np.lexsort((end, point))
    last = np.ones(len(order), np.bool_)
    ordered = point[order]
    last[:-1] = ordered[1:] != ordered[:-1]
    chosen = order[last]
    return PointSet(
        number=point[chosen],
        interval=spans.interval[known][chosen],
        # Hours far away would not fit into microseconds.
        end=np.minimum(end[chosen], EVER[1]) * HOUR_US,
    )


def expected_hours(spans: Spans, edges: I64) -> I64:
    """Point-hours expected in each period between neighbouring edges (hours, ascending)."""
    if len(edges) < 2:
        return np.zeros(0, np.int64)
    inside = spans.within(int(edges[0]), int(edges[-1]))
    begun = _passed(np.sort(inside.first), edges)
    ended = _passed(np.sort(inside.end), edges)
    return np.diff(begun - ended)


def _passed(instants: I64, edges: I64) -> I64:
    """For each edge: the sum over the instants before it of the hours since."""
    sums = np.concatenate(([0], np.cumsum(instants - edges[0])))
    count = np.searchsorted(instants, edges)
    passed: I64 = count * (edges - edges[0]) - sums[count]
    return passed


def _compiled(each: OwnerSlice) -> _Columns:
    kinds = sorted({(point.carrier, point.flow) for point in each.points})
    rows = [
        (
            kinds.index((point.carrier, point.flow)),
            point.number,
            segment.interval_us,
            segment.start // HOUR_US,
            -(-segment.end // HOUR_US),
        )
        for point in each.points
        for segment in point.segments
        if segment.counted
    ]
    if not each.points and each.owner.startswith(f"{SubjectKind.ENTERPRISE}:"):
        rows = [(-1, UNKNOWN_POINT, HOUR_US, *EVER)]
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    return _Columns(each, tuple(kinds), *columns)


def _cut(columns: _Columns, first_hour: int, end_hour: int, wanted: Wanted | None) -> Spans:
    first, end = np.maximum(columns.first, first_hour), np.minimum(columns.end, end_hour)
    kept = first < end
    if wanted is not None:
        kept &= _of_kind(columns.kinds, wanted)[columns.kind]
    return Spans(
        point=columns.point[kept],
        interval=columns.interval[kept],
        first=first[kept],
        end=end[kept],
    )


def _of_kind(kinds: Iterable[tuple[str, str]], wanted: Wanted) -> Mask:
    """Which kinds are wanted; the last place answers for the unknown point, whose kind is -1."""
    return np.array([*(wanted(*kind) for kind in kinds), True], np.bool_)


def _joined(parts: list[Spans]) -> Spans:
    if len(parts) == 1:
        return parts[0]
    nothing = np.empty(0, np.int64)
    return Spans(
        point=np.concatenate([nothing, *(part.point for part in parts)]),
        interval=np.concatenate([nothing, *(part.interval for part in parts)]),
        first=np.concatenate([nothing, *(part.first for part in parts)]),
        end=np.concatenate([nothing, *(part.end for part in parts)]),
    )


def _stacked(columns: Mapping[int, _Columns]) -> _Table:
    kinds = sorted({kind for one in columns.values() for kind in one.kinds})
    number = {kind: nr for nr, kind in enumerate(kinds)}
    places: dict[int, tuple[int, int]] = {}
    row = 0
    for owner, one in columns.items():
        places[owner] = (row, len(one.point))
        row += len(one.point)
    # The unknown point's -1 is the last place of each list.
    of_owner = [np.array([*(number[kind] for kind in one.kinds), -1]) for one in columns.values()]
    listed = list(columns.values())
    nothing = np.empty(0, np.int64)
    return _Table(
        kinds=tuple(kinds),
        kind=np.concatenate(
            [nothing, *(of[one.kind] for of, one in zip(of_owner, listed, strict=True))]
        ),
        point=np.concatenate([nothing, *(one.point for one in listed)]),
        interval=np.concatenate([nothing, *(one.interval for one in listed)]),
        first=np.concatenate([nothing, *(one.first for one in listed)]),
        end=np.concatenate([nothing, *(one.end for one in listed)]),
        places=places,
    )


def _chosen(table: _Table, members: Sequence[tuple[int, int, int]], wanted: Wanted | None) -> Spans:
    """The rows of the members, each cut to the hours in which it is one."""
    places = [table.places[owner] for owner, _, _ in members]
    columns = np.array([(*place, *run) for place, (_, *run) in zip(places, members, strict=True)])
    start, many, low, high = columns.astype(np.int64).T
    before = np.cumsum(many) - many
    rows = np.arange(int(many.sum())) + np.repeat(start - before, many)
    first = np.maximum(table.first[rows], np.repeat(low, many))
    end = np.minimum(table.end[rows], np.repeat(high, many))
    kept = first < end
    if wanted is not None:
        kept &= _of_kind(table.kinds, wanted)[table.kind[rows]]
    rows = rows[kept]
    return Spans(
        point=table.point[rows], interval=table.interval[rows], first=first[kept], end=end[kept]
    )
