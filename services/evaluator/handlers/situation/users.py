"""All enterprises of a region as rows, and as parts of its totals: one pass over their books."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.situation.execution import Standing
from services.evaluator.domain.situation.industries import Industries
from services.evaluator.domain.situation.shares import ranked
from services.evaluator.domain.situation.texts import Texts
from services.evaluator.handlers.situation.execution import Budgets, Execution
from services.evaluator.handlers.situation.firms import Census, Firm
from services.evaluator.handlers.situation.ground import Ground, Population
from services.evaluator.handlers.situation.sectors import Sectors, Wholes
from services.evaluator.handlers.situation.tallies import Counter, Tally, Wanted
from shared.contracts.situation import Users
from shared.model.instants import HOUR_US
from shared.model.level import Level
from shared.model.period import Period, reporting_period

_TOTALS = (names.ENERGY_TOTAL, names.CARBON_TOTAL)
_GREEN = "green"
_SUBJECTS_AT_ONCE, _AT_A_TIME = 3_000, 2
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class People:
    """Makes the Population of a ground."""

    budgets: Budgets
    industries: Industries

    async def __call__(self, ground: Ground) -> Population:
        """Rows and groupings. Raises HistoryError, Unavailable."""
        budgets = await self.budgets.budgets()
        look = await asyncio.to_thread(_look, ground)
        judged = await asyncio.to_thread(
            Execution, ground.world, look.firms, budgets, judged_hour(ground)
        )
        wanted: Wanted = {}
        for counter in look.counters:
            await asyncio.to_thread(counter.wanted, wanted)
        judged.wanted(wanted)
        await _read(ground, wanted)
        region = [(ground.who.key, counter.text) for counter in look.counters]
        asks = [ask for counter in look.counters for ask in counter.asks()]
        await ground.gatherer.add(ground.world, [*region, *asks])
        return await asyncio.to_thread(self._made, ground, look, judged)

    def _made(self, ground: Ground, look: "_Look", judged: Execution) -> Population:
        books, texts = ground.world.books, Texts()
        now, *others = [one.tally(books, ground.measures) for one in look.counters]
        earlier = others[0] if others else None
        sectors = Sectors(
            firms=look.firms,
            now=now,
            earlier=earlier,
            wholes=_wholes(ground, look),
            industries=self.industries,
            years=_years(ground),
            texts=texts,
        )
        rows = _Rows(look.firms, now, earlier, judged.standings(books))
        shown = rows.shown(ground)
        return Population(
            groupings=sectors.groupings(),
            users=rows.users(shown, texts),
            hidden=sum(now.inside) - len(shown),
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """Everybody, and who counts them: in the period, and in that of a year earlier if any."""

    firms: Sequence[Firm]
    counters: Sequence[Counter]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Columns of everybody, by number."""

    firms: Sequence[Firm]
    now: Tally
    earlier: Tally | None
    standings: Sequence[Standing | None]

    def shown(self, ground: Ground) -> list[int]:
        """Whoever is in the region and may be seen, the largest energy first."""
        found = [
            number
            for number, firm in enumerate(self.firms)
            if self.now.inside[number] and ground.sees(firm.key, firm.home.regions)
        ]
        # Numbers are in the order of codes, which stays among equals.
        return sorted(found, key=ranked(self.now.energy).__getitem__)

    def users(self, shown: Sequence[int], texts: Texts) -> Users:
        """The rows asked for, in that order."""
        firms = [self.firms[number] for number in shown]
        judged = [self.standings[number] for number in shown]
        exact = texts.exact
        return Users(
            code=tuple(firm.code for firm in firms),
            name=tuple(firm.name for firm in firms),
            county=tuple(firm.home.county for firm in firms),
            industry=tuple(firm.industry for firm in firms),
            energy=tuple(exact(self.now.energy[number]) for number in shown),
            energy_earlier=self._earlier(shown, texts, names.ENERGY_TOTAL),
            carbon=tuple(exact(self.now.carbon[number]) for number in shown),
            carbon_earlier=self._earlier(shown, texts, names.CARBON_TOTAL),
            completeness=tuple(exact(self._completeness(number)) for number in shown),
            budget=tuple(one.budget.code if one else "" for one in judged),
            limit=tuple(exact(Fraction(one.limit)) if one else None for one in judged),
            limit_unit=tuple(one.budget.unit if one else "" for one in judged),
            used=tuple(exact(one.used) if one else None for one in judged),
            due=tuple(exact(one.due) if one else None for one in judged),
            level=tuple(_colour(one.level) if one else "" for one in judged),
            public=tuple(firm.public for firm in firms),
        )

    def _earlier(self, shown: Sequence[int], texts: Texts, measure: str) -> tuple[str | None, ...]:
        if self.earlier is None:
            return (None,) * len(shown)
        is_energy = measure == names.ENERGY_TOTAL
        values = self.earlier.energy if is_energy else self.earlier.carbon
        return tuple(texts.exact(values[number]) for number in shown)

    def _completeness(self, number: int) -> Fraction | None:
        """Heard time in per cent of what should be heard; None where nothing should."""
        return completeness(self.now.known[number], self.now.expected[number])


def completeness(known_us: int, hours: int) -> Fraction | None:
    """Heard time in per cent of what should be heard; None where nothing should."""
    return Fraction(_HUNDRED * known_us, hours * HOUR_US) if hours else None


def judged_hour(ground: Ground) -> int:
    """The end of the hours that are looked at: that of the period, or the commit's instant."""
    return min(ground.span.period.end_hour, ground.at_us // HOUR_US)


def _look(ground: Ground) -> _Look:
    span, zone = ground.span, ground.who.zone
    texts = [text for text in (span.text, span.earlier) if text]
    census = Census(ground.world, ground.who)
    firms = census.firms(*(reporting_period(text, zone) for text in texts))
    until = ground.at_us // HOUR_US
    counters = [Counter(census, firms, text, until) for text in texts]
    return _Look(firms, counters)


async def _read(ground: Ground, wanted: Wanted) -> None:
    """Books of everybody: one statement for all periods that the same enterprises need.

    Of many some are read while others are added up by the database.
    """
    alike: defaultdict[frozenset[str], list[Period]] = defaultdict(list)
    for period, subjects in wanted.items():
        alike[frozenset(subjects)].append(period)
    turn = asyncio.Semaphore(_AT_A_TIME)
    try:
        async with asyncio.TaskGroup() as group:
            for everybody, periods in alike.items():
                listed = sorted(everybody)
                for first in range(0, len(listed), _SUBJECTS_AT_ONCE):
                    some = listed[first : first + _SUBJECTS_AT_ONCE]
                    group.create_task(_read_some(ground, some, periods, turn))
    except ExceptionGroup as several:
        # Whoever asks knows the errors of one reading.
        raise several.exceptions[0] from several


async def _read_some(
    ground: Ground, subjects: Sequence[str], periods: Sequence[Period], turn: asyncio.Semaphore
) -> None:
    async with turn:
        found = await ground.gatherer.sums.sums(subjects, periods, ground.as_of)
    new = {(key, periods[nr]): rows for (key, nr), rows in found.items()}
    ground.world.books = {**ground.world.books, **new}


def _wholes(ground: Ground, look: _Look) -> Wholes:
    now, *others = [
        {measure: _whole(ground, measure, counter.text) for measure in _TOTALS}
        for counter in look.counters
    ]
    return Wholes(now=now, earlier=others[0] if others else None)


def _whole(ground: Ground, measure: str, text: str) -> Figure:
    options = Options(as_of=ground.as_of)
    name = FigureId(subject=ground.who.subject, measure=measure, period=text, options=options)
    return ground.measures.total(ground.who, name)


def _years(ground: Ground) -> Fraction:
    """How many years of the period have gone by, at least a day."""
    period = ground.span.period
    year = reporting_period(str(ground.span.year), ground.span.zone)
    gone = max(judged_hour(ground) - period.first_hour, 24)
    return Fraction(gone, year.hours)


def _colour(level: Level) -> str:
    return level.word if level is not Level.NONE else _GREEN
