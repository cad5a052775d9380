"""Conditions with numbers put in: exact comparisons, of powers where the position is cumulative."""

from fractions import Fraction

from services.evaluator.domain.barometer.changes import current_change
from services.evaluator.domain.barometer.exponents import workable
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Check
from services.evaluator.domain.barometer.yardsticks import MINUS_ONE, Amounts, Powers, Yardstick
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    constant,
    less,
    over,
    power,
    times,
    total,
)
from services.evaluator.domain.records.rule import Condition, Quantity, Relation, RuleSet
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.growth import HUNDRED, change_of, share
from services.evaluator.domain.statistics.leaves import read, record_source

MIRRORED = {
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.BELOW: Relation.ABOVE,
    Relation.AT_LEAST: Relation.AT_MOST,
    Relation.ABOVE: Relation.BELOW,
}
NAMES = {
    Quantity.GAP_SHARE: Label("与目标差距", "gap"),
    Quantity.GAP_POINTS: Label("与目标差距（百分点）", "gap in percentage points"),
    Quantity.COMPLETION: Label("目标完成率", "completion"),
    Quantity.CHANGE: Label("同比变化率", "change on last year"),
    Quantity.UTILISATION: Label("预算执行率", "utilisation"),
}
NO_GAP = constant(Label("没有差距", "no gap"), 0, "%")
_UNITS = {Quantity.GAP_POINTS: "pp"}


def holds(left: Fraction, relation: Relation, right: Fraction) -> bool:
    """Whether `left relation right`."""
    match relation:
        case Relation.AT_MOST:
            return left <= right
        case Relation.BELOW:
            return left < right
        case Relation.AT_LEAST:
            return left >= right
        case Relation.ABOVE:
            return left > right


def threshold_text(condition: Condition) -> Label:
    """The condition in words, such as `gap <= 10 %`."""
    name = NAMES[condition.quantity]
    unit_zh, unit_en = ("个百分点", " pp") if condition.quantity in _UNITS else ("%", " %")
    said = f"{condition.threshold:f}"
    sign = {"<=": "≤", ">=": "≥"}.get(condition.relation.value, condition.relation.value)
    return Label(f"{name.zh}{sign}{said}{unit_zh}", f"{name.en} {sign} {said}{unit_en}")


def threshold_of(rule: RuleSet, grade: int, number: int, commit: int | None) -> Figure:
    """A condition's threshold as a leaf of the rule set."""
    condition = rule.grades[grade].conditions[number]
    pointer = f"/grades/{grade}/conditions/{number}/threshold"
    source = record_source(LeafKind.RULE, "rules", rule.key, commit, pointer)
    unit = _UNITS.get(condition.quantity, "%")
    return read(threshold_text(condition), condition.threshold, unit, source)


def check(
    condition: Condition, threshold: Figure, stick: Yardstick, target: Target, position: Position
) -> Check:
    """The comparison; its sides say what is missing when it cannot be made (`holds` is False)."""
    relation = condition.relation
    match condition.quantity:
        case Quantity.CHANGE:
            left, right = current_change(target, position), threshold
        case Quantity.UTILISATION:
            left, right = _utilisation(stick, threshold)
        case Quantity.GAP_POINTS:
            left, right = _points(stick, threshold)
        case Quantity.GAP_SHARE:
            left, relation, right = _share(stick, relation, threshold)
        case Quantity.COMPLETION:
            gap = less(threshold.label, "%", HUNDRED, threshold)
            left, relation, right = _share(stick, MIRRORED[relation], gap)
    sides = (left.value, right.value)
    decided = sides[0] is not None and sides[1] is not None and holds(sides[0], relation, sides[1])
    return Check(condition=condition, left=left, relation=relation, right=right, holds=decided)


def met(stick: Yardstick) -> tuple[Figure, Relation, Figure]:
    """The comparison that says whether the target is met at this point of time."""
    return _share(stick, Relation.AT_MOST, NO_GAP)


def _share(stick: Yardstick, relation: Relation, gap: Figure) -> tuple[Figure, Relation, Figure]:
    """`gap's share relation gap`, in a form that is exact and never divides by nought."""
    if isinstance(stick, Powers):
        left, right = _powers(stick, gap)
        return left, relation, right
    label = Label("差距占目标比例", "gap's share of the target")
    left, right = _of_whole(label, stick.short, _absolute(stick.goal), gap)
    return left, relation, right


def _powers(stick: Powers, gap: Figure) -> tuple[Figure, Figure]:
    """Both sides of Π(1+r)^M against (1−T)^(M·k/n·x), x = 1 − gap; M makes exponents whole.

    Where the target allows a rise (T < 0), a gap is room beyond it: x = 1 + gap.
    """
    label = Label("进度系数", "exponent by progress")
    one = over(gap.label, "", gap, HUNDRED)
    signed = one if (stick.goal.value or 0) >= 0 else times(gap.label, "", one, MINUS_ONE)
    part = less(gap.label, "", constant(Label("一", "one"), 1), signed)
    asked = times(label, "", over(label, "", stick.passed, stick.years), part)
    exponent = workable(stick.ratio, stick.rest, asked)
    whole = constant(
        Label("整数倍数", "multiple"),
        exponent.known.denominator if exponent.value is not None else 1,
        "",
        "the smallest whole number that makes both exponents whole",
    )
    left = power(Label("实际剩余比例的幂", "power of what remains"), "", stick.ratio, whole)
    raised = times(label, "", whole, exponent)
    right = power(Label("允许剩余比例的幂", "power of what may remain"), "", stick.rest, raised)
    return left, right


def _points(stick: Yardstick, threshold: Figure) -> tuple[Figure, Figure]:
    label = NAMES[Quantity.GAP_POINTS]
    if isinstance(stick, Amounts):
        if stick.goal.unit == "%":
            return stick.short, threshold
        return _of_whole(label, stick.short, _absolute(stick.goal), threshold)
    part = over(label, "", stick.passed, stick.years)
    fall = times(label, "%", change_of(label, stick.ratio), MINUS_ONE)
    return less(label, "pp", times(label, "%", stick.goal, part), fall), threshold


def _utilisation(stick: Yardstick, threshold: Figure) -> tuple[Figure, Figure]:
    """What is used against what may be; of a cumulative fall Π^M against (u·(1−T)^(k/n))^M."""
    label = NAMES[Quantity.UTILISATION]
    if isinstance(stick, Amounts):
        return _compared(label, *(stick.use or (stick.actual, stick.goal)), threshold)
    left, right = _powers(stick, NO_GAP)
    factor = over(label, "", threshold, HUNDRED)
    return left, times(label, "", power(label, "", factor, left.operands[1]), right)


def _compared(
    label: Label, done: Figure, allowed: Figure, threshold: Figure
) -> tuple[Figure, Figure]:
    """Where less than nought is allowed, what is short of it counts beyond 100 per cent."""
    if allowed.value is None or allowed.value >= 0:
        return _of_whole(label, done, allowed, threshold)
    short = share(label, less(label, allowed.unit, done, allowed), _absolute(allowed))
    return total(label, "%", (HUNDRED, short)), threshold


def _of_whole(
    label: Label, part: Figure, whole: Figure, threshold: Figure
) -> tuple[Figure, Figure]:
    """A share in per cent beside its threshold, in a form that never divides by nought."""
    if whole.value == 0:
        return times(label, "", part, HUNDRED), times(label, "", threshold, whole)
    return share(label, part, whole), threshold


def _absolute(figure: Figure) -> Figure:
    if figure.value is not None and figure.value < 0:
        return times(figure.label, figure.unit, figure, MINUS_ONE)
    return figure
