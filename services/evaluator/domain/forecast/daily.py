"""Days of a subject in one measure, made of its books: floats to look ahead from, gaps kept."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.books import I64
from services.evaluator.domain.completeness import Spans, expected_hours
from services.evaluator.domain.factors import Weight, Weights
from services.evaluator.domain.forecast.history import F64, History
from services.evaluator.domain.totals import Lane
from shared.model.instants import HOUR_US

COMPLETE = 0.9
"""From this share of its point-time on a day counts as known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """history: the days that are known. booked: what the books hold of every day, known or not."""

    history: History
    booked: F64

    def so_far(self, first: int, end: int) -> float:
        """What the books hold of the days `[first, end)`."""
        low, high = (max(0, day - self.history.first_day) for day in (first, end))
        return float(self.booked[low:high].sum())

    def until(self, day: int) -> "Days":
        """The days before one, as if the others had not come."""
        count = max(0, day - self.history.first_day)
        return Days(history=self.history.before(day), booked=self.booked[:count])


def days_of(
    first_day: int,
    edges: I64,
    lanes: Mapping[Lane, I64],
    weights: Weights,
    spans: Spans,
    units: int = 1,
) -> Days:
    """One value for each day between neighbouring edges (hours).

    lanes: rows of FIGURES by hour from the first edge on. weights: with the sign of each flow, in
    `units` to one. spans: the points that count in the measure.
    """
    starts = (edges[:-1] - edges[0]).astype(np.intp)
    booked, known = np.zeros(len(starts)), np.zeros(len(starts))
    for lane, hours in lanes.items():
        counted = weights.get((lane.carrier, lane.flow), ())
        for weight in counted:
            column = _within(hours[:, 0].astype(np.float64), weight, int(edges[0]))
            multiple = weight.mantissa / 10 ** (lane.scale + weight.scale) / units
            booked += np.add.reduceat(column, starts) * multiple
        if counted:
            known += np.add.reduceat(hours[:, 2].astype(np.float64), starts)
    expected = expected_hours(spans, edges) * float(HOUR_US)
    complete = (expected > 0) & (known >= COMPLETE * expected)
    values = np.where(complete, booked, np.nan)
    return Days(history=History(first_day=first_day, values=values), booked=booked)


def _within(column: F64, weight: Weight, first_hour: int) -> F64:
    hours = first_hour + np.arange(len(column))
    return np.where((hours >= weight.first_hour) & (hours < weight.end_hour), column, 0.0)
