"""Forecasts that nobody has to ask for: once a day of every budget and total target in force."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.forecast.outlook import Exceeding, Outlook
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.items import usual_unit
from services.evaluator.handlers.forecast_days import UNITS, Wanted, date_of, day_at
from services.evaluator.handlers.forecaster import Answer, Forecasts
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.reckoner.ratings import targets_of
from services.evaluator.handlers.reckoner.reckoner import Reckoner
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.forecast import ForecasterBusyError
from services.evaluator.ports.outlooks import BUDGET, TARGET, Outlooks, Standing
from shared.model.instants import HOUR_US
from shared.model.period import reporting_period

_MOST = 10
"""Forecasts in a round: each takes a second or so of the process beside the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something in force that limits a total."""

    limited_by: str
    code: str
    wanted: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyForecasts:
    """Makes and keeps them, a few in each round; so errors are tracked of every holder."""

    forecasts: Forecasts
    desk: BudgetDesk
    reckoner: Reckoner
    outlooks: Outlooks
    now_us: Callable[[], int]

    async def round(self) -> int:
        """Forecast some of those that were not yet today; how many. Raises Unavailable."""
        hour = self.now_us() // HOUR_US
        made = 0
        world = await self.reckoner.open(None)
        looked: dict[date, frozenset[tuple[str, str, str]]] = {}
        for held in in_force(await self.desk.budgets(), world, hour):
            today = date_of(day_at(hour, held.wanted.period.zone_name))
            if today not in looked:
                looked[today] = await self.outlooks.looked(today)
            place = (held.limited_by, held.code, held.wanted.period_text)
            if place in looked[today]:
                continue
            try:
                answer = await self.forecasts.answer(held.wanted)
            except ForecasterBusyError:
                # People who wait come first.
                break
            await self.outlooks.keep(_standing(held, answer, today))
            made += 1
            if made == _MOST:
                break
        return made


def in_force(budgets: Mapping[str, Budget], world: World, hour: int) -> Iterator[Held]:
    """Budgets whose period holds the hour, and total targets with a value for its year."""
    for code, budget in sorted(budgets.items()):
        if budget.period.first_hour <= hour < budget.period.end_hour:
            yield Held(limited_by=BUDGET, code=code, wanted=Forecasts.wanted_for(budget))
    for holder in sorted(world.targets_by_holder):
        who = world.who(holder)
        year = str(date_of(day_at(hour, who.zone)).year) if who else ""
        for entry in targets_of(world, who, year) if who else ():
            wanted = _of_target(entry.body, who, year) if who else None
            if wanted is not None:
                yield Held(limited_by=TARGET, code=entry.key, wanted=wanted)


def _of_target(target: Target, who: Who, year: str) -> Wanted | None:
    """What the target limits in the year; None if it limits no total, or not in this year.

    A region is seen by what is monitored of it: if that alone will exceed, so will the whole.
    """
    value = _value(target, year)
    unit = UNITS.get(target.measure)
    if value is None or unit is None or target.form is not Form.TOTAL or target.exclusions:
        return None
    (mine, size), (theirs, wanted) = usual_unit(target.unit), usual_unit(unit)
    if mine != theirs:
        return None
    return Wanted(
        subject=who.subject,
        measure=target.measure,
        unit=unit,
        period=reporting_period(year, who.zone),
        period_text=year,
        limit=float(value) * float(size / wanted),
    )


def _value(target: Target, year: str) -> Decimal | None:
    last = target.value if int(year) == target.last_year else None
    return target.yearly.get(year, last)


def _standing(held: Held, answer: Answer, today: date) -> Standing:
    outlook = answer.outlook
    exceeding = outlook.exceeding if isinstance(outlook, Outlook) else None
    return Standing(
        limited_by=held.limited_by,
        code=held.code,
        period=held.wanted.period_text,
        subject=str(held.wanted.subject),
        measure=held.wanted.measure,
        looked_on=today,
        made_at_us=answer.made_at_us,
        exceeds=exceeding is not None and exceeding.will_exceed,
        probability=exceeding.probability if exceeding else None,
        lead_days=exceeding.lead_days if exceeding else None,
        run_out=_run_out(exceeding),
    )


def _run_out(exceeding: Exceeding | None) -> date | None:
    if exceeding is None or exceeding.run_out.expected is None:
        return None
    return date_of(exceeding.run_out.expected)
