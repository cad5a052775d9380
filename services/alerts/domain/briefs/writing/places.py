"""Section four (地区和旗县情况): who is up and down, who comes first, who is in the worst state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.alerts.domain.briefs.document import Block, Chart, ChartKind, Mark
from services.alerts.domain.briefs.facts import Label, Moved, Place
from services.alerts.domain.briefs.printing import (
    MISSING,
    Printed,
    amount_text,
    both,
    change,
    listed,
    percent_text,
    ranks,
    unit_of,
)
from services.alerts.domain.briefs.writing.choosing import (
    arms_in_order,
    county_places,
    main_of,
    moved_of,
    place_names,
    printed_change,
)
from services.alerts.domain.briefs.writing.levels import colour_at
from services.alerts.domain.briefs.writing.moves import (
    measure_name,
    printed_amount,
    year_on_year,
)
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.words import (
    COLOURS,
    GREY,
    SCOPES,
    WORST_FIRST,
    colour_of,
    known,
    places_word,
)

TOP = 3
MOST_RANKED = 30
MOST_BARS = 24
MOST_SEVERE = 5
SEVERE_GROWTH = Fraction(10)
"""A total that grew by so many per cent (as printed) or more is severe, as a red level is."""
_SEVERE_COLOUR = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A place in a ranking by change: the greatest rise first."""

    place: Place
    moved: Moved
    change: Printed
    rank: int


def places(pen: Pen) -> Iterator[Block]:
    """The section's blocks: regions right below, then counties where those are others."""
    yield pen.heading(1, "places", Label("四、地区情况", "4. Regions"))
    below = pen.situation.places
    if not below:
        nothing = Label("所辖地区暂无数据。", "There are no data of regions below.")
        yield from pen.paragraph("places", [nothing])
        return
    yield from _of_level(pen, below, "places", 1)
    if pen.situation.counties:
        yield from _of_level(pen, pen.situation.counties, "counties", 2)
    yield from _severe(pen, 3 if pen.situation.counties else 2)


def _of_level(pen: Pen, found: tuple[Place, ...], name: str, nth: int) -> Iterator[Block]:
    word = places_word(found[0].level, pen.situation.region)
    zh = "一二三"[nth - 1]
    en = word.en[:1].upper() + word.en[1:]
    yield pen.heading(2, f"{name}.level", Label(f"（{zh}）分{word.zh}情况", f"4.{nth} {en}"))
    for arm in arms_in_order(pen):
        measure = f"{arm}-total"
        yield from pen.paragraph(f"{name}.{measure}", _sentences(found, measure, word))
    for arm in arms_in_order(pen):
        yield from _bars(pen, found, f"{arm}-total", name)
    if name == "counties":
        yield from _ranking(pen, found, word)


def _sentences(found: tuple[Place, ...], measure: str, word: Label) -> Iterator[Label | None]:
    yield _counts(found, measure, word)
    yield _largest(found, measure)
    ranked = ranking(found, measure)
    yield _first(ranked, measure)
    yield _last(ranked, measure)
    yield _scopes(found, measure)


def ranking(found: tuple[Place, ...], measure: str) -> tuple[Ranked, ...]:
    """Places by the printed change of the measure, the greatest rise first; ties share a rank."""
    there = [
        (printed, place, moved)
        for place in found
        if (moved := moved_of(place, measure)) and (printed := printed_change(moved))
    ]
    there.sort(key=lambda one: (-one[0].mantissa, one[1].code))
    nths = ranks(tuple(printed for printed, _, _ in there))
    return tuple(
        Ranked(place=place, moved=moved, change=printed, rank=nth)
        for (printed, place, moved), nth in zip(there, nths, strict=True)
    )


def _counts(found: tuple[Place, ...], measure: str, word: Label) -> Label:
    """P1: `14个市州中，能源消费总量同比增长的9个、下降的5个。`"""
    printed = [printed_change(moved_of(place, measure)) for place in found]
    signs = [None if one is None else one.sign for one in printed]
    parts = (
        (Label("增长", "up in"), signs.count(1)),
        (Label("下降", "down in"), signs.count(-1)),
        (Label("持平", "unchanged in"), signs.count(0)),
        (Label("无数据", "without data in"), signs.count(None)),
    )
    some = listed(tuple(Label(f"{say.zh}的{n}个", f"{say.en} {n}") for say, n in parts if n))
    name = measure_name(measure)
    return Label(
        f"{len(found)}个{word.zh}中，{name.zh}同比{some.zh}。",
        f"Of {len(found)} {word.en}, {name.en} year on year: {some.en}.",
    )


def _largest(found: tuple[Place, ...], measure: str) -> Label | None:
    """P2: `总量居前3位的是娄底（595.96万吨标准煤）、…。`"""
    there = [
        (printed, place)
        for place in found
        if (printed := printed_amount(moved_of(place, measure))) is not None
    ]
    if len(there) <= TOP:
        return None
    there.sort(key=lambda one: (-one[0].value, one[1].code))
    unit = unit_of(_unit(there[0][1], measure)).spoken
    some = listed(
        tuple(
            Label(f"{place.name}（{printed}{unit.zh}）", f"{place.name} ({printed} {unit.en})")
            for printed, place in there[:TOP]
        )
    )
    return Label(f"总量居前{TOP}位的是{some.zh}。", f"The {TOP} largest are {some.en}.")


def _unit(place: Place, measure: str) -> str:
    moved = moved_of(place, measure)
    return moved.now.unit if moved else ""


def _first(ranked: tuple[Ranked, ...], measure: str) -> Label | None:
    """P3: `增速居前3位的是A（增长16.0%）、B（增长9.1%）、C（下降0.2%）。`"""
    if len(ranked) <= TOP:
        return None
    some = _with_changes(ranked[:TOP], measure)
    return Label(
        f"增速居前{TOP}位的是{some.zh}。", f"The {TOP} highest rates of change are {some.en}."
    )


def _last(ranked: tuple[Ranked, ...], measure: str) -> Label | None:
    """P4: `降幅居前3位的是沁县（下降31.1%）、…。`: only those that fell."""
    fell = sorted(
        (one for one in ranked if one.change.sign < 0),
        key=lambda one: (one.change.mantissa, one.place.code),
    )
    if len(ranked) <= TOP or not fell:
        return None
    count, some = len(fell[:TOP]), _with_changes(tuple(fell[:TOP]), measure)
    if count == 1:
        return Label(f"降幅最大的是{some.zh}。", f"The greatest fall is that of {some.en}.")
    return Label(f"降幅居前{count}位的是{some.zh}。", f"The {count} greatest falls are {some.en}.")


def _scopes(found: tuple[Place, ...], measure: str) -> Label | None:
    """P6: by which scope the regions are told, unless it is the whole region for all of them."""
    mains = [main_of(place.measures, measure) for place in found]
    told = [one.scope for one in mains if one is not None and _is_known(one.moved)]
    scopes = sorted(set(told), key=lambda one: (one != "whole", one))
    if scopes in ([], ["whole"]):
        return None
    names = [known(SCOPES, one) for one in scopes]
    if len(scopes) == 1:
        (name,) = names
        return Label(f"以上为{name.zh}口径。", f"These figures are by the scope of {name.en}.")
    counts = [told.count(one) for one in scopes]
    pairs = zip(names, counts, strict=True)
    some = listed(tuple(Label(f"{name.zh}{n}个", f"{n} {name.en}") for name, n in pairs))
    return Label(f"以上口径不一：{some.zh}。", f"The scopes differ: {some.en}.")


def _is_known(moved: Moved) -> bool:
    return moved.now.value is not None or moved.change is not None


def _with_changes(ranked: tuple[Ranked, ...], measure: str) -> Label:
    labels = []
    for one in ranked:
        word = change(one.change, measure)
        labels.append(Label(f"{one.place.name}（{word.zh}）", f"{one.place.name} ({word.en})"))
    return listed(tuple(labels))


def _bars(pen: Pen, found: tuple[Place, ...], measure: str, name: str) -> Iterator[Block]:
    """Ranking bars by change, the best (the greatest fall) first, in the colours of the levels."""
    ranked = tuple(reversed(ranking(found, measure)))
    if len(ranked) < 2:
        return
    half = MOST_BARS // 2
    shown = ranked if len(ranked) <= MOST_BARS else (*ranked[:half], *ranked[-half:])
    label, word = measure_name(measure), places_word(found[0].level, pen.situation.region)
    cut = len(shown) < len(ranked)
    note = Label(
        f"仅列降幅最大和增速最高的各{half}个。",
        f"Only the {half} greatest falls and the {half} highest rises are shown.",
    )
    first, last = shown[0], shown[-1]
    yield Chart(
        name=f"bars.{name}.{measure}",
        kind=ChartKind.BARS,
        caption=pen(Label(f"各{word.zh}{label.zh}同比变化", f"Change in {label.en} by {word.en}")),
        alt=f"{first.place.name} {first.change}% … {last.place.name} {last.change}%",
        unit="%",
        marks=tuple(_mark(pen, one, measure) for one in shown),
        legend=tuple((colour_of(one), pen(COLOURS.get(one, GREY))) for one in (*WORST_FIRST, ""))
        if pen.rates
        else (),
        notes=(pen(note),) if cut else (),
    )


def _mark(pen: Pen, one: Ranked, measure: str) -> Mark:
    colour = _worst_colour(one.place, measure) if pen.rates else ""
    return Mark(
        code=one.place.code,
        label=one.place.name,
        value=float(one.change.value),
        text=f"{one.change}%",
        colour=colour_of(colour),
    )


def _worst_colour(place: Place, measure: str) -> str:
    """The colour of the total's level, or of the intensity's where the total has none."""
    other = f"{measure.partition('-')[0]}-intensity"
    return colour_at(place, measure) or colour_at(place, other)


def _ranking(pen: Pen, found: tuple[Place, ...], word: Label) -> tuple[Block, ...]:
    """Counties by the change of the first arm's total."""
    measure = f"{arms_in_order(pen)[0]}-total"
    ranked = ranking(found, measure)
    name, unit = measure_name(measure), unit_of(_unit(found[0], measure)).label
    heads = (
        Head(name="rank", label=Label("位次", "Rank"), number=True, share=1),
        Head(name="place", label=Label("地区", "Region"), share=3),
        Head(name="parent", label=Label("所属", "In"), share=3),
        Head(name="now", label=Label(f"总量（{unit.zh}）", f"Total ({unit.en})"), number=True),
        Head(name="change", label=Label("同比（%）", "Change (%)"), number=True),
        Head(name="level", label=Label("等级", "Level")),
    )
    caption = Label(f"分{word.zh}{name.zh}增速位次", f"Ranking by change in {name.en}, {word.en}")
    names = place_names(pen.situation)
    rows = tuple(_ranked_row(pen, one, measure, names) for one in ranked)
    return pen.table("ranking", caption, heads, rows, most=MOST_RANKED)


def _ranked_row(pen: Pen, one: Ranked, measure: str, names: Mapping[str, str]) -> Row:
    colour = _worst_colour(one.place, measure) if pen.rates else ""
    labels = (
        both(str(one.rank)),
        both(one.place.name),
        both(names.get(one.place.parent, one.place.parent)),
        amount_text(one.moved.now),
        percent_text(one.moved.change),
    )
    return (*pen.cells(labels), pen.cell(COLOURS.get(colour, GREY), colour_of(colour)))


def severe(pen: Pen) -> tuple[tuple[Place, str], ...]:
    """The few in the worst state, the worst first."""
    return all_severe(pen)[:MOST_SEVERE]


def all_severe(pen: Pen) -> tuple[tuple[Place, str], ...]:
    """The places in the worst state with the arm that says so, the worst first.

    The rule: a red level of the arm, or a total of it that grew by SEVERE_GROWTH or more; those
    with both come first, then by growth.
    """
    found = []
    for arm in arms_in_order(pen):
        for place in county_places(pen.situation):
            red = pen.rates and _worst_colour(place, f"{arm}-total") == _SEVERE_COLOUR
            moved = printed_change(moved_of(place, f"{arm}-total"))
            fast = moved is not None and moved.value >= SEVERE_GROWTH
            if red or fast:
                grown = moved.value if moved else Fraction(0)
                found.append((-(red + fast), -grown, place.code, place, arm))
    found.sort(key=lambda one: one[:3])
    first = {one[3].code: (one[3], one[4]) for one in reversed(found)}
    order = list(dict.fromkeys(one[3].code for one in found))
    return tuple(first[code] for code in order)


def _severe(pen: Pen, nth: int) -> Iterator[Block]:
    title = Label(f"（{'一二三'[nth - 1]}）形势最严峻的地区", f"4.{nth} Regions in the worst state")
    yield pen.heading(2, "severe", title)
    yield from pen.paragraph("severe", [_severe_sentence(pen, all_severe(pen))])


def _none_severe(pen: Pen) -> Label:
    """P5 where nobody is: what has no level, or no change, is not said to be all right."""
    found, much = county_places(pen.situation), int(SEVERE_GROWTH)
    totals = [f"{arm}-total" for arm in arms_in_order(pen)]
    grown = [moved for one in found for name in totals if (moved := moved_of(one, name))]
    rated = pen.rates and any(_worst_colour(one, name) for one in found for name in totals)
    if all(moved.change is None for moved in grown):
        if not rated:
            return Label(
                "各地区等级和总量变化暂无数据。",
                "There are no data on levels or changes of the regions.",
            )
        return Label("没有等级为红色的地区。", "No region is red.")
    if not rated:
        return Label(
            f"没有总量增长{much}%及以上的地区。",
            f"No region has a total that grew by {much}% or more.",
        )
    return Label(
        f"没有等级为红色或总量增长{much}%及以上的地区。",
        f"No region is red or has a total that grew by {much}% or more.",
    )


def _severe_sentence(pen: Pen, everywhere: tuple[tuple[Place, str], ...]) -> Label:
    """P5: `形势最严峻的地区有1个：壶关县（二氧化碳排放总量同比增长16.0%，等级为红色）。`"""
    if not everywhere:
        return _none_severe(pen)
    found = everywhere[:MOST_SEVERE]
    some = listed(tuple(_called_out(pen, place, arm) for place, arm in found))
    if (whole := len(everywhere)) > len(found):
        much = int(SEVERE_GROWTH)
        red = Label("等级为红色或", "at red or ") if pen.rates else Label("", "")
        return Label(
            f"{red.zh}总量增长{much}%及以上的地区有{whole}个，形势最严峻的{len(found)}个是：{some.zh}。",
            f"Regions {red.en}with a total that grew by {much}% or more: {whole}; the {len(found)}"
            f" in the worst state are {some.en}.",
        )
    return Label(
        f"形势最严峻的地区有{len(found)}个：{some.zh}。",
        f"Regions in the worst state: {len(found)}, namely {some.en}.",
    )


def _called_out(pen: Pen, place: Place, arm: str) -> Label:
    measure = f"{arm}-total"
    moved, name = moved_of(place, measure), measure_name(measure)
    year = MISSING if moved is None else year_on_year(moved, measure)
    colour = _worst_colour(place, measure) if pen.rates else ""
    word = COLOURS.get(colour)
    zh, en = (f"，等级为{word.zh}", f", level {word.en}") if word else ("", "")
    return Label(
        f"{place.name}（{name.zh}{year.zh}{zh}）", f"{place.name} ({name.en} {year.en}{en})"
    )
