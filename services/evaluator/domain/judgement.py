"""One budget judged up to its watermark: sums, surviving levels, and how to go on or back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b

import numpy as np

from services.evaluator.domain.books import I64
from services.evaluator.domain.budget import (
    Budget,
    MeasureKind,
    Stretch,
    line_at,
    shown,
    stretches,
)
from services.evaluator.domain.carbon import CARBON_PARTS
from services.evaluator.domain.columns import Whole
from services.evaluator.domain.completeness import Spans
from services.evaluator.domain.factors import Weight, Weights
from services.evaluator.domain.judging import (
    Before,
    Plan,
    Rules,
    Window,
    judge,
    plan_of,
    rules_of,
)
from services.evaluator.domain.totals import Lane
from services.evaluator.domain.watermark import PointSet
from shared.model.exact import text
from shared.model.instants import BEGINNING_US, HOUR_US
from shared.model.level import Level

_SAFE = 2**62
LINE_DECIMALS = 6
CARBON_DECIMALS = 9
PERCENT_DECIMALS = 4

Hours = Callable[[Lane, int, int], I64]
"""The hours `[first, end)` of a lane of the budget's subject: rows of FIGURES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From the hour on the level is `level`; the figures are those at that hour's end."""

    hour: int
    level: Level
    quantity: str
    line: str
    used_percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Sums of one lane's hours under one weight (the one that begins at `since`)."""

    lane: Lane
    since: int
    quantity: int
    estimated: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A budget judged in `[period, to_hour)`.

    basis: names versions, policy and weights that it was judged by. watermark_us: BEGINNING_US
    when nothing can be judged. parts: sums up to `to_hour`. catalogue_version: said whose points
    make the watermark.
    """

    basis: str
    to_hour: int
    watermark_us: int = BEGINNING_US
    first_over: int | None = None
    used: tuple[Step, ...] = ()
    pace: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    catalogue_version: int = 0

    @property
    def levels(self) -> tuple[Level, Level]:
        """The levels of *used* and *pace* after the last hour judged."""
        return _last(self.used), _last(self.pace)

    def differs(self, other: "Judged") -> tuple[bool, bool]:
        """Whether the sequences of *used* and of *pace* are others."""
        return _turns(self.used) != _turns(other.used), _turns(self.pace) != _turns(other.pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A budget made ready to be judged again and again.

    points: whose booked ends make its watermark. spans: what it expects to hear in the period.
    """

    budget: Budget
    stretches: tuple[Stretch, ...]
    rules: Rules
    plans: tuple[Plan, ...]
    weights: Weights
    basis: str
    spans: Spans
    points: PointSet

    @property
    def parts_of_unit(self) -> int:
        """How many of the quantities' units are one of the budget's; CO2 is counted in thirds."""
        return CARBON_PARTS if self.budget.measure.kind is MeasureKind.CO2 else 1

    def amount(self, whole: int, scale: int) -> Fraction:
        """A quantity of the judgement in the budget's unit."""
        return Fraction(whole, 10**scale * self.parts_of_unit)

    def written(self, whole: int, scale: int) -> str:
        """A quantity in the budget's unit: exact, or where it has no end to nine decimals."""
        if self.parts_of_unit == 1:
            return text(whole, scale)
        return shown(self.amount(whole, scale), CARBON_DECIMALS)

    @property
    def begins(self) -> int:
        """The first hour of the period."""
        return self.budget.period.first_hour

    def counts(self, lane: Lane) -> bool:
        """Whether the lane counts in the budget's measure."""
        return (lane.carrier, lane.flow) in self.weights

    def nothing_yet(self) -> Judged:
        """The budget before its first hour."""
        return Judged(basis=self.basis, to_hour=self.begins)

    def end_at(self, watermark_us: int) -> int:
        """The hour up to which a watermark lets hours be judged."""
        end = self.budget.period.end_hour
        return max(self.begins, min(end, watermark_us // HOUR_US))

    def clipped(self, watermark_us: int) -> int:
        """As much of a watermark as concerns the period; BEGINNING_US before it begins."""
        if watermark_us <= self.begins * HOUR_US:
            return BEGINNING_US
        return min(watermark_us, self.budget.period.end_hour * HOUR_US)

    def concerned(self, first_hour: int, last_hour: int) -> bool:
        """Whether any of these hours lies in the period."""
        return last_hour >= self.begins and first_hour < self.budget.period.end_hour


def brief_of(budget: Budget, weights: Weights, spans: Spans, points: PointSet) -> Brief:
    """Prepare a budget; raises ValueError when its phasing does not fit its period."""
    parts, rules = stretches(budget), rules_of(budget.policy)
    said = repr((budget.versions, budget.policy, sorted(weights.items())))
    units = CARBON_PARTS if budget.measure.kind is MeasureKind.CO2 else 1
    return Brief(
        budget=budget,
        stretches=parts,
        rules=rules,
        plans=tuple(plan_of(rules, part, units) for part in parts),
        weights=weights,
        basis=blake2b(said.encode(), digest_size=12).hexdigest(),
        spans=spans,
        points=points,
    )


def rewound(
    brief: Brief, judged: Judged, to_hour: int, lanes: Iterable[Lane], hours: Hours
) -> Judged:
    """The judgement as it was at an earlier hour, given the hours that it was made from."""
    to_hour = max(to_hour, brief.begins)
    if to_hour >= judged.to_hour:
        return judged
    if to_hour == brief.begins:
        return brief.nothing_yet()
    taken = _taken(brief, lanes, hours, to_hour, judged.to_hour)
    gone = {(one.part.lane, one.part.since): one.part for one in taken}
    over = judged.first_over
    return replace(
        judged,
        to_hour=to_hour,
        first_over=over if over is not None and over < to_hour else None,
        used=tuple(step for step in judged.used if step.hour < to_hour),
        pace=tuple(step for step in judged.pace if step.hour < to_hour),
        parts=tuple(
            _sum(part, gone[part.lane, part.since], -1) if (part.lane, part.since) in gone else part
            for part in judged.parts
        ),
    )


def advanced(
    brief: Brief, judged: Judged, watermark_us: int, lanes: Sequence[Lane], hours: Hours
) -> Judged:
    """Judge on from where the judgement stands up to the watermark (which is not before it)."""
    end = brief.end_at(watermark_us)
    if end <= judged.to_hour:
        return replace(judged, watermark_us=watermark_us)
    taken = _taken(brief, lanes, hours, judged.to_hour, end)
    window = _window(brief, judged, taken, end)
    used, pace = judged.levels
    verdict = judge(
        brief.rules,
        brief.budget.period,
        brief.plans,
        window,
        Before(used=used, pace=pace, first_over=judged.first_over),
    )
    return Judged(
        basis=judged.basis,
        to_hour=end,
        watermark_us=watermark_us,
        first_over=verdict.first_over,
        used=judged.used + tuple(_step(brief, window, *change) for change in verdict.used),
        pace=judged.pace + tuple(_step(brief, window, *change) for change in verdict.pace),
        parts=_added(judged.parts, [one.part for one in taken]),
        catalogue_version=judged.catalogue_version,
    )


def scale_of(weights: Weights, lanes: Iterable[Lane]) -> int:
    """The decimals in which every lane's quantity in the measure is a whole number."""
    return max(
        (
            lane.scale + weight.scale
            for lane in lanes
            for weight in weights.get((lane.carrier, lane.flow), ())
        ),
        default=0,
    )


def quantity_of(brief: Brief, parts: Iterable[Part]) -> tuple[int, int, int]:
    """Quantity and estimated quantity in the measure, as mantissas, and their scale.

    For CO2 they are thirds of tonnes; see Brief.amount.
    """
    listed = tuple(parts)
    scale = scale_of(brief.weights, [part.lane for part in listed])
    quantity = estimated = 0
    for part in listed:
        factor = _multiple(weight_of(brief, part), part.lane, scale)
        quantity += part.quantity * factor
        estimated += part.estimated * factor
    return quantity, estimated, scale


def weight_of(brief: Brief, part: Part) -> Weight:
    """The weight that a part's quantities count with."""
    weights = brief.weights[part.lane.carrier, part.lane.flow]
    return next(weight for weight in weights if weight.first_hour == part.since)


def line_of(brief: Brief, to_hour: int) -> Fraction:
    """The line at the end of the last hour before `to_hour`, 0 at the period's beginning."""
    if to_hour <= brief.begins:
        return Fraction(0)
    return line_at(brief.stretches, to_hour - 1)[1]


@dataclass(frozen=True, slots=True)
class _Taken:
    """The hours of one lane under one weight: where they begin, how large they are, their sums."""

    part: Part
    weight: Weight
    first: int
    quantity: I64
    bound: int


def _taken(brief: Brief, lanes: Iterable[Lane], hours: Hours, first: int, end: int) -> list[_Taken]:
    found: list[_Taken] = []
    for lane in lanes:
        for weight in brief.weights.get((lane.carrier, lane.flow), ()):
            low, high = max(first, weight.first_hour), min(end, weight.end_hour)
            if low < high:
                rows = hours(lane, low, high)
                bound = max(int(rows.max()), -int(rows.min()))
                wide = bound * len(rows) >= _SAFE
                sums = (rows.astype(object) if wide else rows).sum(axis=0).tolist()
                part = Part(
                    lane=lane,
                    since=weight.first_hour,
                    quantity=sums[0],
                    estimated=sums[1],
                    known=sums[2],
                )
                found.append(_Taken(part, weight, low, rows[:, 0], bound))
    return found


def _window(brief: Brief, judged: Judged, taken: Sequence[_Taken], end: int) -> Window:
    first = judged.to_hour
    lanes = [one.part.lane for one in taken] + [part.lane for part in judged.parts]
    scale = scale_of(brief.weights, lanes)
    multiples = [_multiple(one.weight, one.part.lane, scale) for one in taken]
    before, _, own = quantity_of(brief, judged.parts)
    before *= 10 ** (scale - own)
    # Even where nothing was used, the multiple itself must fit.
    largest = sum(max(one.bound, 1) * abs(m) for one, m in zip(taken, multiples, strict=True))
    bound = largest * (end - first) + abs(before)
    hourly: Whole = np.zeros(end - first, np.int64 if bound < _SAFE else object)
    for one, multiple in zip(taken, multiples, strict=True):
        column: Whole = one.quantity if bound < _SAFE else one.quantity.astype(object)
        hourly[one.first - first : one.first - first + len(column)] += column * multiple
    quantity: Whole = np.cumsum(hourly) + before
    return Window(first_hour=first, quantity=quantity, scale=scale, bound=bound)


def _multiple(weight: Weight, lane: Lane, scale: int) -> int:
    return int(weight.mantissa * 10 ** (scale - lane.scale - weight.scale))


def _step(brief: Brief, window: Window, hour: int, level: Level) -> Step:
    whole = int(window.quantity[hour - window.first_hour])
    stretch, line = line_at(brief.stretches, hour)
    return Step(
        hour=hour,
        level=level,
        quantity=brief.written(whole, window.scale),
        line=shown(line, LINE_DECIMALS),
        used_percent=percent(brief.amount(whole, window.scale), Fraction(stretch.version.total)),
    )


def percent(quantity: Fraction, of: Fraction) -> str:
    """The quantity in per cent, rounded for people."""
    return shown(100 * quantity / of, PERCENT_DECIMALS)


def _added(parts: Sequence[Part], new: Sequence[Part]) -> tuple[Part, ...]:
    sums = {(part.lane, part.since): part for part in parts}
    for part in new:
        held = sums.get((part.lane, part.since))
        sums[part.lane, part.since] = part if held is None else _sum(held, part, 1)
    return tuple(sums.values())


def _sum(a: Part, b: Part, sign: int) -> Part:
    return Part(
        lane=a.lane,
        since=a.since,
        quantity=a.quantity + sign * b.quantity,
        estimated=a.estimated + sign * b.estimated,
        known=a.known + sign * b.known,
    )


def known_of(parts: Iterable[Part]) -> int:
    """Microseconds of known point-time, each lane once."""
    return sum(part.known for part in parts)


def _last(steps: Sequence[Step]) -> Level:
    return steps[-1].level if steps else Level.NONE


def _turns(steps: Sequence[Step]) -> list[tuple[int, Level]]:
    return [(step.hour, step.level) for step in steps]
