"""The days of a region as of a commit, in tonnes of standard coal and of CO2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.evaluator.domain.accounts import Step, edges_of, hours_of
from services.evaluator.domain.books import I64
from services.evaluator.domain.budget import MeasureKind
from services.evaluator.domain.carbon import CARBON_PARTS
from services.evaluator.domain.factors import table_of, weights_of
from services.evaluator.domain.forecast.daily import Days, days_of
from services.evaluator.domain.totals import Lane
from services.evaluator.handlers.forecast_days import (
    date_of,
    given_out_once,
    measure_named,
)
from services.evaluator.handlers.judge_briefs import FLOWS
from services.evaluator.handlers.reckoner.world import Who, World
from services.evaluator.ports.judge import BooksReader
from shared.model.period import Period, between

Rows = Mapping[Lane, Sequence[tuple[int, bytes]]]
"""Stored days (UTC day, bytes) by lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the books held of a subject at a commit, day by day; end: the day after the last."""

    rows: Rows
    end: int


async def stored_days(reader: BooksReader, world: World, who: Who, first: int, end: int) -> Stored:
    """The days `[first, end)` (since 1970, in the subject's zone). Raises HistoryError."""
    lanes = (await reader.lanes([who.key])).get(who.key, ())
    span = _period(first, end, who)
    found = await reader.days(
        who.key, lanes, span.first_hour // 24, -(-span.end_hour // 24), world.as_of
    )
    rows: dict[Lane, list[tuple[int, bytes]]] = {}
    for lane, day, body in found:
        # What later commits have added is taken off: nothing may be left.
        if any(body):
            rows.setdefault(lane, []).append((day, body))
    return Stored(rows=rows, end=end)


def days_in(world: World, who: Who, stored: Stored, measure: str) -> Days | None:
    """The stored days in a measure, by the factors of the commit; None without any."""
    named = measure_named(measure)
    table = table_of(world.records.factors, "", who.places)
    weights = given_out_once(weights_of(named, world.carriers, FLOWS, table), sorted(stored.rows))
    counted = {
        lane: rows for lane, rows in stored.rows.items() if (lane.carrier, lane.flow) in weights
    }
    if not counted:
        return None
    # The day at UTC may begin the day before in the zone.
    first = min(day for rows in counted.values() for day, _ in rows) + 1
    if first >= stored.end:
        return None
    units = CARBON_PARTS if named.kind is MeasureKind.CO2 else 1
    period = _period(first, stored.end, who)
    first_day, end_day = period.first_hour // 24, -(-period.end_hour // 24)
    hours: dict[Lane, I64] = {
        lane: hours_of([row for row in listed if first_day <= row[0] < end_day], period)
        for lane, listed in counted.items()
    }
    spans = world.scopes.spans(who.key, lambda code, flow: (code, flow) in weights)
    return days_of(first, edges_of(period, Step.DAY), hours, weights, spans, units)


def _period(first: int, end: int, who: Who) -> Period:
    return between(date_of(first), date_of(end), who.zone)
