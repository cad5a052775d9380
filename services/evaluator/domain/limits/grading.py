"""The grade of a product's energy against its limit: exact, corrected only by stated conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    constant,
    less,
    over,
    times,
    total,
)
from services.evaluator.domain.records.limit import Correction, Limit, Mode, When
from services.evaluator.domain.statistics.leaves import read, record_source


class Standing(StrEnum):
    """Where a value stands between 标杆水平 and 基准水平."""

    BENCHMARK = "benchmark"
    """At the benchmark or better."""
    BETWEEN = "between"
    BELOW = "below-baseline"
    """Worse than the baseline."""
    UNKNOWN = "unknown"
    """No value, or no such levels published."""


class GradeState(StrEnum):
    """Whether there is a grade."""

    GRADED = "graded"
    FAILED = "failed"
    """Worse than every limit that there is."""
    NOT_GRADED = "not-graded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitResult:
    """grade: the best whose limit the value keeps (1-3), None when it keeps none or is missing.

    limits: grade -> its limit after corrections. margins: grade -> limit less value. applied:
    codes of corrections that were made. remarks: conditions nobody gave, grades out of order.
    """

    limit: str
    state: GradeState
    value: Figure
    grade: int | None = None
    limits: Mapping[int, Figure]
    margins: Mapping[int, Figure]
    standing: Standing = Standing.UNKNOWN
    applied: tuple[str, ...] = ()
    remarks: tuple[Label, ...] = ()
    reasons: tuple[Label, ...] = ()


def grade(
    value: Figure,
    limit: Limit,
    conditions: Mapping[str, Figure] | None = None,
    commit: int | None = None,
) -> LimitResult:
    """Grades `value` (in the limit's unit). conditions: variable -> figure (altitude, ratio …).

    Nothing is rounded: 5.0000004 does not keep a limit of 5.0. A grade without a limit is passed
    over; a grade 2 that is stricter than grade 1 stays as it was published.
    """
    given = conditions or {}
    limits = {
        number: corrected(limit, number, given, commit)
        for number, bound in enumerate(limit.grades, 1)
        if bound is not None
    }
    label = Label("与限额之差", "margin to the limit")
    margins = {number: less(label, limit.unit, bound, value) for number, bound in limits.items()}
    kept = [number for number, margin in margins.items() if (margin.value or 0) >= 0]
    unknown = value.value is None or any(bound.value is None for bound in limits.values())
    reached = min(kept) if kept and not unknown else None
    return LimitResult(
        limit=limit.key,
        state=_state(reached, unknown=unknown or not limits),
        value=value,
        grade=reached,
        limits=limits,
        margins=margins,
        standing=standing(value, limit),
        applied=tuple(one.code for one in limit.corrections if _applies(one, given)),
        remarks=_remarks(limit, limits, given),
        reasons=tuple(dict.fromkeys(reason for one in margins.values() for reason in one.missing)),
    )


def corrected(
    limit: Limit, number: int, conditions: Mapping[str, Figure], commit: int | None = None
) -> Figure:
    """The limit of a grade with all corrections whose conditions are given."""
    published = limit.grades[number - 1]
    if published is None:
        raise ValueError(f"{limit.code} has no limit of grade {number}")
    label = Label(f"{limit.product}{number}级限额", f"limit of grade {number}")
    source = record_source(LeafKind.RULE, "limits", limit.key, commit, f"/grades/{number - 1}")
    bound = read(label, published, limit.unit, source)
    for place, one in enumerate(limit.corrections):
        if number in one.grades and _applies(one, conditions):
            amount = _amount(limit, place, number, conditions[one.variable], commit)
            bound = _joined(one, bound, amount)
    return bound


def standing(value: Figure, limit: Limit) -> Standing:
    """Against benchmark and baseline, where both the value and the level are known."""
    if value.value is None:
        return Standing.UNKNOWN
    if limit.benchmark is not None and value.value <= Fraction(limit.benchmark):
        return Standing.BENCHMARK
    if limit.baseline is None:
        return Standing.UNKNOWN
    return Standing.BETWEEN if value.value <= Fraction(limit.baseline) else Standing.BELOW


def in_force(limits: tuple[Limit, ...], code: str, day: str) -> Limit | None:
    """The edition of the limit that holds on an ISO date; the latest if several do."""
    found = [
        one
        for one in limits
        if one.code == code and one.valid_from <= day and (not one.valid_to or day < one.valid_to)
    ]
    return max(found, key=lambda one: one.valid_from, default=None)


def is_out_of_order(limit: Limit) -> bool:
    """Whether a worse grade is stricter than a better one, as in one published table."""
    bounds = [bound for bound in limit.grades if bound is not None]
    return bounds != sorted(bounds)


def _state(reached: int | None, *, unknown: bool) -> GradeState:
    if unknown:
        return GradeState.NOT_GRADED
    return GradeState.FAILED if reached is None else GradeState.GRADED


def _applies(one: Correction, conditions: Mapping[str, Figure]) -> bool:
    if one.variable not in conditions:
        return False
    return one.when is None or _holds(one.when, conditions)


def _holds(when: When, conditions: Mapping[str, Figure]) -> bool:
    given = conditions.get(when.variable)
    if given is None or given.value is None:
        return False
    bound = Fraction(when.bound)
    return {
        ">": given.value > bound,
        ">=": given.value >= bound,
        "<": given.value < bound,
        "<=": given.value <= bound,
    }[when.relation]


def _amount(limit: Limit, place: int, number: int, given: Figure, commit: int | None) -> Figure:
    """intercept + slope × (variable − reference) ÷ divisor, every number a leaf of the record."""
    one = limit.corrections[place]
    label = Label(one.name, one.name_en)
    slope = one.grades.index(number) if len(one.slopes) > 1 else 0

    def part(name: str, value: Decimal, pointer: str) -> Figure:
        at = f"/corrections/{place}/{pointer}"
        source = record_source(LeafKind.RULE, "limits", limit.key, commit, at)
        return read(Label(f"{one.name} {name}", f"{one.name_en}, {name}"), value, "", source)

    steepness = part("slope", one.slopes[slope], f"slopes/{slope}")
    moved = less(label, "", given, part("reference", one.reference, "reference"))
    ratio = over(label, "", moved, part("divisor", one.divisor, "divisor"))
    intercept = part("intercept", one.intercept, "intercept")
    return total(label, "", (intercept, times(label, "", steepness, ratio)))


def _joined(one: Correction, bound: Figure, amount: Figure) -> Figure:
    if one.mode is Mode.MULTIPLY:
        return times(bound.label, bound.unit, bound, amount)
    return total(bound.label, bound.unit, (bound, amount))


def _remarks(
    limit: Limit, limits: Mapping[int, Figure], conditions: Mapping[str, Figure]
) -> tuple[Label, ...]:
    remarks = [
        Label(f"未给出{one.name}条件，未修正", f"not corrected: {lacking} is not given")
        for one in limit.corrections
        if (lacking := _lacking(one, conditions))
    ]
    if len(limits) < len(limit.grades):
        remarks.append(Label("标准未规定全部等级", "the standard has no limit for some grades"))
    if is_out_of_order(limit):
        remarks.append(
            Label("标准中较低等级严于较高等级，按原文执行", "grades are out of order, as published")
        )
    return tuple(remarks)


def _lacking(one: Correction, conditions: Mapping[str, Figure]) -> str:
    """What must be given before the correction can be made; empty if nothing, or none is due."""
    if one.when is not None and one.when.variable not in conditions:
        return one.when.variable
    is_due = one.when is None or _holds(one.when, conditions)
    return one.variable if is_due and one.variable not in conditions else ""


def condition(name: str, value: Fraction | int, unit: str = "") -> Figure:
    """A condition that somebody gives by hand."""
    return constant(Label(name, name), value, unit, "given with the question")
