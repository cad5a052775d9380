"""Section three (分领域、行业和重点用能单位): parts of totals, and how far they pull them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from services.alerts.domain.briefs.document import Block, Chart, ChartKind, Colour, Mark
from services.alerts.domain.briefs.facts import Group, Grouping, Label, Moved
from services.alerts.domain.briefs.printing import (
    both,
    listed,
    percent,
    percent_text,
    pull,
    share_change,
    unit_of,
)
from services.alerts.domain.briefs.writing.choosing import groupings_in_order
from services.alerts.domain.briefs.writing.moves import (
    MOVED_HEADS,
    measure_name,
    missing_sentence,
    moved_cells,
    total_sentence,
    value_and_unit,
    year_on_year,
)
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row

TOP = 3
MOST_ROWS = 20
MOST_BARS = 12
_KINDS = (
    ("sector", Label("分领域", "Sectors")),
    ("industry", Label("分行业", "Industries")),
    ("six", Label("六大高耗能行业", "Six energy-hungry industries")),
    ("key-users", Label("重点用能单位", "Key users")),
    ("stated", Label("统计口径", "As statistics state them")),
)
_NTHS = "一二三四五"
_PARTS = {
    "sector": Label("领域", "Sector"),
    "industry": Label("行业", "Industry"),
    "six": Label("行业", "Industry"),
    "key-users": Label("单位", "Users"),
    "stated": Label("分项", "Part"),
}
_HEADS = (
    Head(name="count", label=Label("单位数", "Count"), number=True),
    *MOVED_HEADS[:3],
    Head(name="share", label=Label("占比（%）", "Share (%)"), number=True),
    Head(name="share_change", label=Label("占比变化（百分点）", "Share (pp)"), number=True),
    Head(name="pull", label=Label("拉动（百分点）", "Pull (pp)"), number=True),
)


def fields(pen: Pen) -> Iterator[Block]:
    """The section's blocks: each kind of grouping that there is, under a heading."""
    title = Label("三、分领域、行业和重点用能单位情况", "3. Sectors, industries and key users")
    yield pen.heading(1, "fields", title)
    there = [(name, label) for name, label in _KINDS if groupings_in_order(pen, name)]
    if not there:
        nothing = Label("分领域、行业数据暂无。", "There are no data by sector or industry.")
        yield from pen.paragraph("fields", [nothing])
    for nth, (name, label) in enumerate(there):
        title = Label(f"（{_NTHS[nth]}）{label.zh}", f"3.{nth + 1} {label.en}")
        yield pen.heading(2, f"fields.{name}", title)
        for grouping in groupings_in_order(pen, name):
            yield from _grouping(pen, grouping)


def _grouping(pen: Pen, one: Grouping) -> Iterator[Block]:
    key = f"{one.name}.{one.measure}"
    yield from pen.paragraph(f"fields.{key}", _sentences(one))
    measure = measure_name(one.measure)
    unit = unit_of(one.whole.now.unit).label
    title = Label(f"{one.label.zh}{measure.zh}", f"{one.label.en}: {measure.en}")
    if is_stated(one):
        title = one.label
    caption = Label(f"{title.zh}（{unit.zh}）", f"{title.en} ({unit.en})")
    yield from pen.table(f"grouping.{key}", caption, _heads(one), _rows(pen, one), most=MOST_ROWS)
    yield from _chart(pen, one, key)


def _sentences(one: Grouping) -> Iterator[Label | None]:
    """G0 of the whole, G1 of all parts that are few, else of those together, G2 of pulls."""
    if one.complete or is_stated(one):
        yield total_sentence(_whole(one), one.whole, one.measure, with_trend=is_stated(one))
    if one.name == "six":
        yield part_sentence(together(one), one.measure)
    telling = [part for part in parts_of(one) if is_telling(part)]
    if len(telling) <= TOP:
        yield from (part_sentence(part, one.measure) for part in telling)
    else:
        yield _largest(one)
        yield _pulls(one, up=True)
        yield _pulls(one, up=False)


def _whole(one: Grouping) -> Label:
    name = measure_name(one.measure)
    if not is_stated(one):
        return Label(f"{one.label.zh}{name.zh}合计", f"{one.label.en}, {name.en} in all")
    if one.complete:
        return Label(f"{one.label.zh}合计", f"{one.label.en} in all")
    return one.label


def is_telling(part: Group) -> bool:
    """Whether the part is worth a sentence: not if share and pull both print as nought."""
    if not is_there(part):
        return False
    known = [one for one in (part.share, part.pull) if one is not None]
    return not known or any(percent(one).sign for one in known)


def is_there(part: Group) -> bool:
    """Whether any of it is known, now or a year earlier; noughts are not."""
    return any((part.moved.now.value, part.moved.earlier.value))


def is_row(one: Grouping, part: Group) -> bool:
    """Whether the part has a row: if it is there, or not known where the whole of it is."""
    pairs = ((part.moved.now, one.whole.now), (part.moved.earlier, one.whole.earlier))
    silent = any(mine.value is None and whole.value is not None for mine, whole in pairs)
    return silent or is_there(part)


def is_stated(one: Grouping) -> bool:
    """Whether it is as statistics state it: then its label names what is stated."""
    return one.name.startswith("stated:")


def parts_of(one: Grouping) -> tuple[Group, ...]:
    """The parts without the one that is all of them together, which has the grouping's name."""
    return tuple(part for part in one.parts if part.code != one.name or len(one.parts) == 1)


def together(one: Grouping) -> Group:
    """The parts of the grouping as one, as given or with share and pull of exact numbers."""
    given = next((part for part in one.parts if part.code == one.name), None)
    return given or joined(one, one.parts, Label(f"{one.label.zh}合计", f"{one.label.en} together"))


def joined(one: Grouping, parts: tuple[Group, ...], name: Label) -> Group:
    """Some parts of the grouping as one; what is not known of a part is not known of it."""
    now, earlier = _sum(parts, now=True), _sum(parts, now=False)
    counts = [part.count for part in parts if part.count is not None]
    whole, whole_earlier = one.whole.now.value, one.whole.earlier.value
    moved = Moved(
        now=replace(one.whole.now, value=now, missing=()),
        earlier=replace(one.whole.earlier, value=earlier, missing=()),
        change=_change(now, earlier),
    )
    share, before = _ratio(now, whole), _ratio(earlier, whole_earlier)
    return Group(
        code=one.name,
        name=name,
        moved=moved,
        count=sum(counts) if counts and len(counts) == len(parts) else None,
        share=share,
        share_change=None if share is None or before is None else share - before,
        pull=None if now is None or earlier is None else _ratio(now - earlier, whole_earlier),
    )


def _sum(parts: tuple[Group, ...], *, now: bool) -> Fraction | None:
    values = [(part.moved.now if now else part.moved.earlier).value for part in parts]
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(values) else None


def _ratio(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    return None if part is None or not whole else 100 * part / whole


def _change(now: Fraction | None, earlier: Fraction | None) -> Fraction | None:
    return None if now is None or not earlier else 100 * (now / earlier - 1)


def part_sentence(part: Group, measure: str) -> Label:
    """G1: `A（137家）273.00万吨标准煤，同比下降3.6%，占比76.8%，拉动总量下降2.9个百分点。`"""
    count = Label(f"（{part.count}家）", f" (enterprises: {part.count})")
    zh, en = (count.zh, count.en) if part.count is not None else ("", "")
    subject = Label(f"{part.name.zh}{zh}", f"{part.name.en}{en}")
    said = value_and_unit(part.moved)
    if said is None:
        return missing_sentence(subject, part.moved)
    more = (year_on_year(part.moved, measure), *_shares(part))
    return Label(
        f"{subject.zh}{said.zh}，{'，'.join(one.zh for one in more)}。",
        f"{subject.en}: {said.en}, {', '.join(one.en for one in more)}.",
    )


def _shares(part: Group) -> Iterator[Label]:
    if part.share is not None:
        share = percent(part.share)
        yield Label(f"占比{share}%", f"a share of {share}%")
    if part.share_change is not None:
        yield share_change(percent(part.share_change))
    if part.pull is not None:
        yield pull(percent(part.pull))


def _largest(one: Grouping) -> Label | None:
    """G2: `占比居前三位的是A（40.0%）、B（30.0%）、C（10.0%）。`"""
    found = [part for part in parts_of(one) if is_telling(part)]
    parts = [(percent(part.share), part) for part in found if part.share is not None]
    parts.sort(key=lambda pair: (-pair[0].mantissa, pair[1].code))
    if len(parts) < TOP:
        return None
    some = listed(tuple(_with(part.name, f"{share}%") for share, part in parts[:TOP]))
    return Label(f"占比居前{TOP}位的是{some.zh}。", f"The {TOP} largest shares are {some.en}.")


def _with(name: Label, number: str, en: str = "") -> Label:
    return Label(f"{name.zh}（{number}）", f"{name.en} ({en or number})")


def _pulls(one: Grouping, *, up: bool) -> Label | None:
    """G3: `拉动总量增长最多的是A（1.2个百分点）、B（0.3个百分点）。`"""
    found = [(percent(part.pull), part) for part in parts_of(one) if part.pull is not None]
    wanted = [(points, part) for points, part in found if points.sign == (1 if up else -1)]
    wanted.sort(key=lambda pair: (-abs(pair[0].mantissa), pair[1].code))
    if not wanted:
        return None
    some = listed(
        tuple(
            _with(part.name, f"{points.size}个百分点", f"{points.size} percentage points")
            for points, part in wanted[:TOP]
        )
    )
    if up:
        return Label(
            f"拉动总量增长最多的是{some.zh}。", f"Most is added to the total by {some.en}."
        )
    return Label(f"拉动总量下降最多的是{some.zh}。", f"Most is taken off the total by {some.en}.")


def _heads(one: Grouping) -> tuple[Head, ...]:
    part = _PARTS[one.name.partition(":")[0]]
    return (Head(name="part", label=part, share=4), *_HEADS)


def _rows(pen: Pen, one: Grouping) -> tuple[Row, ...]:
    """The whole and the parts that there are; none where that is no more than the sentence."""
    with_whole = one.complete or is_stated(one)
    if sum(is_there(part) for part in one.parts) < (1 if with_whole else 2):
        return ()
    parts = [pen.cells(_cells(part)) for part in one.parts if is_row(one, part)]
    if with_whole:
        # Where the parts are only some of it, the whole is no sum of theirs.
        name = Label("合计", "Total") if one.complete else one.label
        whole = Group(code="", name=name, moved=one.whole)
        parts.insert(0, pen.cells(_cells(whole, total=True)))
    return tuple(parts)


def _cells(part: Group, *, total: bool = False) -> tuple[Label, ...]:
    dash = Label("—", "—")
    return (
        part.name,
        dash if part.count is None else both(str(part.count)),
        *moved_cells(part.moved)[:3],
        *(
            (dash, dash, dash)
            if total
            else tuple(percent_text(one) for one in (part.share, part.share_change, part.pull))
        ),
    )


def _chart(pen: Pen, one: Grouping, key: str) -> Iterator[Block]:
    found = [part for part in parts_of(one) if is_there(part)]
    marks = [_mark(pen, part) for part in found if part.pull is not None]
    if len(marks) < 2:
        return
    marks.sort(key=lambda mark: (-abs(mark.value or 0), mark.code))
    shown = sorted(marks[:MOST_BARS], key=lambda mark: (-(mark.value or 0), mark.code))
    measure = measure_name(one.measure)
    yield Chart(
        name=f"pull.{key}",
        kind=ChartKind.PULL,
        caption=pen(
            Label(f"{one.label.zh}对{measure.zh}的拉动", f"Pull on {measure.en}: {one.label.en}")
        ),
        alt=pen(listed(tuple(Label(f"{m.label} {m.text}", f"{m.label} {m.text}") for m in shown))),
        unit=pen(Label("百分点", "percentage points")),
        marks=tuple(shown),
    )


def _mark(pen: Pen, part: Group) -> Mark:
    points = percent(part.pull or Fraction(0))
    return Mark(
        code=part.code,
        label=pen(part.name),
        value=float(points.value),
        text=str(points),
        colour=(Colour.GREY, Colour.RED, Colour.GREEN)[points.sign],
    )
