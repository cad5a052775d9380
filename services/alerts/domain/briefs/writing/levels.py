"""Section two (预警等级): the barometer of the regions below, what changed, and the map."""

from collections.abc import Iterator

from services.alerts.domain.briefs.document import Block, Chart, ChartKind, Mark
from services.alerts.domain.briefs.facts import Label, Place
from services.alerts.domain.briefs.periods import period_name
from services.alerts.domain.briefs.printing import both, listed
from services.alerts.domain.briefs.writing.choosing import (
    arms_in_order,
    is_rated,
    level_of,
    rated_measures,
)
from services.alerts.domain.briefs.writing.moves import measure_name
from services.alerts.domain.briefs.writing.pen import Head, Pen, Row
from services.alerts.domain.briefs.writing.targets import NO_TARGET, level_labels
from services.alerts.domain.briefs.writing.words import (
    ARMS,
    COLOURS,
    GREY,
    WORST_FIRST,
    colour_of,
    known,
    places_word,
)


def levels(pen: Pen) -> Iterator[Block]:
    """The section's blocks; a preliminary brief says why there are no levels."""
    yield pen.heading(1, "levels", Label("二、预警等级", "2. Levels of early warning"))
    if not pen.rates:
        yield from pen.paragraph("levels", [_unrated()])
        return
    places = pen.situation.places
    measures = rated_measures(pen, places)
    if not measures:
        yield from pen.paragraph("levels", [_nobody()])
        return
    for measure in measures:
        yield from pen.paragraph(f"levels.{measure}", _sentences(pen, places, measure))
    yield from _table(pen, places, measures)
    for arm in arms_in_order(pen):
        yield from _map(pen, places, [one for one in measures if one.startswith(arm)], arm)


def _unrated() -> Label:
    return Label(
        "地区生产总值尚无最终数据，本期为初步数据，不作评级。",
        "There is no final gross domestic product yet; the data are preliminary and not rated.",
    )


def _nobody() -> Label:
    return Label("所辖地区暂无评级数据。", "There are no levels of the regions below.")


def named_measure(places: tuple[Place, ...], measure: str) -> Label:
    """What the places' targets call the measure."""
    found = [one.measure_label for place in places for one in place.rated if one.measure == measure]
    return found[0] if found else measure_name(measure)


def _sentences(pen: Pen, places: tuple[Place, ...], measure: str) -> Iterator[Label | None]:
    yield _counts(pen, places, measure)
    yield _moved(places, measure)
    for colour in ("red", "orange"):
        yield _those(places, measure, colour)


def _counts(pen: Pen, places: tuple[Place, ...], measure: str) -> Label:
    """L1: `能耗强度：所辖12个盟市中，红色2个、黄色3个、绿色6个、未评级1个。`"""
    words = places_word(places[0].level, pen.situation.region)
    found = [colour_at(place, measure) for place in places]
    counts = [(COLOURS.get(one, GREY), found.count(one)) for one in (*WORST_FIRST, "")]
    some = listed(tuple(Label(f"{word.zh}{n}个", f"{n} {word.en}") for word, n in counts if n))
    name = named_measure(places, measure)
    return Label(
        f"{name.zh}：所辖{len(places)}个{words.zh}中，{some.zh}。",
        f"{name.en}: of {len(places)} {words.en}, {some.en}.",
    )


def colour_at(place: Place, measure: str) -> str:
    """The colour of the place's level; empty where it has none."""
    one = level_of(place, measure)
    return one.colour if one is not None and is_rated(one) and one.colour in COLOURS else ""


def changed(places: tuple[Place, ...], measure: str, change: str) -> tuple[Place, ...]:
    """Places whose level has become better, worse …"""
    rated = [(place, level_of(place, measure)) for place in places]
    return tuple(place for place, one in rated if one is not None and one.change == change)


def _moved(places: tuple[Place, ...], measure: str) -> Label:
    """L2: `与上期相比，1个改善（乌海市）、2个恶化（包头市、赤峰市）。`"""
    parts = [
        _named_count(changed(places, measure, change), word)
        for change, word in (("better", Label("改善", "better")), ("worse", Label("恶化", "worse")))
    ]
    some = listed(tuple(one for one in parts if one is not None))
    if not some.zh and not changed(places, measure, "same"):
        return Label("没有可与上期相比的等级。", "No level can be compared with the period before.")
    if not some.zh:
        return Label("与上期相比，等级均无改善或恶化。", "No level is better or worse than before.")
    return Label(f"与上期相比，{some.zh}。", f"Against the period before, {some.en}.")


def _named_count(places: tuple[Place, ...], word: Label) -> Label | None:
    if not places:
        return None
    names = listed(tuple(both(place.name) for place in places))
    count = len(places)
    return Label(f"{count}个{word.zh}（{names.zh}）", f"{count} {word.en} ({names.en})")


def _those(places: tuple[Place, ...], measure: str, colour: str) -> Label | None:
    """L3: `等级为红色的是：包头市、乌海市。`"""
    found = tuple(both(place.name) for place in places if colour_at(place, measure) == colour)
    if not found:
        return None
    names, word = listed(found), COLOURS[colour]
    return Label(f"等级为{word.zh}的是：{names.zh}。", f"Those at {word.en} are: {names.en}.")


def _table(pen: Pen, places: tuple[Place, ...], measures: tuple[str, ...]) -> tuple[Block, ...]:
    name = period_name(pen.situation.span.text)
    heads = [Head(name="place", label=Label("地区", "Region"), share=3)]
    for measure in measures:
        heads.append(Head(name=measure, label=named_measure(places, measure), share=3))
        heads.append(Head(name=f"{measure}.change", label=Label("较上期", "Change")))
    rows = tuple(_row(pen, place, measures) for place in places)
    caption = Label(f"{name.zh}分地区预警等级", f"Levels by region, {name.en}")
    return pen.table("barometer", caption, tuple(heads), rows)


def _row(pen: Pen, place: Place, measures: tuple[str, ...]) -> Row:
    cells = [pen.cell(both(place.name))]
    for measure in measures:
        level, moved = level_labels(pen, level_of(place, measure))
        cells += [pen.cell(level, colour_of(colour_at(place, measure))), pen.cell(moved)]
    return tuple(cells)


def _map(pen: Pen, places: tuple[Place, ...], measures: list[str], arm: str) -> Iterator[Block]:
    """The traffic-light map of the arm: by its intensity, else by its total."""
    if not measures or len(places) < 2:
        return
    measure = next((one for one in measures if one.endswith("intensity")), measures[0])
    name, word = named_measure(places, measure), ARMS[arm]
    yield Chart(
        name=f"map.{arm}",
        kind=ChartKind.MAP,
        caption=pen(Label(f"{word.zh}预警等级分布（{name.zh}）", f"Map of levels, {name.en}")),
        alt=pen(_counts(pen, places, measure)),
        region=pen.facts.settings.map_name or pen.situation.region,
        marks=tuple(_mark(pen, place, measure) for place in places),
        legend=tuple(
            (colour_of(one), pen(COLOURS.get(one, GREY))) for one in (*reversed(WORST_FIRST), "")
        ),
    )


def _mark(pen: Pen, place: Place, measure: str) -> Mark:
    colour = colour_at(place, measure)
    one = level_of(place, measure)
    text = known(COLOURS, colour) if colour else (one.label if one else NO_TARGET)
    return Mark(
        code=place.code,
        label=place.name,
        value=None if one is None or one.severity is None else float(one.severity),
        text=pen(text),
        colour=colour_of(colour),
    )
