"""What the judge keeps at hand of its partitions; a cache that PostgreSQL can always rebuild."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from services.evaluator.domain.books import I64, Books, Correction, Series
from services.evaluator.domain.judgement import Hours, Judged
from services.evaluator.domain.month_sums import Posted
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.judge import FRONTIER_BLOCK, JudgeStore, PartitionState
from shared.contracts.assessments import AssessmentMade
from shared.model.instants import BEGINNING_US


class Held:
    """One partition of totals: what was seen, and how far its points are booked."""

    def __init__(self, stored: PartitionState) -> None:
        """Begin with what is stored."""
        self.seen = dict(stored.seen)
        blocks = 1 + max(stored.frontier, default=0)
        self.frontier: I64 = np.full(blocks * FRONTIER_BLOCK, BEGINNING_US, np.int64)
        for block, ends in stored.frontier.items():
            self.block(block)[:] = ends

    def block(self, number: int) -> I64:
        """The booked ends of a block of points, to read or to write."""
        return self.frontier[number * FRONTIER_BLOCK : (number + 1) * FRONTIER_BLOCK]

    def reach(self, number: int) -> None:
        """Make room for points up to this catalogue number."""
        lacking = number // FRONTIER_BLOCK + 1 - len(self.frontier) // FRONTIER_BLOCK
        if lacking > 0:
            room = np.full((lacking + 64) * FRONTIER_BLOCK, BEGINNING_US, np.int64)
            self.frontier = np.concatenate([self.frontier, room])


@dataclass(slots=True)
class Work:
    """What a batch has come to so far, to be written in one commit."""

    keys: list[I64] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    seen: dict[tuple[int, int], int] = field(default_factory=dict)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    corrections: list[Correction] = field(default_factory=list)
    judged: dict[str, Judged] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    assessments: dict[int, list[AssessmentMade]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HoursWanted:
    """Hours `[first_hour, end_hour)` of some lanes of a subject; not empty."""

    subject: str
    lanes: Sequence[Lane]
    first_hour: int
    end_hour: int


class Shelf:
    """Days of books at hand and the lanes of subjects, filled from the store when asked for."""

    def __init__(self, store: JudgeStore, *, most_bytes: int) -> None:
        """`most_bytes`: about so much memory for days."""
        self._store = store
        self.books = Books(most_bytes=most_bytes)
        self._lanes: dict[str, set[Lane]] = {}

    def clear(self) -> None:
        """Drop everything."""
        self.books.forget()
        self._lanes.clear()

    async def know_lanes(self, subjects: Iterable[str]) -> None:
        """Have the lanes of these subjects at hand."""
        missing = [subject for subject in subjects if subject not in self._lanes]
        if missing:
            stored = await self._store.lanes(missing)
            self._lanes |= {subject: set(stored.get(subject, ())) for subject in missing}

    def note_lane(self, subject: str, lane: Lane) -> None:
        """A subject has books of this lane now."""
        known = self._lanes.get(subject)
        if known is not None:
            known.add(lane)

    def lanes(self, subject: str) -> list[Lane]:
        """The lanes of a subject whose lanes are at hand."""
        return sorted(self._lanes[subject])

    async def fetch(self, keys: Iterable[int]) -> None:
        """Have the days of these keys at hand."""
        missing = self.books.missing(keys)
        if missing:
            places = [self.books.place(key) for key in missing]
            stored = await self._store.rows(places)
            bodies = {
                key: stored[place]
                for key, place in zip(missing, places, strict=True)
                if place in stored
            }
            self.books.learn(bodies, missing)

    async def windows(self, wanted: Iterable[HoursWanted]) -> None:
        """Have these hours at hand."""
        keys: dict[int, None] = {}
        for one in wanted:
            for lane in one.lanes:
                number = self.books.number(Series(one.subject, lane))
                keys |= dict.fromkeys(self.books.days(number, one.first_hour, one.end_hour))
        await self.fetch(keys)

    def hours(self, subject: str) -> Hours:
        """How the judge asks for the hours of the subject."""

        def find(lane: Lane, first_hour: int, end_hour: int) -> I64:
            number = self.books.number(Series(subject, lane))
            return self.books.hours(number, first_hour, end_hour)

        return find
