"""Lays the marks and words of charts beside the facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.alerts.domain.briefs.document import Burn, Chart, ChartKind, Colour, Document, Mark
from services.alerts.domain.briefs.facts import Label, Outlooked, Place
from services.alerts.domain.briefs.proof import vocabulary as words
from services.alerts.domain.briefs.proof.cells import shade
from services.alerts.domain.briefs.proof.comparing import laid, same
from services.alerts.domain.briefs.proof.due_parts import (
    is_there,
    level_counts,
    members,
    named,
    rated_measures,
)
from services.alerts.domain.briefs.proof.due_work import ahead, scenario, so_far
from services.alerts.domain.briefs.proof.finding import Finding, wrong
from services.alerts.domain.briefs.proof.numerals import plain, points
from services.alerts.domain.briefs.proof.reader import Claim, read
from services.alerts.domain.briefs.proof.view import (
    View,
    colour,
    groupings,
    level,
    moved,
    outlooks,
    rate,
    total_colour,
)

_KINDS = {
    "map": ChartKind.MAP,
    "pull": ChartKind.PULL,
    "bars": ChartKind.BARS,
    "burn": ChartKind.BURN,
    "coverage": ChartKind.SHARES,
}
_MOST_PULLS, _MOST_BARS, _HALF = 12, 24, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart as the facts have it. alt: the words, or sentences as claims of a paragraph."""

    name: str
    caption: str
    marks: tuple[Mark, ...] = ()
    alt: str | tuple[str, list[Claim]] = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    burn: Burn | None = None


def charts(view: View, document: Document) -> Iterator[Finding]:
    """Charts that are missing or in excess, and marks and words that are not what facts say."""
    expected = {one.name: one for one in _drawn(view)}
    there = [block for block in document.blocks if isinstance(block, Chart)]
    yield from same([one.name for one in there], list(expected), "charts")
    for found in there:
        if found.name in expected:
            yield from _chart(view, found, expected[found.name])


def _chart(view: View, found: Chart, should: Drawn) -> Iterator[Finding]:
    title = found.caption.partition("  " if view.zh else ". ")[2]
    for name, one, other in (
        ("caption", title, view.begin(should.caption)),
        ("unit", found.unit, should.unit),
        ("notes", found.notes, should.notes),
        ("kind", found.kind, _KINDS[found.name.partition(".")[0]]),
        ("legend", found.legend, _legend(view, found)),
        ("marks", len(found.marks), len(should.marks)),
    ):
        if one != other:
            yield wrong(found.name, name, one, other)
    for nth, (mark, other_mark) in enumerate(zip(found.marks, should.marks, strict=False), 1):
        if mark != other_mark:
            yield wrong(f"{found.name}[{nth}]", "mark", _told(mark), _told(other_mark))
    if found.burn != should.burn:
        yield wrong(found.name, "burn", "curves", "others")
    if isinstance(should.alt, str):
        if found.alt != should.alt:
            yield wrong(found.name, "alt", found.alt, should.alt)
        return
    family, claims = should.alt
    said, findings = read(family, found.alt, zh=view.zh)
    yield from findings
    yield from laid(found.name, said, claims)


def _legend(view: View, found: Chart) -> tuple[tuple[Colour, str], ...]:
    """What the colours of levels are called: on maps the best first, on bars the worst."""
    levels = [(shade(one), words.LEVELS[one]) for one in ("red", "orange", "yellow", "green")]
    if found.kind is ChartKind.MAP:
        levels.reverse()
    elif found.kind is not ChartKind.BARS or not view.rates:
        return ()
    return tuple((one, view.say(label)) for one, label in (*levels, (Colour.GREY, words.UNRATED)))


def _told(mark: Mark) -> tuple[str, ...]:
    shown = mark.colour.value if mark.colour else ""
    return (mark.code, mark.label, str(mark.value), mark.text, shown)


def _drawn(view: View) -> Iterator[Drawn]:
    yield from _maps(view)
    yield from _pulls(view)
    yield from _bars(view)
    if not view.public:
        for one in outlooks(view):
            yield from _burn(view, one)
    yield from _coverage(view)


def _maps(view: View) -> Iterator[Drawn]:
    places = view.situation.places
    if not view.rates or len(places) < 2:
        return
    for arm in view.arms:
        there = [one for one in rated_measures(view) if one.startswith(arm)]
        if not there:
            continue
        measure = next((one for one in there if one.endswith("intensity")), there[0])
        title, word = named(view, measure), view.word(words.ARMS, arm)
        caption = f"{word}预警等级分布（{title}）" if view.zh else f"Map of levels, {title}"
        marks = tuple(_level_mark(view, place, measure) for place in places)
        counts = (f"levels.{measure}", [level_counts(view, measure)])
        yield Drawn(name=f"map.{arm}", caption=caption, marks=marks, alt=counts)


def _level_mark(view: View, place: Place, measure: str) -> Mark:
    at, one = colour(place, measure), level(place, measure)
    text = view.say(Label("无目标", "no target") if one is None else one.label)
    severity = None if one is None else one.severity
    return Mark(
        code=place.code,
        label=place.name,
        value=None if severity is None else float(severity),
        text=view.word(words.LEVELS, at) if at else text,
        colour=shade(at),
    )


def _pulls(view: View) -> Iterator[Drawn]:
    for one in groupings(view):
        known = [(points(part.pull), part.code, view.say(part.name))
                 for part in members(one)
                 if part.pull is not None and is_there(part)]  # fmt: skip
        if len(known) < 2:
            continue
        known.sort(key=lambda pull: (-abs(pull[0]), pull[1]))
        shown = sorted(known[:_MOST_PULLS], key=lambda pull: (-pull[0], pull[1]))
        marks = tuple(_pull_mark(*pull) for pull in shown)
        label, measure = view.say(one.label), view.measure(one.measure)
        caption = f"{label}对{measure}的拉动" if view.zh else f"Pull on {measure}: {label}"
        yield Drawn(
            name=f"pull.{one.name}.{one.measure}",
            caption=caption,
            marks=marks,
            alt=view.join(f"{mark.label} {mark.text}" for mark in marks),
            unit=view.say(Label("百分点", "percentage points")),
        )


def _pull_mark(by: Decimal, code: str, name: str) -> Mark:
    shown = Colour.GREY if by == 0 else Colour.RED if by > 0 else Colour.GREEN
    return Mark(code=code, label=name, value=float(by), text=plain(by), colour=shown)


def _bars(view: View) -> Iterator[Drawn]:
    here = view.situation
    if not here.places:
        return
    for name, found in (("places", here.places), ("counties", here.counties)):
        for arm in view.arms if found else ():
            measure = f"{arm}-total"
            known = [(change, one) for one in found
                     if (change := rate(moved(one, measure))) is not None]  # fmt: skip
            if len(known) < 2:
                continue
            known.sort(key=lambda pair: (-pair[0], pair[1].code))
            known.reverse()
            shown = known if len(known) <= _MOST_BARS else known[:_HALF] + known[-_HALF:]
            marks = tuple(_bar(view, place, change, arm) for change, place in shown)
            kind, title = view.kind(found), view.measure(measure)
            caption = f"各{kind}{title}同比变化" if view.zh else f"Change in {title} by {kind}"
            yield Drawn(
                name=f"bars.{name}.{measure}", caption=caption, marks=marks, alt=_ends(marks),
                unit="%", notes=(_cut(view),) if len(known) > _MOST_BARS else (),
            )  # fmt: skip


def _cut(view: View) -> str:
    """That not all bars are shown."""
    zh = f"仅列降幅最大和增速最高的各{_HALF}个。"
    return (
        zh
        if view.zh
        else (f"Only the {_HALF} greatest falls and the {_HALF} highest rises are shown.")
    )


def _bar(view: View, place: Place, change: Decimal, arm: str) -> Mark:
    return Mark(
        code=place.code,
        label=place.name,
        value=float(change),
        text=f"{plain(change)}%",
        colour=shade(total_colour(place, arm) if view.rates else ""),
    )


def _ends(marks: tuple[Mark, ...]) -> str:
    first, last = marks[0], marks[-1]
    return f"{first.label} {first.text} … {last.label} {last.text}"


def _coverage(view: View) -> Iterator[Drawn]:
    known = [(one.completeness, one) for one in view.situation.places
             if one.completeness is not None]  # fmt: skip
    if len({points(share) for share, _ in known}) < 2:
        return
    known.sort(key=lambda pair: (-pair[0], pair[1].code))
    marks = tuple(
        Mark(code=one.code, label=one.name, value=float(points(share)),
             text=f"{plain(points(share))}%")
        for share, one in known[:_MOST_BARS]
    )  # fmt: skip
    caption = view.say(Label("分地区数据完整率", "Completeness of the data by region"))
    yield Drawn(name="coverage", caption=caption, marks=marks, alt=_ends(marks), unit="%")


def _burn(view: View, one: Outlooked) -> Iterator[Drawn]:
    path = one.path
    if path is None or not path.days:
        return
    scope, measure = view.word(words.SCOPES, one.scope), view.measure(one.measure)
    size = words.SIZES.get(one.unit, 1)

    def curve(values: tuple[Fraction | None, ...]) -> tuple[float | None, ...]:
        return tuple(None if value is None else float(value / size) for value in values)

    zh = ("实际累计", "预计", "预测区间", "序时线", "全年控制目标")
    en = ("So far", "Expected", "Range", "Due", "Limit of the year")
    claims = [so_far(view, one)]
    if scenario(one, "expected") is not None:
        claims += ahead(view, one, "expected")
    yield Drawn(
        name=f"burn.{one.measure}.{one.scope}",
        caption=f"{scope}{measure}全年进度与预测" if view.zh
        else f"The year so far and ahead: {scope}, {measure}",
        alt=("outlook", claims),
        unit=view.word(words.HEADED, one.unit),
        burn=Burn(
            days=path.days,
            actual=curve(path.actual),
            low=curve(path.low),
            expected=curve(path.expected),
            high=curve(path.high),
            line=curve(path.line),
            limit=None if one.limit is None else float(one.limit / size),
            words=zh if view.zh else en,
        ),
    )  # fmt: skip
