"""Figures that were handed out as published, and how they were corrected later on."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDraft:
    """A figure as of a commit about to be published.

    value: exact text (`rendering.exact`), None when the figure was missing. body: whatever a reader
    of the publication should see again, such as the label and the rounded value.
    """

    subject: str
    figure: str
    options: Mapping[str, str]
    period: str
    as_of: int
    value: str | None
    level: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published, by which commit, when and by whom; never changed."""

    id: int
    draft: PublicationDraft
    commit: int
    at_us: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """A figure that is `new` as of `commit` and was `old` as of `old_as_of`, and why."""

    commit: int
    subject: str
    figure: str
    period: str
    old: str | None
    new: str | None
    old_as_of: int
    cause: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCorrection:
    """A change on record."""

    id: int
    at_us: int
    change: FigureChange


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has been written since a commit: subjects of books, and kinds of records."""

    books: frozenset[str]
    records: frozenset[str]


class Publications(Protocol):
    """Publications and corrections; both are only ever added. Everything raises Unavailable."""

    async def publish(self, drafts: Sequence[PublicationDraft], by: str) -> Sequence[Publication]:
        """Put them on record in one transaction."""

    async def published(
        self, *, subject: str | None = None, below: int | None = None, limit: int = 100
    ) -> Sequence[Publication]:
        """Publications, the newest first."""

    async def get(self, number: int) -> Publication | None:
        """One publication."""

    async def correct(self, changes: Sequence[FigureChange]) -> int:
        """Put corrections on record, however many, in one transaction; how many there were."""

    async def corrections(
        self,
        *,
        subject: str | None = None,
        figure: str | None = None,
        cause: str | None = None,
        below: int | None = None,
        limit: int = 100,
    ) -> Sequence[FigureCorrection]:
        """Corrections, the newest first."""

    async def last_of(self, figures: Sequence[str]) -> Mapping[int, FigureChange]:
        """The last correction of each publication of these figures, by its `detail.publication`."""

    async def news(self, after: int, upto: int) -> News:
        """What commits in `(after, upto]` have written."""


class MonthRows(Protocol):
    """Month sums of all subjects in one stream, for whoever computes everything anew."""

    def all_months(self, year: int) -> AsyncIterator["MonthBlock"]:
        """The sums of a year (at UTC+8) in blocks of whole subjects. Raises Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBlock:
    """Rows as columns of equal length; quantities are mantissas at the lane's scale."""

    subjects: Sequence[str]
    carriers: Sequence[str]
    flows: Sequence[str]
    scales: Sequence[int]
    months: Sequence[int]
    quantities: Sequence[int]
