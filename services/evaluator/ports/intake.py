"""How readings come in: from whom last, when at all, and what still waits to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.watching.quality import Tally

I64: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest reading of each point, as columns of catalogue numbers and microseconds.

    A reading counts whatever its flags are: who sends bad values is there. hidden: numbers of
    points that have been heard, but of which no reading is at hand.
    """

    point: I64
    at: I64
    hidden: I64


class Intake(Protocol):
    """What the bookkeeper has written. Everything raises Unavailable."""

    async def newest(self) -> Newest:
        """Of all points that were ever heard, from the heads of their owners."""

    async def arrivals(self, since_us: int, until_us: int, step_us: int) -> Sequence[int]:
        """The beginnings of those steps from `since_us` on in which any readings were booked."""

    async def positions(self) -> Mapping[int, int]:
        """The offset to read next of each partition of readings that was ever read."""

    async def findings(self, since_us: int) -> Sequence[Tally]:
        """What stands of findings that end at the instant or later, by point and kind.

        Only their time from `since_us` on counts.
        """


class Ends(Protocol):
    """How far the topic of readings goes."""

    async def ends(self) -> Mapping[int, int] | None:
        """The offset of the next message of each partition; None while that cannot be told."""
