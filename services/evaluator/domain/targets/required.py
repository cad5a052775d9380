"""What a target asks for by the end of a period, as figures that show how they came about.

Five years -> a year -> months: reductions and increments by their share of the way, totals by the
value of the year and the share of its months. Nothing is rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    leaf,
    less,
    over,
    power,
    times,
    total,
)
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.phasing import MONTHS, progress_by

_DIGITS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """A target and the number of its version, so that a leaf can say where it was read."""

    target: Target
    version: int

    def leaf(self, value: Decimal | None, pointer: str, label: Label, unit: str) -> Figure:
        """One of the target's numbers; `pointer` leads to it in the answer about this version."""
        target = self.target
        source = Source(
            kind=LeafKind.TARGET,
            href=f"/v1/targets/{target.code}?version={self.version}",
            pointer=pointer,
            version=str(self.version),
            text=target.source or target.plan,
            confidence=target.confidence,
        )
        if value is None:
            missing = Label(f"{target.name}尚未下达", f"{target.code} is not handed down yet")
            return leaf(label, None, unit, source, missing=(missing,))
        return leaf(label, Fraction(value), unit, source)


def value_of(one: Versioned) -> Figure:
    """The target's own value."""
    target = one.target
    label = Label(f"{target.name}目标值", f"target {target.code}")
    return one.leaf(target.value, "/value", label, target.unit)


def of_year(one: Versioned, year: int, base: Figure | None = None) -> Figure:
    """The value set for a single year, or derived where the form allows it.

    An increment is shared out evenly; a total, cap or floor holds in its last year as it stands. A
    total in an earlier year lies on the straight line from the amount of the base year, if known.
    """
    target = one.target
    label = Label(f"{target.name}{year}年目标", f"target {target.code} of {year}")
    if str(year) in target.yearly:
        return one.leaf(target.yearly[str(year)], f"/yearly/{year}", label, target.unit)
    if target.form is Form.INCREMENT:
        years = constant(Label("年数", "years"), target.span)
        return over(label, target.unit, value_of(one), years)
    if year == target.last_year and target.form is not Form.REDUCTION:
        return value_of(one)
    if target.form is Form.TOTAL and base is not None and base.value is not None:
        return _on_the_way(one, year, base)
    why = Label(f"{year}年未单独下达目标", f"no target was set for {year} alone")
    return absent(label, target.unit, why)


def _on_the_way(one: Versioned, year: int, base: Figure) -> Figure:
    target = one.target
    label = Label(f"{target.name}{year}年控制目标", f"allowed by {target.code} in {year}")
    nth = constant(Label("规划第几年", "year of the plan"), max(0, year - target.starts + 1))
    part = over(label, "", nth, constant(Label("规划年数", "years of the plan"), target.span))
    step = times(label, target.unit, less(label, target.unit, value_of(one), base), part)
    return total(label, target.unit, (base, step))


def progress_figure(one: Versioned, year: int, months: int = MONTHS) -> Figure:
    """k/n: the share of the way that is due by the end of so many months of a year."""
    target = one.target
    progress_by(target, year, months)  # refuses years that are not the target's
    label = Label("应完成进度", "required progress")
    if year < target.starts:
        return constant(label, 0, "", f"the target is measured from {target.base_year} on")
    before = year - target.starts
    done = total(
        Label("已过年数", "years elapsed"),
        "",
        [
            constant(Label("此前各年", "years before"), before),
            _within(one, months),
        ],
    )
    return over(label, "", done, constant(Label("规划年数", "years of the plan"), target.span))


def _within(one: Versioned, months: int) -> Figure:
    label = Label("本年应完成份额", "share of the year due")
    shares = one.target.shares
    if not shares:
        return over(
            label,
            "",
            constant(Label("本年已过月数", "months elapsed"), months),
            constant(Label("全年月数", "months of a year"), MONTHS),
        )
    each = MONTHS // len(shares)
    parts = [_share(one, i, months, each) for i in range(-(-months // each))]
    if not parts:
        return constant(label, 0)
    return over(label, "", total(label, "%", parts), constant(Label("百", "hundred"), 100))


def _share(one: Versioned, index: int, months: int, each: int) -> Figure:
    label = Label(f"第{index + 1}份", f"share {index + 1}")
    whole = one.leaf(one.target.shares[index], f"/shares/{index}", label, "%")
    elapsed = months - index * each
    if elapsed >= each:
        return whole
    part = constant(Label("已过部分", "part elapsed"), Fraction(elapsed, each))
    return times(label, "%", whole, part)


def required(one: Versioned, year: int, months: int = MONTHS, base: Figure | None = None) -> Figure:
    """What the target asks for by the end of so many months of a year.

    A reduction: percentage points below the base year, linear (k/n of the whole). An increment: so
    much growth at most since the base year. A total: the share of that year's amount, on the way
    from `base` where none was set. A cap or floor: the value of that year, else of the last year.
    """
    target = one.target
    label = Label(f"{target.name}应达到", f"required by {target.code}")
    match target.form:
        case Form.REDUCTION | Form.INCREMENT:
            due = progress_figure(one, year, months)
            return times(label, target.unit, value_of(one), due)
        case Form.TOTAL:
            return times(label, target.unit, of_year(one, year, base), _within(one, months))
        case _:
            set_alone = str(year) in target.yearly
            return of_year(one, year) if set_alone else value_of(one)


def allowance(one: Versioned, base: Figure) -> Figure:
    """The growth that a total leaves beside the base year's amount, the increment if it is one."""
    target = one.target
    label = Label(f"{target.name}增量空间", f"growth allowance of {target.code}")
    if target.form is Form.INCREMENT:
        return value_of(one)
    if target.form is Form.TOTAL:
        return less(label, target.unit, value_of(one), base)
    why = Label("该目标不是总量目标", f"{target.code} is no total")
    return absent(label, target.unit, why)


def remaining_duty(one: Versioned, changes: Sequence[Figure]) -> Figure:
    """What remains of a reduction after the years so far: 1 − (1−T) ÷ Π(1+r), in per cent.

    changes: each year's change in per cent (a fall is negative).
    """
    hundred, unity = constant(Label("百", "hundred"), 100), constant(Label("一", "one"), 1)
    factors = [
        total(
            Label(f"1+{change.label.zh}", f"1 + {change.label.en}"),
            "",
            [unity, over(change.label, "", change, hundred)],
        )
        for change in changes
    ]
    kept = less(
        Label("目标剩余比", "share that the target leaves"),
        "",
        unity,
        over(Label("目标", "target"), "", value_of(one), hundred),
    )
    reached = times(Label("累计比", "share reached"), "", unity, *factors)
    rest = over(Label("尚余比", "share that remains"), "", kept, reached)
    left = less(Label("剩余任务", "remaining duty"), "", unity, rest)
    return times(Label("剩余任务", "remaining duty"), "%", left, hundred)


def bounds(one: Versioned, year: int, months: int, quarters: int = 4) -> tuple[Figure, int]:
    """For a decision without roots: (1−T)^(k·q) and n·q, with q quarters to a year.

    Π(1+r)^(n·q) ≤ (1−T)^(k·q) says that the required progress k/n is reached. Raises ValueError
    when k is no whole number of quarters.
    """
    due = progress_by(one.target, year, months)
    span = one.target.span
    exponent = due * span * quarters
    if exponent.denominator != 1:
        raise ValueError(f"{months} months of {year} are no whole number of quarters")
    unity, hundred = constant(Label("一", "one"), 1), constant(Label("百", "hundred"), 100)
    kept = less(
        Label("目标剩余比", "share that the target leaves"),
        "",
        unity,
        over(Label("目标", "target"), "", value_of(one), hundred),
    )
    times_taken = constant(Label("次数", "exponent"), int(exponent))
    label = Label("进度界限", "bound of the progress")
    return power(label, "", kept, times_taken), span * quarters


def equal_annual_rate(reduction: Decimal, years: int, digits: int = _DIGITS) -> Decimal:
    """The yearly fall in per cent that comes to `reduction` per cent in so many years.

    1 − (1−T)^(1/n) has no exact decimal: it is for display and for setting yearly targets. Raises
    ValueError for 100 per cent or more.
    """
    context = Context(prec=digits + 10)
    kept = context.subtract(Decimal(1), context.divide(reduction, Decimal(100)))
    if kept <= 0 or years < 1:
        raise ValueError("a reduction is below 100 per cent and takes at least a year")
    root = context.exp(context.divide(context.ln(kept), Decimal(years)))
    rate = context.multiply(context.subtract(Decimal(1), root), Decimal(100))
    return Context(prec=digits).plus(rate)
