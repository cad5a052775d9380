"""The annexes (附表): regions, budget execution of key users, and notes on the data."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from services.alerts.domain.briefs.document import Annex, Block, Cell, Kind
from services.alerts.domain.briefs.facts import Label, Moved, Place
from services.alerts.domain.briefs.periods import day_name, period_name
from services.alerts.domain.briefs.printing import (
    MISSING,
    amount,
    amount_text,
    both,
    listed,
    percent,
    percent_text,
    unit_of,
)
from services.alerts.domain.briefs.writing.choosing import (
    main_of,
    measures_in_order,
    moved_of,
    place_names,
)
from services.alerts.domain.briefs.writing.moves import measure_name
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.problems import printed_shares
from services.alerts.domain.briefs.writing.words import (
    SCOPES,
    USER_LEVELS,
    VERSIONS,
    colour_of,
    known,
)

MOST_PLACES = 150
MOST_USERS = 200
MOST_SILENT = 20
"""So many regions without data are named; of more only the number is told."""
USER_HEADS = (
    Head(name="nth", label=Label("序号", "No."), number=True, share=1),
    Head(name="name", label=Label("单位名称", "Key user"), share=5),
    Head(name="county", label=Label("地区", "Region"), share=3),
    Head(
        name="energy",
        label=Label("能源消费（吨标准煤）", "Energy (tce)"),
        number=True,
        share=3,
    ),
    Head(name="limit", label=Label("预算", "Budget"), number=True, share=3),
    Head(name="unit", label=Label("单位", "Unit"), share=2),
    Head(name="used", label=Label("已用（%）", "Used (%)"), number=True),
    Head(name="due", label=Label("序时（%）", "Due (%)"), number=True),
    Head(name="level", label=Label("等级", "Level")),
)
_VERSION_HEADS = (
    Head(name="kind", label=Label("类别", "Kind"), share=3),
    Head(name="name", label=Label("名称", "Name"), share=6),
    Head(name="code", label=Label("编码", "Code"), share=3),
    Head(name="version", label=Label("版本", "Version"), share=3),
)


def annexes(pen: Pen) -> Iterator[Block]:
    """All annexes of the edition."""
    title = Label("附表1  地区情况表", "Annex 1. Regions")
    yield Annex(text=pen(title), name="annex.places")
    tables = tuple(places_tables(pen))
    nothing = Label("所辖地区暂无数据。", "There are no data of regions below.")
    yield from tables or pen.paragraph("annex.places", [nothing], Kind.NOTE)
    second = Label("附表2  重点用能单位预算执行表", "Annex 2. Key users' budgets")
    yield Annex(text=pen(second), name="annex.users")
    yield from _users(pen)
    third = Label("附表3  数据与口径说明", "Annex 3. Notes on data and scopes")
    yield Annex(text=pen(third), name="annex.notes")
    yield from _notes(pen)


def places_tables(pen: Pen) -> Iterator[Block]:
    """A table of the regions right below, and one of counties, for each of the four measures."""
    names = place_names(pen.situation)
    for name, found in (("places", pen.situation.places), ("counties", pen.situation.counties)):
        for measure in measures_in_order(pen):
            telling = [place for place in found if _is_known(moved_of(place, measure))]
            there = [moved for one in telling if (moved := moved_of(one, measure))]
            if not there:
                continue
            rows = tuple(_place_row(pen, place, measure, names) for place in telling)
            silent = tuple(both(place.name) for place in found if place not in telling)
            what = measure_name(measure)
            unit = unit_of(there[0].now.unit).label
            caption = Label(f"{what.zh}（{unit.zh}）", f"{what.en} ({unit.en})")
            yield from pen.table(
                f"annex.{name}.{measure}",
                caption,
                _place_heads(),
                rows,
                most=MOST_PLACES,
                notes=_silent(silent),
            )


def _is_known(moved: Moved | None) -> bool:
    """Whether anything is known of it, now or a year earlier."""
    return moved is not None and (moved.now.value, moved.earlier.value, moved.change) != (
        None,
        None,
        None,
    )


def _silent(names: tuple[Label, ...]) -> tuple[Label, ...]:
    """That nothing is known of some, and of whom."""
    if not names:
        return ()
    if len(names) > MOST_SILENT:
        return (Label(f"暂无数据的地区{len(names)}个。", f"Regions without data: {len(names)}."),)
    some = listed(names)
    return (
        Label(
            f"暂无数据的地区{len(names)}个：{some.zh}。",
            f"Regions without data: {len(names)}, namely {some.en}.",
        ),
    )


def _place_heads() -> tuple[Head, ...]:
    return (
        Head(name="place", label=Label("地区", "Region"), share=4),
        Head(name="parent", label=Label("所属", "In"), share=4),
        Head(name="scope", label=Label("口径", "Scope"), share=3),
        Head(name="now", label=Label("本期", "This period"), number=True, share=3),
        Head(name="earlier", label=Label("上年同期", "Year earlier"), number=True, share=3),
        Head(name="change", label=Label("同比（%）", "Change (%)"), number=True),
        Head(name="trend", label=Label("较上期（百分点）", "Trend (pp)"), number=True),
    )


def _place_row(pen: Pen, place: Place, measure: str, names: Mapping[str, str]) -> Row:
    one = main_of(place.measures, measure)
    named = (both(place.name), both(names.get(place.parent, place.parent)))
    if one is None:
        return pen.cells((*named, Label("—", "—"), MISSING, MISSING, MISSING, MISSING))
    moved = one.moved
    labels = (
        *named,
        known(SCOPES, one.scope),
        amount_text(moved.now),
        amount_text(moved.earlier),
        percent_text(moved.change),
        percent_text(moved.trend),
    )
    return pen.cells(labels)


def _users(pen: Pen) -> Iterator[Block]:
    found = user_order(pen)
    if not found:
        none = Label("没有可以列示的重点用能单位。", "There are no key users to be listed.")
        yield from pen.paragraph("annex.users", [none])
        return
    names = place_names(pen.situation)
    rows = tuple(_user_row(pen, names, nth, n) for nth, n in enumerate(found[:MOST_USERS], 1))
    caption = Label("重点用能单位预算执行情况", "Key users' budgets")
    yield from pen.table("users", caption, USER_HEADS, rows, most=MOST_USERS, whole=len(found))


def user_order(pen: Pen) -> tuple[int, ...]:
    """Positions of the users that the edition may list, the most used budget first."""
    users = pen.situation.users
    found = [n for n in range(len(users.code)) if users.public[n] or not pen.is_public]
    shares = printed_shares(users.used)
    return tuple(sorted(found, key=lambda n: (-shares[n], users.code[n])))


def user_texts(pen: Pen, names: Mapping[str, str], nth: int, n: int) -> tuple[str, ...]:
    """A user's cells under USER_HEADS; empty where nobody knows the number."""
    users = pen.situation.users
    county, unit, limit = users.county[n], users.limit_unit[n], users.limit[n]
    level = USER_LEVELS.get(users.level[n])
    return (
        str(nth),
        users.name[n],
        names.get(county, county),
        enterprise_text(users.energy[n], "tce"),
        enterprise_text(limit, unit),
        "" if limit is None else pen(unit_of(unit, enterprise=True).label),
        share_text(users.used[n]),
        share_text(users.due[n]),
        "" if level is None else pen(level),
    )


def enterprise_text(value: Fraction | None, unit: str) -> str:
    """An enterprise's amount as it is printed; empty without one."""
    return "" if value is None else str(amount(value, unit, enterprise=True))


def share_text(value: Fraction | None) -> str:
    """Per cent as printed; empty without a number."""
    return "" if value is None else str(percent(value))


def _user_row(pen: Pen, names: Mapping[str, str], nth: int, n: int) -> Row:
    """As user_texts, with what is missing said: there is a budget or none, a number or none."""
    *plain, level = user_texts(pen, names, nth, n)
    nothing = pen(MISSING) if pen.situation.users.budget[n] else "—"
    cells = [
        Cell(text=text or (pen(MISSING) if head.name == "energy" else nothing))
        for head, text in zip(USER_HEADS, plain, strict=False)
    ]
    colour = colour_of(pen.situation.users.level[n])
    return (*cells, Cell(text=level or "—", colour=colour))


def _notes(pen: Pen) -> Iterator[Block]:
    yield from pen.paragraph("annex.notes.scope", [_scope_note(), _basis_note(pen)], Kind.NOTE)
    yield from pen.paragraph("annex.notes.flags", _flags(pen), Kind.NOTE)
    yield from pen.paragraph("annex.notes.rounding", [_rounding_note()], Kind.NOTE)
    yield from pen.paragraph("annex.notes.as_of", list(_as_of(pen)), Kind.NOTE)
    found = pen.situation.versions
    rows = tuple(
        pen.cells((kind, name, version))
        for one, (kind, name, _, version) in zip(found, version_labels(pen), strict=True)
        if one.kind != "target"
    )
    caption = Label("因子、规则和方法版本", "Versions of factors, rules and methods")
    heads = tuple(head for head in _VERSION_HEADS if head.name != "code")
    yield from pen.table("versions", caption, heads, rows)


def version_labels(pen: Pen) -> tuple[tuple[Label, ...], ...]:
    """Versions as rows of labels."""
    return tuple(
        (known(VERSIONS, one.kind), one.name, both(one.code or "—"), both(one.version or "—"))
        for one in pen.situation.versions
    )


def _scope_note() -> Label:
    return Label(
        "“全社会”口径为统计部门公布数据，或监测数据加申报的其余部分；"
        "“重点用能单位”口径为在线监测的重点用能单位合计。"
        "累计数自年初计算，“当期”为最后一个季度或月份单独计算。",
        "The scope “whole region” is what statistics say, or the monitored figure and a stated"
        " rest; “monitored key users” is the sum of the key users that are metered."
        " Cumulative figures count from January on; “alone” is the last quarter or month itself.",
    )


def _basis_note(pen: Pen) -> Label:
    output = pen.situation.output
    if not output.basis:
        return Label("地区生产总值价格基期暂无数据。", "Base of constant prices: no data.")
    return Label(
        f"地区生产总值按{output.basis}年不变价计算。",
        f"Gross domestic product is at constant prices of {output.basis}.",
    )


def _flags(pen: Pen) -> Iterator[Label]:
    """Remarks on the main figures: deductions, fallbacks, estimates, each once."""
    seen: dict[Label, None] = {}
    for one in pen.situation.measures:
        for label in (*one.moved.now.flags, *one.moved.earlier.flags):
            seen.setdefault(label)
    for label in (*pen.situation.output.moved.now.flags,):
        seen.setdefault(label)
    for label in seen:
        yield Label(f"{label.zh}。", f"{label.en}.")


def _rounding_note() -> Label:
    return Label(
        "数值按四舍五入列示，各项之和与合计、百分点与列示的变化率之差可能有末位差；"
        "增减方向以列示的数值为准。",
        "Numbers are rounded, halves away from nought; parts may differ from their sum, and"
        " percentage points from the difference of two rates as printed, in the last digit;"
        " directions are those of the numbers as printed.",
    )


def _as_of(pen: Pen) -> Iterator[Label]:
    facts, situation = pen.facts, pen.situation
    at = day_name(situation.at)
    yield Label(
        f"数据截至{at.zh}（账簿第{situation.commit}号提交，名录第{situation.catalogue_version}版，"
        f"预警日志第{facts.desk.journal}条）。",
        f"Data as of {at.en} (commit {situation.commit} of the books, catalogue version"
        f" {situation.catalogue_version}, entry {facts.desk.journal} of the journal of warnings).",
    )
    if facts.before is not None:
        period, day = period_name(facts.before.period), day_name(facts.before.published_at)
        number = facts.before.number or facts.before.id
        yield Label(
            f"上期简报为{period.zh}（{number}，{day.zh}发布，账簿第{facts.before.commit}号提交）。",
            f"The brief before is that of {period.en} ({number}, published on {day.en},"
            f" commit {facts.before.commit} of the books).",
        )
    if facts.digest:
        yield Label(f"数据摘要（sha256）：{facts.digest}。", f"Digest (sha256): {facts.digest}.")
