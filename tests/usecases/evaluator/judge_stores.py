"""Stores of the judge in memory that commit at once or not at all, as PostgreSQL does."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from msgspec.structs import replace as renumbered

from services.evaluator.domain.books import HOURS, Series, figures
from services.evaluator.domain.budget import Budget
from services.evaluator.domain.judgement import Judged
from services.evaluator.domain.month_sums import MonthChange, take_off
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.judge import (
    ConflictError,
    JudgeCommit,
    PartitionState,
    RecordedCorrection,
)
from shared.contracts.assessments import AssessmentMade
from shared.kit.errors import Fenced, Unavailable


class MemoryJudgeStore:
    """Keeps everything in dictionaries; `sent` holds the assessments in the order of sending."""

    def __init__(self) -> None:
        self.number = 0
        self.next: dict[int, int] = {}
        self.day_rows: dict[tuple[Series, int], bytes] = {}
        self.seen: dict[tuple[int, int], int] = {}
        self.frontier: dict[tuple[int, int], bytes] = {}
        self.kept: list[RecordedCorrection] = []
        self.log: list[tuple[int, MonthChange]] = []
        self.judgements: dict[str, Judged] = {}
        self.given: dict[str, int] = {}
        self.sent: list[AssessmentMade] = []
        self.fails = False
        self.loads = 0
        self._moved = asyncio.Event()

    async def open(self, partitions: frozenset[int]) -> Mapping[int, PartitionState]:
        return {
            partition: PartitionState(
                position=self.next.get(partition, 0),
                seen={s: n for (p, s), n in self.seen.items() if p == partition},
                frontier={
                    block: np.frombuffer(body, np.int64)
                    for (p, block), body in self.frontier.items()
                    if p == partition
                },
            )
            for partition in partitions
        }

    async def rows(
        self, wanted: Sequence[tuple[Series, int]]
    ) -> Mapping[tuple[Series, int], bytes]:
        self.loads += 1
        return {place: self.day_rows[place] for place in wanted if place in self.day_rows}

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        found: dict[str, set[Lane]] = {}
        for series, _ in self.day_rows:
            if series.subject in subjects:
                found.setdefault(series.subject, set()).add(series.lane)
        return {subject: sorted(lanes) for subject, lanes in found.items()}

    async def judged(self, codes: Sequence[str]) -> Mapping[str, Judged]:
        return {code: self.judgements[code] for code in codes if code in self.judgements}

    async def numbers(self, subjects: Sequence[str]) -> Mapping[str, int]:
        return {s: self.given[s] for s in subjects if s in self.given}

    async def commit(self, commit: JudgeCommit) -> int:
        for partition, (expected, _) in commit.positions.items():
            if self.next.get(partition, 0) != expected:
                raise Fenced(f"partition {partition} is not at {expected}")
        if self.fails:
            raise Unavailable("the database is away")
        self.number += 1
        self.next |= {p: after for p, (_, after) in commit.positions.items()}
        self.day_rows |= commit.rows
        self.seen |= commit.seen
        self.frontier |= {place: ends.tobytes() for place, ends in commit.frontier.items()}
        self.kept += [
            RecordedCorrection(commit=self.number, at_us=0, correction=one)
            for one in commit.corrections
        ]
        self.log += [(self.number, change) for change in commit.months]
        self.judgements |= commit.judged
        self.given |= commit.numbers
        for made in commit.assessments.values():
            self.sent += [renumbered(one, commit=self.number) for one in made]
        self._moved.set()
        return self.number

    async def reached(self, partition: int, offset: int) -> None:
        """Wait until the position of a partition has come that far."""
        while self.next.get(partition, 0) < offset:
            self._moved.clear()
            await self._moved.wait()

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """Nothing is ever left: commits send at once."""

    async def tidy(self) -> None:
        """Nothing is ever left."""

    async def days(
        self,
        subject: str,
        lanes: Sequence[Lane],
        first_day: int,
        end_day: int,
        as_of: int | None = None,
    ) -> Sequence[tuple[Lane, int, bytes]]:
        rows = {
            (series.lane, day): figures(body).copy()
            for (series, day), body in sorted(self.day_rows.items())
            if series.subject == subject and series.lane in lanes and first_day <= day < end_day
        }
        for number, change in self.log:
            if as_of is not None and number > as_of and change.series.subject == subject:
                lane = change.series.lane
                take_off(
                    {day: row for (one, day), row in rows.items() if one == lane}, change.hours
                )
        return [(lane, day, row.tobytes()) for (lane, day), row in rows.items()]

    async def extent(self, subject: str) -> tuple[int, int] | None:
        days = [day for series, day in self.day_rows if series.subject == subject]
        return (min(days), max(days) + 1) if days else None

    async def corrections(
        self, subject: str, first_hour: int, end_hour: int, *, limit: int, below: int | None
    ) -> Sequence[tuple[int, RecordedCorrection]]:
        found = [
            (number, one)
            for number, one in enumerate(self.kept, 1)
            if one.correction.series.subject == subject
            and one.correction.hour[0] < end_hour
            and one.correction.hour[-1] >= first_hour
            and (below is None or number < below)
        ]
        return found[::-1][:limit]

    def hours(self, subject: str) -> dict[tuple[str, int], tuple[int, ...]]:
        """The subject's hours that are not empty, by carrier and hour, over all scales."""
        found: dict[tuple[str, int], tuple[int, ...]] = {}
        for (series, day), body in self.day_rows.items():
            if series.subject == subject:
                for i, row in enumerate(figures(body).tolist()):
                    if any(row):
                        found[series.lane.carrier, day * HOURS + i] = tuple(row)
        return found


class MemoryBudgetStore:
    """Budgets in a dictionary."""

    def __init__(self, *budgets: Budget) -> None:
        self.number = 0
        self.budgets: dict[str, Budget] = {}
        self.changed: dict[str, int] = {}
        self.published: list[Budget] = []
        for one in budgets:
            self.put(one)

    def put(self, one: Budget) -> None:
        """Store a budget as it is."""
        self.number += 1
        self.budgets[one.code] = one
        self.changed[one.code] = self.number

    async def revision(self) -> int:
        return self.number

    async def changed_since(self, revision: int) -> tuple[int, Sequence[Budget]]:
        codes = [code for code, number in self.changed.items() if number > revision]
        return self.number, [self.budgets[code] for code in sorted(codes)]

    async def get(self, codes: Sequence[str]) -> Mapping[str, Budget]:
        return {code: self.budgets[code] for code in codes if code in self.budgets}

    async def add(self, budgets: Sequence[Budget], based_on: int) -> Sequence[Budget]:
        if based_on != self.number:
            raise ConflictError("budgets were changed by somebody else in the meantime")
        self.number += bool(budgets)
        recorded = [
            replace(
                one,
                versions=tuple(
                    v if v.recorded_commit else replace(v, recorded_commit=1, recorded_at_us=1)
                    for v in one.versions
                ),
            )
            for one in budgets
        ]
        for one in recorded:
            self.budgets[one.code] = one
            self.changed[one.code] = self.number
        self.published += recorded
        return recorded
