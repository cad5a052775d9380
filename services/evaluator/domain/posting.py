"""Differences of stretches posted to the hours of owners, and from there to their subjects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.columns import total_by
from services.evaluator.domain.continuity import Booked
from services.evaluator.domain.rules import Rules
from services.evaluator.domain.slices import OwnerSlice
from services.evaluator.domain.spreading import spread
from services.evaluator.domain.totals import Cause, Changes
from shared.model.instants import HOUR_US

I64: TypeAlias = npt.NDArray[np.int64]
U8: TypeAlias = npt.NDArray[np.uint8]
Index: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Rows of a holder (a point, or an index of an owner), a lane and a UTC hour.

    Amounts are mantissas at the lane's scale, `known` microseconds; differences or absolute.
    """

    holder: I64
    lane: I64
    hour: I64
    quantity: I64
    estimated: I64
    known: I64
    cause: U8

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.hour)

    def take(self, index: Index | npt.NDArray[np.bool_] | slice) -> "Hours":
        """The chosen rows."""
        return Hours(**{name: getattr(self, name)[index] for name in self.__slots__})


def point_hours(booked: Booked, rules: Rules, sign: int = 1) -> Hours:
    """The hours of every point, one row a stretch × hour; `sign` -1 takes them back."""
    parts = spread(booked.start, booked.end, booked.quantity)
    stretch = parts.stretch
    point = booked.point[stretch].astype(np.int64)
    return Hours(
        holder=point,
        lane=rules.lane[point],
        hour=parts.hour,
        quantity=sign * parts.quantity,
        estimated=sign * np.where(booked.estimated[stretch], parts.quantity, 0),
        known=sign * np.where(booked.known[stretch], parts.time, 0),
        cause=booked.cause[stretch],
    )


def owner_hours(parts: Sequence[Hours], rules: Rules) -> Hours:
    """The hours of owners, summed over their counted points; rows of nothing are left out."""
    rows = _joined(parts)
    segment = rules.segment(rows.holder, rows.hour * HOUR_US, closing=False)
    rows = rows.take(rules.segments.counted[segment])
    return _without_zeros(summed(_with_holder(rows, rules.owner[rows.holder])))


def summed(rows: Hours) -> Hours:
    """One row for each holder × lane × hour, in that order."""
    if not len(rows):
        return rows
    order = np.lexsort((rows.hour, rows.lane, rows.holder))
    rows = rows.take(order)
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (
        (rows.hour[1:] != rows.hour[:-1])
        | (rows.lane[1:] != rows.lane[:-1])
        | (rows.holder[1:] != rows.holder[:-1])
    )
    first = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    return Hours(
        holder=rows.holder[first],
        lane=rows.lane[first],
        hour=rows.hour[first],
        quantity=total_by(group, len(first), rows.quantity),
        estimated=total_by(group, len(first), rows.estimated),
        known=total_by(group, len(first), rows.known),
        cause=np.bitwise_or.reduceat(rows.cause, first),
    )


def with_lanes(rows: Hours, number: I64) -> Hours:
    """The rows with every lane renumbered: `number[old]` is the new index."""
    return replace(rows, lane=number[rows.lane])


def with_cause(rows: Hours, cause: Cause) -> Hours:
    """The rows with one cause for all."""
    return replace(rows, cause=np.full(len(rows), int(cause), np.uint8))


def _joined(parts: Sequence[Hours]) -> Hours:
    return Hours(
        **{name: np.concatenate([getattr(p, name) for p in parts]) for name in Hours.__slots__}
    )


def _with_holder(rows: Hours, holder: I64) -> Hours:
    return replace(rows, holder=holder)


def _without_zeros(rows: Hours) -> Hours:
    return rows.take((rows.quantity != 0) | (rows.estimated != 0) | (rows.known != 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Hours by subject: `hours.holder` is an index into `subjects`."""

    subjects: tuple[str, ...]
    hours: Hours

    def of(self, chosen: Sequence[int]) -> tuple[tuple[str, ...], Changes]:
        """The rows of some subjects (indexes, ascending), renumbered from 0."""
        number = np.full(len(self.subjects), -1, np.int64)
        number[list(chosen)] = np.arange(len(chosen))
        index = np.flatnonzero(number[self.hours.holder] >= 0)
        rows = self.hours.take(index)
        return tuple(self.subjects[i] for i in chosen), Changes(
            subject=number[rows.holder].astype(np.uint32),
            lane=rows.lane.astype(np.uint32),
            hour=rows.hour,
            quantity=rows.quantity,
            estimated=rows.estimated,
            known=rows.known,
            cause=rows.cause,
        )


def subject_hours(hours: Hours, owners: Sequence[OwnerSlice]) -> Posted:
    """Add the hours of owners up for each subject they count for.

    `hours`: as `summed` gives them; the holder is an index into `owners`.
    """
    number: dict[str, int] = {}
    parts: list[Hours] = []
    # Rows are in the order of their holders.
    edges = [0, *(np.flatnonzero(np.diff(hours.holder)) + 1).tolist(), len(hours)]
    for first, end in pairwise(edges):
        if first < end:
            owner = owners[int(hours.holder[first])]
            parts.extend(_for_chains(hours.take(slice(first, end)), owner, number))
    if not parts:
        return Posted(subjects=(), hours=hours.take(slice(0, 0)))
    return Posted(subjects=tuple(number), hours=_without_zeros(summed(_joined(parts))))


def _for_chains(mine: Hours, owner: OwnerSlice, number: dict[str, int]) -> list[Hours]:
    parts: list[Hours] = []
    for chain in owner.chains:
        within = (mine.hour >= chain.first_hour) & (mine.hour < chain.end_hour)
        rows = mine if within.all() else mine.take(within)
        if not len(rows):
            continue
        for subject in chain.subjects:
            key = number.setdefault(subject, len(number))
            parts.append(_with_holder(rows, np.full(len(rows), key, np.int64)))
    return parts


def added(one: Posted, other: Posted) -> Posted:
    """Both together, by subject."""
    subjects = tuple(dict.fromkeys((*one.subjects, *other.subjects)))
    number = {subject: i for i, subject in enumerate(subjects)}
    parts = [
        _with_holder(part.hours, np.array([number[s] for s in part.subjects])[part.hours.holder])
        for part in (one, other)
        if part.subjects
    ]
    if not parts:
        return one
    return Posted(subjects=subjects, hours=_without_zeros(summed(_joined(parts))))
