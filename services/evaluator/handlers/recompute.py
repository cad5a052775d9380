"""A new factor version over closed months: everybody's energy and carbon anew, in whole columns."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from services.evaluator.domain.factors import counts_energy
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.outlets import doubled_carriers
from services.evaluator.domain.recompute import Amounts, Rows, amounts, differences
from services.evaluator.domain.unit_weights import CARBON, EQUIVALENT, MEASURED, Weights
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.recompute_weights import (
    MONTHS,
    UNKNOWN,
    Key,
    Weigher,
    month_of,
)
from services.evaluator.ports.publications import FigureChange, MonthBlock, MonthRows, Publications
from shared.model.catalogue import Flow
from shared.model.instants import HOUR_US
from shared.model.period import Period

CAUSE = "factors"

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

    left: subjects that statements count for too, of which only the metered part was looked at.
    cut: lanes × months within which a factor changes, which are not compared.
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
class _Columns:
    """Rows in the making. keys: what each weight stands for, by its number."""

    subjects: dict[str, int] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)
    cell: list[int] = field(default_factory=list)
    weight: list[int] = field(default_factory=list)
    quantity: list[int] = field(default_factory=list)

    def add(self, subject: str, key: Key, quantity: int) -> None:
        """A quantity of a subject in the key's month."""
        number = self.subjects.setdefault(subject, len(self.subjects))
        self.cell.append(number * MONTHS + key.nth)
        self.weight.append(self.keys.setdefault(key, len(self.keys)))
        self.quantity.append(quantity)

    def rows(self) -> Rows:
        """As arrays."""
        return Rows(
            cell=np.array(self.cell, np.int64),
            weight=np.array(self.weight, np.int64),
            quantity=np.array(self.quantity, object),
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

        Books are those of now in both. Raises Unavailable.
        """
        tell = say or _silent
        old = await self._gatherer.open(old_as_of, present=True)
        new = await self._gatherer.open(None)
        columns, left = _Columns(), _by_more_than_meters(new)
        read = 0
        async for block in self._months.all_months(year):
            read += len(block.subjects)
            await asyncio.to_thread(self._take, new, block, columns, year, closed)
            tell("read", read, 0)
        rows = await asyncio.to_thread(columns.rows)
        names = list(columns.subjects)
        tallies: dict[str, Tally] = {}
        then, now, cut = await asyncio.to_thread(_weighed, columns, old, new, year, tell)
        for nr, measure in enumerate(MEASURED):
            before, after = [one[measure] for one in then], [one[measure] for one in now]
            changes, tally = await asyncio.to_thread(
                _compared, rows, before, after, names, measure, (old, new, year)
            )
            await self._publications.correct(changes)
            tallies[measure] = tally
            tell("compare", nr + 1, len(MEASURED))
        return Report(
            year=year,
            old_as_of=old.as_of,
            new_as_of=new.as_of,
            subjects=len(names),
            cells=len(np.unique(rows.cell)),
            rows=len(rows),
            measures=tallies,
            left=tuple(sorted(left & set(names))),
            cut=cut,
        )

    @staticmethod
    def _take(world: World, block: MonthBlock, columns: _Columns, year: int, closed: int) -> None:
        heard: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
        for subject, carrier, flow, scale, month, quantity in zip(
            block.subjects,
            block.carriers,
            block.flows,
            block.scales,
            block.months,
            block.quantities,
            strict=True,
        ):
            nth = month - year * MONTHS
            who = world.who(subject)
            known = world.carriers.get(carrier)
            if nth >= closed or who is None or known is None or not counts_energy(known):
                continue
            heard[who.key, nth].add((carrier, flow))
            if _twice(who, carrier, flow):
                for above in _sums_of(world, who, year, nth):
                    places = world.factor_places(above)
                    key = Key(True, places, carrier, Flow.IMPORT.value, scale, nth)
                    columns.add(above.key, key, quantity)
                columns.add(who.key, Key(False, (), carrier, "", scale, nth), quantity)
                continue
            places = world.factor_places(who)
            columns.add(who.key, Key(who.is_sum, places, carrier, flow, scale, nth), quantity)
        for (subject, nth), lanes in heard.items():
            who = world.who(subject)
            for carrier, flow in _unheard(world, who, lanes, month_of(year, nth)) if who else ():
                places = world.factor_places(who) if who else ()
                columns.add(subject, Key(False, places, carrier, UNKNOWN + flow, 0, nth), 1)


def _unheard(
    world: World, who: Who, heard: Collection[tuple[str, str]], month: Period
) -> list[tuple[str, str]]:
    """Lanes of energy in which somebody with meters was not heard: what they count is unknown."""
    lanes = who.lanes(month) if who.own else frozenset()
    return [
        lane
        for lane in sorted(lanes - set(heard))
        if counts_energy(world.carriers.get(lane[0], {})) and not _twice(who, *lane)
    ]


def _twice(who: Who, carrier: str, flow: str) -> bool:
    """Whether an enterprise's conversion output leaves through an export meter too."""
    if flow != Flow.CONVERSION_OUTPUT or who.own is None:
        return False
    return carrier in doubled_carriers(who.own)


def _sums_of(world: World, who: Who, year: int, nth: int) -> Iterator[Who]:
    """Regions and tags that the enterprise counts for at the month's beginning."""
    first = month_of(year, nth).first_hour
    for chain in who.own.chains if who.own else ():
        if chain.first_hour <= first < chain.end_hour:
            for subject in chain.subjects:
                above = world.who(subject) if subject != who.key else None
                if above is not None:
                    yield above


def _weighed(
    columns: _Columns, old: World, new: World, year: int, tell: Progress
) -> tuple[list[Weights], list[Weights], int]:
    """Weights of all keys then and now; months with a change inside are unknown in both."""
    before, after = Weigher(old, year), Weigher(new, year)
    nothing: Weights = dict.fromkeys(MEASURED)
    then: list[Weights] = []
    now: list[Weights] = []
    cut = 0
    for nr, key in enumerate(columns.keys):
        first, second = before.weight(key), after.weight(key)
        if first is None or second is None:
            first, second, cut = nothing, nothing, cut + 1
        then.append(first)
        now.append(second)
        if nr % 500 == 0:
            tell("weights", nr, len(columns.keys))
    return then, now, cut


def _compared(
    rows: Rows,
    before: Sequence[Fraction | None],
    after: Sequence[Fraction | None],
    names: Sequence[str],
    measure: str,
    span: tuple[World, World, int],
) -> tuple[list[FigureChange], Tally]:
    old = amounts(rows, before)
    if before == after:
        whole = _of_enterprises(old, names)
        return [], Tally(changed=0, old=whole, new=whole)
    new = amounts(rows, after)
    changes = list(_changes(old, new, names, measure, span))
    tally = Tally(
        changed=len(changes), old=_of_enterprises(old, names), new=_of_enterprises(new, names)
    )
    return changes, tally


def _changes(
    old: Amounts,
    new: Amounts,
    names: Sequence[str],
    measure: str,
    span: tuple[World, World, int],
) -> Iterable[FigureChange]:
    before, after, year = span
    of = "carbon-total" if measure == CARBON else "energy-total"
    detail = {"series": "equivalent"} if measure == EQUIVALENT else {}
    for one in differences(old, new):
        subject, nth = names[one.cell // MONTHS], one.cell % MONTHS
        period = f"{year:04d}-{nth + 1:02d}"
        yield FigureChange(
            commit=after.as_of,
            subject=subject,
            figure=f"{subject}/{of}/{period}",
            period=period,
            old=exact(one.old),
            new=exact(one.new),
            old_as_of=before.as_of,
            cause=CAUSE,
            detail=detail,
        )


def _of_enterprises(found: Amounts, names: Sequence[str]) -> str | None:
    """The year's sum of all enterprises whose months are known."""
    wanted = np.array([name.startswith("enterprise:") for name in names], np.bool_)
    if not len(found.cell):
        return None
    kept = wanted[found.cell // MONTHS] & found.known
    return exact(Fraction(int(found.whole[kept].sum()), found.denominator))


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
