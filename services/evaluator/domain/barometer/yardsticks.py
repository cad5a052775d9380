"""Yardsticks: what a target asks for at this point of its time, and what was done, in one unit."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.barometer.changes import (
    current_change,
    growth_in_year,
    increment,
    known,
    no_data,
    since_base,
    start_of,
    why,
)
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Source,
    absent,
    constant,
    greatest,
    less,
    over,
    times,
    total,
)
from services.evaluator.domain.records.rule import Basis
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.growth import HUNDRED, change_of, left_over
from services.evaluator.domain.statistics.leaves import quoted, read
from services.evaluator.domain.targets.phasing import MONTHS, share_by

MINUS_ONE = constant(Label("变号", "minus one"), -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """A cumulative reduction: `ratio` = Π(1+r) against `rest` = 1−T, after k of n years."""

    ratio: Figure
    rest: Figure
    goal: Figure
    passed: Figure
    years: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What was done against what was asked for. more: whether more of it is better.

    use: what is used and what may be, where that is not `actual` and `goal`: a fall of 3 % asked
    for leaves 97 % to use.
    """

    actual: Figure
    goal: Figure
    more: bool
    use: tuple[Figure, Figure] | None = None

    @property
    def room(self) -> Figure:
        """How much better than asked; negative when short."""
        label = Label("裕度", "margin")
        first, second = (self.actual, self.goal) if self.more else (self.goal, self.actual)
        return less(label, self.goal.unit, first, second)

    @property
    def short(self) -> Figure:
        """How far it is from what was asked; negative when better."""
        label = Label("差距", "gap")
        first, second = (self.goal, self.actual) if self.more else (self.actual, self.goal)
        return less(label, self.goal.unit, first, second)


Yardstick = Powers | Amounts


def years_of(target: Target) -> int:
    """How many years the target runs from its base."""
    return target.span


def is_single(target: Target, position: Position, basis: Basis) -> bool:
    """Whether a year is judged by itself rather than the position in the plan."""
    of_year = basis is Basis.YEAR and str(position.year) in target.yearly
    return of_year or years_of(target) == 1


def passed_of(target: Target, position: Position) -> Figure:
    """k: the years that have passed since the base, at most all of them.

    Of the current year so much as its phasing says, by default as much as has passed of it.
    """
    part = _part_of_year(target, position)
    k = min(position.year - start_of(target) + part, Fraction(years_of(target)))
    text = f"{position.year} − {start_of(target)} + {part}"
    return constant(Label("已过年数", "years passed"), k, "", text)


def _part_of_year(target: Target, position: Position) -> Fraction:
    """The share of the year that is due by now (0 to 1), by the target's shares or even."""
    months = position.elapsed * MONTHS
    by_shares = bool(target.shares) and months.denominator == 1
    return share_by(target.shares, int(months)) if by_shares else position.elapsed


def span_of(target: Target) -> Figure:
    """n: all years of the target."""
    return constant(Label("规划年数", "years of the plan"), years_of(target))


def target_source(target: Target, position: Position, pointer: str) -> Source:
    """Where a number of this version of the target can be read."""
    version, commit = position.target_version, position.commit
    which = f"?as_of=commit:{commit}" if commit is not None else ""
    return Source(
        kind=LeafKind.TARGET,
        href=f"/v1/targets/{quoted(target.code)}{f'?version={version}' if version else which}",
        pointer=pointer,
        version=str(version or ""),
        text=target.plan,
        confidence=target.confidence,
    )


def goal_of(target: Target, position: Position) -> Figure:
    """The target's value as a leaf; missing while nobody has handed it down."""
    if position.goal is not None:
        return position.goal
    label = Label(f"{target.name}目标值", f"target {target.name_en or target.code}")
    if target.value is None:
        return absent(
            label, target.unit, Label("目标尚未下达", "the target is not handed down yet")
        )
    return read(label, target.value, target.unit, target_source(target, position, "/value"))


def goal_of_year(target: Target, position: Position) -> Figure | None:
    """The current year's own target as a leaf, if there is one."""
    year = str(position.year)
    if position.yearly_goal is not None:
        return position.yearly_goal
    if year in target.yearly:
        label = Label(f"{target.name}{year}年目标值", f"target {target.code} of {year}")
        source = target_source(target, position, f"/yearly/{year}")
        return read(label, target.yearly[year], target.unit, source)
    return goal_of(target, position) if years_of(target) == 1 else None


def yardstick(target: Target, position: Position, basis: Basis) -> Yardstick:
    """What the rule set compares; its figures say what is missing."""
    single = goal_of_year(target, position) if is_single(target, position, basis) else None
    return _MAKERS[target.form](target, position, single)


def _reduction(target: Target, position: Position, single: Figure | None) -> Yardstick:
    if single is not None:
        fall = times(Label("下降率", "fall"), "%", current_change(target, position), MINUS_ONE)
        left = tuple(less(one.label, "%", HUNDRED, one) for one in (fall, single))
        return Amounts(actual=fall, goal=single, more=True, use=(left[0], left[1]))
    goal = goal_of(target, position)
    ratio = since_base(target, position)
    if ratio.value is not None and ratio.value < 0:
        # An even power would turn a measure below nought into a rise.
        ratio = greatest(ratio.label, "", ratio, constant(Label("零", "nought"), 0))
    return Powers(
        ratio=ratio,
        rest=left_over(Label("允许剩余比例", "part that may remain"), goal),
        goal=goal,
        passed=passed_of(target, position),
        years=span_of(target),
    )


def _increment(target: Target, position: Position, single: Figure | None) -> Yardstick:
    rate = target.unit == "%"
    if single is not None and rate:
        return Amounts(actual=current_change(target, position), goal=single, more=False)
    if single is not None:
        allowed = position.allowed or _so_far(target, position, single)
        return Amounts(actual=growth_in_year(target, position), goal=allowed, more=False)
    label = Label("累计增量控制目标", "increment allowed so far")
    part = over(label, "", passed_of(target, position), span_of(target))
    allowed = position.allowed or times(label, target.unit, goal_of(target, position), part)
    actual = increment(target, position)
    if rate:
        actual = change_of(Label("累计增幅", "growth since base"), since_base(target, position))
    return Amounts(actual=actual, goal=allowed, more=False)


def _total(target: Target, position: Position, single: Figure | None) -> Yardstick:
    actual = position.current or absent(
        Label("本期总量", "total of the period"), target.unit, no_data(position.year)
    )
    whole = single or goal_of_year(target, position) or _on_the_way(target, position)
    allowed = position.allowed or _so_far(target, position, whole)
    return Amounts(actual=actual, goal=allowed, more=False)


def _at_most(target: Target, position: Position, single: Figure | None) -> Yardstick:
    return _level(target, position, single, more=False)


def _at_least(target: Target, position: Position, single: Figure | None) -> Yardstick:
    return _level(target, position, single, more=True)


_MAKERS: dict[Form, Callable[[Target, Position, Figure | None], Yardstick]] = {
    Form.REDUCTION: _reduction,
    Form.INCREMENT: _increment,
    Form.TOTAL: _total,
    Form.AT_MOST: _at_most,
    Form.AT_LEAST: _at_least,
}


def _level(target: Target, position: Position, single: Figure | None, *, more: bool) -> Yardstick:
    """An indicator: by how far it moved from the base, or as it stands where no move is needed."""
    actual = position.current or absent(
        Label("指标现值", "the indicator now"), target.unit, no_data(position.year)
    )
    goal, base = single or goal_of(target, position), known(position.base)
    outright = position.allowed or goal_of_year(target, position)
    asked = outright or goal
    use = (asked, actual) if more else (actual, asked)
    if outright is not None or base is None or goal.value is None:
        return Amounts(actual=actual, goal=asked, more=more, use=use)
    if (goal.value <= base.known) if more else (goal.value >= base.known):
        return Amounts(actual=actual, goal=goal, more=more, use=use)
    done = _moved(Label("已完成变化", "moved so far"), actual, base, more=more)
    whole = _moved(Label("需要的变化", "to be moved"), goal, base, more=more)
    part = over(whole.label, "", passed_of(target, position), span_of(target))
    return Amounts(
        actual=done, goal=times(whole.label, target.unit, whole, part), more=True, use=use
    )


def _moved(label: Label, to: Figure, base: Figure, *, more: bool) -> Figure:
    return less(label, base.unit, to, base) if more else less(label, base.unit, base, to)


def _on_the_way(target: Target, position: Position) -> Figure:
    """A cap of the last year, in an earlier one: on the straight line from the base to it."""
    goal, base = goal_of(target, position), known(position.base)
    if base is None or position.year >= target.last_year:
        return goal
    label = Label("当年控制目标", "allowed in the year")
    year = constant(Label("规划第几年", "year of the plan"), position.year - start_of(target) + 1)
    part = over(label, "", year, span_of(target))
    step = times(label, target.unit, less(label, target.unit, goal, base), part)
    return total(label, target.unit, (base, step))


def _so_far(target: Target, position: Position, whole: Figure) -> Figure:
    """The part of a year's amount for the time that has passed: by the target's shares or even."""
    if position.elapsed == 1:
        return whole
    label = Label("截至本期控制目标", "allowed so far")
    part = _part_of_year(target, position)
    if target.shares:
        text = f"{position.elapsed} of the year has passed"
        percent = constant(Label("分期比例", "share by then"), part * 100, "%", text)
        return over(label, target.unit, times(label, target.unit, whole, percent), HUNDRED)
    even = constant(Label("时间进度", "part of the year"), part)
    return times(label, target.unit, whole, even)


def faults_of(stick: Yardstick) -> tuple[Label, ...]:
    """What is missing for the comparison."""
    if isinstance(stick, Powers):
        return why(stick.ratio, stick.rest)
    return why(stick.actual, stick.goal)


def impossible(stick: Yardstick) -> tuple[Label, ...]:
    """Why nothing can be compared although nothing is missing."""
    if isinstance(stick, Powers) and stick.rest.known <= 0:
        return (Label("累计下降目标须小于100%", "a cumulative reduction must be less than 100 %"),)
    return ()
