"""The figures behind a judgement, written for people and programs as exact or rounded decimals."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.evaluator.domain.budget import BudgetVersion, MeasureKind, shown
from services.evaluator.domain.completeness import Spans, expected_hours
from services.evaluator.domain.factor_book import FactorLine
from services.evaluator.domain.factors import Factor, Weight
from services.evaluator.domain.judgement import (
    LINE_DECIMALS,
    PERCENT_DECIMALS,
    Brief,
    Judged,
    Part,
    known_of,
    line_of,
    percent,
    quantity_of,
    weight_of,
)
from shared.model.exact import as_decimal, text, total
from shared.model.instants import HOUR_US, hour_iso

COMPLETENESS_DECIMALS = 6
PER_UNIT_DECIMALS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a budget stands at the end of its last hour judged."""

    version: BudgetVersion
    quantity: str
    estimated: str
    line: str
    used_percent: str
    over_line_percent: str | None
    first_over_line: str | None
    completeness: str | None
    hours_judged: int
    factors: tuple[dict[str, str], ...]
    parts: tuple[dict[str, str], ...]


def figures_of(brief: Brief, judged: Judged) -> Figures:
    """The figures of a judgement; completeness is None where nothing was expected."""
    budget = brief.budget
    version = budget.version_at(max(judged.to_hour - 1, brief.begins))
    whole, estimated, scale = quantity_of(brief, judged.parts)
    quantity, line = brief.amount(whole, scale), line_of(brief, judged.to_hour)
    over = shown(100 * (quantity - line) / line, PERCENT_DECIMALS) if line > 0 else None
    return Figures(
        version=version,
        quantity=brief.written(whole, scale),
        estimated=brief.written(estimated, scale),
        line=shown(line, LINE_DECIMALS),
        used_percent=percent(quantity, Fraction(version.total)),
        over_line_percent=over,
        first_over_line=None if judged.first_over is None else hour_iso(judged.first_over),
        completeness=completeness(
            known_of(judged.parts), expected(brief.spans, brief.begins, judged.to_hour)
        ),
        hours_judged=judged.to_hour - brief.begins,
        factors=(*map(factor_body, _factors(brief)), *map(line_body, _lines(brief))),
        parts=_parts(brief, judged),
    )


def expected(spans: Spans, first_hour: int, end_hour: int) -> int:
    """Point-hours expected in `[first_hour, end_hour)`."""
    if end_hour <= first_hour:
        return 0
    return int(expected_hours(spans, np.array([first_hour, end_hour]))[0])


def completeness(known_us: int, hours: int) -> str | None:
    """Known ÷ expected point-time; None where nothing is expected."""
    if hours == 0:
        return None
    return shown(Fraction(known_us, hours * HOUR_US), COMPLETENESS_DECIMALS)


def factor_body(factor: Factor) -> dict[str, str]:
    """A factor with where it comes from."""
    return {
        "carrier": factor.carrier,
        "series": factor.series.value,
        "kgce": f"{factor.kgce:f}",
        "unit": factor.unit,
        "version": factor.version,
        "source": factor.source,
        "confidence": factor.confidence,
    }


def line_body(line: FactorLine) -> dict[str, str]:
    """A factor of CO2 with where it comes from; one without a place holds everywhere."""
    record = line.record
    return {
        "carrier": record.item,
        "series": record.series,
        "value": f"{record.value:f}",
        "unit": record.unit,
        "place": record.place,
        "valid_from": record.valid_from,
        "version": line.edition,
        "source": record.source,
        "confidence": record.confidence,
    }


def _lines(brief: Brief) -> Iterable[FactorLine]:
    """Those that hold at some time of the period."""
    period = brief.budget.period
    found = {
        line.record.key: line
        for weights in brief.weights.values()
        for weight in weights
        if weight.first_hour < period.end_hour and period.first_hour < weight.end_hour
        for line in weight.lines
    }
    return found.values()


def _factors(brief: Brief) -> Iterable[Factor]:
    found = {
        (weight.factor.carrier, weight.factor.first_hour): weight.factor
        for weights in brief.weights.values()
        for weight in weights
        if weight.factor is not None
        and weight.first_hour < brief.budget.period.end_hour
        and brief.begins < weight.end_hour
    }
    return found.values()


def _parts(brief: Brief, judged: Judged) -> tuple[dict[str, str], ...]:
    """Quantities by carrier and flow; in tce also what they count."""
    groups: dict[tuple[str, str], list[Part]] = {}
    for part in sorted(judged.parts, key=lambda one: (one.lane, one.since)):
        groups.setdefault((part.lane.carrier, part.lane.flow), []).append(part)
    return tuple(_part(brief, carrier, flow, parts) for (carrier, flow), parts in groups.items())


def _part(brief: Brief, carrier: str, flow: str, parts: list[Part]) -> dict[str, str]:
    body = {
        "carrier": carrier,
        "flow": flow,
        "quantity": text(*total(by_scale((p.lane.scale, p.quantity) for p in parts))),
        "estimated": text(*total(by_scale((p.lane.scale, p.estimated) for p in parts))),
    }
    kind = brief.budget.measure.kind
    if kind is not MeasureKind.CARRIER:
        whole, _, scale = quantity_of(brief, parts)
        body[kind.value] = brief.written(whole, scale)
        body[f"{kind.value}_per_unit"] = " ".join(
            _per_unit(brief, weight)
            for weight in {part.since: weight_of(brief, part) for part in parts}.values()
        )
    return body


def _per_unit(brief: Brief, weight: Weight) -> str:
    if brief.parts_of_unit == 1:
        return f"{as_decimal(weight.mantissa, weight.scale):f}"
    return shown(brief.amount(weight.mantissa, weight.scale), PER_UNIT_DECIMALS)


def by_scale(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Mantissas summed by their scale."""
    sums: dict[int, int] = {}
    for scale, whole in rows:
        sums[scale] = sums.get(scale, 0) + whole
    return sums
