"""How far a subject's books are complete enough to be judged: its watermark.

The earliest booked end among its points, leaving out those that stand far behind, those that are
read less often than once a day, and those whose life has ended and is booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from shared.model.instants import BEGINNING_US, DAY_US

I64: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSet:
    """The points that a watermark looks at, as columns.

    number: catalogue numbers. interval: expected intervals, microseconds. end: the instants at
    which the points' counting ends, microseconds.
    """

    number: I64
    interval: I64
    end: I64

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.number)

    def same_as(self, other: "PointSet") -> bool:
        """Whether both hold the same points with the same attributes."""
        return (
            np.array_equal(self.number, other.number)
            and np.array_equal(self.interval, other.interval)
            and np.array_equal(self.end, other.end)
        )


def watermarks(sets: Sequence[PointSet], graces: Sequence[int], frontier: I64) -> list[int]:
    """The watermark of each set in microseconds, BEGINNING_US where nothing is booked.

    graces: microseconds, one a set. frontier: booked ends by catalogue number, long enough for
    every number, BEGINNING_US where nothing is booked.
    """
    found = [BEGINNING_US] * len(sets)
    filled = [i for i, points in enumerate(sets) if len(points)]
    if not filled:
        return found
    sizes = np.array([len(sets[i]) for i in filled])
    first = np.cumsum(sizes) - sizes
    number, interval, end = _columns([sets[i] for i in filled])
    booked = frontier[number]
    newest = np.maximum.reduceat(booked, first)
    grace = np.array([graces[i] for i in filled], np.int64)
    limit = np.repeat(newest - grace, sizes) - interval
    near = (booked >= limit) & (booked < end)
    often = near & (interval <= DAY_US)
    least = _least(booked, often, first)
    # Only where no other point is left do rarely read ones decide, and at last the newest of all.
    least = np.where(least == _NONE, _least(booked, near, first), least)
    least = np.where(least == _NONE, newest, least)
    for i, mark in zip(filled, least.tolist(), strict=True):
        found[i] = mark
    return found


_NONE = np.iinfo(np.int64).max


def _least(booked: I64, chosen: npt.NDArray[np.bool_], first: npt.NDArray[np.intp]) -> I64:
    least: I64 = np.minimum.reduceat(np.where(chosen, booked, _NONE), first)
    return least


def _columns(sets: Sequence[PointSet]) -> tuple[I64, I64, I64]:
    if len(sets) == 1:
        return sets[0].number, sets[0].interval, sets[0].end
    return (
        np.concatenate([points.number for points in sets]),
        np.concatenate([points.interval for points in sets]),
        np.concatenate([points.end for points in sets]),
    )
