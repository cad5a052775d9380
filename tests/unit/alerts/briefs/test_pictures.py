"""Pictures: every kind is drawn, says all its words, and no label lies over another."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from services.alerts.adapters.briefs import pictures
from services.alerts.adapters.briefs.drawing.paper import same_anywhere
from services.alerts.domain.briefs.document import Burn, Chart, ChartKind, Colour, Mark
from tests.unit.alerts.briefs.charts import (
    COLOURS,
    LEGEND,
    MARKS,
    SECTORS,
    VALUES,
    WORDS,
    burn_chart,
    burning,
    chart,
    mark,
    regions,
    samples,
)

SAMPLES = dict(samples())
POINTS = 156 / 25.4 * 72
DOTS = round(156 / 25.4 * 220)
SVG = "{http://www.w3.org/2000/svg}"


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Where each text stands, in dots."""
    with same_anywhere():
        return [
            (text.get_text(), text.get_window_extent())
            for text in figure.findobj(Text)
            if isinstance(text, Text) and text.get_text().strip()
        ]


def assert_legible(figure: Figure) -> None:
    """No two texts touch, and all are on the sheet. A dot is 0.1 mm: less than that is nothing."""
    found = boxes(figure)
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in found:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= height + 1, text
    for (one, first), (other, second) in combinations(found, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        upwards = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or upwards <= 1, f"{one} lies over {other}"


def words_of(chart: Chart) -> str:
    tree = ElementTree.fromstring(pictures.draw(chart, "svg"))
    return " ".join(text.text or "" for text in tree.iter(f"{SVG}text"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_texts_that_touch_would_be_found() -> None:
    figure = pictures.drawn(SAMPLES["bars"])
    figure.text(0.0, 0.5, "a text over others")
    with pytest.raises(AssertionError, match="lies over"):
        assert_legible(figure)


class TestEveryKind:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_is_a_png_as_wide_as_the_text(self, name: str) -> None:
        picture = pictures.draw(SAMPLES[name], "png")
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert int.from_bytes(picture[16:20], "big") == DOTS
        assert b"Software" not in picture

    @pytest.mark.parametrize("name", SAMPLES)
    def test_is_an_svg_that_can_stand_in_a_page(self, name: str) -> None:
        picture = pictures.draw(SAMPLES[name], "svg")
        assert picture.startswith(b"<svg ")
        root = ElementTree.fromstring(picture)
        assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(POINTS, abs=0.01)
        ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids))
        assert not [one for one in ids if re.fullmatch(r"\w+_\d+", one)]
        assert b"http:" not in re.sub(rb'xmlns(:\w+)?="[^"]*"', b"", picture)

    @pytest.mark.parametrize("name", SAMPLES)
    def test_no_label_lies_over_another(self, name: str) -> None:
        assert_legible(pictures.drawn(SAMPLES[name]))

    @pytest.mark.parametrize("name", [name for name in SAMPLES if name != "burn"])
    def test_says_all_words_as_text(self, name: str) -> None:
        found = squeezed(words_of(SAMPLES[name]))
        for one in SAMPLES[name].marks:
            assert one.text in found
        for _, word in SAMPLES[name].legend:
            assert word in found

    def test_a_curve_names_its_lines_and_months(self) -> None:
        found = words_of(SAMPLES["burn"])
        for word in (*WORDS, "万吨标准煤", "12月", "2026年", "5,000"):
            assert word in found

    def test_english_words_have_english_months(self) -> None:
        burn = burning(date(2026, 1, 1), 365, 90)
        words = ("actual", "expected", "range", "line", "budget")
        english = replace(burn, words=words)
        assert "Dec 2026" in words_of(burn_chart(english))

    def test_the_reading_font_is_named_first(self) -> None:
        assert b"font-family: 'Noto Sans SC', " in pictures.draw(SAMPLES["bars"], "svg")

    def test_drawing_again_gives_the_same_bytes(self) -> None:
        for one in SAMPLES.values():
            assert pictures.draw(one, "svg") == pictures.draw(one, "svg")


class TestMaps:
    @settings(max_examples=8, deadline=None)
    @given(
        st.sampled_from(["150000", "630000", "430000", "530000", "650000"]),
        st.lists(VALUES, min_size=1, max_size=5),
        st.integers(0, 4),
    )
    def test_labels_keep_clear_of_one_another(
        self, region: str, values: list[float | None], shift: int
    ) -> None:
        marks = regions(region, values, shift)
        assert_legible(pictures.drawn(chart(ChartKind.MAP, marks, region=region)))

    @settings(max_examples=5, deadline=None)
    @given(st.data())
    def test_whatever_the_regions_are_called(self, data: st.DataObject) -> None:
        labels = st.text("呼伦贝尔锡林郭勒盟自治州", min_size=1, max_size=14)
        marks = tuple(
            Mark(code=m.code, label=data.draw(labels), value=1.0, text="", colour=m.colour)
            for m in regions("430000", (1.0,))
        )
        assert_legible(pictures.drawn(chart(ChartKind.MAP, marks, region="430000")))

    @pytest.mark.parametrize("region", ["100000", "110000", "310000", "440000", "500000"])
    def test_crowded_maps_stay_legible(self, region: str) -> None:
        marks = regions(region, (2.5, -3.4, None))
        assert_legible(pictures.drawn(chart(ChartKind.MAP, marks, region=region)))

    def test_regions_without_an_outline_stand_beside_the_map(self) -> None:
        new = mark("159900", "新设区", 1.0, Colour.RED)
        one = chart(ChartKind.MAP, (*regions("150000", (1.0,)), new), region="150000")
        assert "新设区" in words_of(one)
        assert_legible(pictures.drawn(one))
        assert pictures.drawn(one).bbox.height > pictures.drawn(SAMPLES["map-150000"]).bbox.height

    @pytest.mark.parametrize("region", ["150200", "150203", "MADE-UP", ""])
    @pytest.mark.parametrize("count", [0, 1, 3, 13, 100])
    def test_without_an_outline_there_is_a_tile_for_each(self, region: str, count: int) -> None:
        marks = tuple(mark(f"1502{n:02}", f"旗县{n}", n - 5.0, Colour.GREEN) for n in range(count))
        one = chart(ChartKind.MAP, marks, region=region)
        assert_legible(pictures.drawn(one))
        found = squeezed(words_of(one))
        assert all(m.label in found for m in marks)

    def test_levels_have_their_patterns(self) -> None:
        picture = pictures.draw(SAMPLES["map-150000"], "svg")
        assert picture.count(b"<pattern") == 3

    def test_the_country_has_its_islands(self) -> None:
        country = chart(ChartKind.MAP, regions("100000", (1.0,)), region="100000")
        plain = pictures.draw(country, "svg")
        assert plain.count(b"fill: #5a6672") >= 12


class TestBars:
    @settings(max_examples=12, deadline=None)
    @given(
        st.sampled_from([ChartKind.BARS, ChartKind.PULL, ChartKind.SHARES, ChartKind.MAP]), MARKS
    )
    def test_labels_keep_clear_of_one_another(self, kind: ChartKind, marks: list[Mark]) -> None:
        assert_legible(pictures.drawn(chart(kind, marks)))

    def test_a_hundred_rows_fit_on_a_page(self) -> None:
        marks = tuple(mark(str(n), f"第{n}个旗县", 50.0 - n, Colour.YELLOW) for n in range(100))
        figure = pictures.drawn(chart(ChartKind.BARS, marks))
        assert_legible(figure)
        assert figure.get_figheight() * 25.4 < 200

    def test_pulls_up_and_down_lie_on_two_sides(self) -> None:
        marks = tuple(mark(s, s, v, None) for s, v in zip(SECTORS, (1.0, -1.0), strict=False))
        found = dict(boxes(pictures.drawn(chart(ChartKind.PULL, marks))))
        assert found["下降1.0%"].x1 < found["上升1.0%"].x0

    def test_missing_values_have_words_and_no_bar(self) -> None:
        only = mark("1", "甲", None, Colour.GREY)
        assert "暂无数据" in words_of(chart(ChartKind.BARS, (only,)))


class TestCurves:
    @settings(max_examples=12, deadline=None)
    @given(
        st.dates(date(2024, 1, 1), date(2027, 1, 1)),
        st.integers(20, 1900),
        st.floats(0, 1),
        st.floats(0.5, 1.5),
        st.sampled_from([3.5, 18_000.0, 2.5e8]),
    )
    def test_names_keep_clear_of_one_another(
        self, first: date, days: int, part: float, pace: float, total: float
    ) -> None:
        step = max(1, days // 60)
        burn = burning(first, days, int(days * part), pace=pace, step=step, total=total)
        assert_legible(pictures.drawn(burn_chart(burn)))

    def test_gaps_are_not_drawn_over(self) -> None:
        burn = burning(date(2026, 1, 1), 10, 10)
        actual = (*burn.actual[:4], None, None, *burn.actual[6:])
        broken = replace(burn, actual=actual)
        assert pictures.draw(burn_chart(broken), "svg") != pictures.draw(burn_chart(burn), "svg")

    def test_nothing_known_is_no_failure(self) -> None:
        none = (None,) * 2
        burn = Burn(
            days=("2026-01-31", "2026-02-28"),
            actual=none,
            low=none,
            expected=none,
            high=none,
            line=none,
            limit=None,
            words=WORDS,
        )
        assert "1月" in words_of(burn_chart(burn))
        assert pictures.draw(
            burn_chart(Burn(**{n: getattr(burn, n) for n in burn.__slots__} | {"days": ()})), "png"
        )


class TestWhateverComes:
    ODD = st.floats() | st.none()

    @settings(max_examples=12, deadline=None)
    @given(st.sampled_from(ChartKind), st.lists(st.tuples(ODD, COLOURS), max_size=6))
    def test_is_drawn(
        self, kind: ChartKind, rows: list[tuple[float | None, Colour | None]]
    ) -> None:
        marks = tuple(
            Mark(
                code=str(n), label="甲\n乙\t丙\x00", value=value, text="$x_1$ & <b>", colour=colour
            )
            for n, (value, colour) in enumerate(rows)
        )
        one = chart(kind, marks)
        assert pictures.draw(one, "png")
        ElementTree.fromstring(pictures.draw(one, "svg"))

    def test_markup_and_formulas_are_plain_letters(self) -> None:
        only = Mark(code="1", label="<b>&\"'", value=1.0, text="$x_1^2$")
        found = words_of(chart(ChartKind.BARS, (only,)))
        assert "<b>&\"'" in found
        assert "$x_1^2$" in found

    def test_a_legend_longer_than_a_line_takes_two(self) -> None:
        long = tuple((colour, f"{word}：一段相当长的说明文字") for colour, word in LEGEND)
        one = chart(ChartKind.BARS, (mark("1", "甲", 1.0, Colour.RED),))
        wide = replace(one, legend=long)
        assert_legible(pictures.drawn(wide))
