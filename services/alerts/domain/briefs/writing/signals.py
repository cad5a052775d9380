"""Figures that rules for measures go by: each with a name, a number, and how it is printed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.alerts.domain.briefs.facts import Label, Proposal
from services.alerts.domain.briefs.printing import Printed, both, duty, listed, percent
from services.alerts.domain.briefs.writing.choosing import (
    groupings_in_order,
    is_rated,
    level_name,
    main_of,
    outlooks_in_order,
)
from services.alerts.domain.briefs.writing.fields import together
from services.alerts.domain.briefs.writing.handling import shut_gates
from services.alerts.domain.briefs.writing.levels import changed, colour_at
from services.alerts.domain.briefs.writing.outlook import scenario
from services.alerts.domain.briefs.writing.pen import Pen
from services.alerts.domain.briefs.writing.places import severe
from services.alerts.domain.briefs.writing.problems import over_budget, over_line
from services.alerts.domain.briefs.writing.targets import is_allowance
from services.alerts.domain.briefs.writing.words import ARMS

MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A figure: what it is called, its number (None when unknown), as printed, and whom it names.

    The number is the printed one, so that a rule holds for what the reader sees.
    """

    label: Label
    value: Fraction | None
    shown: Label
    names: tuple[str, ...] = ()


def signals(pen: Pen) -> Mapping[str, Signal]:
    """All figures that rules may name."""
    found = {f"{arm}.{name}": one for arm in ARMS for name, one in _of_arm(pen, arm)}
    return {**found, **dict(_of_desk(pen)), **dict(_of_data(pen))}


def proposed(pen: Pen) -> tuple[tuple[Proposal, Signal], ...]:
    """The measures whose rule holds, with the figure that says so, in the order of the rules."""
    known = signals(pen)
    pairs = [(rule, known.get(rule.figure)) for rule in pen.facts.settings.proposals]
    return tuple((rule, one) for rule, one in pairs if one is not None and holds(rule, one.value))


def holds(rule: Proposal, value: Fraction | None) -> bool:
    """Whether the figure is known and within every bound that the rule sets."""
    if value is None:
        return False
    return (
        (rule.at_least is None or value >= rule.at_least)
        and (rule.at_most is None or value <= rule.at_most)
        and (rule.above is None or value > rule.above)
        and (rule.below is None or value < rule.below)
    )


def _count(zh: str, en: str, names: tuple[str, ...], of: str = "个") -> Signal:
    return _number(zh, en, len(names), of, names)


def _number(zh: str, en: str, count: int, of: str, names: tuple[str, ...] = ()) -> Signal:
    """of: the Chinese word with which they are counted."""
    shown = Label(f"{count}{of}", str(count))
    return Signal(label=Label(zh, en), value=Fraction(count), shown=shown, names=names)


def _percent(zh: str, en: str, value: Fraction | None, unit: Label | None = None) -> Signal:
    label, sign = Label(zh, en), unit or both("%")
    if value is None:
        return Signal(label=label, value=None, shown=both(""))
    printed = percent(value)
    shown = Label(f"{printed}{sign.zh}", f"{printed}{sign.en}")
    return Signal(label=label, value=printed.value, shown=shown)


def _points(zh: str, en: str, printed: Printed | None, words: tuple[str, str]) -> Signal:
    """Percentage points; words: the Chinese for below nought, and for the rest."""
    if printed is None:
        return Signal(label=Label(zh, en), value=None, shown=both(""))
    word = words[printed.sign >= 0]
    shown = Label(f"{word}{printed.size}个百分点", f"{printed} percentage points")
    return Signal(label=Label(zh, en), value=printed.value, shown=shown)


def _of_arm(pen: Pen, arm: str) -> Iterator[tuple[str, Signal]]:
    zh, en = ARMS[arm].zh, ARMS[arm].en
    main = main_of(pen.situation.measures, f"{arm}-total")
    change = None if main is None else main.moved.change
    yield "change", _percent(f"{zh}总量同比变化为", f"{en}, total year on year", change)
    yield from _of_levels(pen, arm)
    gap = Label(f"{zh}目标完成进度较序时进度", f"{en}, progress less progress due")
    yield "gap", _points(gap.zh, gap.en, _gap(pen, arm), ("低", "高"))
    ahead = next((one for one in outlooks_in_order(pen) if one.measure == f"{arm}-total"), None)
    needed = None if ahead is None else ahead.needed
    title = Label(f"{zh}剩余时间较上年同期需下降", f"{en}, fall needed in the rest of the year")
    yield "needed", _percent(title.zh, title.en, needed)
    over = None
    if ahead is not None and ahead.limit and (case := scenario(ahead, "expected")) is not None:
        over = 100 * ((case.at_end or Fraction(0)) / ahead.limit - 1)
    title = Label(f"{zh}全年预计超出控制目标", f"{en}, expected above the limit of the year")
    yield "over", _percent(title.zh, title.en, over)
    six = [one for one in groupings_in_order(pen, "six") if one.measure == f"{arm}-total"]
    pulled = together(six[0]).pull if six else None
    points = None if pulled is None else percent(pulled)
    title = Label(f"六大高耗能行业拉动{zh}总量", f"{en}, pull of the six energy-hungry industries")
    yield "six-pull", _points(title.zh, title.en, points, ("下降", "增长"))


def _of_levels(pen: Pen, arm: str) -> Iterator[tuple[str, Signal]]:
    if not pen.rates:
        return
    zh, en = ARMS[arm].zh, ARMS[arm].en
    own = [one for one in pen.situation.own if one.measure.startswith(arm) and is_rated(one)]
    if own:
        worst = max(own, key=lambda one: one.severity or 0)
        yield (
            "level",
            Signal(
                label=Label(f"{zh}目标等级为", f"{en}, level of the target"),
                value=Fraction(worst.severity or 0),
                shown=level_name(worst),
            ),
        )
    places = pen.situation.places
    for nth, name in (("red", "red"), ("worse", "worse")):
        found: list[str] = []
        for measure in (f"{arm}-intensity", f"{arm}-total"):
            if name == "red":
                found += [one.name for one in places if colour_at(one, measure) == "red"]
            else:
                found += [one.name for one in changed(places, measure, "worse")]
        words = {
            "red": (f"{zh}等级为红色的地区", f"{en}, regions at red"),
            "worse": (f"{zh}等级较上期恶化的地区", f"{en}, regions worse than before"),
        }[name]
        yield nth, _count(*words, tuple(dict.fromkeys(found)))


def _gap(pen: Pen, arm: str) -> Printed | None:
    """The least progress less the progress due, of numbers as they are printed."""
    gaps = [
        duty(one.progress).less(duty(one.required))
        for one in pen.situation.own
        if one.measure.startswith(arm) and one.progress is not None and one.required is not None
        # Of what a target allows, it is well to have used little.
        if not is_allowance(one)
    ]
    return min(gaps, default=None)


def _of_desk(pen: Pen) -> Iterator[tuple[str, Signal]]:
    desk = pen.facts.desk
    late = sum(one.overdue for one in desk.counts)
    yield "warnings.overdue", _number("逾期未办的预警", "warnings overdue", late, "次")
    steps = sum(one.overdue for one in desk.steps)
    yield "steps.overdue", _number("逾期的处置措施", "steps overdue", steps, "项")
    yield (
        "consultations.overdue",
        _number(
            "逾期的会商议定事项",
            "tasks of consultations overdue",
            desk.consultation_tasks_overdue,
            "项",
        ),
    )
    shut = tuple(one.region_name for one in shut_gates(pen))
    yield "gates.shut", _count("实行项目准入限制的地区", "regions with gates shut", shut)
    behind = tuple(one.name for one in pen.situation.tasks.behind)
    yield "tasks.behind", _count("进度滞后的任务", "tasks behind", behind, "项")
    worst = tuple(place.name for place, _ in severe(pen))
    yield "places.severe", _count("形势最严峻的地区", "regions in the worst state", worst)
    yield (
        "users.over-budget",
        _users(pen, over_budget, "超出全年预算的重点用能单位", "key users over their budget"),
    )
    yield (
        "users.over-line",
        _users(pen, over_line, "超出序时进度的重点用能单位", "key users over the line"),
    )


def _users(pen: Pen, which: Callable[[Pen], tuple[int, ...]], zh: str, en: str) -> Signal:
    found = which(pen)
    names = tuple(pen.situation.users.name[n] for n in found)
    return _number(zh, en, len(found), "家", names)


def _of_data(pen: Pen) -> Iterator[tuple[str, Signal]]:
    data = pen.situation.data
    yield "data.completeness", _percent("数据完整率为", "completeness", data.completeness)
    yield (
        "data.estimated",
        _percent("估补数据占能源消费的比重为", "share estimated", data.estimated),
    )
    yield (
        "data.coverage",
        _percent(
            "重点用能单位能源消费占全社会的比重为",
            "key users' share of energy",
            data.coverage_energy,
        ),
    )
    open_ones = sum(data.findings.values())
    yield "data.findings", _number("未处理的数据质量问题", "open findings", open_ones, "项")
    yield "data.corrections", _number("更正数据", "corrections", data.corrections_count, "项")
    silent = max(data.enterprises - data.reporting, 0)
    yield (
        "data.silent",
        _number("未上报数据的重点用能单位", "key users not reporting", silent, "家"),
    )
    unreconciled = len({one.grouping for one in pen.situation.unreconciled})
    yield (
        "data.unreconciled",
        _number("不平衡的分组", "groupings that do not add up", unreconciled, "个"),
    )
    pending = Signal(
        label=Label("地区生产总值", "GDP"),
        value=Fraction(pen.situation.output.status != "final"),
        shown=Label("尚无最终数据", "not final"),
    )
    yield "output.pending", pending


def names_of(one: Signal) -> Label:
    """Whom a figure names, at most the first few."""
    some = listed(tuple(both(name) for name in one.names[:MOST_NAMES]))
    rest = len(one.names) > MOST_NAMES
    return Label(f"{some.zh}{'等' if rest else ''}", f"{some.en}{' and others' if rest else ''}")
