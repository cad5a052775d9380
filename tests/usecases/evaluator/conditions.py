"""What was told of conditions, in memory, and a source that says what a test wants."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from services.evaluator.domain.conditions.seen import Change, Seen, Series, Told
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look
from services.evaluator.ports.conditions import (
    Announcement,
    ConditionNews,
    Kept,
    Place,
    Reached,
    Wanted,
)
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import RecordKind
from shared.kit.errors import Unavailable
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, from_us
from shared.model.level import Level
from tests.usecases.evaluator.reckoning import MemoryBooks
from tests.usecases.evaluator.register_pages import MemoryPages


class MemoryConditions:
    """The Conditions in memory; news are what books and register hold.

    dies: so many tellings from now on are stored and not sent. fails: everything raises.
    """

    def __init__(
        self, books: MemoryBooks | None = None, register: MemoryPages | None = None
    ) -> None:
        self.books, self.register = books or MemoryBooks(), register or MemoryPages()
        self.sources: dict[str, Reached] = {}
        self.kept: dict[Series, Kept] = {}
        self.sent: list[Announcement] = []
        self.unsent: list[Announcement] = []
        self.dies = 0
        self.fails = False

    async def reached(self) -> Mapping[str, Reached]:
        """See Conditions."""
        self._reach()
        return dict(self.sources)

    async def advance(self, source: str, reached: Reached) -> None:
        """See Conditions."""
        self._reach()
        self.sources[source] = reached

    async def news(self, after: int, upto: int, before_month: int) -> ConditionNews:
        """See Conditions; books count by their hour in UTC+8."""
        self._reach()
        return ConditionNews(
            books=frozenset(
                subject
                for commit, subject, _, hour, _ in self.books.put_rows
                if after < commit <= upto and _month(hour) < before_month
            ),
            records=frozenset(
                (entry.kind, entry.subject)
                for entry in self.register.entries
                if after < entry.commit <= upto
            ),
        )

    async def told(
        self, kinds: Collection[ConditionKind], subjects: Sequence[str]
    ) -> Mapping[Series, Told]:
        """See Conditions."""
        self._reach()
        return {
            series: one.told
            for series, one in self.kept.items()
            if series.kind in kinds and series.subject in subjects
        }

    async def standing(self, kinds: Collection[ConditionKind]) -> frozenset[str]:
        """See Conditions."""
        self._reach()
        return frozenset(
            series.subject
            for series, one in self.kept.items()
            if series.kind in kinds and one.told.level is not Level.NONE
        )

    async def tell(self, made: Sequence[Announcement]) -> None:
        """See Conditions."""
        self._reach()
        for one in made:
            told = one.change.told
            before = self.kept.get(told.series)
            if told.number != (before.told.number if before else 0) + 1:
                raise ConflictError("somebody else was quicker")
        for one in made:
            told = one.change.told
            before = self.kept.get(told.series)
            number = before.id if before else len(self.kept) + 1
            self.kept[told.series] = Kept(id=number, told=told, made_at_us=one.made_at_us)
        self.unsent += made
        if made and self.dies:
            self.dies -= 1
            raise Unavailable("the process died")
        await self.send_leftovers()

    async def send_leftovers(self) -> None:
        """See Conditions."""
        self._reach()
        self.sent += self.unsent
        self.unsent = []

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Sequence[Kept]:
        """See Conditions."""
        self._reach()
        rows = sorted(self.kept.values(), key=lambda one: (-one.told.level, one.id))
        begun = (-after[0], after[1]) if after else (-9, 0)
        return [
            one for one in rows if _fits(one.told, wanted) and (-one.told.level, one.id) > begun
        ][:limit]

    async def counts(self) -> Mapping[tuple[ConditionKind, Level], int]:
        """See Conditions."""
        self._reach()
        return Counter((s.kind, one.told.level) for s, one in self.kept.items())

    def _reach(self) -> None:
        if self.fails:
            raise Unavailable("PostgreSQL is away")


def _fits(told: Told, wanted: Wanted) -> bool:
    asked: tuple[tuple[Collection[object], object], ...] = (
        (wanted.kinds, told.series.kind),
        (wanted.subjects, told.series.subject),
        (wanted.measures, told.measure),
        (wanted.levels, told.level),
    )
    return all(not listed or found in listed for listed, found in asked)


def _month(hour: int) -> int:
    day = from_us((hour + 8) * HOUR_US)
    return day.year * 12 + day.month - 1


class Meter:
    """Notes what an operator would see."""

    def __init__(self) -> None:
        self.rounds: list[str] = []
        self.changes: list[Change] = []
        self.faults: list[str] = []
        self.counts: Mapping[tuple[ConditionKind, Level], int] = {}

    def round_of(self, source: str) -> AbstractContextManager[object]:
        """See ConditionMeter."""
        self.rounds.append(source)
        return nullcontext()

    def told(self, change: Change) -> None:
        """See ConditionMeter."""
        self.changes.append(change)

    def failed(self, source: str) -> None:
        """See ConditionMeter."""
        self.faults.append(source)

    def series(self, counts: Mapping[tuple[ConditionKind, Level], int]) -> None:
        """See ConditionMeter."""
        self.counts = counts


@dataclass(slots=True)
class Script:
    """A source that sees what `seen` holds; raises for subjects in `bad`, and what `fails` says."""

    name: str = "script"
    kinds: Collection[ConditionKind] = (ConditionKind.BAROMETER,)
    seen: list[Seen] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    fails: Exception | None = None
    mark: str = ""
    looks: list[list[str]] = field(default_factory=list)
    asked_at: list[int] = field(default_factory=list)
    of: Callable[[ConditionNews], frozenset[str]] = lambda news: news.of(RecordKind.TARGET)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Holders of new targets, and everybody whenever the mark is another."""
        self.asked_at.append(look.now_us)
        if self.fails is not None:
            raise self.fails
        return Due(subjects=None if mark != self.mark else self.of(news), mark=self.mark)

    async def subjects(self, look: Look) -> Collection[str]:
        """Everybody something is seen of."""
        del look
        return {one.subject for one in self.seen} | self.bad | NOBODY

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """What is seen of them."""
        del look
        self.looks.append(list(subjects))
        if self.bad & set(subjects):
            raise ValueError("cannot look at that")
        return [one for one in self.seen if one.subject in subjects]
