"""What one commit of readings changes in the hours of enterprises, regions and tags: columns."""

from dataclasses import dataclass, replace
from enum import IntFlag
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
U32: TypeAlias = npt.NDArray[np.uint32]
U8: TypeAlias = npt.NDArray[np.uint8]


class Cause(IntFlag):
    """Why an hour changed; several may hold."""

    NEW = 1
    LATE = 2
    REVISED = 4
    WITHDRAWN = 8
    CONFLICT = 16
    CATALOGUE = 32


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Lane:
    """One column of a subject's books; quantities are mantissas at `scale` decimals."""

    carrier: str
    flow: str
    scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Differences by hour; equal-length columns, at most one row a subject × lane × hour.

    subject, lane: indexes into the tuples of the Totals. hour: UTC hour number. quantity and
    estimated: differences of mantissas at the lane's scale. known: difference in microseconds of
    point-time. cause: bits of Cause.
    """

    subject: U32
    lane: U32
    hour: I64
    quantity: I64
    estimated: I64
    known: I64
    cause: U8

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """How far points are booked: catalogue numbers and instants (microseconds), absolute.

    BEGINNING_US means that nothing of the point is booked.
    """

    point: U32
    booked_end: I64

    def __len__(self) -> int:
        """How many points there are."""
        return len(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """One message: all that a commit changes for the subjects of one partition.

    `sources`: the partitions of readings that the commit covers; they advance together, so a
    message whose commit is not above the one last seen for any of them is a repeat.
    """

    commit: int
    sources: tuple[int, ...]
    catalogue_version: int
    received_at_us: int
    correlation_id: str
    subjects: tuple[str, ...]
    lanes: tuple[Lane, ...]
    changes: Changes
    frontier: Frontier


MOST_ROWS = 50_000
"""Rows in one message: two megabytes, well below what a broker takes."""


def in_parts(whole: Totals, frontier: Frontier, most_rows: int = MOST_ROWS) -> tuple[Totals, ...]:
    """The message in parts of so many rows, the frontier with the last: hours come before it.

    Parts have the commit numbers `whole.commit - parts + 1 … whole.commit`, so that each is known
    from a repeat. See `numbers_needed`.
    """
    parts = numbers_needed(len(whole.changes), most_rows)
    return tuple(
        replace(
            whole,
            commit=whole.commit - parts + 1 + nth,
            changes=_cut(whole.changes, nth * most_rows, (nth + 1) * most_rows),
            frontier=frontier if nth == parts - 1 else whole.frontier,
        )
        for nth in range(parts)
    )


def numbers_needed(rows: int, most_rows: int = MOST_ROWS) -> int:
    """How many commit numbers in a row a commit of so many rows needs, at the most."""
    return max(1, -(-rows // most_rows))


def _cut(changes: Changes, first: int, end: int) -> Changes:
    return Changes(**{name: getattr(changes, name)[first:end] for name in Changes.__slots__})
