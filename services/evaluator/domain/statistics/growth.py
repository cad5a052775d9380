"""The arithmetic of briefs: changes, averages, duties and progress, exact or to stated digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    absent,
    constant,
    less,
    over,
    times,
    total,
)

ONE = constant(Label("一", "one"), 1)
HUNDRED = constant(Label("百分数", "per cent"), 100)
_CONTEXT = Context(prec=60)


class Formula(StrEnum):
    """How an approximate number is made of its operands (a, b): given so that it can be redone."""

    LOGARITHMS = "100*ln(a)/ln(b)"
    ROOT_LESS_ONE = "100*(a^(1/b)-1)"
    ONE_LESS_ROOT = "100*(1-a^(1/b))"
    LOGARITHMS_LESS = "100*ln(a)/ln(b)-c"
    LESS_LOGARITHMS = "c-100*ln(a)/ln(b)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approximate:
    """A number that no fraction is exactly: right to the last of its decimals, for display only."""

    label: Label
    unit: str
    value: Decimal | None
    formula: Formula
    operands: tuple[Figure, ...]
    missing: tuple[Label, ...] = ()


def shown(value: Fraction, digits: int) -> str:
    """The value with `digits` decimals, halves away from nought (四舍五入), as bulletins print.

    The only rounding of what is published; nothing is computed or decided from it.
    """
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = str(whole).rjust(digits + 1, "0")
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def ratio_of(change: Figure) -> Figure:
    """1 + change/100: what a change in per cent multiplies by."""
    label = Label(f"1+{change.label.zh}", f"1 + {change.label.en}")
    return total(label, "", (ONE, over(change.label, "", change, HUNDRED)))


def change_of(label: Label, ratio: Figure) -> Figure:
    """(ratio − 1) × 100, in per cent."""
    return times(label, "%", less(label, "", ratio, ONE), HUNDRED)


def change(label: Label, now: Figure, before: Figure) -> Figure:
    """The change from one amount to another, in per cent (exact)."""
    return change_of(label, over(label, "", now, before))


def intensity(label: Label, unit: str, amount: Figure, denominator: Figure) -> Figure:
    """An amount per unit of GDP, value added, product or turnover."""
    return over(label, unit, amount, denominator)


def intensity_change_from_totals(
    label: Label, energy: Figure, gdp: Figure, energy_before: Figure, gdp_before: Figure
) -> Figure:
    """(E/GDP) ÷ (E₀/GDP₀) − 1 in per cent; GDP at constant prices of one year."""
    return change(
        label,
        over(label, "", energy, gdp),
        over(label, "", energy_before, gdp_before),
    )


def intensity_change(label: Label, energy_growth: Figure, gdp_growth: Figure) -> Figure:
    """(1+g_E)/(1+g_GDP) − 1 in per cent, from growth rates in per cent."""
    return change_of(label, over(label, "", ratio_of(energy_growth), ratio_of(gdp_growth)))


def implied_growth(label: Label, energy_growth: Figure, change_of_intensity: Figure) -> Figure:
    """(1+g_E)/(1+i) − 1 in per cent: the growth of GDP that both rates imply."""
    return change_of(label, over(label, "", ratio_of(energy_growth), ratio_of(change_of_intensity)))


def compounded(label: Label, changes: Sequence[Figure]) -> Figure:
    """Π(1+rᵢ), a plain number, of changes in per cent."""
    if not changes:
        return absent(label, "", Label("没有各年变化率", "no yearly changes"))
    return times(label, "", *(ratio_of(one) for one in changes))


def cumulative_change(label: Label, changes: Sequence[Figure]) -> Figure:
    """Π(1+rᵢ) − 1 in per cent."""
    return change_of(label, compounded(label, changes))


def left_over(label: Label, target: Figure) -> Figure:
    """1 − T/100 of a reduction target in per cent: the part that may remain."""
    return less(label, "", ONE, over(target.label, "", target, HUNDRED))


def over_rest(label: Label, target: Figure, so_far: Figure) -> Figure:
    """(1−T)/Π(1+rᵢ): what the remaining years must multiply by."""
    return over(label, "", left_over(label, target), so_far)


def remaining_duty(label: Label, target: Figure, so_far: Figure) -> Figure:
    """1 − (1−T)/Π(1+rᵢ) in per cent; `so_far` is Π(1+rᵢ). Negative when more has been done."""
    rest = over_rest(label, target, so_far)
    return times(label, "%", less(label, "", ONE, rest), HUNDRED)


def equal_annual_rate(label: Label, target: Figure, years: Figure, digits: int = 4) -> Approximate:
    """1 − (1−T)^(1/n) in per cent: the same reduction in each of n years."""
    rest = left_over(label, target)
    return _rooted(label, Formula.ONE_LESS_ROOT, rest, years, digits)


def average_change(label: Label, changes: Sequence[Figure], digits: int = 4) -> Approximate:
    """(Π(1+rᵢ))^(1/n) − 1 in per cent; of two years the 两年平均 of the bulletins."""
    years = constant(Label("年数", "years"), len(changes))
    return _rooted(label, Formula.ROOT_LESS_ONE, compounded(label, changes), years, digits)


def average_of_ratio(label: Label, ratio: Figure, years: Figure, digits: int = 4) -> Approximate:
    """ratio^(1/n) − 1 in per cent."""
    return _rooted(label, Formula.ROOT_LESS_ONE, ratio, years, digits)


def progress(label: Label, so_far: Figure, target: Figure, digits: int = 2) -> Approximate:
    """完成进度: 100·ln Π(1+rᵢ) ÷ ln(1−T); `so_far` is Π(1+rᵢ), the target a reduction in %."""
    rest = left_over(target.label, target)
    value = _logarithms(so_far.value, rest.value)
    return _approximate(label, "%", Formula.LOGARITHMS, (so_far, rest), value, digits)


def progress_less_required(
    label: Label, so_far: Figure, target: Figure, required: Figure, digits: int = 2
) -> Approximate:
    """How far progress is ahead of the required progress, in percentage points.

    Of a target that allows a rise, progress is what has been used of it: less of that is ahead.
    """
    rest = left_over(target.label, target)
    value = _logarithms(so_far.value, rest.value)
    is_rise = target.value is not None and target.value < 0
    formula = Formula.LESS_LOGARITHMS if is_rise else Formula.LOGARITHMS_LESS
    if value is not None and required.value is not None:
        due = _decimal(required.value)
        value = _CONTEXT.subtract(due, value) if is_rise else _CONTEXT.subtract(value, due)
    return _approximate(label, "pp", formula, (so_far, rest, required), value, digits)


def required_progress(label: Label, passed: Figure, years: Figure) -> Figure:
    """k/n in per cent."""
    return times(label, "%", over(label, "", passed, years), HUNDRED)


def yearly_increment(label: Label, increment: Figure, years: Figure) -> Figure:
    """A plan's increment shared out evenly over its years."""
    return over(label, increment.unit, increment, years)


def pull(label: Label, group: Figure, group_before: Figure, whole_before: Figure) -> Figure:
    """拉动: (E_g − E_g,prev) ÷ E_prev in percentage points."""
    growth = less(label, group.unit, group, group_before)
    return times(label, "pp", over(label, "", growth, whole_before), HUNDRED)


def before_from_growth(label: Label, now: Figure, growth: Figure) -> Figure:
    """The amount of the year before, from this year's and its growth in per cent."""
    return over(label, now.unit, now, ratio_of(growth))


def elasticity(label: Label, growth: Figure, gdp_growth: Figure) -> Figure:
    """Growth of energy (or electricity) ÷ growth of GDP."""
    return over(label, "", growth, gdp_growth)


def share(label: Label, part: Figure, whole: Figure) -> Figure:
    """A part of a whole in per cent."""
    return times(label, "%", over(label, "", part, whole), HUNDRED)


def largest_carbon(
    label: Label, base_intensity: Figure, reduction: Figure, gdp: Figure, unit: str = "tCO2"
) -> Figure:
    """I₀·(1−r)·GDP: the most that may be emitted in a year whose intensity must fall by r %."""
    return times(label, unit, base_intensity, left_over(label, reduction), gdp)


def redone(one: Approximate, digits: int) -> Decimal | None:
    """The same number with more (or fewer) decimals, from its operands; None where there is none.

    For whoever rounds it once more: what was rounded to two decimals must not be to one.
    """
    first, second, *others = one.operands
    if one.formula in (Formula.ONE_LESS_ROOT, Formula.ROOT_LESS_ONE):
        return _rooted(one.label, one.formula, first, second, digits).value
    value = _logarithms(first.value, second.value)
    if value is None or one.value is None:
        return None
    for other in others:
        due = _decimal(other.known)
        is_rise = one.formula is Formula.LESS_LOGARITHMS
        value = _CONTEXT.subtract(due, value) if is_rise else _CONTEXT.subtract(value, due)
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def root(value: Fraction, n: int, digits: int) -> Decimal:
    """The n-th root of a value ≥ 0, cut off after `digits` decimals, by whole numbers alone."""
    if value < 0 or n < 1:
        raise ValueError("a root is taken of a number not below nought, to a degree of 1 or more")
    scaled = value.numerator * 10 ** (digits * n) // value.denominator
    return Decimal(_whole_root(scaled, n)).scaleb(-digits, Context(prec=digits + 400))


def _whole_root(value: int, n: int) -> int:
    """The largest whole number whose n-th power is not above `value` (Newton's method)."""
    if n == 1 or value < 2:
        return value
    if n == 2:
        return isqrt(value)
    guess = 1 << -(-value.bit_length() // n)
    while True:
        better = ((n - 1) * guess + value // guess ** (n - 1)) // n
        if better >= guess:
            return guess
        guess = better


def _rooted(
    label: Label, formula: Formula, base: Figure, degree: Figure, digits: int
) -> Approximate:
    """A root shown in per cent. The degree may be a fraction of years: a^(q/p) for p/q years."""
    value = None
    if base.value is not None and degree.value is not None and base.value > 0 < degree.value:
        years = degree.value
        rate = root(base.value**years.denominator, years.numerator, digits + 8) - 1
        value = rate * 100 if formula is Formula.ROOT_LESS_ONE else -rate * 100
    return _approximate(label, "%", formula, (base, degree), value, digits)


def _logarithms(value: Fraction | None, rest: Fraction | None) -> Decimal | None:
    if value is None or rest is None or value <= 0 or rest <= 0 or rest == 1:
        return None
    part = _CONTEXT.divide(_ln(value), _ln(rest))
    return _CONTEXT.multiply(part, Decimal(100))


@lru_cache(maxsize=1024)
def _ln(value: Fraction) -> Decimal:
    return _CONTEXT.ln(_decimal(value))


def _decimal(value: Fraction) -> Decimal:
    return _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


def _approximate(
    label: Label,
    unit: str,
    formula: Formula,
    operands: tuple[Figure, ...],
    value: Decimal | None,
    digits: int,
) -> Approximate:
    missing = tuple(dict.fromkeys(reason for part in operands for reason in part.missing))
    if value is None and not missing:
        missing = (Label(f"{label.zh}无法计算", f"{label.en} cannot be computed"),)
    return Approximate(
        label=label,
        unit=unit,
        value=value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if value is not None
        else None,
        formula=formula,
        operands=operands,
        missing=missing,
    )
