"""Forecasts for whoever asks: made from the books as they are, computed beside, and kept."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.evaluator.domain.budget import Budget, line_at, stretches
from services.evaluator.domain.forecast.accuracy import Record, Said, Turned, record_of, turned
from services.evaluator.domain.forecast.backtest import Trial
from services.evaluator.domain.forecast.daily import Days
from services.evaluator.domain.forecast.history import F64, view_of
from services.evaluator.domain.forecast.outlook import Outlook, Refused
from services.evaluator.domain.subjects import regions_of, zone_of
from services.evaluator.handlers.forecast_days import (
    CARBON_TOTAL,
    ENERGY_TOTAL,
    UNITS,
    DayBooks,
    Wanted,
    date_of,
    day_at,
    day_number,
    measure_key,
)
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.ports.forecast import (
    Forecaster,
    ForecastStore,
    HolidayCalendars,
    Job,
    Kept,
)
from services.evaluator.ports.judge import BooksReader
from shared.model.catalogue import EntityKind
from shared.model.instants import FOREVER_US, HOUR_US
from shared.model.period import hour_of_day, reporting_period
from shared.model.subject import Subject

_PEERS = 100
_RECORDS = 100
_CALENDAR_BEFORE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A forecast or the reason why there is none, and how earlier ones turned out.

    cut: the first day that was not seen. booked: what the books hold day by day from the period's
    first day to the cut. line: the budget's line at the end of each of the period's days.
    """

    wanted: Wanted
    made_at_us: int
    cut: int
    outlook: Outlook | Refused
    booked: F64
    line: F64 | None
    record: Record
    peers: int


class Forecasts:
    """Makes forecasts of measures and budgets."""

    def __init__(
        self,
        reader: BooksReader,
        briefs: Briefs,
        forecaster: Forecaster,
        calendars: HolidayCalendars,
        store: ForecastStore,
        now_us: Callable[[], int],
    ) -> None:
        """`briefs`: not the judge's own; this object renews them."""
        self._books = DayBooks(reader, briefs)
        self._briefs = briefs
        self._forecaster = forecaster
        self._calendars = calendars
        self._store = store
        self._now_us = now_us

    def wanted(self, subject: Subject, measure: str, period: str | None) -> Wanted:
        """A measure of a subject; without a period this year. Raises ValueError."""
        self._briefs.renew()
        catalogue = self._briefs.catalogue
        carrier = catalogue.get(EntityKind.CARRIER, measure)
        if measure not in UNITS and carrier is None:
            raise ValueError(
                f"measure: there is no {measure}; ask for {ENERGY_TOTAL}, {CARBON_TOTAL} or the "
                "code of a carrier"
            )
        zone_name = zone_of(catalogue, regions_of(catalogue, subject, FOREVER_US - 1))
        text = period or str(date_of(self._today(zone_name)).year)
        unit = str(carrier.latest().get("unit") or "") if carrier else UNITS[measure]
        return Wanted(
            subject=subject,
            measure=measure,
            unit=unit,
            period=reporting_period(text, zone_name),
            period_text=text,
        )

    @staticmethod
    def wanted_for(budget: Budget) -> Wanted:
        """What a budget limits."""
        return Wanted(
            subject=budget.subject,
            measure=measure_key(budget.measure),
            unit=budget.unit,
            period=budget.period,
            period_text=budget.period_text,
            budget=budget,
        )

    async def answer(self, wanted: Wanted, cut: date | None = None) -> Answer:
        """The forecast as seen when the day `cut` begins; without one, after the last known day.

        Raises Unavailable, ForecasterBusyError.
        """
        self._briefs.renew()
        made_at_us, today = self._now_us(), self._today(wanted.period.zone_name)
        days = await self._books.days(wanted, min(wanted.end, today + 1))
        at = _cut(days, wanted, today) if cut is None else day_number(cut)
        seen, peers = days.until(at), await self._peers(wanted, at)
        # A calendar takes a tenth of a second the first time: others are answered meanwhile.
        job = await asyncio.to_thread(self._job, wanted, seen, at, peers)
        outlook = await self._forecaster.look_ahead(job)
        answer = Answer(
            wanted=wanted,
            made_at_us=made_at_us,
            cut=at,
            outlook=outlook,
            booked=seen.booked[max(0, wanted.start - seen.history.first_day) :],
            line=None if wanted.budget is None else _line(wanted.budget, wanted),
            record=record_of(await self._turned(wanted, days)),
            peers=len(peers),
        )
        if cut is None and isinstance(outlook, Outlook):
            await self._store.keep(_kept(answer, outlook), outlook.own)
        return answer

    def _job(
        self, wanted: Wanted, seen: Days, cut: int, peers: Mapping[str, tuple[Trial, ...]]
    ) -> Job:
        first = seen.history.first_day - _CALENDAR_BEFORE
        view = view_of(
            seen.history,
            self._calendars(first, wanted.end + 1),
            start=wanted.start,
            cut=cut,
            end=wanted.end,
        )
        return Job(
            view=view,
            peers=tuple(peers.values()),
            so_far=seen.so_far(wanted.start, cut),
            budget=wanted.limit if wanted.budget is None else _total(wanted.budget),
        )

    async def _peers(self, wanted: Wanted, cut: int) -> dict[str, tuple[Trial, ...]]:
        """The trials of peers that had ended when the day `cut` began."""
        found = await self._store.trials_of_peers(str(wanted.subject), wanted.measure, _PEERS)
        earlier = {
            peer: tuple(trial for trial in tried if trial.cut + trial.days <= cut)
            for peer, tried in found.items()
        }
        return {peer: tried for peer, tried in earlier.items() if tried}

    async def _turned(self, wanted: Wanted, days: Days) -> Sequence[Turned]:
        """Earlier forecasts whose period has passed and is known to its end."""
        kept = await self._store.said(str(wanted.subject), wanted.measure, _RECORDS)
        return [
            turned(one.said, one.said.so_far + days.so_far(one.said.cut, _end(one.said)))
            for one in kept
            if _end(one.said) <= _known_end(days)
        ]

    def _today(self, zone_name: str) -> int:
        return day_at(self._now_us() // HOUR_US, zone_name)


def _cut(days: Days, wanted: Wanted, today: int) -> int:
    """After the last known day, but not before the period begins if that is past."""
    return min(today, max(_known_end(days), min(wanted.start, today)))


def _known_end(days: Days) -> int:
    known = np.flatnonzero(np.isfinite(days.history.values))
    return days.history.first_day + (int(known[-1]) + 1 if len(known) else 0)


def _end(said: Said) -> int:
    return said.cut + said.days_left


def _total(budget: Budget) -> float:
    return float(budget.version_at(budget.period.end_hour - 1).total)


def _line(budget: Budget, wanted: Wanted) -> F64:
    parts = stretches(budget)
    hours = (
        hour_of_day(date_of(day + 1), wanted.period.zone_name) - 1
        for day in range(wanted.start, wanted.end)
    )
    return np.array([float(line_at(parts, hour)[1]) for hour in hours])


def _kept(answer: Answer, outlook: Outlook) -> Kept:
    wanted = answer.wanted
    return Kept(
        subject=str(wanted.subject),
        measure=wanted.measure,
        made_at_us=answer.made_at_us,
        cut_hour=hour_of_day(date_of(outlook.cut), wanted.period.zone_name),
        said=Said(
            period=wanted.period_text,
            cut=outlook.cut,
            days_left=outlook.end - outlook.cut,
            method=outlook.method.value,
            so_far=outlook.so_far,
            at_end=outlook.at_end,
        ),
    )
