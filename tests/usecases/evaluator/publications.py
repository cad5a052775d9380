"""Publications and month rows in memory, beside the books of the small province."""

from collections.abc import AsyncIterator, Mapping, Sequence

from services.evaluator.ports.publications import (
    FigureChange,
    FigureCorrection,
    MonthBlock,
    News,
    Publication,
    PublicationDraft,
)
from shared.model.period import reporting_period
from tests.usecases.evaluator.reckoning import ZONE, MemoryBooks
from tests.usecases.evaluator.register_pages import MemoryPages


class MemoryPublications:
    """The Publications and MonthRows in memory; news are what books and register hold."""

    def __init__(self, books: MemoryBooks, register: MemoryPages) -> None:
        self.books, self.register = books, register
        self.made: list[Publication] = []
        self.changes: list[FigureCorrection] = []

    async def publish(self, drafts: Sequence[PublicationDraft], by: str) -> Sequence[Publication]:
        """See Publications."""
        first = len(self.made) + 1
        new = [
            Publication(id=first + nr, draft=draft, commit=draft.as_of, at_us=0, by=by)
            for nr, draft in enumerate(drafts)
        ]
        self.made += new
        return new

    async def published(
        self, *, subject: str | None = None, below: int | None = None, limit: int = 100
    ) -> Sequence[Publication]:
        """See Publications."""
        found = [
            one
            for one in reversed(self.made)
            if subject in (None, one.draft.subject) and (below is None or one.id < below)
        ]
        return found[:limit]

    async def get(self, number: int) -> Publication | None:
        """See Publications."""
        return next((one for one in self.made if one.id == number), None)

    async def correct(self, changes: Sequence[FigureChange]) -> int:
        """See Publications."""
        first = len(self.changes) + 1
        self.changes += [
            FigureCorrection(id=first + nr, at_us=0, change=change)
            for nr, change in enumerate(changes)
        ]
        return len(changes)

    async def corrections(
        self,
        *,
        subject: str | None = None,
        figure: str | None = None,
        cause: str | None = None,
        below: int | None = None,
        limit: int = 100,
    ) -> Sequence[FigureCorrection]:
        """See Publications."""
        found = [
            one
            for one in reversed(self.changes)
            if subject in (None, one.change.subject)
            and figure in (None, one.change.figure)
            and cause in (None, one.change.cause)
            and (below is None or one.id < below)
        ]
        return found[:limit]

    async def last_of(self, figures: Sequence[str]) -> Mapping[int, FigureChange]:
        """See Publications."""
        return {
            one.change.detail["publication"]: one.change
            for one in self.changes
            if one.change.figure in figures and "publication" in one.change.detail
        }

    async def news(self, after: int, upto: int) -> News:
        """See Publications."""
        return News(
            books=frozenset(row[1] for row in self.books.put_rows if after < row[0] <= upto),
            records=frozenset(
                entry.kind.value for entry in self.register.entries if after < entry.commit <= upto
            ),
        )

    async def all_months(self, year: int) -> AsyncIterator[MonthBlock]:
        """See MonthRows: one block a subject."""
        subjects = sorted({row[1] for row in self.books.put_rows})
        for subject in subjects:
            found = await self.books.monthly([subject], year * 12, 12)
            rows = [(month, row) for (_, month), listed in sorted(found.items()) for row in listed]
            if rows:
                yield MonthBlock(
                    subjects=[subject] * len(rows),
                    carriers=[row.lane.carrier for _, row in rows],
                    flows=[row.lane.flow for _, row in rows],
                    scales=[row.lane.scale for _, row in rows],
                    months=[month for month, _ in rows],
                    quantities=[row.quantity for _, row in rows],
                )


def month_names(year: int, count: int = 12) -> list[str]:
    """`2024-01` and so on, each a period."""
    names = [f"{year:04d}-{nth:02d}" for nth in range(1, count + 1)]
    return [name for name in names if reporting_period(name, ZONE)]
