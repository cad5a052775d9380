"""Which points a subject should hear from, and for how much time: what completeness divides by."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.watermark import PointSet
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US
from shared.model.subject import SubjectKind

I64: TypeAlias = npt.NDArray[np.int64]

UNKNOWN_POINT = -1
"""Stands for the one unknown point of an enterprise without any."""

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
    """The counted segments of an owner's points, compiled once a slice."""

    slice: OwnerSlice
    kinds: tuple[tuple[str, str], ...]
    kind: I64
    point: I64
    interval: I64
    first: I64
    end: I64

    def hours(self, first_hour: int, end_hour: int) -> I64:
        """How much of these hours each segment counts."""
        first, end = np.maximum(self.first, first_hour), np.minimum(self.end, end_hour)
        hours: I64 = np.maximum(end - first, 0)
        return hours


class Scopes:
    """Who counts for whom in the catalogue in use; kept up to date slice by slice."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._columns: dict[int, _Columns] = {}
        self._members: Mapping[str, list[tuple[int, int, int]]] = {}

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
        self._columns, self._members = columns, members

    def knows(self, subject: str) -> bool:
        """Whether any owner ever counts for the subject."""
        return subject in self._members

    def spans(self, subject: str, wanted: Wanted | None = None) -> Spans:
        """All spans of the subject's points of the wanted carriers and flows (None: of all)."""
        parts = [
            _cut(self._columns[owner], first, end, wanted)
            for owner, first, end in self._members.get(subject, ())
        ]
        return Spans(
            point=_joined([part[0] for part in parts]),
            interval=_joined([part[1] for part in parts]),
            first=_joined([part[2] for part in parts]),
            end=_joined([part[3] for part in parts]),
        )

    def expected(self, subjects: Iterable[str], first_hour: int, end_hour: int) -> dict[str, int]:
        """Point-hours expected of each subject in `[first_hour, end_hour)`, all points together.

        As from its `spans`, but every owner is looked at once, however many subjects it counts for.
        """
        whole = self._hours_of(first_hour, end_hour)
        found: dict[str, int] = {}
        for subject in subjects:
            hours = 0
            for owner, first, end in self._members.get(subject, ()):
                if first <= first_hour and end_hour <= end:
                    hours += whole.get(owner, 0)
                elif first < end_hour and first_hour < end:
                    cut = self._columns[owner].hours(max(first, first_hour), min(end, end_hour))
                    hours += int(cut.sum())
            found[subject] = hours
        return found

    def _hours_of(self, first_hour: int, end_hour: int) -> dict[int, int]:
        """Point-hours of each owner, in one go over the segments of all."""
        owners = [number for number, columns in self._columns.items() if len(columns.point)]
        if not owners:
            return {}
        columns = [self._columns[number] for number in owners]
        first = np.maximum(np.concatenate([one.first for one in columns]), first_hour)
        end = np.minimum(np.concatenate([one.end for one in columns]), end_hour)
        starts = np.cumsum([0, *(len(one.point) for one in columns[:-1])])
        sums = np.add.reduceat(np.maximum(end - first, 0), starts)
        return dict(zip(owners, sums.tolist(), strict=True))


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


def _cut(
    columns: _Columns, first_hour: int, end_hour: int, wanted: Wanted | None
) -> tuple[I64, I64, I64, I64]:
    first, end = np.maximum(columns.first, first_hour), np.minimum(columns.end, end_hour)
    kept = first < end
    if wanted is not None:
        # The last place answers for the unknown point, whose kind is -1.
        of_kind = np.array([*(wanted(*kind) for kind in columns.kinds), True], np.bool_)
        kept &= of_kind[columns.kind]
    return columns.point[kept], columns.interval[kept], first[kept], end[kept]


def _joined(parts: list[I64]) -> I64:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
