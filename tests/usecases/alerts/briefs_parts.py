"""Briefs on ports in memory, with a clock that a test sets and figures that it changes."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import msgspec

from services.alerts.adapters.briefs.scribe import LocalScribe
from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.facts import (
    Label,
    Measured,
    Output,
    Situation,
    Span,
    Unreconciled,
)
from services.alerts.domain.briefs.flow import Brief, Order, State, brief_id
from services.alerts.domain.briefs.schedule import kind_of
from services.alerts.domain.briefs.writing import write
from services.alerts.domain.handling import By
from services.alerts.domain.tick import Tick
from services.alerts.handlers.briefs.acts import BriefActs
from services.alerts.handlers.briefs.calendar import Calendar, Spot, fresh_brief
from services.alerts.handlers.briefs.making import Maker
from services.alerts.handlers.briefs.parts import BriefParts
from services.alerts.handlers.briefs.remaking import Remaker
from shared.kit.workdays import after
from shared.model.instants import HOUR_US, from_us
from shared.model.period import reporting_period
from tests.unit.alerts.briefs.example import example_situation, users
from tests.usecases.alerts.briefs_memory import (
    MemoryBriefs,
    MemoryHistory,
    MemoryShelf,
    MemorySituations,
    PlainPress,
)

REGION, LEAGUE = "150000", "150200"
ANNA = By(name="Anna", key_id="anna", role="regulator")
BOB = By(name="Bob", key_id="bob", role="regulator")
MORNING = datetime(2026, 10, 30, 1, tzinfo=UTC)
QUARTER = "2026Q3"
_ZONE = "Asia/Shanghai"


def _untold(output: Output) -> Output:
    return replace(output, moved=replace(output.moved, change=None, trend=None))


def _rateless(one: Measured) -> Measured:
    if not one.measure.endswith("-intensity"):
        return one
    return replace(one, moved=replace(one.moved, change=None, trend=None))


@dataclass(slots=True)
class Example:
    """The example's province and its leagues in any period; a test says what is otherwise.

    output: status of the regions' output. rates: how output and intensities have changed is known
    all the same. factor: by commit, what all totals are multiplied with.
    """

    output: str = "final"
    rates: bool = False
    unreconciled: tuple[Unreconciled, ...] = ()
    factors: dict[int, Fraction] = field(default_factory=dict)
    completeness: Fraction = Fraction(100)
    leagues: int = 2

    def situation(self, region: str, period: str, commit: int) -> Situation | None:
        """The province, or a league as if it were one; None for anybody else."""
        whole = example_situation()
        places = whole.places[: self.leagues]
        names = {REGION: whole.name, **{one.code: one.name for one in places}}
        if region not in names:
            return None
        lacks = self.output == "missing" and not self.rates
        found = replace(
            whole,
            region=region,
            name=names[region],
            level="province" if region == REGION else "prefecture",
            parents=("100000",) if region == REGION else (REGION, "100000"),
            span=_span(whole, period),
            commit=commit,
            output=replace(_untold(whole.output) if lacks else whole.output, status=self.output),
            measures=tuple(_rateless(one) if lacks else one for one in whole.measures),
            places=places if region == REGION else (),
            counties=(),
            users=users(20),
            unreconciled=self.unreconciled,
            data=replace(whole.data, completeness=self.completeness),
        )
        return _times(found, self._factor(commit))

    def _factor(self, commit: int) -> Fraction:
        known = [at for at in self.factors if at <= commit]
        return self.factors[max(known)] if known else Fraction(1)


def _span(whole: Situation, period: str) -> Span:
    of = reporting_period(period, _ZONE)
    first = (from_us(of.first_hour * HOUR_US) + timedelta(hours=8)).date()
    last = (from_us(of.end_hour * HOUR_US) + timedelta(hours=8)).date() - timedelta(days=1)
    return replace(
        whole.span,
        text=period,
        kind=kind_of(period).value,
        first=first.isoformat(),
        last=last.isoformat(),
    )


def _times(situation: Situation, factor: Fraction) -> Situation:
    """Every place's total of CO2, that many times."""
    if factor == 1:
        return situation
    measures = tuple(
        replace(
            one,
            moved=replace(
                one.moved,
                now=replace(one.moved.now, value=(one.moved.now.value or 0) * factor),
            ),
        )
        if one.measure == "carbon-total"
        else one
        for one in situation.measures
    )
    return replace(situation, measures=measures)


class Desk:
    """All parts of briefs; `at` is its time."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at
        self.figures = Example()
        self.store = MemoryBriefs()
        self.shelf = MemoryShelf()
        self.shelf.given = {REGION: "default"}
        self.situations = MemorySituations(make=self.figures)
        self.history = MemoryHistory(store=self.store)
        self.press = PlainPress()
        self.parts = BriefParts(
            store=self.store,
            shelf=self.shelf,
            situations=self.situations,
            history=self.history,
            scribe=LocalScribe(write, checked),
            press=self.press,
            days=after,
            encode=lambda document: msgspec.json.encode(document).decode(),
        )
        self.words = 0
        self.maker = Maker(parts=self.parts, clock=lambda: self.at)
        self.acts = BriefActs(parts=self.parts)
        self.remaker = Remaker(parts=self.parts)
        self.calendar = Calendar(parts=self.parts, word=self._word)

    def _word(self) -> None:
        self.words += 1

    async def make_all(self) -> int:
        """Make what was asked for; how many."""
        made = 0
        while await self.maker.round() is not None:
            made += 1
        return made

    async def hours(self, until: datetime, every: timedelta = timedelta(hours=1)) -> None:
        """Time passes: the job runs in its rhythm, and what it asks for is made."""
        while self.at < until:
            begin = self.at
            self.at = min(self.at + every, until)
            await self.calendar.tick(Tick(name="briefs", begin=begin, end=self.at))
            await self.make_all()

    async def order(
        self,
        period: str = QUARTER,
        region: str = REGION,
        by: By = ANNA,
        commit: int | None = None,
        journal: int | None = None,
    ) -> Brief:
        """Have one made, and make it."""
        settings, _ = await self.parts.settings_of((region, REGION))
        spot = Spot(code=region, name="", level="", chain=(region,), completeness=None)
        fresh = fresh_brief(spot, settings, period, kind_of(period).value, self.at)
        await self.acts.order(fresh, Order(commit=commit, journal=journal), by)
        await self.make_all()
        return self.brief(period, region)

    async def publish(self, period: str = QUARTER, region: str = REGION) -> Brief:
        """Approve it and publish it."""
        key = brief_id(region, period)
        await self.acts.approve(key, None, BOB, self.at, "")
        return await self.acts.publish(key, None, BOB, self.at, "")

    def brief(self, period: str = QUARTER, region: str = REGION) -> Brief:
        """As it stands."""
        return self.store.briefs[brief_id(region, period)]

    def told(self, brief: Brief | None = None) -> list[str]:
        """The kinds of entries about it, or about all."""
        return [one.kind for one in self.store.journal if brief is None or one.key == brief.id]

    def in_state(self, state: State) -> list[tuple[str, str]]:
        """Regions and periods of briefs in the state."""
        return sorted(
            (one.region, one.period) for one in self.store.briefs.values() if one.state is state
        )


TAIAN = Unreconciled(
    grouping="stated:energy-whole",
    label=Label("分行业能源消费", "energy by sector"),
    what=Label("采矿业：合计87.86%，不等于100%", "mining: the parts come to 87.86%, not to 100%"),
)
