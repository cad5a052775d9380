"""Sums of books from PostgreSQL: whole months from their sums, the rest from days.

As of an earlier commit: what is stored now, less what the commits after it have added. The log of
those has whole months in numbers and their hours as bytes, so that both halves stay exact.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg
import numpy as np

from services.evaluator.adapters.reading_counts import counted
from services.evaluator.domain.month_sums import (
    Figures,
    Parts,
    months_of,
    parts_of,
    within_days,
    within_log,
)
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.book_sums import BookSum, HistoryError
from shared.kit.postgres import Database, Transaction
from shared.model.period import Period

_DAY_HOURS = 24


@dataclass(slots=True)
class _Sums:
    """Sums in the making, by subject, number of the period (or month) and lane."""

    of: dict[tuple[str, int], dict[Lane, Figures]] = field(default_factory=dict)
    _lanes: dict[tuple[str, str, int], Lane] = field(default_factory=dict)

    def begin(self, rows: Iterable[asyncpg.Record]) -> None:
        """Take over rows of _MONTHS, each lane once: there may be tens of thousands."""
        for number, subject, carrier, flow, scale, quantity, estimated, known in rows:
            name = (carrier, flow, scale)
            lane = self._lanes.get(name)
            if lane is None:
                lane = self._lanes[name] = Lane(carrier=carrier, flow=flow, scale=scale)
            place = (subject, number)
            lanes = self.of.get(place)
            if lanes is None:
                lanes = self.of[place] = {}
            lanes[lane] = (int(quantity), int(estimated), int(known))

    def add(self, row: asyncpg.Record, number: int, figures: Figures, sign: int = 1) -> None:
        """Add figures of the row's subject and lane."""
        lanes = self.of.setdefault((row["subject"], number), {})
        lane = self._lane(row)
        quantity, estimated, time = figures
        if lane in lanes or sign < 0:
            known = lanes.get(lane, (0, 0, 0))
            quantity, estimated = known[0] + sign * quantity, known[1] + sign * estimated
            time = known[2] + sign * time
        lanes[lane] = (quantity, estimated, time)

    def made(self) -> dict[tuple[str, int], Sequence[BookSum]]:
        """All that is not nothing, lanes in their order."""
        return {place: found for place, lanes in self.of.items() if (found := _made(lanes))}

    def _lane(self, row: asyncpg.Record) -> Lane:
        name = (row["carrier"], row["flow"], row["scale"])
        if name not in self._lanes:
            self._lanes[name] = Lane(carrier=name[0], flow=name[1], scale=name[2])
        return self._lanes[name]


class PostgresBookSums:
    """The BookSums and ReadingCounts on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def sums(
        self, subjects: Sequence[str], periods: Sequence[Period], as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """See BookSums."""
        parts = [parts_of(period) for period in periods]
        who = list(dict.fromkeys(subjects))
        sums = _Sums()
        async with self._db.reading() as tx:
            await check_history(tx, as_of)
            await _add_months(tx, sums, who, parts, as_of)
            await _add_days(tx, sums, who, parts)
            if as_of is not None:
                await _take_hours(tx, sums, who, parts, as_of)
        return sums.made()

    async def monthly(
        self, subjects: Sequence[str], first_month: int, months: int, as_of: int | None = None
    ) -> Mapping[tuple[str, int], Sequence[BookSum]]:
        """See BookSums."""
        wanted = range(first_month, first_month + months)
        whole = [Parts(first_month=month, end_month=month + 1, rest=()) for month in wanted]
        sums = _Sums()
        async with self._db.reading() as tx:
            await check_history(tx, as_of)
            await _add_months(tx, sums, list(dict.fromkeys(subjects)), whole, as_of)
        made = sums.made()
        return {(subject, first_month + nth): found for (subject, nth), found in made.items()}

    async def reading_counts(
        self, points: Sequence[int], period: Period
    ) -> Mapping[int, int] | None:
        """See ReadingCounts."""
        parts = parts_of(period)
        if parts.rest:
            return None
        async with self._db.reading() as tx:
            return await counted(tx, points, parts.first_month, parts.end_month)


async def check_history(tx: Transaction, as_of: int | None) -> None:
    """Raises HistoryError for a commit before the first whose books can be told."""
    if as_of is None:
        return
    begins: int = await tx.raw.fetchval("select commit_n from evaluator.history_begins")
    if as_of < begins:
        raise HistoryError(
            f"books as of commit {as_of} cannot be told: their history begins with commit {begins}"
        )


def _made(lanes: Mapping[Lane, Figures]) -> list[BookSum]:
    return [
        BookSum(lane=lane, quantity=figures[0], estimated=figures[1], known=figures[2])
        for lane, figures in sorted(lanes.items())
        if any(figures)
    ]


async def _add_months(
    tx: Transaction, sums: _Sums, subjects: list[str], parts: Sequence[Parts], as_of: int | None
) -> None:
    whole = [(nr, one) for nr, one in enumerate(parts) if one.first_month < one.end_month]
    if not whole:
        return
    numbers = [nr for nr, _ in whole]
    firsts, ends = [one.first_month for _, one in whole], [one.end_month for _, one in whole]
    rows = await tx.raw.fetch(_MONTHS, subjects, numbers, firsts, ends)
    sums.begin(rows)
    if as_of is not None:
        later = await tx.raw.fetch(_LATER, subjects, numbers, firsts, ends, as_of)
        for row in later:
            sums.add(row, row["nr"], _figures(row), -1)


async def _add_days(
    tx: Transaction, sums: _Sums, subjects: list[str], parts: Sequence[Parts]
) -> None:
    runs = _runs(parts)
    if not runs:
        return
    rows = await tx.raw.fetch(
        _DAYS,
        subjects,
        list(range(len(runs))),
        [first // _DAY_HOURS for _, first, _ in runs],
        [-(-end // _DAY_HOURS) for _, _, end in runs],
    )
    by_run: dict[int, list[asyncpg.Record]] = {}
    for row in rows:
        by_run.setdefault(row["nr"], []).append(row)
    for nth, found in by_run.items():
        number, first, end = runs[nth]
        days = np.array([row["day"] for row in found], np.int64)
        body = b"".join([row["body"] for row in found])
        for row, figures in zip(found, within_days(days, body, first, end), strict=True):
            sums.add(row, number, figures)


async def _take_hours(
    tx: Transaction, sums: _Sums, subjects: list[str], parts: Sequence[Parts], as_of: int
) -> None:
    """Take off what later commits have added to hours that are no whole month."""
    runs = _runs(parts)
    if not runs:
        return
    hours = np.array([[first, end - 1] for _, first, end in runs], np.int64)
    months = months_of(hours)
    wanted = sorted({m for low, high in months.tolist() for m in range(low, high + 1)})
    for row in await tx.raw.fetch(LATER_HOURS, subjects, wanted, as_of):
        for (number, first, end), (low, high) in zip(runs, months.tolist(), strict=True):
            if low <= row["month"] <= high:
                sums.add(row, number, within_log(row["hours"], first, end), -1)


def _runs(parts: Sequence[Parts]) -> list[tuple[int, int, int]]:
    return [(nr, *run) for nr, one in enumerate(parts) for run in one.rest]


def _figures(row: asyncpg.Record) -> Figures:
    return int(row["quantity"]), int(row["estimated"]), int(row["known"])


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_MONTHS = _sql("""
    select p.nr, m.subject, m.carrier, m.flow, m.scale,
        sum(m.quantity)::text as quantity, sum(m.estimated)::text as estimated,
        sum(m.known)::text as known
    from unnest($2::int[], $3::int[], $4::int[]) as p (nr, first, past)
    join evaluator.months as m
        on m.subject = any($1::text[]) and m.month >= p.first and m.month < p.past
    group by p.nr, m.subject, m.carrier, m.flow, m.scale
""")

# As text, numbers of any size become whole numbers soonest.
# Every month is looked up by itself: the index then leads to the later commits alone.
_LATER = _sql("""
    select p.nr, l.subject, l.carrier, l.flow, l.scale,
        sum(l.quantity)::text as quantity, sum(l.estimated)::text as estimated,
        sum(l.known)::text as known
    from unnest($2::int[], $3::int[], $4::int[]) as p (nr, first, past)
    cross join lateral generate_series(p.first, p.past - 1) as g (month)
    cross join unnest($1::text[]) as s (subject)
    join evaluator.month_log as l
        on l.subject = s.subject and l.month = g.month and l.commit_n > $5
    group by p.nr, l.subject, l.carrier, l.flow, l.scale
""")

LATER_HOURS = _sql("""
    select l.subject, l.carrier, l.flow, l.scale, l.month, l.hours
    from unnest($1::text[]) as s (subject)
    cross join unnest($2::int[]) as g (month)
    join evaluator.month_log as l
        on l.subject = s.subject and l.month = g.month and l.commit_n > $3
""")

_DAYS = _sql("""
    select r.nr, b.subject, b.carrier, b.flow, b.scale, b.day, b.body
    from unnest($2::int[], $3::int[], $4::int[]) as r (nr, first, past)
    join evaluator.books as b
        on b.subject = any($1::text[]) and b.day >= r.first and b.day < r.past
""")
