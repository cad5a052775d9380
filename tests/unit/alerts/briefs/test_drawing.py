"""The parts that charts are drawn with: cells, lines of words, names that move apart, days."""

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outer

from services.alerts.adapters.briefs.drawing import ends, raster
from services.alerts.adapters.briefs.drawing.months import scale
from services.alerts.adapters.briefs.drawing.palette import LEVELS
from services.alerts.adapters.briefs.drawing.paper import width_of
from services.alerts.adapters.briefs.drawing.plot import printed, round_amounts
from services.alerts.adapters.briefs.drawing.projection import Frame, laid_out
from services.alerts.adapters.briefs.drawing.tiles import columns_for
from services.alerts.adapters.briefs.drawing.wording import fitted, wrapped
from services.alerts.adapters.briefs.outlines import Outline, parts_of
from services.alerts.domain.briefs.document import Colour

BLANK = raster.empty(20, 15)


class TestCells:
    @given(
        st.lists(
            st.tuples(st.integers(-12, 92), st.integers(-12, 72)),
            min_size=3,
            max_size=9,
        )
    )
    def test_covered_are_the_cells_inside(self, points: list[tuple[int, int]]) -> None:
        # Off the middles of cells, where it is undecided on which side of a line a point is.
        ring = np.array([*points, points[0]]) / 4 + (0.0314, 0.0271)
        rows, columns = np.indices(BLANK.shape)
        middles = (np.column_stack((columns.ravel(), rows.ravel())) + 0.5) * raster.STEP
        inside = Outer(ring).contains_points(middles).reshape(BLANK.shape)
        assert np.array_equal(raster.covered([ring], BLANK), inside)

    def test_a_hole_is_not_covered(self) -> None:
        outer, inner = (
            np.array([(a, a), (b, a), (b, b), (a, b), (a, a)], dtype=float)
            for a, b in ((1, 9), (3, 6))
        )
        found = raster.covered([outer, inner], BLANK)
        assert found[4, 4]
        assert not found[8, 8]

    @given(st.floats(0.6, 8), st.floats(0.6, 6))
    def test_counts_find_where_a_box_is_free(self, width: float, height: float) -> None:
        cells = raster.empty(20, 15)
        raster.mark_box(cells, 8, 6, 1, 1)
        counts = raster.Sums(cells).counts(width, height)
        x, y = raster.middle(width, height)
        for row, column in zip(*np.nonzero(counts == 0), strict=True):
            left, bottom = column * raster.STEP + x - width / 2, row * raster.STEP + y - height / 2
            apart_x = left + width <= 8 or left >= 9
            assert apart_x or bottom + height <= 6 or bottom >= 7
            assert left >= 0
            assert left + width <= 20

    def test_a_box_larger_than_the_paper_fits_nowhere(self) -> None:
        assert raster.Sums(BLANK).counts(30, 2).size == 0

    def test_the_heart_is_well_inside(self) -> None:
        cells = raster.empty(20, 15)
        raster.mark_box(cells, 2, 2, 8, 4)
        raster.mark_box(cells, 2, 2, 0.5, 12)
        assert raster.heart(cells) == pytest.approx((6, 4), abs=1)
        assert raster.heart(BLANK) is None


class TestWords:
    @given(st.text("内蒙古自治区呼伦贝尔 abcdef", min_size=1, max_size=24), st.integers(1, 3))
    def test_wrapped_says_the_same(self, text: str, lines: int) -> None:
        found = wrapped(text, lines, 8.0)
        if found:
            assert len(found) == lines
            assert "".join("".join(found).split()) == "".join(text.split())

    def test_lines_are_about_as_long_as_one_another(self) -> None:
        assert wrapped("海西蒙古族藏族自治州", 2, 8.0) == ("海西蒙古族", "藏族自治州")
        assert wrapped("Haixi Mongol and Tibetan", 2, 8.0) == ("Haixi Mongol", "and Tibetan")

    @given(st.text("中文字数abc ", min_size=1, max_size=80), st.floats(6, 60))
    def test_fitted_is_no_wider_than_asked(self, text: str, width: float) -> None:
        lines, size = fitted(" ".join(text.split()), width, (8.5, 6.5), 2)
        assert len(lines) <= 2
        assert all(width_of(line, size) <= width for line in lines)

    def test_what_is_too_long_is_cut_with_a_sign(self) -> None:
        lines, _ = fitted("很长的名称" * 20, 30, (8.5, 6.5), 2)
        assert lines[-1].endswith("…")


class TestApart:
    @given(
        st.lists(st.tuples(st.floats(-20, 120), st.floats(2, 9)), min_size=1, max_size=6).map(
            sorted
        )
    )
    def test_names_keep_their_order_and_do_not_overlap(
        self, wanted: list[tuple[float, float]]
    ) -> None:
        heights = [height for _, height in wanted]
        found = ends.apart([want for want, _ in wanted], heights, 0, 84)
        edges = [(m - h / 2, m + h / 2) for m, h in zip(found, heights, strict=True)]
        assert all(low[1] <= high[0] + 1e-6 for low, high in itertools.pairwise(edges))
        assert edges[0][0] >= -1e-6
        assert edges[-1][1] <= 84 + 1e-6

    def test_what_does_not_touch_stays(self) -> None:
        assert ends.apart([10, 30, 60], [4, 4, 4], 0, 84) == (10, 30, 60)


class TestDays:
    def test_a_year_has_its_months(self) -> None:
        found = scale(date(2026, 1, 1), date(2026, 12, 31), is_chinese=True)
        assert [span.name for span in found.small] == [f"{month}月" for month in range(1, 13)]
        assert [span.name for span in found.large] == ["2026年"]
        assert found.end - found.begin == 365

    def test_a_month_has_some_of_its_days(self) -> None:
        found = scale(date(2026, 7, 1), date(2026, 7, 31), is_chinese=False)
        assert [span.name for span in found.small] == ["1", "5", "10", "15", "20", "25"]
        assert [span.name for span in found.large] == ["Jul 2026"]

    def test_five_years_have_years(self) -> None:
        found = scale(date(2026, 1, 31), date(2030, 12, 31), is_chinese=True)
        assert [span.name for span in found.small] == [f"{y}年" for y in range(2026, 2031)]
        assert found.large == ()

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 3000))
    def test_spans_follow_one_another(self, first: date, days: int) -> None:
        last = date.fromordinal(first.toordinal() + days)
        found = scale(first, last, is_chinese=True)
        assert found.begin <= first.toordinal() < last.toordinal() + 1 <= found.end
        for spans in (found.small, found.large):
            assert all(a.end <= b.begin for a, b in itertools.pairwise(spans))
            assert all(found.begin <= s.begin < s.end <= found.end for s in spans)


class TestAmounts:
    @given(st.floats(1e-3, 1e9))
    def test_are_few_and_within(self, highest: float) -> None:
        found = round_amounts(highest)
        assert found[0] == 0
        assert 2 <= len(found) <= 8
        assert found[-1] <= highest

    @pytest.mark.parametrize(
        ("amount", "text"),
        [(0.0, "0"), (12500.0, "12,500"), (0.25, "0.25"), (2.5, "2.5"), (1e7, "10,000,000")],
    )
    def test_are_printed_plainly(self, amount: float, text: str) -> None:
        assert printed(amount) == text


class TestTheMapOnPaper:
    FRAME = Frame(left=10, bottom=8, width=136, height=100)

    @pytest.mark.parametrize("region", ["150000", "630000", "430000"])
    def test_fills_its_frame_one_way(self, region: str) -> None:
        places = laid_out(parts_of(region), self.FRAME)
        points = np.concatenate([ring for place in places for ring in place.rings])
        low, high = points.min(axis=0), points.max(axis=0)
        assert low[0] >= 9.9
        assert low[1] >= 7.9
        assert high[0] <= 146.1
        assert high[1] <= 108.1
        assert high[0] - low[0] > 135 or high[1] - low[1] > 99

    def test_north_is_up_and_east_is_right(self) -> None:
        places = {place.code: place.rings for place in laid_out(parts_of("150000"), self.FRAME)}
        west, east = (places[code][0].mean(axis=0) for code in ("152900", "150700"))
        assert west[0] < east[0]
        assert west[1] < east[1]

    def test_a_single_point_does_no_harm(self) -> None:
        dot = Outline(code="1", name="", rings=(np.full((4, 2), 100.0) / (1, 3),))
        (place,) = laid_out([dot], self.FRAME)
        assert np.isfinite(place.rings[0]).all()


class TestColours:
    def test_levels_differ_without_colour(self) -> None:
        def grey(fill: str) -> float:
            red, green, blue = (int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5))
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue

        tones = [LEVELS[colour] for colour in Colour]
        for number, one in enumerate(tones):
            for other in tones[number + 1 :]:
                differ = abs(grey(one.fill) - grey(other.fill)) > 0.12
                assert differ or one.pattern != other.pattern

    def test_warnings_have_patterns_of_their_own(self) -> None:
        patterns = [LEVELS[c].pattern for c in (Colour.YELLOW, Colour.ORANGE, Colour.RED)]
        assert all(patterns)
        assert len(set(patterns)) == 3


@pytest.mark.parametrize(("count", "across"), [(1, 1), (3, 3), (12, 4), (16, 4), (100, 8)])
def test_tiles_fill_their_rows(count: int, across: int) -> None:
    assert columns_for(count) == across
