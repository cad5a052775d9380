"""Sums of books for whoever makes figures: many subjects and periods at once, now or as of then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.evaluator.domain.totals import Lane
from shared.model.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSum:
    """One lane of a subject over a period.

    quantity, estimated: mantissas at the lane's scale, any size. known: microseconds of point-time.
    """

    lane: Lane
    quantity: int
    estimated: int
    known: int


class HistoryError(ValueError):
    """The commit asked for lies before the first one whose books can be told apart."""


class BookSums(Protocol):
    """Books summed up. `as_of`: a commit number (see Register.commit_at); None: as they are now.

    A lane without anything in a period is left out. Raises HistoryError, Unavailable.
    """

    async def sums(
        self, subjects: Sequence[str], periods: Sequence[Period], as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """The sums of each subject over each period, by subject and index of the period."""

    async def monthly(
        self, subjects: Sequence[str], first_month: int, months: int, as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """The sums by subject and month (year × 12 + month − 1, at UTC+8), `months` from the first.

        One statement, whatever the number of subjects and months.
        """


class ReadingCounts(Protocol):
    """How many readings came in."""

    async def reading_counts(
        self, points: Sequence[int], period: Period
    ) -> Mapping[int, int] | None:
        """Readings (every time that one was sent anew counts) by catalogue number of the point.

        A point without any is left out. None when the period is not made of whole months at UTC+8:
        only those are counted.
        """
