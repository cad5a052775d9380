"""The chart's geometry, and which time the books page shows."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.entrypoints.chart import Frame, Series, draw, nice_step, shortened
from services.console.entrypoints.ledger import days_of, lane_of, period_of, window_of
from shared.model.period import parse_period

PERIOD = parse_period("2018H1", "+09:00")
SERIES = Series(
    used=[(0.0, 0.0), (0.5, 60.0)],
    line=[(0.0, 0.0), (1.0, 100.0)],
    total=100.0,
    cells=[(0.0, 0.5, "complete", False, "")],
    marks=[(0.25, "red", "")],
    months=[(0.0, "18-01"), (0.5, "18-04")],
)


class TestADrawing:
    def test_begins_at_the_corner_and_keeps_its_proportions(self) -> None:
        frame = Frame(width=200, height=158, left=0, right=0, top=0, bottom=58)
        drawing = draw(SERIES, frame)
        assert drawing.used == "M0.0,100.0L100.0,60.0"
        assert drawing.total_y == pytest.approx(100 - 100 / 1.5)
        assert [(mark.x, mark.y) for mark in drawing.marks] == [(50.0, 80.0)]

    @given(st.floats(1e-3, 1e12))
    def test_has_few_round_ticks(self, tallest: float) -> None:
        series = Series(used=[(1.0, tallest)], line=[], total=None, cells=[], marks=[], months=[])
        drawing = draw(series, Frame(width=200, height=100))
        assert 2 <= len(drawing.y_ticks) <= 7

    @given(st.floats(1e-6, 1e12))
    def test_steps_are_1_2_or_5(self, rough: float) -> None:
        step = nice_step(rough)
        assert rough <= step * 1.0000001
        assert f"{step:e}"[0] in "1259"

    def test_ticks_are_short(self) -> None:
        assert [shortened(n) for n in (0, 1500, 2e6, 3e9)] == ["0", "1.5k", "2M", "3G"]


class TestTheWindow:
    def test_is_the_budget_s_period_by_month(self) -> None:
        window = window_of({}, PERIOD, None)
        assert (window.first, window.end, window.step) == (
            date(2018, 1, 1),
            date(2018, 7, 1),
            "month",
        )
        assert window.params["from"] == "2017-12-31T15:00:00Z"

    def test_by_hour_is_the_last_days_before_the_watermark(self) -> None:
        window = window_of({"step": "hour"}, PERIOD, datetime(2018, 5, 9, 20, tzinfo=UTC))
        assert (window.first, window.end) == (date(2018, 5, 8), date(2018, 5, 11))

    def test_is_what_was_asked_for_but_not_without_end(self) -> None:
        window = window_of({"step": "hour", "from": "2018-01-01", "to": "2019-01-01"}, PERIOD, None)
        assert (window.first, window.end) == (date(2018, 1, 1), date(2018, 2, 1))

    @pytest.mark.parametrize(
        "asked",
        [{"step": "week"}, {"from": "x"}, {"from": "2018-02-01", "to": "2018-01-01"}],
        ids=str,
    )
    def test_refuses_what_is_no_time(self, asked: dict[str, str]) -> None:
        with pytest.raises(ValueError):
            window_of(asked, PERIOD, None)

    def test_without_a_budget_is_this_year(self) -> None:
        assert period_of(None, datetime(2026, 5, 1, tzinfo=UTC)) == parse_period(
            "2026", "Asia/Shanghai"
        )


class TestTheLane:
    LANES = (
        {
            "carrier": "heat",
            "flow": "import",
            "unit": "GJ",
            "hours": [{"start": "a", "tce": "1.5"}],
        },
        {
            "carrier": "electricity",
            "flow": "import",
            "unit": "kWh",
            "hours": [{"start": "a", "tce": "0.25", "completeness": "0.5"}],
        },
    )

    def test_is_the_one_that_the_budget_limits(self) -> None:
        lane = lane_of(self.LANES, {}, {"unit": "kWh"})
        assert lane is not None
        assert lane["carrier"] == "electricity"

    def test_is_the_one_that_was_asked_for(self) -> None:
        lane = lane_of(self.LANES, {"carrier": "heat"}, {"unit": "kWh"})
        assert lane is not None
        assert lane["unit"] == "GJ"

    def test_of_a_budget_in_coal_is_all_of_them_together(self) -> None:
        (day,) = days_of(self.LANES, self.LANES[0], {"unit": "tce"})
        assert day["quantity"] == "1.75"
