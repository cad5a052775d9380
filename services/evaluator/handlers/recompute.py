"""A new factor version over closed months: everybody's energy and carbon anew, in whole columns.

The service answers others meanwhile: the work is cut into pieces of some hundredths of a second,
each in a thread, with the loop's own turn between them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.recompute import (
    Amounts,
    Rows,
    Scaled,
    amounts,
    differences,
    parts_of,
    scaled,
)
from services.evaluator.domain.unit_weights import CARBON, EQUIVALENT, MEASURED, Weights
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.world import World
from services.evaluator.handlers.recompute_accounts import (
    Pair,
    Place,
    by_accounts,
    with_factors_of,
)
from services.evaluator.handlers.recompute_columns import Columns, take
from services.evaluator.handlers.recompute_weights import MONTHS, Key, Weigher, month_of
from services.evaluator.ports.publications import FigureChange, MonthRows, Publications
from shared.model.instants import HOUR_US

CAUSE = "factors"
_KEYS_AT_ONCE = 50

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and how much there is (0 if nobody knows)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of one measure: months that changed, and sums of all enterprises."""

    changed: int
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What another edition of the factors changed. cells: subjects × months looked at.

    left: subjects that statements count for too, and cut: lanes × months within which a factor
    changes; both were computed by their accounts, one by one.
    """

    year: int
    old_as_of: int
    new_as_of: int
    subjects: int
    cells: int
    rows: int
    measures: Mapping[str, Tally]
    left: tuple[str, ...]
    cut: int

    @property
    def changed(self) -> int:
        """All months of all measures that changed."""
        return sum(tally.changed for tally in self.measures.values())


@dataclass(slots=True)
class _Sum:
    """A measure in the making: its changes, and what all enterprises come to then and now."""

    measure: str
    changes: list[FigureChange] = field(default_factory=list)
    old: Fraction | None = None
    new: Fraction | None = None

    def add(self, old: Fraction | None, new: Fraction | None) -> None:
        """Take over sums of enterprises; None where nothing is known."""
        self.old = old if self.old is None else self.old + (old or 0)
        self.new = new if self.new is None else self.new + (new or 0)

    def tally(self) -> Tally:
        """As it is told."""
        return Tally(changed=len(self.changes), old=exact(self.old), new=exact(self.new))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """Weights of all keys then and now, and the keys within whose month a factor changes."""

    then: Sequence[Weights]
    now: Sequence[Weights]
    cut: Sequence[int]

    def same(self, measure: str) -> bool:
        """Whether no weight of the measure is another now."""
        pairs = zip(self.then, self.now, strict=True)
        return all(then[measure] == now[measure] for then, now in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What names changes: the commits of both editions, the year, and subjects by number."""

    old_as_of: int
    new_as_of: int
    year: int
    names: Sequence[str]

    def change(
        self, subject: str, nth: int, measure: str, old: Fraction | None, new: Fraction | None
    ) -> FigureChange:
        """The correction of one month."""
        of = "carbon-total" if measure == CARBON else "energy-total"
        period = f"{self.year:04d}-{nth + 1:02d}"
        return FigureChange(
            commit=self.new_as_of,
            subject=subject,
            figure=f"{subject}/{of}/{period}",
            period=period,
            old=exact(old),
            new=exact(new),
            old_as_of=self.old_as_of,
            cause=CAUSE,
            detail={"series": "equivalent"} if measure == EQUIVALENT else {},
        )


class Recompute:
    """Computes a year by the factors known at two commits, and records what differs."""

    def __init__(self, gatherer: Gatherer, months: MonthRows, publications: Publications) -> None:
        """All of them read and write on their own."""
        self._gatherer = gatherer
        self._months = months
        self._publications = publications

    async def run(
        self, year: int, old_as_of: int, *, closed: int = MONTHS, say: Progress | None = None
    ) -> Report:
        """The first `closed` months of the year by the factors of then and of now.

        Books and statements are those of now in both. Raises Unavailable.
        """
        tell = say or _silent
        old = await self._gatherer.open(old_as_of, present=True)
        new = await self._gatherer.open(None)
        columns = await self._read(new, year, closed, tell)
        weighed = await _weighed(columns, old, new, year, tell)
        rows = await asyncio.to_thread(columns.rows)
        names = list(columns.subjects)
        left = sorted(key for key in _by_more_than_meters(new) if new.who(key) is not None)
        places = {(key, nth) for key in left for nth in range(closed)}
        places |= await asyncio.to_thread(_cut_places, rows, weighed.cut, names)
        span = _Span(old_as_of=old.as_of, new_as_of=new.as_of, year=year, names=names)
        sums = await self._compared(rows, weighed, span, places, tell)
        await self._by_accounts((old, new), places, span, sums, tell)
        tell("record", 0, 0)
        for one in sums:
            await self._publications.correct(one.changes)
        cells = set(np.unique(rows.cell).tolist())
        more = sum(key not in columns.subjects for key in left)
        return Report(
            year=year,
            old_as_of=old.as_of,
            new_as_of=new.as_of,
            subjects=len(names) + more,
            cells=len(cells) + _outside(cells, places, columns),
            rows=len(rows),
            measures={one.measure: one.tally() for one in sums},
            left=tuple(left),
            cut=len(weighed.cut),
        )

    async def _read(self, world: World, year: int, closed: int, tell: Progress) -> Columns:
        columns, read = Columns(), 0
        tell("read", 0, 0)
        async for block in self._months.all_months(year):
            read += len(block.subjects)
            await asyncio.to_thread(take, world, block, columns, year, closed)
            tell("read", read, 0)
        return columns

    @staticmethod
    async def _compared(
        rows: Rows, weighed: _Weighed, span: _Span, places: set[Place], tell: Progress
    ) -> list[_Sum]:
        """All measures in columns; what accounts will compute is left out."""
        sums = [_Sum(measure=measure) for measure in MEASURED]
        whole, done = len(rows) * len(sums), 0
        tell("compare", 0, whole)
        for one in sums:
            before = await asyncio.to_thread(_scaled, weighed.then, one.measure)
            after = before
            if not weighed.same(one.measure):
                after = await asyncio.to_thread(_scaled, weighed.now, one.measure)
            async for part in _parts(rows):
                await asyncio.to_thread(_compare, part, (before, after), one, span, places)
                done += len(part)
                tell("compare", done, whole)
        return sums

    async def _by_accounts(
        self,
        worlds: tuple[World, World],
        places: set[Place],
        span: _Span,
        sums: Sequence[_Sum],
        tell: Progress,
    ) -> None:
        """What columns cannot compute joins what they did."""
        whole = len({subject for subject, _ in places})
        tell("accounts", 0, whole)
        old, new = worlds
        pairs = await by_accounts(
            self._gatherer,
            (with_factors_of(old, new), new),
            places,
            span.year,
            lambda done: tell("accounts", done, whole),
        )
        by_measure = {one.measure: one for one in sums}
        for pair in pairs:
            _join(by_measure[pair.measure], pair, span)


async def _parts(rows: Rows) -> AsyncIterator[Rows]:
    parts = parts_of(rows)
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        yield part


async def _weighed(columns: Columns, old: World, new: World, year: int, tell: Progress) -> _Weighed:
    """Weights of all keys then and now; months with a change inside are unknown in both."""
    weighers = Weigher(old, year), Weigher(new, year)
    keys = list(columns.keys)
    pairs: list[tuple[Weights | None, Weights | None]] = []
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        tell("weights", first, len(keys))
        pairs += await asyncio.to_thread(_weights, weighers, keys[first : first + _KEYS_AT_ONCE])
    nothing: Weights = dict.fromkeys(MEASURED)
    cut = [nr for nr, pair in enumerate(pairs) if None in pair]
    kept = [(nothing, nothing) if None in pair else pair for pair in pairs]
    return _Weighed(
        then=[then or nothing for then, _ in kept], now=[now or nothing for _, now in kept], cut=cut
    )


def _weights(
    weighers: tuple[Weigher, Weigher], keys: Sequence[Key]
) -> list[tuple[Weights | None, Weights | None]]:
    before, after = weighers
    return [(before.weight(key), after.weight(key)) for key in keys]


def _scaled(weights: Sequence[Weights], measure: str) -> Scaled:
    return scaled([one[measure] for one in weights])


def _compare(
    part: Rows, weights: tuple[Scaled, Scaled], into: _Sum, span: _Span, places: set[Place]
) -> None:
    old = amounts(part, weights[0])
    new = old if weights[1] is weights[0] else amounts(part, weights[1])
    listed = [(span.names[cell // MONTHS], cell % MONTHS) for cell in old.cell.tolist()]
    for one in differences(old, new):
        subject, nth = span.names[one.cell // MONTHS], one.cell % MONTHS
        if (subject, nth) not in places:
            into.changes.append(span.change(subject, nth, into.measure, one.old, one.new))
    kept = np.array(
        [place[0].startswith("enterprise:") and place not in places for place in listed], np.bool_
    )
    into.add(_whole(old, kept), _whole(new, kept))


def _whole(found: Amounts, kept: "np.typing.NDArray[np.bool_]") -> Fraction | None:
    """The sum of the cells that are kept and known; None if there is none to keep."""
    if not kept.any():
        return None
    return Fraction(int(found.whole[kept & found.known].sum()), found.denominator)


def _join(into: _Sum, pair: Pair, span: _Span) -> None:
    if pair.old != pair.new:
        change = span.change(pair.subject, pair.nth, into.measure, pair.old, pair.new)
        into.changes.append(change)
    if pair.subject.startswith("enterprise:"):
        into.add(pair.old, pair.new)


def _cut_places(rows: Rows, cut: Sequence[int], names: Sequence[str]) -> set[Place]:
    """Subjects and months with a lane within whose month a factor changes."""
    cells = np.unique(rows.cell[np.isin(rows.weight, np.array(cut, np.int64))])
    return {(names[cell // MONTHS], cell % MONTHS) for cell in cells.tolist()}


def _outside(cells: set[int], places: set[Place], columns: Columns) -> int:
    """How many places have no row in the columns."""
    numbers = columns.subjects
    return sum(
        subject not in numbers or numbers[subject] * MONTHS + nth not in cells
        for subject, nth in places
    )


def _by_more_than_meters(world: World) -> set[str]:
    """Subjects whose months need statements too: members with more than meters, and their sums."""
    members = {key for listed in world.beyond.values() for key, _, _ in listed}
    return members | set(world.beyond)


def closed_months(year: int, now_us: int) -> int:
    """How many months of the year are over."""
    return sum(month_of(year, nth).end_hour * HOUR_US <= now_us for nth in range(MONTHS))


def _silent(step: str, done: int, whole: int) -> None:
    """Nobody listens."""


class Run:
    """One recomputation at a time, in the background, with how far it has come."""

    def __init__(self, work: Recompute) -> None:
        """Nothing runs yet."""
        self._work = work
        self._task: asyncio.Task[Report] | None = None
        self.year = 0
        self.step = ""
        self.done = 0
        self.whole = 0

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._task is not None and not self._task.done()

    def start(self, year: int, old_as_of: int, closed: int) -> bool:
        """Begin; False while another one runs."""
        if self.is_running:
            return False
        self.year, self.step, self.done, self.whole = year, "read", 0, 0
        work = self._work.run(year, old_as_of, closed=closed, say=self._say)
        self._task = asyncio.create_task(work)
        return True

    def outcome(self) -> Report | BaseException | None:
        """What the last one came to, or why it came to nothing; None while there is neither."""
        if self._task is None or not self._task.done():
            return None
        return self._task.exception() or self._task.result()

    def _say(self, step: str, done: int, whole: int) -> None:
        self.step, self.done, self.whole = step, done, whole
