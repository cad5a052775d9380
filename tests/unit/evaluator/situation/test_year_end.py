"""A year's end: scenarios, what is still needed, and limits from targets."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.figures.figure import Figure, Label, absent, constant
from services.evaluator.domain.forecast.days import plain_calendar
from services.evaluator.domain.forecast.history import History, View, view_of
from services.evaluator.domain.forecast.outlook import Refused
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.situation.ahead import Ahead, ahead, reverting, smoothed
from services.evaluator.domain.situation.limits import Limit, of_intensity, of_total
from services.evaluator.domain.situation.outlook import Ending, Rest, Year

SOME = Label("某", "some")
UNKNOWN = absent(SOME, "tce", Label("缺少", "missing"))
FIRST = 19_000
"""Some day."""


def figure(value: str, unit: str = "tce") -> Figure:
    return constant(SOME, Fraction(value), unit)


def target(value: str, form: Form = Form.REDUCTION, **more: Any) -> Target:
    usual: dict[str, Any] = {"unit": "%" if form is Form.REDUCTION else "万tce", "base_year": 2025}
    return Target(
        code="T",
        name="目标",
        holder="region:150000",
        measure="carbon-intensity",
        form=form,
        value=Decimal(value),
        first_year=2026,
        last_year=2030,
        **{**usual, **more},
    )


def by_name(year: Year, rest: Rest | None = None) -> dict[str, Ending]:
    return {one.name: one for one in year.endings(rest)}


def test_scenarios_of_the_rest() -> None:
    year = Year(
        so_far=Fraction(750), earlier=Fraction(700), last=Fraction(1000), limit=Fraction(1020)
    )
    found = by_name(year, Rest(low=Fraction(280), expected=Fraction(300), high=Fraction(320)))
    assert {name: one.at_end for name, one in found.items()} == {
        "expected": 1050,
        "low": 1030,
        "high": 1070,
        "as-last-year": 1050,
        "as-so-far": 750 + Fraction(300 * 750, 700),
        "needed": 1020,
    }
    assert found["high"].change == 7
    assert found["high"].over == 50
    assert year.allowed_rest == 270
    assert year.rest_last_year == 300
    assert year.needed == 10


def test_nothing_is_needed_of_what_nobody_limits() -> None:
    year = Year(so_far=Fraction(750))
    assert by_name(year) == {}
    assert (year.allowed_rest, year.rest_last_year, year.needed) == (None, None, None)
    assert year.over().at_end == 750


def test_a_limit_that_is_passed_already_has_no_scenario_that_keeps_it() -> None:
    year = Year(so_far=Fraction(5), earlier=Fraction(4), last=Fraction(8), limit=Fraction(3))
    assert "needed" not in by_name(year)
    assert year.needed == 150


@given(*[st.integers(1, 10**6)] * 4)
def test_the_needed_fall_of_the_rest_keeps_the_limit(a: int, b: int, c: int, d: int) -> None:
    year = Year(so_far=Fraction(a), earlier=Fraction(b), last=Fraction(b + c), limit=Fraction(d))
    assert year.needed is not None
    assert year.so_far + c * (1 - year.needed / 100) == d


def test_a_total_holds_in_its_year_and_lies_on_the_way_before() -> None:
    total = target("120", Form.TOTAL, yearly={"2027": Decimal(107)})
    base = figure("1000000")
    last = of_total(total, 1, 2030, base, "tce")
    set_alone = of_total(total, 1, 2027, base, "tce")
    assert last is not None
    assert set_alone is not None
    assert last.value == 1_200_000
    assert set_alone.value == 1_070_000
    assert of_total(target("120", Form.TOTAL, unit="tCO2"), 1, 2030, base, "tce") is None
    assert (
        of_total(target("120", Form.TOTAL, exclusions=("feedstock",)), 1, 2030, base, "tce") is None
    )


def test_an_increment_is_added_to_the_base_year() -> None:
    found = of_total(target("50", Form.INCREMENT), 1, 2027, figure("1000000"), "tce")
    assert found is not None
    assert found.value == 1_200_000
    assert of_total(target("50", Form.INCREMENT), 1, 2027, UNKNOWN, "tce") is None
    assert of_total(target("17"), 1, 2027, figure("1"), "tce") is None


def test_what_an_intensity_leaves_for_the_gdp() -> None:
    """−17 % in five years are 3.658 % a year: the published rate."""
    found = of_intensity(target("17"), 2026, UNKNOWN, figure("2"), figure("100"))
    assert abs(found.value - 200 * (1 - Fraction("0.03658"))) < Fraction("0.001")
    whole = of_intensity(target("17"), 2030, UNKNOWN, figure("2"), figure("100"))
    assert abs(whole.value - 166) < Fraction("1e-9")
    own = target("17", yearly={"2026": Decimal("3.8")})
    assert of_intensity(own, 2026, figure("2"), UNKNOWN, figure("100")).value == Fraction("192.4")
    with pytest.raises(ValueError, match="no reduction"):
        of_intensity(target("1", Form.TOTAL), 2026, UNKNOWN, UNKNOWN, UNKNOWN)
    with pytest.raises(ValueError, match="missing"):
        of_intensity(target("17"), 2026, UNKNOWN, UNKNOWN, figure("1"))


def test_the_line_follows_the_shares_of_months() -> None:
    even = Limit(name=SOME, value=Fraction(1200))
    assert even.line_at(date(2026, 1, 31)) == 100
    assert even.line_at(date(2026, 4, 15)) == 350
    assert even.line_at(date(2026, 12, 31)) == 1200
    quarters = Limit(name=SOME, value=Fraction(100), shares=tuple(map(Decimal, (40, 20, 10, 30))))
    assert quarters.line_at(date(2026, 3, 31)) == 40
    assert quarters.line_at(date(2026, 9, 30)) == 70


def view(values: list[float], cut: int, end: int) -> View:
    history = History(first_day=FIRST, values=np.array(values))
    calendar = plain_calendar(FIRST - 400, FIRST + end + 1)
    start = cut - cut % 364
    return view_of(history, calendar, start=FIRST + start, cut=FIRST + cut, end=FIRST + end)


def test_the_rest_is_told_in_shares_of_what_has_come() -> None:
    steady = [10.0] * 700
    found = ahead(view(steady, 600, 728), 10.0 * (600 - 364))
    assert isinstance(found, Ahead)
    assert abs(found.rest.expected - Fraction(128, 236)) < Fraction("1e-6")
    assert found.rest.low <= found.rest.expected <= found.rest.high
    assert found.course[-1] == 1
    assert found.probability(Fraction(-1)) == 1
    assert found.probability(Fraction(100)) == 0


def test_the_same_days_always_say_the_same() -> None:
    noise = (np.random.default_rng(3).random(900) * 5 + 10).tolist()
    one, other = (ahead(view(noise, 800, 900), 5000.0) for _ in range(2))
    assert isinstance(one, Ahead)
    assert isinstance(other, Ahead)
    assert one.rest == other.rest


def test_too_few_days_are_refused() -> None:
    found = ahead(view([10.0] * 20, 20, 364), 200.0)
    assert isinstance(found, Refused)
    assert isinstance(ahead(view([0.0] * 300, 300, 364), 0.0), Refused)


def test_weeks_go_on_by_plain_methods() -> None:
    falling = 0.5 ** np.arange(8.0)
    assert np.allclose(reverting(falling, 3), 0.5 ** np.arange(8.0, 11.0))
    gaps = np.array([0.4, np.nan, np.nan])
    assert reverting(gaps, 2).tolist() == [0.0, 0.0]
    assert smoothed(np.array([7.0, np.nan, 7.0]), 2).tolist() == [7.0, 7.0]
