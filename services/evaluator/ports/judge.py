"""What the judge needs: books, frontiers and judgements that commit at once; budgets beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.evaluator.domain.books import I64, Correction, Series
from services.evaluator.domain.budget import Budget
from services.evaluator.domain.judgement import Judged
from services.evaluator.domain.month_sums import MonthChange
from services.evaluator.domain.totals import Lane
from shared.contracts.assessments import AssessmentMade

FRONTIER_BLOCK = 128
"""So many neighbouring catalogue numbers share a stored block of booked ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionState:
    """What is stored of one partition of totals.

    position: the offset to read next. seen: partition of readings -> last commit taken over.
    frontier: number of a block -> FRONTIER_BLOCK booked ends, microseconds.
    """

    position: int
    seen: Mapping[int, int]
    frontier: Mapping[int, I64]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCommit:
    """All that one batch writes, in one transaction or not at all.

    positions: partition -> (offset expected, next offset). rows: days of books as bytes. seen: by
    partition of totals and of readings. frontier: by partition and block. judged: by budget's code.
    numbers: the last number given to an assessment of each subject. assessments: in their order,
    by partition; the store puts the number of its commit into them. months: what the batch adds to
    the months of its series, each series and month once.
    """

    kind: str
    positions: Mapping[int, tuple[int, int]]
    rows: Mapping[tuple[Series, int], bytes]
    seen: Mapping[tuple[int, int], int]
    frontier: Mapping[tuple[int, int], I64]
    corrections: Sequence[Correction]
    judged: Mapping[str, Judged]
    numbers: Mapping[str, int]
    assessments: Mapping[int, Sequence[AssessmentMade]]
    months: Sequence[MonthChange] = ()


class JudgeStore(Protocol):
    """Books and judgements of all subjects, shared out by partitions of totals."""

    async def open(self, partitions: frozenset[int]) -> Mapping[int, PartitionState]:
        """What is stored of each partition. Raises Unavailable."""

    async def rows(
        self, wanted: Sequence[tuple[Series, int]]
    ) -> Mapping[tuple[Series, int], bytes]:
        """The stored days among those wanted (a series and a UTC day)."""

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """The lanes in which each subject has books."""

    async def judged(self, codes: Sequence[str]) -> Mapping[str, Judged]:
        """The judgements of those budgets that have been judged."""

    async def numbers(self, subjects: Sequence[str]) -> Mapping[str, int]:
        """The last number of an assessment of each subject; absent: none yet."""

    async def commit(self, commit: JudgeCommit) -> int:
        """Write it all, then hand the assessments over to Kafka; the number of the commit.

        Raises Fenced when another process has moved a position on, Unavailable when the database
        cannot be reached (then nobody knows whether the commit happened).
        """


class TotalsInbox(Protocol):
    """What was left on the way, and what may be cleared away."""

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """Send what an earlier holder of these partitions committed but did not send."""

    async def tidy(self) -> None:
        """Clear away what was sent and acknowledged."""


class BudgetStore(Protocol):
    """Budgets with all their versions; nothing is ever overwritten."""

    async def revision(self) -> int:
        """A number that grows with every change. Raises Unavailable."""

    async def changed_since(self, revision: int) -> tuple[int, Sequence[Budget]]:
        """The revision now, and the budgets with a change after the given one (0: all)."""

    async def get(self, codes: Sequence[str]) -> Mapping[str, Budget]:
        """Those budgets that exist."""

    async def add(self, budgets: Sequence[Budget], based_on: int) -> Sequence[Budget]:
        """Store the last version of each budget, all or none, and publish the budgets.

        A version without a commit of recording is new; a budget with several new ones stands once
        for each, in their order. `based_on`: the revision that the caller looked at; raises
        ConflictError when it is no longer the newest. Gives the budgets with commit and instant
        of recording filled in.
        """


class ConflictError(Exception):
    """Somebody else has changed budgets in the meantime: look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCorrection:
    """A correction with the commit and instant (microseconds) at which it was made."""

    commit: int
    at_us: int
    correction: Correction


class BooksReader(Protocol):
    """The books as they were last written, for whoever asks."""

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """The lanes in which each subject has books."""

    async def days(
        self,
        subject: str,
        lanes: Sequence[Lane],
        first_day: int,
        end_day: int,
        as_of: int | None = None,
    ) -> Sequence[tuple[Lane, int, bytes]]:
        """The stored days `[first_day, end_day)` (UTC, since 1970) of the lanes.

        as_of: as they were after that commit. Raises HistoryError (ports.book_sums), Unavailable.
        """

    async def extent(self, subject: str) -> tuple[int, int] | None:
        """The first stored day of the subject and the one after its last; None without books."""

    async def judged(self, codes: Sequence[str]) -> Mapping[str, Judged]:
        """The judgements of those budgets that have been judged."""

    async def corrections(
        self, subject: str, first_hour: int, end_hour: int, *, limit: int, below: int | None
    ) -> Sequence[tuple[int, RecordedCorrection]]:
        """Corrections of hours in `[first_hour, end_hour)`, the newest first, each with its id."""
