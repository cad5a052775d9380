"""What a forecast must hold to, whatever the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.forecast.backtest import trials
from services.evaluator.domain.forecast.history import History, View
from services.evaluator.domain.forecast.methods import REFERENCES, Name, all_paths
from services.evaluator.domain.forecast.outlook import Outlook, Refused, burn_rates, look_ahead
from tests.unit.evaluator.forecast.histories import (
    CUT,
    FIRST,
    LIBRARY,
    YEAR_END,
    YEAR_START,
    made_up,
    seen,
)

WHOLE = YEAR_END - FIRST


def outlook(view: View, so_far: float = 0.0, budget: float | None = None) -> Outlook:
    found = look_ahead(view, LIBRARY, (), so_far=so_far, budget=budget)
    assert isinstance(found, Outlook), found
    return found


def refused(view: View) -> Refused:
    found = look_ahead(view, LIBRARY, (), so_far=0.0)
    assert isinstance(found, Refused)
    return found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(YEAR_START + 20, YEAR_END - 1), st.floats(0, 0.6))
def test_what_comes_after_the_cut_changes_nothing(seed: int, cut: int, gaps: float) -> None:
    values = made_up(WHOLE, seed, gaps)
    other = values.copy()
    other[cut - FIRST :] = np.random.default_rng(seed).random(YEAR_END - cut) * 1e6
    one, two = (
        look_ahead(seen(v, cut), LIBRARY, (), so_far=5.0, budget=1e4) for v in (values, other)
    )
    assert type(one) is type(two)
    if isinstance(one, Outlook) and isinstance(two, Outlook):
        assert np.array_equal(one.path, two.path)
        assert (one.at_end, one.exceeding, one.own) == (two.at_end, two.exceeding, two.own)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 0.4), st.floats(1, 1e5))
def test_intervals_are_in_order(seed: int, gaps: float, budget: float) -> None:
    found = outlook(seen(made_up(WHOLE, seed, gaps)), 1000.0, budget)
    assert 0 <= found.rest.low <= found.rest.middle <= found.rest.high
    assert found.at_end.middle == 1000.0 + found.rest.middle
    one = found.exceeding
    assert one is not None
    assert 0 <= one.probability <= 1
    dates = [one.run_out.early, one.run_out.expected, one.run_out.late]
    known = [day if day is not None else YEAR_END for day in dates]
    assert known == sorted(known)
    assert all(CUT <= day <= YEAR_END for day in known)


def test_a_trial_sees_only_days_before_its_own_cut() -> None:
    values = made_up(WHOLE)
    tried = trials(seen(values), LIBRARY)
    last = tried[0].cut
    changed = values.copy()
    changed[last - FIRST :] *= 3
    again = trials(seen(changed), LIBRARY)
    told = {t.cut: {n: float(np.log(3)) for n in t.errors} for t in tried[:1]}
    for name, shift in told[last].items():
        assert again[0].errors[name] == pytest.approx(tried[0].errors[name] + shift)
    assert all(t.cut + t.days <= CUT for t in tried)


def test_a_steady_use_is_forecast_exactly() -> None:
    found = outlook(seen(np.full(WHOLE, 10.0)), 10.0 * (CUT - YEAR_START), 10.0 * 365 + 5)
    assert found.at_end.middle == pytest.approx(3650)
    assert found.exceeding is not None
    assert found.exceeding.run_out.expected is None
    assert not found.exceeding.will_exceed


def test_the_day_on_which_the_budget_runs_out() -> None:
    found = outlook(seen(np.full(WHOLE, 10.0)), 0.0, 95.0)
    assert found.exceeding is not None
    # After nine days 90 are used; the tenth passes 95.
    assert found.exceeding.run_out.expected == CUT + 9
    assert found.exceeding.lead_days == 9
    assert found.exceeding.probability == 1.0
    assert found.exceeding.rate_left == pytest.approx(95 / (YEAR_END - CUT))


def test_a_budget_that_is_used_up_has_run_out() -> None:
    found = outlook(seen(np.full(WHOLE, 10.0)), 100.0, 95.0).exceeding
    assert found is not None
    assert (found.probability, found.run_out.expected, found.lead_days) == (1.0, CUT, 0)


def test_days_that_are_not_known_are_not_days_of_nothing() -> None:
    values = np.full(WHOLE, 10.0)
    values[::3] = np.nan
    found = outlook(seen(values))
    assert found.rest.middle == pytest.approx(10.0 * (YEAR_END - CUT))
    assert found.missing_days == pytest.approx((CUT - YEAR_START) / 3, abs=1)


def test_references_are_what_their_names_say() -> None:
    days = np.arange(WHOLE, dtype=np.float64)
    view = seen(days)
    paths = all_paths(view, LIBRARY)
    assert set(REFERENCES) < set(paths)
    cut, start = CUT - FIRST, YEAR_START - FIRST
    assert paths[Name.RUN_RATE][0] == np.mean(days[start:cut])
    assert paths[Name.LAST_28][0] == np.mean(days[cut - 28 : cut])
    assert np.array_equal(paths[Name.LAST_YEAR], days[cut - 364 : cut - 364 + YEAR_END - CUT])
    ratio = days[start:cut].sum() / days[start - 364 : cut - 364].sum()
    assert np.allclose(paths[Name.LAST_YEAR_SCALED], paths[Name.LAST_YEAR] * ratio)


def test_a_short_history_is_refused_politely() -> None:
    values = made_up(WHOLE)
    values[: CUT - FIRST - 10] = np.nan
    found = refused(seen(values))
    assert (found.code, found.reason.en) == (
        "history-too-short",
        "history too short: 10 days are known, at least 28 are needed",
    )
    assert "10天" in found.reason.zh


def test_without_the_year_before_only_the_near_is_forecast() -> None:
    values = made_up(WHOLE)
    values[: CUT - FIRST - 40] = np.nan
    assert refused(seen(values)).code == "history-too-short"
    near = outlook(seen(values, end=CUT + 60))
    assert near.method in {Name.BLEND, Name.RUN_RATE, Name.LAST_28, Name.SMOOTHED}
    assert not near.choice.measured


def test_a_history_that_stopped_is_refused() -> None:
    values = made_up(WHOLE)
    values[CUT - FIRST - 90 :] = np.nan
    assert refused(seen(values)).code == "history-stale"


def test_periods_that_are_over_or_have_not_begun_are_refused() -> None:
    values = made_up(WHOLE)
    assert refused(seen(values, cut=YEAR_END)).code == "period-over"
    assert refused(seen(values, cut=YEAR_START - 1)).code == "period-not-begun"


def test_burn_rates_leave_out_what_is_not_known() -> None:
    values = np.full(100, 4.0)
    values[-3:] = (np.nan, 8.0, 6.0)
    history = History(first_day=0, values=values)
    week, month, quarter = burn_rates(history, 100)
    assert (week.known, week.rate) == (6, 5.0)
    assert month.rate == pytest.approx(sum([4.0] * 25 + [14.0]) / 27)
    assert (quarter.days, quarter.known) == (90, 89)
    assert burn_rates(history, 300)[0].rate is None
