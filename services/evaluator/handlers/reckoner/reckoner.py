"""Figures, ratings and the barometer for whoever asks: gather once, then pure arithmetic."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from services.evaluator.domain.barometer.rating import Trend, trend
from services.evaluator.domain.figures.figure import Figure, Label, absent
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.figures.periods import reported_before, year_earlier
from services.evaluator.domain.records.target import Target
from services.evaluator.handlers.reckoner import ratings as rated
from services.evaluator.handlers.reckoner.assessing import Graded, graded_of
from services.evaluator.handlers.reckoner.budgets import BudgetFigures
from services.evaluator.handlers.reckoner.duties import cap_asks
from services.evaluator.handlers.reckoner.gathering import Ask, Gatherer
from services.evaluator.handlers.reckoner.listening import Heard, heard
from services.evaluator.handlers.reckoner.measures import CHANGE, INDICATOR, Measures
from services.evaluator.handlers.reckoner.ratings import Judged, Ratings
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.book_sums import ReadingCounts
from services.evaluator.ports.register import Entry
from shared.model.catalogue import EntityKind
from shared.model.subject import SubjectKind

TARGET, BUDGET, LIMIT = "target", "budget", "limit"
_STACKS = ("stack:", "carbon-measured", "carbon-gap", "co2.measured", "co2.gap")


class NobodyError(LookupError):
    """The catalogue has no subject of that name; the text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A figure that was asked for; judged: its rating where it is a target's.

    world: what it was made from. graded: where it stands against a limit. beside: figures that it
    is to be read with, such as the line of a budget.
    """

    name: FigureId
    who: Who
    figure: Figure
    world: World = field(repr=False, compare=False)
    judged: Judged | None = None
    trend: Trend = Trend.NONE
    graded: Graded | None = None
    beside: tuple[Figure, ...] = ()

    @property
    def as_of(self) -> int:
        """The commit that everything was read as of."""
        return self.name.options.as_of or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A subject's targets rated for a period, each with how its level moved since the last one."""

    who: Who
    judged: tuple[tuple[Judged, Trend], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The barometer of a region: its own row and those of its children."""

    as_of: int
    period: str
    before: str | None
    own: Row
    children: tuple[Row, ...]


class Reckoner:
    """Makes figures. Everything raises Unavailable, HistoryError, and ValueError for bad names."""

    def __init__(
        self, gatherer: Gatherer, counts: ReadingCounts, budgets: BudgetFigures | None = None
    ) -> None:
        """Whoever follows the catalogue keeps the gatherer's rulebook up to date."""
        self._gatherer = gatherer
        self._counts = counts
        self._budgets = budgets

    async def open(self, as_of: int | None) -> World:
        """A world without anybody in it yet."""
        return await self._gatherer.open(as_of)

    async def newest(self) -> int:
        """The last commit that is complete; nothing of it is worked out. Raises Unavailable."""
        return await self._gatherer.archive.commit(None)

    async def figures(self, wanted: Sequence[FigureId]) -> list[Made]:
        """All of them as of one commit (that of the first), in their order. Raises NobodyError."""
        if not wanted:
            return []
        world = await self.open(wanted[0].options.as_of)
        pairs = [(name, _somebody(world, name)) for name in wanted]
        await self._gatherer.add(world, _asks(world, pairs))
        await self._gatherer.add_stacks(world, _stack_asks(pairs))
        measures = Measures(world)
        return [await self._one(measures, _placed(name, world), who) for name, who in pairs]

    async def readings(self, made: Made) -> list[Heard]:
        """Points, readings and completeness behind each book of a figure."""
        return await heard(made.figure, made.world, made.who.zone, self._counts)

    async def rate(
        self, wanted: Sequence[tuple[Who, Entry]], world: World, text: str, options: Options
    ) -> list[Judged]:
        """Ratings of targets, in force or not, in their order."""
        asks = [ask for who, entry in wanted for ask in rated.asks_of(world, who, entry, text)]
        await self._gatherer.add(world, asks)
        ratings = Ratings(Measures(world))
        return [ratings.judged(who, entry, text, options) for who, entry in wanted]

    async def ratings(self, subject: str, text: str, options: Options) -> tuple[World, Row]:
        """All targets of a subject in force in the period. Raises NobodyError."""
        world = await self.open(options.as_of)
        who = _known(world, subject)
        (row,) = await self.rows(world, [who], text, options)
        return world, row

    async def barometer(
        self, region: str, text: str, options: Options, children: EntityKind = EntityKind.REGION
    ) -> Table:
        """Levels of a region and of all below it that have targets. Raises NobodyError."""
        world = await self.open(options.as_of)
        own = _known(world, f"{SubjectKind.REGION}:{region}")
        below = children_of(world, region, children)
        first, *rest = await self.rows(world, [own, *below], text, options)
        return Table(
            as_of=world.as_of,
            period=text,
            before=reported_before(text),
            own=first,
            children=tuple(row for row in rest if row.judged or children is EntityKind.REGION),
        )

    async def rows(
        self, world: World, everybody: Sequence[Who], text: str, options: Options
    ) -> list[Row]:
        """Ratings of all targets of many subjects, read in a few statements."""
        before = reported_before(text)
        texts = [text, *([before] if before else [])]
        await self._gatherer.add(
            world,
            [ask for who in everybody for one in texts for ask in rated.asks(world, who, one)],
        )
        ratings = Ratings(Measures(world))
        # Hundreds of subjects take a second or two: everything else goes on meanwhile.
        return await asyncio.to_thread(
            lambda: [self._row(ratings, who, text, before, options) for who in everybody]
        )

    def _row(
        self, ratings: Ratings, who: Who, text: str, before: str | None, options: Options
    ) -> Row:
        found = []
        for entry in rated.targets_of(ratings.world, who, text):
            now = ratings.judged(who, entry, text, options)
            found.append((now, self._trend(ratings, now, who, before, options)))
        return Row(who=who, judged=tuple(found))

    @staticmethod
    def _trend(
        ratings: Ratings, now: Judged, who: Who, before: str | None, options: Options
    ) -> Trend:
        """Against the period reported before, by the same target where it held then."""
        last = rated.judged_before(ratings, now, who, before, options)
        return trend(now.rating, last.rating if last else None)

    async def _one(self, measures: Measures, name: FigureId, who: Who) -> Made:
        if name.word != BUDGET or self._budgets is None:
            return self._made(measures, name, who)
        figure, *beside = await self._budgets.used(name.rest, who.key)
        return Made(name=name, who=who, figure=figure, world=measures.world, beside=tuple(beside))

    def _made(self, measures: Measures, name: FigureId, who: Who) -> Made:
        if name.word == LIMIT:
            return _limited(measures, name, who)
        if name.word != TARGET:
            figure = measures.figure(who, name)
            return Made(name=name, who=who, figure=figure, world=measures.world)
        ratings = Ratings(measures)
        entry = _target(measures.world, who, name)
        if entry is None:
            reason = Label(f"没有目标{name.rest}", f"there is no target {name.rest} in force")
            nothing = absent(Label("目标", "target"), "", reason)
            return Made(name=name, who=who, figure=nothing, world=measures.world)
        now = ratings.judged(who, entry, name.period, name.options)
        target: Target = entry.body
        label = Label(target.name, target.name_en or target.code)
        figure = now.rating.actual or absent(label, target.unit, *now.rating.reasons)
        moved = self._trend(ratings, now, who, reported_before(name.period), name.options)
        return Made(
            name=name, who=who, figure=figure, world=measures.world, judged=now, trend=moved
        )


def _limited(measures: Measures, name: FigureId, who: Who) -> Made:
    """Energy for a unit of product, with the limit that it is held against."""
    graded = graded_of(measures, who, name.period, name.rest)
    if graded is None:
        reason = Label(f"没有限额{name.rest}", f"there is no limit {name.rest} in force")
        nothing = absent(Label("单位产品能耗", "energy per unit of product"), "", reason)
        return Made(name=name, who=who, figure=nothing, world=measures.world)
    result = graded.result
    return Made(
        name=name,
        who=who,
        figure=result.value,
        world=measures.world,
        graded=graded,
        beside=(*result.limits.values(), *result.margins.values()),
    )


def children_of(world: World, region: str, kind: EntityKind) -> list[Who]:
    """Regions right below a region; enterprises or tags at any depth that have targets there."""
    if kind is EntityKind.REGION:
        found = list(world.below.get(region, ()))
    else:
        holders = (key for key in world.targets_by_holder if key.startswith(f"{kind.value}:"))
        found = [key for key in holders if region in _regions(world, key)]
    people = (world.who(key) for key in sorted(found))
    return [who for who in people if who is not None]


def _regions(world: World, key: str) -> Sequence[str]:
    who = world.who(key)
    if who is None:
        return ()
    return who.regions or world.commons.get(key, ())


def _somebody(world: World, name: FigureId) -> Who:
    return _known(world, str(name.subject))


def _known(world: World, key: str) -> Who:
    who = world.who(key)
    if who is None:
        raise NobodyError(f"the catalogue has no {key}")
    return who


def _placed(name: FigureId, world: World) -> FigureId:
    return replace(name, options=replace(name.options, as_of=world.as_of))


def _asks(world: World, pairs: Iterable[tuple[FigureId, Who]]) -> Iterable[Ask]:
    for name, who in pairs:
        if name.word == TARGET:
            before = reported_before(name.period)
            entry = _target(world, who, name)
            for text in (name.period, before):
                if text and entry:
                    yield from rated.asks_of(world, who, entry, text)
            continue
        earlier = year_earlier(name.period) if name.word == CHANGE else None
        for text in (name.period, earlier):
            if text:
                yield who.key, text
                yield from cap_asks(world, who, text)


def _stack_asks(pairs: Iterable[tuple[FigureId, Who]]) -> Iterable[Ask]:
    """Whose stacks are needed: hours are many, so only those of figures that may be made of them.

    An indicator may name them, by whatever other indicator.
    """
    for name, who in pairs:
        if name.word == INDICATOR or any(word in name.measure for word in _STACKS):
            yield who.key, name.period
            earlier = year_earlier(name.period) if name.word == CHANGE else None
            if earlier:
                yield who.key, earlier


def _target(world: World, who: Who, name: FigureId) -> Entry | None:
    found = rated.targets_of(world, who, name.period)
    return next((entry for entry in found if entry.key == name.rest), None)
