"""Reads all that some subjects and periods need in a few statements, whatever their number."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.evaluator.domain.accounting.bundle import Term
from services.evaluator.domain.accounting.exclusions import ITEMS
from services.evaluator.handlers.reckoner.archive import Archive, Records
from services.evaluator.handlers.reckoner.grounds import Grounds
from services.evaluator.handlers.reckoner.stacks import points_of
from services.evaluator.handlers.reckoner.world import Who, World, overlap
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.book_sums import BookSum, BookSums
from services.evaluator.ports.commit_times import CommitTimes
from services.evaluator.ports.point_books import PointBooks
from services.evaluator.ports.statement_subjects import StatementSubjects
from shared.model.period import Period
from shared.model.subject import SubjectKind

BEYOND_ITEMS = (
    *("process-emission", "ghg"),
    *(term.value for term in Term),
    *(item for item, _ in ITEMS.values()),
)
"""Items by which an enterprise counts for more than its meters."""

Ask = tuple[str, str]
"""A subject and a reporting period as it is written."""


@dataclass(slots=True)
class Gatherer:
    """Makes worlds.

    stating: tells which enterprises state more than their meters; without it only those with a
    method on record do. points: hours of single points, for stacks. times: when commits were made;
    without it figures as of any commit go by the catalogue in use.
    """

    archive: Archive
    sums: BookSums
    rulebook: Rulebook
    stating: StatementSubjects | None = None
    points: PointBooks | None = None
    times: CommitTimes | None = None
    _grounds: Grounds = field(init=False)
    _stated: tuple[int, frozenset[str]] = (-1, frozenset())

    def __post_init__(self) -> None:
        """Nothing of any catalogue is worked out yet."""
        self._grounds = Grounds(self.rulebook, self.times)

    async def open(
        self, as_of: int | None, *, present: bool = False, by_us: int | None = None
    ) -> World:
        """Records as of a commit, nothing of any subject yet. Raises Unavailable.

        present: by the catalogue in use, whatever the commit. by_us: by the catalogue that was on
        record at this instant, whatever is in use.
        """
        number = await self.archive.commit(as_of)
        ground = await self._grounds.at(None if present else as_of, by_us)
        records = await self.archive.records(number)
        return World(
            as_of=number,
            catalogue=ground.catalogue,
            scopes=ground.scopes,
            carriers=ground.carriers,
            records=records,
            shifts=ground.shifts,
            slices=ground.slices,
            commons=ground.commons,
            below=ground.below,
            zones=ground.zones,
            beyond=_beyond(await self._stating(records), ground.members),
        )

    async def add(self, world: World, asks: Iterable[Ask]) -> None:
        """Read into the world what these subjects and periods need and it does not have yet.

        Subjects that nobody has are passed over. Raises ValueError for a period that is none,
        HistoryError, Unavailable.
        """
        # Of hundreds of subjects it takes a while to see what they need.
        wanted, speakers = await asyncio.to_thread(_wanted, world, tuple(asks))
        await self._read_books(world, wanted)
        new = sorted(speakers - set(world.statements))
        if new:
            found = await self.archive.statements(new, world.as_of)
            world.learn({key: found.get(key, ()) for key in new})

    async def _stating(self, records: Records) -> frozenset[str]:
        """Enterprises that count for more than their meters."""
        if self.stating is not None and self._stated[0] != records.as_of:
            found = await self.stating.stating(BEYOND_ITEMS, records.as_of)
            self._stated = (records.as_of, found)
        methods = (entry.body for entry in records.methods)
        return self._stated[1] | {method.subject for method in methods if not method.stack}

    async def add_stacks(self, world: World, asks: Iterable[Ask]) -> None:
        """Read the hours of the subjects' stacks over these periods. Raises as `add` does."""
        if self.points is None:
            return
        hours = dict(world.hours)
        for key, text in dict.fromkeys(asks):
            who = world.who(key)
            if who is None:
                continue
            period = world.period(who, text)
            for code in points_of(world, who, period):
                if (code, period) not in hours:
                    hours[code, period] = await self.points.hours(
                        code, period.first_hour, period.end_hour, world.as_of
                    )
        world.hours = hours

    async def _read_books(self, world: World, wanted: Mapping[Period, set[str]]) -> None:
        """One statement for all periods that the same subjects want."""
        alike: defaultdict[frozenset[str], list[Period]] = defaultdict(list)
        for period, subjects in wanted.items():
            alike[frozenset(subjects)].append(period)
        books: dict[tuple[str, Period], Sequence[BookSum]] = {}
        for group, periods in alike.items():
            found = await self.sums.sums(sorted(group), periods, world.as_of)
            for subject in group:
                for nr, period in enumerate(periods):
                    books[subject, period] = found.get((subject, nr), ())
        # Others may have read into the same world meanwhile.
        world.books = {**world.books, **books}


def _wanted(world: World, asks: Sequence[Ask]) -> tuple[Mapping[Period, set[str]], set[str]]:
    """Whose books of which periods are to be read, and whose statements."""
    wanted: defaultdict[Period, set[str]] = defaultdict(set)
    speakers: set[str] = set()
    for key, text in dict.fromkeys(asks):
        who = world.who(key)
        if who is not None:
            period = world.period(who, text)
            people = [(who, period), *world.members(who, period)]
            speakers |= {one.key for one, _ in people}
            for one, within in (*people, *world.scattered(who, period)):
                for subject, part in needs(world, one, within):
                    if (subject, part) not in world.books:
                        wanted[part].add(subject)
    return wanted, speakers


def needs(world: World, who: Who, period: Period) -> Iterable[tuple[str, Period]]:
    """Whose books over which hours: the subject's, its boundary's, and of its shifts."""
    parts = world.parts(who, period)
    for part in parts:
        yield who.key, part
        if who.subject.kind is SubjectKind.REGION:
            yield f"{SubjectKind.BOUNDARY}:{who.subject.code}", part
        for shift in who.shifts:
            shared = overlap(part, shift.first_hour, shift.end_hour)
            if shared is not None:
                yield shift.enterprise, shared


def _beyond(
    keys: Iterable[str], members: Mapping[str, tuple[tuple[str, int, int], ...]]
) -> dict[str, tuple[tuple[str, int, int], ...]]:
    """Enterprises with more than meters, by the regions and tags they count for, and when."""
    found: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for key in sorted(keys):
        for subject, first, end in members.get(key, ()):
            found[subject].append((key, first, end))
    return {subject: tuple(listed) for subject, listed in found.items()}
