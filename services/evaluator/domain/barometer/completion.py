"""How far a target is completed at this point of its time, in per cent: 100 just when it is met."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from services.evaluator.domain.barometer.checks import holds, met
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Rating, RatingState
from services.evaluator.domain.barometer.yardsticks import (
    MINUS_ONE,
    Amounts,
    Powers,
    faults_of,
    impossible,
    yardstick,
)
from services.evaluator.domain.figures.figure import Figure, Label, absent, constant, less, times
from services.evaluator.domain.records.rule import Basis
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.growth import HUNDRED, progress, required_progress, share

_LABEL = Label("目标完成率", "completion of the target")
_JUST_SHORT = Decimal("99.99")


def completion(target: Target, position: Position, basis: Basis, rating: Rating) -> Figure:
    """Completion of the year's own target (`basis` YEAR, where it has one) or of the plan so far.

    A total that need not be tested counts as completed. Missing when the position is.
    """
    if rating.state is RatingState.EXEMPT:
        return constant(_LABEL, 100, "%", "exempt from the test of the total")
    stick = yardstick(target, position, basis)
    faults = faults_of(stick) or impossible(stick)
    if faults:
        return absent(_LABEL, "%", *faults)
    return _of_powers(stick) if isinstance(stick, Powers) else _of_amounts(stick)


def _of_amounts(stick: Amounts) -> Figure:
    """100 less the gap's share of the target; all or nothing where the target is nought."""
    goal = stick.goal.known
    if goal == 0:
        return constant(_LABEL, 100 if stick.short.known <= 0 else 0, "%", "the target is nought")
    size = (
        stick.goal if goal > 0 else times(stick.goal.label, stick.goal.unit, stick.goal, MINUS_ONE)
    )
    return less(_LABEL, "%", HUNDRED, share(Label("差距", "gap"), stick.short, size))


def _of_powers(stick: Powers) -> Figure:
    """Progress by logarithms against the progress required, held to the exact comparison."""
    left, relation, right = met(stick)
    is_met = holds(left.known, relation, right.known)
    done = progress(_LABEL, stick.ratio, stick.goal, digits=8)
    due = required_progress(_LABEL, stick.passed, stick.years).known
    if done.value is None or due <= 0:
        return constant(_LABEL, 100 if is_met else 0, "%", "no logarithm: met or missed")
    part = Fraction(done.value) / due * 100
    if (stick.goal.value or 0) < 0:
        part = 200 - part  # a rise is allowed: what is used of it beyond all counts as short
    shown = _cut(part)
    shown = max(shown, Decimal(100)) if is_met else min(shown, _JUST_SHORT)
    return constant(_LABEL, Fraction(shown), "%", "100 × progress ÷ required progress")


def _cut(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_DOWN)
