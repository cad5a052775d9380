"""What the routes need of single points: their hours and what was noticed about them."""

from dataclasses import dataclass
from typing import Protocol

from services.evaluator.domain.totals import I64, Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class PointHours:
    """The books of one point: ascending UTC hours and columns of equal length.

    quantity, estimated: mantissas at the lane's scale. known: microseconds of the hour.
    """

    lane: Lane
    hour: I64
    quantity: I64
    estimated: I64
    known: I64


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """Something remarkable about a point; `ended_commit` is None while it stands."""

    point: str
    kinds: tuple[str, ...]
    start_us: int
    end_us: int
    commit: int
    ended_commit: int | None


class PointBooks(Protocol):
    """Books of points, made of their readings when asked for."""

    async def hours(
        self, code: str, first_hour: int, end_hour: int, as_of: int | None = None
    ) -> PointHours | None:
        """The hours in `[first_hour, end_hour)` that hold anything; None for an unknown point.

        `as_of`: as they were known at that commit. Raises Unavailable.
        """

    async def findings(
        self, codes: tuple[str, ...], *, standing: bool, limit: int
    ) -> tuple[FindingRow, ...]:
        """The newest findings of the points (all points if none are named). Raises Unavailable."""
