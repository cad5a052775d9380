"""Indicators worked out: shares, rates and amounts from whatever their references name."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    over,
    times,
    total,
)
from services.evaluator.domain.records.indicator import Direction, Indicator, Term
from services.evaluator.domain.records.target import Form
from services.evaluator.domain.statistics.leaves import read, record_source

Resolve = Callable[[str], Figure]
"""From a reference (`account:energy.coal`, `statement:water` …) to its figure."""


def evaluate(indicator: Indicator, resolve: Resolve, commit: int | None = None) -> Figure:
    """The indicator: the stated number where there is one, else its formula.

    Missing when a part is; `resolve` says why. `constant:NUMBER` needs no resolving.
    """
    label = Label(indicator.name, indicator.name_en)
    if indicator.stated:
        stated = resolve(indicator.stated)
        if stated.value is not None or not indicator.numerator:
            return times(label, indicator.unit, stated)
    if not indicator.numerator:
        return absent(label, indicator.unit, Label("指标没有公式", "the indicator has no formula"))
    return _formula(indicator, label, resolve, commit)


def references(indicator: Indicator) -> tuple[str, ...]:
    """Everything that the indicator is made from, without constants."""
    refs = [term.ref for term in (*indicator.numerator, *indicator.denominator)]
    refs += [indicator.stated] if indicator.stated else []
    return tuple(dict.fromkeys(ref for ref in refs if not ref.startswith("constant:")))


def items_of(indicators: Iterable[Indicator]) -> frozenset[str]:
    """The statement items that indicators name: people may make statements of them."""
    named = (ref.split(":") for one in indicators for ref in references(one))
    return frozenset(parts[1] for parts in named if parts[0] in ("statement", "level"))


def is_good(indicator: Indicator, change: Figure) -> bool | None:
    """Whether a change is for the better; None when it is missing, nought, or neither way."""
    if not change.value or indicator.direction is Direction.NEITHER:
        return None
    return (change.value < 0) is (indicator.direction is Direction.LOWER)


def natural_form(indicator: Indicator) -> Form:
    """The form that a target of the indicator usually has."""
    return Form.AT_LEAST if indicator.direction is Direction.HIGHER else Form.AT_MOST


def _formula(indicator: Indicator, label: Label, resolve: Resolve, commit: int | None) -> Figure:
    value = _sum(indicator, "numerator", label, resolve, commit)
    if indicator.denominator:
        value = over(label, "", value, _sum(indicator, "denominator", label, resolve, commit))
    if indicator.scale == 1:
        return times(label, indicator.unit, value)
    source = record_source(LeafKind.RULE, "indicators", indicator.key, commit, "/scale")
    scale = read(Label("换算系数", "scale"), indicator.scale, "", source)
    return times(label, indicator.unit, value, scale)


def _sum(
    indicator: Indicator, side: str, label: Label, resolve: Resolve, commit: int | None
) -> Figure:
    terms = indicator.numerator if side == "numerator" else indicator.denominator
    parts = []
    for place, term in enumerate(terms):
        pointer = f"/{side}/{place}/factor"
        source = record_source(LeafKind.RULE, "indicators", indicator.key, commit, pointer)
        parts.append(_part(term, resolve, source))
    return parts[0] if len(parts) == 1 else total(label, parts[0].unit, parts)


def _part(term: Term, resolve: Resolve, source: Source) -> Figure:
    value = _constant(term.ref) or resolve(term.ref)
    if term.factor == 1:
        return value
    return times(
        value.label, value.unit, value, read(Label("系数", "factor"), term.factor, "", source)
    )


def _constant(ref: str) -> Figure | None:
    kind, _, number = ref.partition(":")
    return constant(Label(number, number), Fraction(number)) if kind == "constant" else None
