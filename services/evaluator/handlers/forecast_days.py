"""The days of a subject in a measure, gathered from the books as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.evaluator.domain.accounts import Step, edges_of, hours_of
from services.evaluator.domain.budget import Budget, Measure, MeasureKind, Series
from services.evaluator.domain.carbon import CARBON_PARTS
from services.evaluator.domain.factors import Weights
from services.evaluator.domain.forecast.daily import Days, days_of
from services.evaluator.domain.totals import Lane
from services.evaluator.handlers.judge_briefs import Briefs
from services.evaluator.ports.judge import BooksReader
from shared.model.catalogue import Flow
from shared.model.instants import HOUR_US, from_us
from shared.model.period import Period, between, zone
from shared.model.subject import Subject

ENERGY_TOTAL, CARBON_TOTAL = "energy-total", "carbon-total"
UNITS = {ENERGY_TOTAL: "tce", CARBON_TOTAL: "tCO2"}
_YEARS_BACK = 4
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be forecast: a subject's measure over a period, perhaps against a budget.

    limit: what it is held against where there is no budget, in `unit`.
    """

    subject: Subject
    measure: str
    unit: str
    period: Period
    period_text: str
    budget: Budget | None = None
    limit: float | None = None

    @property
    def start(self) -> int:
        """The period's first day (since 1970)."""
        return day_at(self.period.first_hour, self.period.zone_name)

    @property
    def end(self) -> int:
        """The day after the period."""
        return day_at(self.period.end_hour, self.period.zone_name)


class DayBooks:
    """Reads the days of subjects, in any measure."""

    def __init__(self, reader: BooksReader, briefs: Briefs) -> None:
        """`briefs`: not the judge's own; whoever owns them renews them."""
        self._reader = reader
        self._briefs = briefs

    async def days(self, wanted: Wanted, until: int) -> Days:
        """All days before `until` that may help, some years back. Raises Unavailable."""
        subject, start = str(wanted.subject), wanted.start
        extent = await self._reader.extent(subject)
        first = start if extent is None else max(extent[0] - 1, start - _YEARS_BACK * 366)
        first = min(first, start)
        end = max(until, first + 1)
        period = between(date_of(first), date_of(end), wanted.period.zone_name)
        lanes = (await self._reader.lanes([subject])).get(subject, ())
        weights, units = self._weights(wanted, lanes)
        counted = [lane for lane in lanes if (lane.carrier, lane.flow) in weights]
        stored = await self._reader.days(
            subject, counted, period.first_hour // 24, -(-period.end_hour // 24)
        )
        rows: dict[Lane, list[tuple[int, bytes]]] = {lane: [] for lane in counted}
        for lane, day, body in stored:
            rows[lane].append((day, body))
        hours = {lane: hours_of(listed, period) for lane, listed in rows.items()}
        spans = self._briefs.scopes.spans(subject, lambda code, flow: (code, flow) in weights)
        return days_of(first, edges_of(period, Step.DAY), hours, weights, spans, units)

    def _weights(self, wanted: Wanted, lanes: Sequence[Lane]) -> tuple[Weights, int]:
        if wanted.budget is not None:
            measure, weights = wanted.budget.measure, self._briefs.weights(wanted.budget)
        else:
            measure = measure_named(wanted.measure)
            weights = given_out_once(self._briefs.weights(_asked(wanted, measure)), lanes)
        return weights, CARBON_PARTS if measure.kind is MeasureKind.CO2 else 1


def measure_named(name: str) -> Measure:
    """The measure that a name in addresses means; any other name is a carrier's code."""
    if name == ENERGY_TOTAL:
        out = (Flow.EXPORT, Flow.CONVERSION_OUTPUT)
        flows = (Flow.IMPORT.value, *(f"-{flow.value}" for flow in out))
        return Measure(kind=MeasureKind.TCE, series=Series.CALORIFIC, flows=flows)
    if name == CARBON_TOTAL:
        return Measure(kind=MeasureKind.CO2)
    return Measure(kind=MeasureKind.CARRIER, carrier=name)


def measure_key(measure: Measure) -> str:
    """A name for the measure of a budget; the same for equal measures."""
    for name in UNITS:
        if measure == measure_named(name):
            return name
    if measure == measure_named(str(measure.carrier)):
        return str(measure.carrier)
    parts = (measure.kind.value, measure.carrier, measure.series, measure.co2, *measure.flows)
    return "/".join(str(part) for part in parts if part)


def given_out_once(weights: Weights, lanes: Sequence[Lane]) -> Weights:
    """What was given out of a carrier is its exports where there are any, else what was made."""
    exported = {lane.carrier for lane in lanes if lane.flow == Flow.EXPORT.value}
    return {
        (carrier, flow): weight
        for (carrier, flow), weight in weights.items()
        if flow != Flow.CONVERSION_OUTPUT.value or carrier not in exported
    }


def _asked(wanted: Wanted, measure: Measure) -> Budget:
    """A budget that nobody granted, to ask what counts in its measure."""
    return Budget(
        code="",
        name="",
        subject=wanted.subject,
        measure=measure,
        unit=wanted.unit,
        period=wanted.period,
        period_text=wanted.period_text,
        versions=(),
    )


def day_at(hour: int, zone_name: str) -> int:
    """The day (since 1970, in the zone) in which the hour lies."""
    return day_number(from_us(hour * HOUR_US).astimezone(zone(zone_name)).date())


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """The date of a day since 1970."""
    return _EPOCH + timedelta(days=day)
