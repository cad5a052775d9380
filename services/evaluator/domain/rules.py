"""The rules of many points as arrays indexed by catalogue number, for columns of readings."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.slices import OwnerSlice, PointRule
from services.evaluator.domain.totals import Lane

I64: TypeAlias = npt.NDArray[np.int64]
Index: TypeAlias = npt.NDArray[np.intp]
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Columns of all segments of all points, each point's in time order."""

    start: I64
    end: I64
    multiplier: I64
    interval: I64
    max_rate: I64
    modulus: I64
    counted: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules by point number; `owner` is an index into `owners`, -1 for an unknown number."""

    owners: tuple[OwnerSlice, ...]
    lanes: tuple[Lane, ...]
    owner: I64
    lane: I64
    register: Mask
    stamp_end: Mask
    first: Index
    count: Index
    segments: Segments

    def known(self, points: npt.NDArray[np.uint32]) -> Mask:
        """Which of the numbers are points of the catalogue."""
        inside = points < len(self.owner)
        return inside & (self.owner[np.where(inside, points, 0)] >= 0)

    def segment(self, points: npt.NDArray[np.integer], at: I64, *, closing: bool) -> Index:
        """The index of the segment in force at each instant.

        With `closing` an instant on a border belongs to the segment that ends there. An instant
        before the first or after the last segment gets the nearest one.
        """
        index: Index = self.first[points].copy()
        last = index + self.count[points] - 1
        while True:
            ends = self.segments.end[index]
            onward = (index < last) & ((at > ends) if closing else (at >= ends))
            if not onward.any():
                return index
            index[onward] += 1


def build(slices: Iterable[OwnerSlice]) -> Rules:
    """Lay the rules of all owners out as arrays."""
    owners = tuple(slices)
    points = [(i, rule) for i, owner in enumerate(owners) for rule in owner.points]
    lanes = sorted({_lane(rule) for _, rule in points})
    lane_index = {lane: i for i, lane in enumerate(lanes)}
    size = 1 + max((rule.number for _, rule in points), default=0)
    numbers = np.array([rule.number for _, rule in points], np.intp)
    counts = np.array([len(rule.segments) for _, rule in points], np.intp)
    return Rules(
        owners=owners,
        lanes=tuple(lanes),
        owner=_scatter(size, numbers, [i for i, _ in points], -1),
        lane=_scatter(size, numbers, [lane_index[_lane(rule)] for _, rule in points], 0),
        register=_scatter(size, numbers, [rule.register for _, rule in points], 0) > 0,
        stamp_end=_scatter(size, numbers, [rule.stamp_end for _, rule in points], 0) > 0,
        first=_scatter(size, numbers, np.cumsum(counts) - counts, 0).astype(np.intp),
        count=_scatter(size, numbers, counts, 0).astype(np.intp),
        segments=_segments([rule for _, rule in points]),
    )


def _lane(rule: PointRule) -> Lane:
    return Lane(carrier=rule.carrier, flow=rule.flow, scale=rule.scale)


def _scatter(size: int, where: Index, values: npt.ArrayLike, default: int) -> I64:
    column = np.full(size, default, np.int64)
    column[where] = values
    return column


def _segments(rules: list[PointRule]) -> Segments:
    rows = [segment for rule in rules for segment in rule.segments]

    def column(name: str) -> I64:
        return np.array([getattr(row, name) for row in rows], np.int64)

    return Segments(
        start=column("start"),
        end=column("end"),
        multiplier=column("multiplier"),
        interval=column("interval_us"),
        max_rate=column("max_rate"),
        modulus=column("modulus"),
        counted=column("counted") > 0,
    )
