"""Makes the situation of a region in a period as of a commit: gather once, then arithmetic."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import Scope
from services.evaluator.domain.situation.spans import Spanned, spanned
from services.evaluator.domain.situation.stated_parts import Words
from services.evaluator.handlers.forecast_days import day_number
from services.evaluator.handlers.reckoner.gathering import Gatherer
from services.evaluator.handlers.reckoner.measure_names import MeasureNames
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.ratings import Ratings
from services.evaluator.handlers.reckoner.reckoner import NobodyError, Reckoner
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.handlers.situation import measured, places, rated, windows
from services.evaluator.handlers.situation.amounts import ALL
from services.evaluator.handlers.situation.caps import Caps, standing
from services.evaluator.handlers.situation.days import Stored, stored_days
from services.evaluator.handlers.situation.execution import Budgets
from services.evaluator.handlers.situation.ground import Ground, Parts, Population, Sees
from services.evaluator.handlers.situation.measured import Movements
from services.evaluator.handlers.situation.outlook import YEARS_BACK, Looking
from services.evaluator.handlers.situation.stated import Stated
from services.evaluator.handlers.situation.versions import versions_of
from services.evaluator.handlers.situation.windows import Window, window_of
from services.evaluator.ports.commit_times import CommitInstants
from services.evaluator.ports.forecast import HolidayCalendars
from services.evaluator.ports.judge import BooksReader
from shared.contracts import situation as told
from shared.model.instants import iso
from shared.model.subject import Subject, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question. as_of: None for the newest commit. since: the commit of the brief before."""

    region: str
    period: str
    as_of: int | None
    since: int | None
    sees: Sees


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """All that the arithmetic needs beside the ground."""

    below: places.Below
    window: Window
    stored: Stored
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """What came out of the arithmetic."""

    output: told.Output
    measures: tuple[told.Measured, ...]
    own: tuple[told.Rated, ...]
    places: tuple[told.Place, ...]
    counties: tuple[told.Place, ...]
    groupings: tuple[told.Grouping, ...]
    unreconciled: tuple[told.Unreconciled, ...]
    outlook: tuple[told.Outlooked, ...]
    versions: tuple[told.Version, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """Answers what the situation of a region is. parts: made by others from the same ground."""

    gatherer: Gatherer
    reckoner: Reckoner
    instants: CommitInstants
    reader: BooksReader
    budgets: Budgets
    calendars: HolidayCalendars
    words: Words
    parts: Parts
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, asked: Asked) -> told.Situation:
        """The situation. Raises NobodyError, ValueError for no period, HistoryError, Unavailable.

        One at a time: each takes seconds of a processor, and two at once would each take twice.
        """
        async with self._turn:
            ground = await self._ground(asked)
            try:
                async with asyncio.TaskGroup() as group:
                    # Beside the database, which takes its time over all enterprises.
                    own = group.create_task(self._own(ground))
                    population = await self.parts.population(ground)
                    tasks, data = await self.parts.tasks(ground), await self.parts.data(ground)
            except ExceptionGroup as several:
                # Whoever asks knows the errors of one part.
                raise several.exceptions[0] from several
            return _joined(ground, own.result(), population, tasks, data)

    async def _own(self, ground: Ground) -> _Own:
        read = await self._read(ground)
        return await asyncio.to_thread(self._reckoned, ground, read)

    async def _ground(self, asked: Asked) -> Ground:
        subject = Subject(kind=SubjectKind.REGION, code=asked.region)
        number = await self.gatherer.archive.commit(asked.as_of)
        at_us = await self.instants.made_at(number) or 0
        world = await self.gatherer.open(number, by_us=at_us)
        if world.who(str(subject)) is None:
            # Whoever is not on record by then is told by the catalogue that is in use.
            world = await self.gatherer.open(number)
        who = world.who(str(subject))
        if who is None:
            raise NobodyError(f"the catalogue has no {subject}")
        return Ground(
            world=world,
            who=who,
            span=spanned(asked.period, who.zone),
            at_us=at_us,
            since=asked.since,
            gatherer=self.gatherer,
            reckoner=self.reckoner,
            measures=Measures(world),
            sees=asked.sees,
        )

    async def _read(self, ground: Ground) -> _Read:
        world, who, span = ground.world, ground.who, ground.span
        below, window = places.below(world, who), window_of(span, ground.at_us)
        await self.gatherer.add(world, _asks(world, who, span, below, window))
        first = day_number(date(window.year - YEARS_BACK, 1, 1))
        return _Read(
            below=below,
            window=window,
            stored=await stored_days(self.reader, world, who, first, max(window.cut, first + 1)),
            budgets=standing(await self.budgets.budgets(), world.as_of),
        )

    def _reckoned(self, ground: Ground, read: _Read) -> _Own:
        """Everything that is pure arithmetic; runs in a thread."""
        world, who, span = ground.world, ground.who, ground.span
        # Of its own: the ground's are in use in another thread.
        measures = Measures(world)
        movements = Movements(measures=measures, who=who)
        said = MeasureNames(world.records.indicators)
        levels = rated.levels_of(Ratings(measures), who, span.rated)
        telling = places.Telling(measures=measures, span=span, said=said, at_us=ground.at_us)
        groupings, wrong = Stated(world=world, who=who, text=span.text, words=self.words).all()
        return _Own(
            output=measured.output_of(movements, span, ALL),
            measures=tuple(
                one for measure in names.FOUR for one in movements.told(measure, span, ALL)
            ),
            own=rated.told_of(levels, span.rated, said, {}),
            places=telling.places(read.below.places, trends=True),
            counties=telling.places(read.below.counties, trends=False),
            groupings=groupings,
            unreconciled=wrong,
            outlook=self._outlook(measures, who, read),
            versions=versions_of(world, _totals(movements, span), rated.rated_rows([levels])),
        )

    def _outlook(self, measures: Measures, who: Who, read: _Read) -> tuple[told.Outlooked, ...]:
        caps = Caps(measures=measures, who=who, window=read.window, budgets=read.budgets)
        looking = Looking(
            measures=measures,
            who=who,
            window=read.window,
            stored=read.stored,
            caps=caps,
            calendars=self.calendars,
        )
        return tuple(looking.all())


def _asks(
    world: World, who: Who, span: Spanned, below: places.Below, window: Window
) -> Iterator[tuple[str, str]]:
    yield from measured.asks_of(who, span)
    yield from rated.asks_of(world, who, span.rated)
    yield from rated.asks_of(world, who, str(span.year))
    yield from windows.asks_of(who, window)
    yield from places.asks_of(world, below, span)


def _totals(movements: Movements, span: Spanned) -> Iterator[Figure]:
    """The figures whose factors are told: of the period, and of the year before."""
    for measure in (names.ENERGY_TOTAL, names.CARBON_TOTAL):
        for scope in Scope:
            found = movements.of(measure, scope, span.text)
            yield from (found.now, found.earlier)


def _joined(
    ground: Ground,
    own: _Own,
    population: Population,
    tasks: told.Tasks,
    data: told.DataState,
) -> told.Situation:
    world, who = ground.world, ground.who
    return told.Situation(
        form=told.FORM,
        region=who.subject.code,
        name=who.name,
        level=places.level_of(world, who.subject.code),
        parents=who.regions[1:],
        span=_span(ground),
        commit=world.as_of,
        at=iso(ground.at_us),
        catalogue_version=world.catalogue.version,
        output=own.output,
        measures=own.measures,
        own=own.own,
        places=own.places,
        counties=own.counties,
        groupings=(*population.groupings, *own.groupings),
        users=population.users,
        outlook=own.outlook,
        tasks=tasks,
        data=data,
        versions=own.versions,
        unreconciled=own.unreconciled,
        hidden=population.hidden,
    )


def _span(ground: Ground) -> told.Span:
    span = ground.span
    return told.Span(
        text=span.text,
        kind=span.kind.value,
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        cumulative=span.cumulative,
        over=span.is_over(ground.at_us),
        zone=span.zone,
        single=span.single,
        earlier=span.earlier,
        before=span.before,
    )
