"""The tables of sections one to four, as the facts have them."""

from collections.abc import Iterator
from dataclasses import replace

from services.alerts.domain.briefs.document import Cell
from services.alerts.domain.briefs.facts import (
    Group,
    Grouping,
    Label,
    Measured,
    Moved,
    Place,
    Rated,
)
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.cells import (
    DASH,
    MOVED,
    Expected,
    Row,
    duty,
    head_unit,
    heads,
    moved_texts,
    nothing,
    plain,
    shade,
    share,
    sum_of,
    table,
)
from services.alerts.domain.briefs.proof.dates import period
from services.alerts.domain.briefs.proof.due_overall import allows, own_targets, tells
from services.alerts.domain.briefs.proof.due_parts import is_there, named, rated_measures
from services.alerts.domain.briefs.proof.view import (
    View,
    colour,
    groupings,
    level,
    level_name,
    moved,
    rate,
    total_colour,
)

_MEASURES = """
measure = 指标 = Measure
scope = 口径 = Scope
unit = 单位 = Unit
"""
_TARGETS = """
target = 目标 = Target
binding = 性质 = Kind
since_base = 较基期（%） = Since base (%)
progress = 完成进度（%） = Progress (%)
required = 序时进度（%） = Due (%)
remaining = 尚需下降（%） = Left to fall (%)
each_year = 剩余年均（%） = Each year (%)
level = 等级 = Level
change = 较上期 = Change
"""
_KINDS = (
    "sector = 领域 = Sector",
    "industry = 行业 = Industry",
    "six = 行业 = Industry",
    "key-users = 单位 = Users",
    "stated = 分项 = Part",
)
_PARTS = """
count = 单位数 = Count
now = 本期 = This period
earlier = 上年同期 = Year earlier
change = 同比（%） = Change (%)
share = 占比（%） = Share (%)
share_change = 占比变化（百分点） = Share (pp)
pull = 拉动（百分点） = Pull (pp)
"""
_MOST_PARTS, _MOST_RANKED = 20, 30


def measures(view: View) -> Iterator[Expected]:
    """The main figures."""
    rows: list[Row] = []
    for measure in view.measures:
        for one in view.situation.measures:
            if one.measure == measure:
                rows += _measured(view, one)
    gdp = view.situation.output.moved
    scope = view.word(words.SCOPES, "whole")
    rows.append(_figure(view, view.say(Label("地区生产总值", "GDP")), scope, gdp))
    rows = [row for row in rows if any(cell.text != nothing(view) for cell in row[3:])]
    when = period(view.situation.span.text)
    caption = Label(f"{when.zh}主要指标", f"Main figures, {when.en}")
    yield from table(view, "measures", caption, heads(view, _MEASURES + MOVED.lstrip()), rows)


def _measured(view: View, one: Measured) -> Iterator[Row]:
    name, scope = view.measure(one.measure), view.word(words.SCOPES, one.scope)
    yield _figure(view, name, scope, one.moved)
    if one.single is not None:
        alone = f"{name}（当期）" if view.zh else f"{name} (alone)"
        yield _figure(view, alone, scope, one.single)


def _figure(view: View, name: str, scope: str, one: Moved) -> Row:
    return plain((name, scope, head_unit(view, one.now.unit), *moved_texts(view, one)))


def targets(view: View) -> Iterator[Expected]:
    """The region's own targets of which there is something to say."""
    own = own_targets(view)
    rows = [_target(view, one) for one in own if tells(one)]
    caption = Label("目标完成情况", "Targets")
    columns = heads(view, _TARGETS)
    used = Label(
        "允许增长的目标，完成进度为增量使用率。",
        "Of targets that allow a rise, progress is how much of the rise is used.",
    )
    notes = [used] if any(allows(one) and tells(one) for one in own) else []
    yield from table(
        view, "targets", caption, columns, rows, most=len(rows), whole=len(own), notes=notes
    )


def _target(view: View, one: Rated) -> Row:
    left = None if one.each_year is None else one.remaining
    shares = (one.since_base, one.progress, one.required, left, one.each_year)
    texts = (view.say(one.target_name), view.word(words.BINDINGS, one.binding))
    rated = view.rates and one.state == "rated"
    level_, change = _level(view, one)
    at = shade(one.colour if rated else "")
    return (*plain((*texts, *(duty(view, value) for value in shares))),
            Cell(text=level_, colour=at), Cell(text=change))  # fmt: skip


def _level(view: View, one: Rated | None) -> tuple[str, str]:
    if not view.rates:
        return view.say(Label("不作评级", "not rated")), DASH
    if one is None:
        return view.say(Label("无目标", "no target")), DASH
    return view.say(level_name(one)), view.word(words.CHANGES, one.change)


def barometer(view: View) -> Iterator[Expected]:
    """Levels of the regions below."""
    measured = rated_measures(view)
    if not view.rates or not measured:
        return
    columns = [("place", view.say(Label("地区", "Region")))]
    for measure in measured:
        columns += [
            (measure, named(view, measure)),
            (f"{measure}.change", view.say(Label("较上期", "Change"))),
        ]
    rows = [_levels(view, place, measured) for place in view.situation.places]
    when = period(view.situation.span.text)
    caption = Label(f"{when.zh}分地区预警等级", f"Levels by region, {when.en}")
    yield from table(view, "barometer", caption, tuple(columns), rows)


def _levels(view: View, place: Place, measured: tuple[str, ...]) -> Row:
    cells = [Cell(text=place.name)]
    for measure in measured:
        word, change = _level(view, level(place, measure))
        cells += [Cell(text=word, colour=shade(colour(place, measure))), Cell(text=change)]
    return tuple(cells)


def parts(view: View) -> Iterator[Expected]:
    """Each grouping."""
    for one in groupings(view):
        yield from _grouping(view, one)


def _grouping(view: View, one: Grouping) -> Iterator[Expected]:
    stated = one.name.startswith("stated:")
    if len([part for part in one.parts if is_there(part)]) < (1 if one.complete or stated else 2):
        return
    rows = [_part(view, part) for part in one.parts if is_there(part) or _is_unknown(part, one)]
    if one.complete or stated:
        called = Label("合计", "Total") if one.complete else one.label
        whole = (view.say(called), DASH, *moved_texts(view, one.whole)[:3])
        rows.insert(0, plain((*whole, DASH, DASH, DASH)))
    unit = head_unit(view, one.whole.now.unit)
    title = view.say(one.label)
    if not stated:
        title += view.measure(one.measure) if view.zh else f": {view.measure(one.measure)}"
    caption = Label(f"{title}（{unit}）", f"{title} ({unit})")
    # What is stated has digits of its own, by which it is reconciled elsewhere.
    adds = one.complete and not one.printed_unit
    summed = ("now", "earlier", "share") if adds and len(rows) <= _MOST_PARTS else ()
    name = f"grouping.{one.name}.{one.measure}"
    kind = next(line for line in _KINDS if line.startswith(one.name.partition(":")[0]))
    columns = heads(view, f"part ={kind.partition('=')[2]}{_PARTS}")
    for made in table(view, name, caption, columns, rows, most=_MOST_PARTS):
        yield replace(made, summed=summed)


def _is_unknown(part: Group, one: Grouping) -> bool:
    """Whether the whole is known in a period in which the part is not."""
    now = part.moved.now.value is None and one.whole.now.value is not None
    return now or (part.moved.earlier.value is None and one.whole.earlier.value is not None)


def _part(view: View, part: Group) -> Row:
    count = DASH if part.count is None else str(part.count)
    shares = (part.share, part.share_change, part.pull)
    return plain(
        (
            view.say(part.name),
            count,
            *moved_texts(view, part.moved)[:3],
            *(share(view, one) for one in shares),
        )
    )


def ranking(view: View) -> Iterator[Expected]:
    """Counties by the change of the first arm's total; what prints the same shares a rank."""
    found = view.situation.counties
    if not found or not view.situation.places:
        return
    arm = view.arms[0]
    measure = f"{arm}-total"
    known = [(change, one) for one in found if (change := rate(moved(one, measure))) is not None]
    known.sort(key=lambda pair: (-pair[0], pair[1].code))
    changes = [change for change, _ in known]
    rows = [
        _ranked(view, place, arm, 1 + sum(other > change for other in changes))
        for change, place in known[:_MOST_RANKED]
    ]
    first = moved(found[0], measure)
    unit = head_unit(view, first.now.unit if first else "")
    columns = (
        *heads(view, "rank = 位次 = Rank\nplace = 地区 = Region\nparent = 所属 = In"),
        ("now", f"总量（{unit}）" if view.zh else f"Total ({unit})"),
        *heads(view, "change = 同比（%） = Change (%)\nlevel = 等级 = Level"),
    )
    name, kind = view.measure(measure), view.kind(found)
    caption = Label(f"分{kind}{name}增速位次", f"Ranking by change in {name}, {kind}")
    yield from table(view, "ranking", caption, columns, rows, most=_MOST_RANKED, whole=len(known))


def _ranked(view: View, place: Place, arm: str, rank: int) -> Row:
    one = moved(place, f"{arm}-total")
    at = total_colour(place, arm) if view.rates else ""
    word = view.word(words.LEVELS, at) if at else view.say(words.UNRATED)
    texts = [str(rank), place.name, view.names.get(place.parent, place.parent)]
    if one is not None:
        texts += [sum_of(view, one.now), share(view, one.change)]
    return (*plain(texts), Cell(text=word, colour=shade(at)))
