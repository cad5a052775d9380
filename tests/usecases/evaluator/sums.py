"""Sums of books in memory, added up the slow and certain way."""

from collections.abc import Mapping, Sequence

from services.evaluator.domain.books import Series
from services.evaluator.domain.month_sums import first_hour_of, parts_of
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.book_sums import BookSum, HistoryError
from shared.model.period import Period


class MemoryBookSums:
    """Keeps every difference with its commit; also counts readings of points."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, Series, int, tuple[int, int, int]]] = []
        self.begins = 0
        self.counts: dict[int, int] = {}

    def add(self, commit: int, series: Series, hour: int, *figures: int) -> None:
        """A commit adds quantity, estimated and known to an hour of a series."""
        quantity, estimated, known = (*figures, 0, 0)[:3]
        self.changes.append((commit, series, hour, (quantity, estimated, known)))

    async def sums(
        self, subjects: Sequence[str], periods: Sequence[Period], as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        if as_of is not None and as_of < self.begins:
            raise HistoryError(f"history begins with commit {self.begins}")
        return {
            (subject, nth): found
            for subject in subjects
            for nth, period in enumerate(periods)
            if (found := self._sums(subject, period.first_hour, period.end_hour, as_of))
        }

    async def monthly(
        self, subjects: Sequence[str], first_month: int, months: int, as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        wanted = range(first_month, first_month + months)
        periods = [
            Period(
                first_hour=first_hour_of(month),
                end_hour=first_hour_of(month + 1),
                zone_name="+08:00",
            )
            for month in wanted
        ]
        found = await self.sums(subjects, periods, as_of)
        return {(subject, wanted[nth]): sums for (subject, nth), sums in found.items()}

    async def reading_counts(
        self, points: Sequence[int], period: Period
    ) -> Mapping[int, int] | None:
        if parts_of(period).rest:
            return None
        return {point: self.counts[point] for point in points if point in self.counts}

    def _sums(self, subject: str, first: int, end: int, as_of: int | None) -> list[BookSum]:
        lanes: dict[Lane, list[int]] = {}
        for commit, series, hour, figures in self.changes:
            known = as_of is None or commit <= as_of
            if series.subject == subject and known and first <= hour < end:
                sums = lanes.setdefault(series.lane, [0, 0, 0])
                lanes[series.lane] = [a + b for a, b in zip(sums, figures, strict=True)]
        return [
            BookSum(lane=lane, quantity=sums[0], estimated=sums[1], known=sums[2])
            for lane, sums in sorted(lanes.items())
            if any(sums)
        ]
