"""Books as somebody asked for them: by hour, day, month or in all, with completeness and tce."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.evaluator.domain.books import FIGURES, I64, figures
from services.evaluator.domain.columns import Whole
from services.evaluator.domain.completeness import Spans, expected_hours
from services.evaluator.domain.evidence import completeness
from services.evaluator.domain.factors import Weight, Weights
from services.evaluator.domain.totals import Lane
from shared.model.exact import text
from shared.model.period import Period, local_midnights

_SAFE = 2**62


class Step(StrEnum):
    """Into what the time is cut."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The figures of the hours `[first_hour, end_hour)`, as exact decimals.

    completeness: None where nothing was expected. tce: None without a factor.
    """

    first_hour: int
    end_hour: int
    quantity: str
    estimated: str
    completeness: str | None
    tce: str | None


def edges_of(period: Period, step: Step) -> I64:
    """The hours at which the parts begin, and the end; days and months in the period's zone."""
    first, end = period.first_hour, period.end_hour
    match step:
        case Step.HOUR:
            return np.arange(first, end + 1)
        case Step.DAY:
            inner = local_midnights(first, end, period.zone_name)
        case Step.MONTH:
            inner = tuple(month.first_hour for month in period.months())
        case Step.TOTAL:
            inner = ()
    return np.array(sorted({first, *inner, end}), np.int64)


def hours_of(days: Sequence[tuple[int, bytes]], period: Period) -> I64:
    """Stored days (UTC day, bytes) as one row of FIGURES for every hour of the period."""
    first_day, end_day = period.first_hour // 24, -(-period.end_hour // 24)
    whole = np.zeros(((end_day - first_day) * 24, FIGURES), np.int64)
    for day, body in days:
        at = (day - first_day) * 24
        whole[at : at + 24] = figures(body)
    low = period.first_hour - first_day * 24
    return whole[low : low + period.hours]


def entries(
    lanes: Mapping[Lane, I64],
    signs: Mapping[str, int],
    spans: Spans,
    weights: Weights,
    edges: I64,
) -> list[Entry]:
    """One entry for each part between neighbouring edges.

    lanes: rows of FIGURES by hour from the first edge on. signs: 1 for flows that are added, -1
    for those taken off. weights: tonnes of standard coal in a unit, with the sign of the flow.
    """
    starts = (edges[:-1] - edges[0]).astype(np.intp)
    scale = max((lane.scale for lane in lanes), default=0)
    count = len(starts)
    quantity, estimated = np.zeros(count, object), np.zeros(count, object)
    known = np.zeros(count, object)
    for lane, hours in lanes.items():
        unit = 10 ** (scale - lane.scale)
        quantity += _sums(hours[:, 0], starts) * (signs[lane.flow] * unit)
        estimated += _sums(hours[:, 1], starts) * unit
        known += _sums(hours[:, 2], starts)
    expected = expected_hours(spans, edges).tolist()
    tce = _tce(lanes, weights, edges, starts)
    return [
        Entry(
            first_hour=int(edges[i]),
            end_hour=int(edges[i + 1]),
            quantity=text(quantity[i], scale),
            estimated=text(estimated[i], scale),
            completeness=completeness(known[i], expected[i]),
            tce=tce[i],
        )
        for i in range(count)
    ]


def _tce(
    lanes: Mapping[Lane, I64], weights: Weights, edges: I64, starts: Sequence[int]
) -> list[str | None]:
    weighted = [
        (lane, hours, weight)
        for lane, hours in lanes.items()
        for weight in weights.get((lane.carrier, lane.flow), ())
    ]
    if not weights:
        return [None] * len(starts)
    scale = max((lane.scale + weight.scale for lane, _, weight in weighted), default=0)
    sums = np.zeros(len(starts), object)
    for lane, hours, weight in weighted:
        column = _within(hours[:, 0], weight, int(edges[0]))
        multiple = int(weight.mantissa) * 10 ** (scale - lane.scale - weight.scale)
        sums += _sums(column, starts) * multiple
    return [text(whole, scale) for whole in sums]


def _within(column: I64, weight: Weight, first_hour: int) -> I64:
    """The column with nothing in the hours in which the weight does not hold."""
    low = max(0, weight.first_hour - first_hour)
    high = min(len(column), weight.end_hour - first_hour)
    if low == 0 and high == len(column):
        return column
    cut = np.zeros_like(column)
    if low < high:
        cut[low:high] = column[low:high]
    return cut


def _sums(column: I64, starts: Sequence[int]) -> Whole:
    """Exact sums of the parts of a column that begin at the starts, as Python integers."""
    largest = max(int(column.max()), -int(column.min())) if len(column) else 0
    wide = column.astype(object) if largest * len(column) >= _SAFE else column
    sums: Whole = np.add.reduceat(wide, starts).astype(object)
    return sums
