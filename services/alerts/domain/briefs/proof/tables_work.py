"""The tables of sections five to seven and of the annexes, as the facts have them."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from services.alerts.domain.briefs.document import Cell
from services.alerts.domain.briefs.facts import Correction, Label, Moved, Outlooked, Place, Scenario
from services.alerts.domain.briefs.proof import numerals
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.cells import (
    DASH,
    Expected,
    Row,
    head_unit,
    heads,
    moved_texts,
    nothing,
    plain,
    shade,
    share,
    table,
)
from services.alerts.domain.briefs.proof.dates import day, period
from services.alerts.domain.briefs.proof.view import (
    View,
    main,
    moved,
    number,
    outlooks,
    quantity,
)

_MOST_SILENT = 20
_MOST_OPEN, _MOST_BEHIND, _MOST_CORRECTIONS, _MOST_PLACES, _MOST_USERS = 30, 20, 20, 150, 200
_UNITS = {
    "carbon-total": "tCO2",
    "carbon-intensity": "tCO2/万元",
    "energy-total": "tce",
    "energy-intensity": "tce/万元",
}
_WARNINGS = """
measure = 类别 = Kind
level = 等级 = Level
raised = 发出 = Raised
answered = 已响应 = Answered
overdue = 逾期 = Overdue
resolved = 已解除 = Resolved
open = 未解除 = Open
"""
_OPEN = """
level = 等级 = Level
subject = 对象 = Subject
kind = 类型 = Kind
about = 事项 = About
since = 起始 = Since
"""
_STEPS = """
step = 措施 = Step
proposed = 建议 = Proposed
issued = 下达 = Issued
answered = 答复 = Answered
overdue = 逾期 = Overdue
done = 办结 = Done
"""
_GATES = """
region = 地区 = Region
state = 状态 = State
since = 起始 = Since
kinds = 项目类型 = Projects
because = 原因 = Because
"""
_BEHIND = """
task = 任务 = Task
department = 责任部门 = Department
state = 状态 = State
percent = 完成（%） = Done (%)
expected = 应完成（%） = Due (%)
due = 期限 = Due on
"""
_SCENARIOS = """
scenario = 情景 = Scenario
at_end = 全年 = Year
change = 同比（%） = Change (%)
over = 较控制目标 = Over the limit
"""
_CORRECTIONS = """
figure = 数据 = Figure
old = 更正前 = Before
new = 更正后 = After
cause = 原因 = Cause
at = 时间 = On
"""
_PLACES = """
place = 地区 = Region
parent = 所属 = In
scope = 口径 = Scope
now = 本期 = This period
earlier = 上年同期 = Year earlier
change = 同比（%） = Change (%)
trend = 较上期（百分点） = Trend (pp)
"""
_USERS = """
nth = 序号 = No.
name = 单位名称 = Key user
county = 地区 = Region
energy = 能源消费（吨标准煤） = Energy (tce)
limit = 预算 = Budget
unit = 单位 = Unit
used = 已用（%） = Used (%)
due = 序时（%） = Due (%)
level = 等级 = Level
"""
_VERSIONS = """
kind = 类别 = Kind
name = 名称 = Name
version = 版本 = Version
"""


def handling(view: View) -> Iterator[Expected]:
    """Warnings, steps, gates and tasks."""
    desk = view.facts.desk
    counted = ("raised", "answered", "overdue", "resolved", "open")
    rows = [
        (
            Cell(text=view.word(words.ABOUT, one.measure)),
            _level(view, one.level),
            *plain(str(getattr(one, name)) for name in counted),
        )
        for one in desk.counts
    ]
    yield from table(
        view, "warnings", Label("预警处置情况", "Warnings"), heads(view, _WARNINGS), rows
    )
    rows = [
        (
            _level(view, one.level),
            *plain((one.subject_name, view.word(words.CONDITIONS, one.kind), one.about_name,
                    one.since[:10])),
        )
        for one in desk.open
    ]  # fmt: skip
    caption = Label("未解除预警", "Open warnings")
    yield from table(view, "open", caption, heads(view, _OPEN), rows, most=_MOST_OPEN)
    counted = ("proposed", "issued", "answered", "overdue", "done")
    rows = [
        plain((view.say(one.title), *(str(getattr(one, name)) for name in counted)))
        for one in desk.steps
    ]
    yield from table(view, "steps", Label("处置措施情况", "Steps"), heads(view, _STEPS), rows)
    yield from _gates(view)
    yield from _behind(view)


def _level(view: View, name: str) -> Cell:
    return Cell(text=view.word(words.LEVELS, name), colour=shade(name))


def _gates(view: View) -> Iterator[Expected]:
    rows = [
        plain((one.region_name, view.word(words.GATES, one.state), one.since[:10],
               view.join(one.kinds), one.because))
        for one in view.facts.desk.gates
        if one.state in words.GATES
    ]  # fmt: skip
    caption = Label("项目准入限制", "Admission of projects")
    yield from table(view, "gates", caption, heads(view, _GATES), rows)


def _behind(view: View) -> Iterator[Expected]:
    rows = [
        plain(
            (
                one.name,
                one.department or nothing(view),
                view.word(words.TASKS, one.state),
                share(view, one.percent),
                share(view, one.expected),
                one.due or nothing(view),
            )
        )
        for one in view.situation.tasks.behind
    ]
    caption = Label("进度滞后的任务", "Tasks behind")
    yield from table(view, "behind", caption, heads(view, _BEHIND), rows, most=_MOST_BEHIND)


def scenarios(view: View) -> Iterator[Expected]:
    """Where the year may end."""
    span = view.situation.span
    for one in outlooks(view):
        if span.over and span.last == f"{one.year}-12-31":
            continue
        rows = [_scenario(view, one, case) for case in one.scenarios]
        scope, name = view.word(words.SCOPES, one.scope), view.measure(one.measure)
        unit = head_unit(view, one.unit)
        caption = Label(f"{scope}{name}情景（{unit}）", f"Scenarios: {scope}, {name} ({unit})")
        limit = one.limit_name
        notes = [] if limit is None else [Label(f"控制目标：{limit.zh}。", f"Limit: {limit.en}.")]
        yield from table(
            view, f"scenarios.{one.measure}.{one.scope}", caption, heads(view, _SCENARIOS), rows,
            notes=notes,
        )  # fmt: skip


def _scenario(view: View, one: Outlooked, case: Scenario) -> Row:
    end = gap = nothing(view)
    if case.at_end is not None:
        end = number(case.at_end, one.unit)
        if one.limit is not None:
            apart = quantity(case.at_end, one.unit) - quantity(one.limit, one.unit)
            gap = numerals.plain(apart)
    return plain((view.say(case.label), end, share(view, case.change), gap))


def corrections(view: View) -> Iterator[Expected]:
    """What was corrected, for the office."""
    rows = [
        plain((*_corrected(view, one), one.cause or nothing(view), view.say(day(one.at))))
        for one in view.situation.data.corrections
    ]
    caption = Label("上期简报发布后的更正", "Corrections since the last brief")
    columns = heads(view, _CORRECTIONS)
    yield from table(view, "corrections", caption, columns, rows, most=_MOST_CORRECTIONS)


def _corrected(view: View, one: Correction) -> tuple[str, str, str]:
    """Of whom, when and what it is, and both numbers as they would be printed."""
    whose, _, rest = one.figure.partition("/")
    measure, _, when = rest.partition("/")
    unit = _UNITS.get(measure)
    both = (one.old, one.new)
    if unit is None or not when:
        old, new = (nothing(view) if value is None else value for value in both)
        return one.figure, old, new
    region, code = whose.startswith("region:"), whose.partition(":")[2]
    users = view.situation.users
    name = view.names.get(code) or dict(zip(users.code, users.name, strict=True)).get(code, code)
    shown = number if region else _enterprise
    old, new = (nothing(view) if one is None else shown(Fraction(one), unit) for one in both)
    of = head_unit(view, unit) if region else view.word(words.USERS, unit)
    what, at = view.measure(measure), view.say(period(when))
    called = f"{name}{at}{what}（{of}）" if view.zh else f"{name}, {at}, {what} ({of})"
    return called, old, new


def annexes(view: View) -> Iterator[Expected]:
    """Regions, key users and versions."""
    for name, found in (("places", view.situation.places), ("counties", view.situation.counties)):
        for measure in view.measures:
            yield from _places(view, name, found, measure)
    yield from _users(view)
    rows = [
        plain((view.word(words.VERSIONS, one.kind), view.say(one.name), one.version or DASH))
        for one in view.situation.versions
        if one.kind != "target"
    ]
    caption = Label("因子、规则和方法版本", "Versions of factors, rules and methods")
    yield from table(view, "versions", caption, heads(view, _VERSIONS), rows)


def _places(view: View, name: str, found: tuple[Place, ...], measure: str) -> Iterator[Expected]:
    told = [one for one in found if _tells(moved(one, measure))]
    silent = [one.name for one in found if not _tells(moved(one, measure))]
    if not told:
        return
    first = moved(told[0], measure)
    unit = head_unit(view, first.now.unit if first else "")
    what, names, count = view.measure(measure), view.join(silent), len(silent)
    caption = Label(f"{what}（{unit}）", f"{what} ({unit})")
    note = Label(
        f"暂无数据的地区{count}个：{names}。", f"Regions without data: {count}, namely {names}."
    )
    if count > _MOST_SILENT:
        note = Label(f"暂无数据的地区{count}个。", f"Regions without data: {count}.")
    yield from table(
        view, f"annex.{name}.{measure}", caption, heads(view, _PLACES),
        [_place(view, one, measure) for one in told], most=_MOST_PLACES,
        notes=(note,) if silent else (),
    )  # fmt: skip


def _tells(one: Moved | None) -> bool:
    if one is None:
        return False
    return any(value is not None for value in (one.now.value, one.earlier.value, one.change))


def _place(view: View, place: Place, measure: str) -> Row:
    one = main(place.measures, measure)
    where = (place.name, view.names.get(place.parent, place.parent))
    if one is None:
        return plain((*where, DASH, *4 * (nothing(view),)))
    now, earlier, change, _, trend = moved_texts(view, one.moved)
    return plain((*where, view.word(words.SCOPES, one.scope), now, earlier, change, trend))


def _users(view: View) -> Iterator[Expected]:
    users = view.situation.users
    least = Decimal(-1)
    used = [least if one is None else one for one in view.used]
    order = sorted(range(len(users.code)), key=lambda n: (-used[n], users.code[n]))
    rows = [_user(view, nth, n) for nth, n in enumerate(order[:_MOST_USERS], 1)]
    caption, columns = Label("重点用能单位预算执行情况", "Key users' budgets"), heads(view, _USERS)
    yield from table(view, "users", caption, columns, rows, most=_MOST_USERS, whole=len(order))


def _user(view: View, nth: int, n: int) -> Row:
    users = view.situation.users
    empty = nothing(view) if users.budget[n] else DASH
    unit, limit, energy = users.limit_unit[n], users.limit[n], users.energy[n]
    shares = (
        empty if one is None else numerals.percent(one) for one in (users.used[n], users.due[n])
    )
    texts = (
        str(nth),
        users.name[n],
        view.names.get(users.county[n], users.county[n]) or empty,
        nothing(view) if energy is None else _enterprise(energy, "tce"),
        empty if limit is None else _enterprise(limit, unit),
        empty if limit is None else view.word(words.USERS, unit),
        *shares,
    )
    at = users.level[n]
    word = view.word(words.LEVELS, at) if at in words.LEVELS else DASH
    return (*plain(texts), Cell(text=word, colour=shade(at)))


def _enterprise(value: Fraction, unit: str) -> str:
    """An enterprise's amount: whole tonnes, ten-thousands of kWh with two places."""
    size, places = words.USER_SIZES.get(unit, 1), words.USER_PLACES.get(unit, 2)
    return numerals.plain(numerals.amount(value, size, places, ratio="/" in unit))
