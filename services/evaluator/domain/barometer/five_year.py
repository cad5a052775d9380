"""The position in the plan: how much of the target is done, how much is left, and the margin."""

from dataclasses import replace

from services.evaluator.domain.barometer.checks import met
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import FiveYear, Rating
from services.evaluator.domain.barometer.yardsticks import (
    MINUS_ONE,
    Amounts,
    Powers,
    Yardstick,
    goal_of,
    passed_of,
    span_of,
    yardstick,
    years_of,
)
from services.evaluator.domain.figures.figure import Figure, Label, less, times
from services.evaluator.domain.records.rule import Basis
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.growth import (
    average_of_ratio,
    change_of,
    over_rest,
    progress,
    progress_less_required,
    remaining_duty,
    required_progress,
    share,
)

_PROGRESS = Label("五年目标完成进度", "progress of the target")
_REQUIRED = Label("应完成进度", "required progress")


def described(rating: Rating, target: Target, position: Position, stick: Yardstick) -> Rating:
    """The rating with what was done, what was asked for, the margin and the plan's position."""
    plan = five_year(target, position)
    rating = replace(rating, five_year=plan, flags=_flags(stick))
    if plan is not None:
        rating = replace(rating, progress=plan.progress, required=plan.required)
    if isinstance(stick, Amounts):
        return replace(rating, actual=stick.actual, goal=stick.goal, margin=stick.room)
    left, _, right = met(stick)
    return replace(
        rating,
        actual=times(Label("累计下降率", "fall so far"), "%", _change(stick), MINUS_ONE),
        goal=stick.goal,
        margin=less(Label("裕度", "margin"), "", right, left),
        margin_points=progress_less_required(
            Label("进度裕度", "ahead of progress"), stick.ratio, stick.goal, _required(stick)
        ),
    )


def five_year(target: Target, position: Position) -> FiveYear | None:
    """The cumulative position of a target of several years; None where there is none to tell."""
    if years_of(target) == 1 or target.form not in (Form.REDUCTION, Form.INCREMENT):
        return None
    stick = yardstick(target, replace(position, allowed=None), Basis.CUMULATIVE)
    passed, years = passed_of(target, position), span_of(target)
    required = required_progress(_REQUIRED, passed, years)
    if isinstance(stick, Powers):
        return _of_powers(stick, required)
    whole = goal_of(target, position)
    return FiveYear(
        passed=passed,
        years=years,
        change=stick.actual,
        required=required,
        used=share(Label("增量使用率", "allowance used"), stick.actual, whole),
        remaining=less(Label("剩余增量", "allowance left"), whole.unit, whole, stick.actual),
    )


def _of_powers(stick: Powers, required: Figure) -> FiveYear:
    left = less(Label("剩余年数", "years left"), "", stick.years, stick.passed)
    label = Label("剩余任务", "remaining duty")
    some = (left.value or 0) > 0
    rest = over_rest(label, stick.goal, stick.ratio)
    return FiveYear(
        passed=stick.passed,
        years=stick.years,
        change=_change(stick),
        required=required,
        progress=progress(_PROGRESS, stick.ratio, stick.goal),
        remaining=remaining_duty(label, stick.goal, stick.ratio),
        each_year=average_of_ratio(Label("剩余年均变化率", "change needed a year"), rest, left)
        if some
        else None,
    )


def _required(stick: Powers) -> Figure:
    return required_progress(_REQUIRED, stick.passed, stick.years)


def _change(stick: Powers) -> Figure:
    return change_of(Label("累计变化率", "change since the base year"), stick.ratio)


def _flags(stick: Yardstick) -> tuple[Label, ...]:
    figures = (stick.ratio, stick.goal) if isinstance(stick, Powers) else (stick.actual, stick.goal)
    return tuple(dict.fromkeys(flag for figure in figures for flag in figure.flags))
