"""The sheets of the spreadsheet annex: every figure of the brief, all rows, numbers as printed."""

from collections.abc import Iterator, Sequence

from services.alerts.domain.briefs.document import Sheet
from services.alerts.domain.briefs.facts import Label, Measured, Outlooked, Place, Rated
from services.alerts.domain.briefs.periods import period_name
from services.alerts.domain.briefs.printing import (
    MISSING,
    amount,
    both,
    duty_text,
    percent_text,
    unit_of,
)
from services.alerts.domain.briefs.writing.annexes import (
    USER_HEADS,
    enterprise_text,
    share_text,
    user_order,
    user_texts,
    version_labels,
)
from services.alerts.domain.briefs.writing.choosing import (
    groupings_in_order,
    is_rated,
    outlooks_in_order,
    place_names,
)
from services.alerts.domain.briefs.writing.moves import MOVED_HEADS, measure_name, moved_cells
from services.alerts.domain.briefs.writing.pen import Head, Pen
from services.alerts.domain.briefs.writing.problems import CORRECTION_HEADS, correction_labels
from services.alerts.domain.briefs.writing.targets import level_labels
from services.alerts.domain.briefs.writing.words import (
    BINDINGS,
    FINDINGS,
    SCOPES,
    TASK_STATES,
    known,
)

_PLACE = (
    Head(name="code", label=Label("代码", "Code")),
    Head(name="name", label=Label("地区", "Region"), share=4),
    Head(name="parent", label=Label("所属", "In"), share=4),
)
_MEASURE = (
    Head(name="measure", label=Label("指标", "Measure"), share=4),
    Head(name="scope", label=Label("口径", "Scope")),
    Head(name="unit", label=Label("单位", "Unit"), share=3),
    Head(name="period", label=Label("期间", "Period"), share=3),
    *MOVED_HEADS,
)
_RATED = (
    *_PLACE[:2],
    Head(name="target", label=Label("目标", "Target"), share=5),
    Head(name="measure", label=Label("指标", "Measure"), share=4),
    Head(name="binding", label=Label("性质", "Kind")),
    Head(name="since_base", label=Label("较基期（%）", "Since base (%)"), number=True),
    Head(name="progress", label=Label("完成进度（%）", "Progress (%)"), number=True),
    Head(name="required", label=Label("序时进度（%）", "Due (%)"), number=True),
    Head(name="level", label=Label("等级", "Level")),
    Head(name="change", label=Label("较上期", "Change")),
    Head(name="rule", label=Label("规则", "Rule"), share=3),
    Head(name="reasons", label=Label("说明", "Remarks"), share=6),
)
_GROUPING = (
    Head(name="grouping", label=Label("分组方式", "Grouping"), share=3),
    Head(name="part", label=Label("分组", "Part"), share=4),
    *_MEASURE[:1],
    *_MEASURE[2:3],
    Head(name="count", label=Label("单位数", "Count"), number=True),
    *MOVED_HEADS[:3],
    Head(name="share", label=Label("占比（%）", "Share (%)"), number=True),
    Head(name="share_change", label=Label("占比变化（百分点）", "Share (pp)"), number=True),
    Head(name="pull", label=Label("拉动（百分点）", "Pull (pp)"), number=True),
)


def sheets(pen: Pen) -> Iterator[Sheet]:
    """All sheets of the edition; those without rows are left out."""
    found = (*_figures(pen), *(() if pen.is_public else _office(pen)), _data(pen), _versions(pen))
    yield from (one for one in found if one.rows)


def _figures(pen: Pen) -> Iterator[Sheet]:
    situation = pen.situation
    rows = [row for one in situation.measures for row in _measured(pen, one)]
    yield pen.sheet("measures", Label("主要指标", "Measures"), _MEASURE, rows)
    yield pen.sheet("ratings", Label("预警等级", "Levels"), _RATED, _ratings(pen))
    for name, label, places in (
        ("places", Label("地区", "Regions"), situation.places),
        ("counties", Label("县级地区", "Counties"), situation.counties),
    ):
        yield pen.sheet(name, label, (*_PLACE, *_MEASURE), _places(pen, places))
    yield pen.sheet("groupings", Label("分领域行业", "Groupings"), _GROUPING, _groupings(pen))
    yield _users(pen)


def _office(pen: Pen) -> Iterator[Sheet]:
    yield _outlook(pen)
    yield _scenarios(pen)
    yield _tasks(pen)
    rows = [_said(pen, correction_labels(one)) for one in pen.situation.data.corrections]
    yield pen.sheet("corrections", Label("更正", "Corrections"), CORRECTION_HEADS, rows)


def _said(pen: Pen, labels: Sequence[Label]) -> tuple[str, ...]:
    return tuple(_cell(pen, one) for one in labels)


def _cell(pen: Pen, one: Label) -> str:
    """Cells without a number stay empty in the spreadsheet's columns of numbers."""
    return "" if one == MISSING or one.zh == "—" else pen(one)


def _measured(pen: Pen, one: Measured) -> Iterator[tuple[str, ...]]:
    span = pen.situation.span
    for moved, period in ((one.moved, span.text), (one.single, span.single)):
        if moved is not None:
            unit = unit_of(moved.now.unit).label
            named = (measure_name(one.measure), known(SCOPES, one.scope), unit)
            yield _said(pen, (*named, period_name(period), *moved_cells(moved)))


def _places(pen: Pen, places: tuple[Place, ...]) -> Iterator[tuple[str, ...]]:
    names = place_names(pen.situation)
    for place in places:
        named = (place.code, place.name, names.get(place.parent, place.parent))
        for one in place.measures:
            for row in _measured(pen, one):
                yield (*named, *row)


def _ratings(pen: Pen) -> Iterator[tuple[str, ...]]:
    situation = pen.situation
    own = ((situation.region, situation.name, one) for one in situation.own)
    below = (
        (place.code, place.name, one)
        for place in (*situation.places, *situation.counties)
        for one in place.rated
    )
    for code, name, one in (*own, *below):
        yield (code, name, *_said(pen, _rating(pen, one)))


def _rating(pen: Pen, one: Rated) -> tuple[Label, ...]:
    reasons = Label(
        "；".join(why.zh for why in one.reasons), "; ".join(why.en for why in one.reasons)
    )
    shown = pen.rates and is_rated(one)
    return (
        one.target_name,
        one.measure_label,
        known(BINDINGS, one.binding),
        duty_text(one.since_base),
        duty_text(one.progress),
        duty_text(one.required),
        *level_labels(pen, one),
        both(f"{one.rule} {one.rule_version}" if shown else ""),
        reasons,
    )


def _groupings(pen: Pen) -> Iterator[tuple[str, ...]]:
    names = dict.fromkeys(one.name.partition(":")[0] for one in pen.situation.groupings)
    for grouping in (one for name in names for one in groupings_in_order(pen, name)):
        unit = unit_of(grouping.whole.now.unit).label
        measure = measure_name(grouping.measure)
        if grouping.complete:
            whole = (grouping.label, Label("合计", "Total"), measure, unit, both(""))
            yield (*_said(pen, (*whole, *moved_cells(grouping.whole)[:3])), "", "", "")
        for part in grouping.parts:
            count = both("" if part.count is None else str(part.count))
            named = (grouping.label, part.name, measure, unit, count)
            shares = tuple(percent_text(n) for n in (part.share, part.share_change, part.pull))
            yield _said(pen, (*named, *moved_cells(part.moved)[:3], *shares))


def _users(pen: Pen) -> Sheet:
    more = (
        Head(name="code", label=Label("编码", "Code"), share=3),
        Head(name="industry", label=Label("行业", "Industry"), share=3),
        Head(name="energy_earlier", label=Label("上年同期能源消费", "Earlier (tce)"), number=True),
        Head(name="carbon", label=Label("二氧化碳排放（吨）", "CO2 (t)"), number=True),
        Head(name="carbon_earlier", label=Label("上年同期排放", "Earlier (t)"), number=True),
        Head(name="completeness", label=Label("完整率（%）", "Complete (%)"), number=True),
    )
    names = place_names(pen.situation)
    rows = [
        (*user_texts(pen, names, nth, n), *_user_more(pen, n))
        for nth, n in enumerate(user_order(pen), 1)
    ]
    return pen.sheet("users", Label("重点用能单位", "Key users"), (*USER_HEADS, *more), rows)


def _user_more(pen: Pen, n: int) -> tuple[str, ...]:
    users = pen.situation.users
    return (
        users.code[n],
        users.industry[n],
        enterprise_text(users.energy_earlier[n], "tce"),
        enterprise_text(users.carbon[n], "tCO2"),
        enterprise_text(users.carbon_earlier[n], "tCO2"),
        "" if pen.is_public else share_text(users.completeness[n]),
    )


def _outlook(pen: Pen) -> Sheet:
    names = ("actual", "low", "expected", "high", "line")
    labels = (
        Label("实际累计", "So far"),
        Label("预测下限", "Low"),
        Label("预计", "Expected"),
        Label("预测上限", "High"),
        Label("序时线", "Due"),
    )
    heads = (
        *_MEASURE[:3],
        Head(name="day", label=Label("日期", "Day")),
        *(
            Head(name=name, label=label, number=True)
            for name, label in zip(names, labels, strict=True)
        ),
    )
    rows = (row for one in outlooks_in_order(pen) for row in _path(pen, one))
    return pen.sheet("outlook", Label("全年进度", "Outlook"), heads, rows)


def _path(pen: Pen, one: Outlooked) -> Iterator[tuple[str, ...]]:
    if one.path is None:
        return
    named = _said(
        pen, (measure_name(one.measure), known(SCOPES, one.scope), unit_of(one.unit).label)
    )
    path = one.path
    columns = (path.actual, path.low, path.expected, path.high, path.line)
    for day, *values in zip(path.days, *columns, strict=True):
        numbers = ("" if value is None else str(amount(value, one.unit)) for value in values)
        yield (*named, day, *numbers)


def _scenarios(pen: Pen) -> Sheet:
    heads = (
        *_MEASURE[:3],
        Head(name="scenario", label=Label("情景", "Scenario"), share=4),
        Head(name="at_end", label=Label("全年", "Year"), number=True),
        Head(name="change", label=Label("同比（%）", "Change (%)"), number=True),
    )
    rows = []
    for one in outlooks_in_order(pen):
        unit = unit_of(one.unit).label
        named = (measure_name(one.measure), known(SCOPES, one.scope), unit)
        for case in one.scenarios:
            end = MISSING if case.at_end is None else both(str(amount(case.at_end, one.unit)))
            rows.append(_said(pen, (*named, case.label, end, percent_text(case.change))))
    return pen.sheet("scenarios", Label("情景", "Scenarios"), heads, rows)


def _tasks(pen: Pen) -> Sheet:
    heads = (
        Head(name="code", label=Label("编码", "Code")),
        Head(name="name", label=Label("任务", "Task"), share=6),
        Head(name="department", label=Label("责任部门", "Department"), share=4),
        Head(name="state", label=Label("状态", "State")),
        Head(name="percent", label=Label("完成（%）", "Done (%)"), number=True),
        Head(name="expected", label=Label("应完成（%）", "Due (%)"), number=True),
        Head(name="due", label=Label("期限", "Due on")),
    )
    rows = []
    for one in pen.situation.tasks.behind:
        numbers = (percent_text(one.percent), percent_text(one.expected))
        texts = (both(one.code), both(one.name), both(one.department))
        state, due = known(TASK_STATES, one.state), both(one.due)
        rows.append(_said(pen, (*texts, state, *numbers, due)))
    return pen.sheet("tasks", Label("滞后任务", "Tasks behind"), heads, rows)


def _data(pen: Pen) -> Sheet:
    heads = (
        Head(name="name", label=Label("项目", "Item"), share=6),
        Head(name="value", label=Label("数值", "Value"), number=True, share=3),
    )
    data = pen.situation.data
    rows = [
        (Label("计量点（个）", "Metering points"), both(str(data.points))),
        (Label("重点用能单位（家）", "Key users"), both(str(data.enterprises))),
        (Label("有数据上报（家）", "Reporting"), both(str(data.reporting))),
        (Label("数据完整率（%）", "Completeness (%)"), percent_text(data.completeness)),
        (Label("估补数据比重（%）", "Estimated (%)"), percent_text(data.estimated)),
        (Label("能源消费覆盖率（%）", "Coverage, energy (%)"), percent_text(data.coverage_energy)),
        (Label("二氧化碳覆盖率（%）", "Coverage, CO2 (%)"), percent_text(data.coverage_carbon)),
        (Label("更正（项）", "Corrections"), both(str(data.corrections_count))),
    ]
    if not pen.is_public:
        found = sorted(data.findings.items())
        rows += [(known(FINDINGS, kind), both(str(count))) for kind, count in found]
    return pen.sheet("data", Label("数据质量", "Data"), heads, [_said(pen, row) for row in rows])


def _versions(pen: Pen) -> Sheet:
    heads = (
        Head(name="kind", label=Label("类别", "Kind")),
        Head(name="name", label=Label("名称", "Name"), share=5),
        Head(name="code", label=Label("编码", "Code"), share=3),
        Head(name="version", label=Label("版本", "Version")),
    )
    rows = [_said(pen, row) for row in version_labels(pen)]
    return pen.sheet("versions", Label("版本", "Versions"), heads, rows)
