"""A batch of readings as columns: the one form in which readings travel and are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
U32: TypeAlias = npt.NDArray[np.uint32]
U8: TypeAlias = npt.NDArray[np.uint8]


class Mark(IntFlag):
    """Bits of the flags column."""

    NULL = 1
    """The revision withdraws the reading; the value column is 0."""
    ESTIMATED = 2
    """The sender says that it estimated the value."""
    BAD = 4
    """The sender says that the value is not to be used; kept, never booked."""
    CHANGE_END = 8
    """A meter-change record: the old register's last value at that instant."""
    CHANGE_START = 16
    """A meter-change record: the new register's first value at that instant."""
    UNSTATED = 32
    """With a CHANGE bit: the record does not state this value; the value column is 0."""


CHANGE = Mark.CHANGE_END | Mark.CHANGE_START


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Readings as columns of equal length.

    point: numbers of the points in the catalogue. at: instants, microseconds since 1970 UTC.
    value: mantissas at the decimals that the point declares for its readings.
    revision: 0 for a first reading. flags: bits of `Mark`.
    """

    point: U32
    at: I64
    value: I64
    revision: U32
    flags: U8

    def __len__(self) -> int:
        """How many readings there are."""
        return len(self.point)

    def take(self, index: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> "Readings":
        """The rows that a numpy index, mask or slice chooses, in its order."""
        return Readings(
            point=self.point[index],
            at=self.at[index],
            value=self.value[index],
            revision=self.revision[index],
            flags=self.flags[index],
        )


def empty() -> Readings:
    """A batch without readings."""
    return Readings(
        point=np.empty(0, np.uint32),
        at=np.empty(0, np.int64),
        value=np.empty(0, np.int64),
        revision=np.empty(0, np.uint32),
        flags=np.empty(0, np.uint8),
    )


def join(batches: Sequence[Readings]) -> Readings:
    """One batch that holds all rows in the order given."""
    if len(batches) == 1:
        return batches[0]
    if not batches:
        return empty()
    return Readings(
        point=np.concatenate([batch.point for batch in batches]),
        at=np.concatenate([batch.at for batch in batches]),
        value=np.concatenate([batch.value for batch in batches]),
        revision=np.concatenate([batch.revision for batch in batches]),
        flags=np.concatenate([batch.flags for batch in batches]),
    )
