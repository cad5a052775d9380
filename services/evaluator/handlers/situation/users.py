"""All enterprises of a region as rows, and as parts of its totals: one pass over their books."""

import asyncio
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
from services.evaluator.handlers.situation.firms import Firm
from services.evaluator.handlers.situation.ground import Ground, Look, Population
from services.evaluator.handlers.situation.reading import judged_hour, look_at, read_books
from services.evaluator.handlers.situation.sectors import Sectors, Wholes
from services.evaluator.handlers.situation.tallies import Heard, Tally, Wanted
from shared.contracts.situation import Users
from shared.model.level import Level
from shared.model.period import reporting_period

_TOTALS = (names.ENERGY_TOTAL, names.CARBON_TOTAL)
_GREEN = "green"


@dataclass(frozen=True, slots=True)
class People:
    """Makes the Population of a ground."""

    budgets: Budgets
    industries: Industries

    async def __call__(self, ground: Ground) -> Population:
        """Rows and groupings. Raises HistoryError, Unavailable."""
        budgets = await self.budgets.budgets()
        look = await look_at(ground)
        judged = await asyncio.to_thread(
            Execution, ground.world, look.firms, budgets, judged_hour(ground)
        )
        wanted: Wanted = {}
        for counter in look.counters:
            await asyncio.to_thread(counter.wanted, wanted)
        judged.wanted(wanted)
        await read_books(ground, wanted)
        region = [(ground.who.key, counter.text) for counter in look.counters]
        asks = [ask for counter in look.counters for ask in counter.asks()]
        await ground.gatherer.add(ground.world, [*region, *asks])
        return await asyncio.to_thread(self._made, ground, look, judged)

    def _made(self, ground: Ground, look: Look, judged: Execution) -> Population:
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
        rows = _Rows(look.firms, now, earlier, look.heard(books), judged.standings(books))
        shown = rows.shown(ground)
        return Population(
            groupings=sectors.groupings(),
            users=rows.users(shown, texts),
            hidden=sum(now.inside) - len(shown),
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Columns of everybody, by number."""

    firms: Sequence[Firm]
    now: Tally
    earlier: Tally | None
    heard: Sequence[Heard]
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
            completeness=tuple(exact(self.heard[number].percent) for number in shown),
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


def _wholes(ground: Ground, look: Look) -> Wholes:
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
