"""What section eight should say: measures that rules propose, and the figures behind them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from services.alerts.domain.briefs.facts import Label, Proposal
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.due_overall import Due, allows
from services.alerts.domain.briefs.proof.due_parts import changed, severe, together
from services.alerts.domain.briefs.proof.due_work import over_budget, over_line, scenario
from services.alerts.domain.briefs.proof.numerals import plain, points, target_points
from services.alerts.domain.briefs.proof.reader import Claim
from services.alerts.domain.briefs.proof.view import (
    View,
    claim,
    colour,
    groupings,
    level_name,
    main,
    outlooks,
)

_NAMED = 5
_PERCENT, _NO_UNIT = Label("%", "%"), Label("", "")


def _by_points(by: Decimal, below: str, above: str) -> Label:
    """Percentage points with the Chinese word for their sign."""
    word = above if by >= 0 else below
    return Label(f"{word}{plain(abs(by))}个百分点", f"{plain(by)} percentage points")


@dataclass(frozen=True, slots=True)
class _Figure:
    """What a rule goes by: its number as printed, what it is called, and whom it names."""

    called: Label
    number: Decimal
    unit: Label = _NO_UNIT
    names: tuple[str, ...] = ()
    shown: Label | None = None


Figures = Callable[[View], _Figure | None]


def next_steps(view: View) -> Due:
    """Section eight."""
    known = _figures()
    nth = 0
    for rule in view.facts.settings.proposals:
        found = known[rule.figure](view) if rule.figure in known else None
        if found is not None and _holds(rule, found.number):
            nth += 1
            yield f"next.{rule.code}", [_measure(view, nth, rule, found)]
    if not nth:
        yield "next", [claim("no measures")]


def _holds(rule: Proposal, number: Decimal) -> bool:
    sides = (
        rule.at_least is None or number >= rule.at_least,
        rule.at_most is None or number <= rule.at_most,
        rule.above is None or number > rule.above,
        rule.below is None or number < rule.below,
    )
    return all(sides)


def _measure(view: View, nth: int, rule: Proposal, one: _Figure) -> Claim:
    names = view.join(one.names[:_NAMED])
    if len(one.names) > _NAMED:
        names += view.say(Label("等", " and others"))
    shown = one.shown or Label(
        f"{plain(one.number)}{one.unit.zh}", f"{plain(one.number)}{one.unit.en}"
    )
    because = Label(f"{one.called.zh}{shown.zh}", f"{one.called.en}: {shown.en}")
    text = view.say(rule.text).replace("{names}", names)
    return claim("measure", n=str(nth), text=text, shown=view.say(because))


def _figures() -> Mapping[str, Figures]:
    found: dict[str, Figures] = dict(_COUNTS)
    for arm in ("carbon", "energy"):
        for name, figure in _OF_ARM.items():
            found[f"{arm}.{name}"] = partial(_of, arm, figure)
    return found


def _of(arm: str, figure: Callable[[View, str], _Figure | None], view: View) -> _Figure | None:
    return figure(view, arm)


def _called(arm: str, zh: str, en: str) -> Label:
    word = words.ARMS[arm]
    return Label(f"{word.zh}{zh}", f"{word.en}, {en}")


def _change(view: View, arm: str) -> _Figure | None:
    one = main(view.situation.measures, f"{arm}-total")
    if one is None or one.moved.change is None:
        return None
    called = _called(arm, "总量同比变化为", "total year on year")
    return _Figure(called, points(one.moved.change), _PERCENT)


def _level(view: View, arm: str) -> _Figure | None:
    own = [o for o in view.situation.own if o.measure.startswith(arm) and o.state == "rated"]
    if not own or not view.rates:
        return None
    severity = max(one.severity or 0 for one in own)
    worst = next(one for one in own if (one.severity or 0) == severity)
    called = _called(arm, "目标等级为", "level of the target")
    return _Figure(called, Decimal(severity), shown=level_name(worst))


def _red(view: View, arm: str) -> _Figure | None:
    if not view.rates:
        return None
    names = [place.name for kind in ("intensity", "total") for place in view.situation.places
             if colour(place, f"{arm}-{kind}") == "red"]  # fmt: skip
    return _named(_called(arm, "等级为红色的地区", "regions at red"), names)


def _worse(view: View, arm: str) -> _Figure | None:
    if not view.rates:
        return None
    places = view.situation.places
    names = [name for kind in ("intensity", "total")
             for name in changed(places, f"{arm}-{kind}", "worse")]  # fmt: skip
    return _named(_called(arm, "等级较上期恶化的地区", "regions worse than before"), names)


def _named(called: Label, names: list[str]) -> _Figure:
    once = tuple(dict.fromkeys(names))
    return _Figure(called, Decimal(len(once)), Label("个", ""), names=once)


def _gap(view: View, arm: str) -> _Figure | None:
    gaps = [
        target_points(one.progress) - target_points(one.required)
        for one in view.situation.own
        if one.measure.startswith(arm)
        and not allows(one)
        and one.progress is not None
        and one.required is not None
    ]
    called = _called(arm, "目标完成进度较序时进度", "progress less progress due")
    if not gaps:
        return None
    return _Figure(called, min(gaps), shown=_by_points(min(gaps), "低", "高"))


def _needed(view: View, arm: str) -> _Figure | None:
    for one in outlooks(view):
        if one.measure == f"{arm}-total":
            title = _called(arm, "剩余时间较上年同期需下降", "fall needed in the rest of the year")
            return None if one.needed is None else _Figure(title, points(one.needed), _PERCENT)
    return None


def _over(view: View, arm: str) -> _Figure | None:
    for one in outlooks(view):
        if one.measure == f"{arm}-total":
            case = scenario(one, "expected")
            if not one.limit or case is None or case.at_end is None:
                return None
            title = _called(arm, "全年预计超出控制目标", "expected above the limit of the year")
            return _Figure(title, points((case.at_end - one.limit) / one.limit * 100), _PERCENT)
    return None


def _six(view: View, arm: str) -> _Figure | None:
    zh, en = words.ARMS[arm].zh, words.ARMS[arm].en
    for one in groupings(view):
        if one.name == "six" and one.measure == f"{arm}-total":
            pull = together(one).pull
            title = Label(
                f"六大高耗能行业拉动{zh}总量", f"{en}, pull of the six energy-hungry industries"
            )
            if pull is None:
                return None
            by = points(pull)
            return _Figure(title, by, shown=_by_points(by, "下降", "增长"))
    return None


_OF_ARM: Mapping[str, Callable[[View, str], _Figure | None]] = {
    "change": _change,
    "level": _level,
    "red": _red,
    "worse": _worse,
    "gap": _gap,
    "needed": _needed,
    "over": _over,
    "six-pull": _six,
}


def _count(zh: str, en: str, counter: str, of: Callable[[View], int]) -> Figures:
    return lambda view: _Figure(Label(zh, en), Decimal(of(view)), Label(counter, ""))


def _share(zh: str, en: str, name: str) -> Figures:
    def figure(view: View) -> _Figure | None:
        value = getattr(view.situation.data, name)
        return None if value is None else _Figure(Label(zh, en), points(value), _PERCENT)

    return figure


def _listed(zh: str, en: str, counter: str, of: Callable[[View], list[str]]) -> Figures:
    def figure(view: View) -> _Figure:
        names = tuple(of(view))
        return _Figure(Label(zh, en), Decimal(len(names)), Label(counter, ""), names=names)

    return figure


def _users(view: View, found: list[int]) -> list[str]:
    return [view.situation.users.name[n] for n in found]


_COUNTS: Mapping[str, Figures] = {
    "warnings.overdue": _count(
        "逾期未办的预警", "warnings overdue", "次",
        lambda view: sum(one.overdue for one in view.facts.desk.counts),
    ),
    "steps.overdue": _count(
        "逾期的处置措施", "steps overdue", "项",
        lambda view: sum(one.overdue for one in view.facts.desk.steps),
    ),
    "consultations.overdue": _count(
        "逾期的会商议定事项", "tasks of consultations overdue", "项",
        lambda view: view.facts.desk.consultation_tasks_overdue,
    ),
    "gates.shut": _listed(
        "实行项目准入限制的地区", "regions with gates shut", "个",
        lambda view: [one.region_name for one in view.facts.desk.gates
                      if one.state in words.GATES],
    ),
    "tasks.behind": _listed(
        "进度滞后的任务", "tasks behind", "项",
        lambda view: [one.name for one in view.situation.tasks.behind],
    ),
    "places.severe": _listed(
        "形势最严峻的地区", "regions in the worst state", "个",
        lambda view: [place.name for place, _ in severe(view)],
    ),
    "users.over-budget": _listed(
        "超出全年预算的重点用能单位", "key users over their budget", "家",
        lambda view: _users(view, over_budget(view)),
    ),
    "users.over-line": _listed(
        "超出序时进度的重点用能单位", "key users over the line", "家",
        lambda view: _users(view, over_line(view)),
    ),
    "data.completeness": _share("数据完整率为", "completeness", "completeness"),
    "data.estimated": _share("估补数据占能源消费的比重为", "share estimated", "estimated"),
    "data.coverage": _share(
        "重点用能单位能源消费占全社会的比重为", "key users' share of energy", "coverage_energy"
    ),
    "data.findings": _count(
        "未处理的数据质量问题", "open findings", "项",
        lambda view: sum(view.situation.data.findings.values()),
    ),
    "data.corrections": _count(
        "更正数据", "corrections", "项", lambda view: view.situation.data.corrections_count
    ),
    "data.silent": _count(
        "未上报数据的重点用能单位", "key users not reporting", "家",
        lambda view: max(view.situation.data.enterprises - view.situation.data.reporting, 0),
    ),
    "data.unreconciled": _count(
        "不平衡的分组", "groupings that do not add up", "个",
        lambda view: len({one.grouping for one in view.situation.unreconciled}),
    ),
    "output.pending": lambda view: _Figure(
        Label("地区生产总值", "GDP"),
        Decimal(view.situation.output.status != "final"),
        shown=Label("尚无最终数据", "not final"),
    ),
}  # fmt: skip
