"""Histories made up for tests, and a stand-in for the forecasting library."""

from datetime import date

import numpy as np

from services.evaluator.domain.forecast.days import plain_calendar
from services.evaluator.domain.forecast.history import F64, History, View, view_of
from services.evaluator.domain.forecast.methods import Library

FIRST = (date(2023, 1, 1) - date(1970, 1, 1)).days
YEAR_START = (date(2025, 1, 1) - date(1970, 1, 1)).days
YEAR_END = (date(2026, 1, 1) - date(1970, 1, 1)).days
CUT = (date(2025, 7, 1) - date(1970, 1, 1)).days


def _reverting(weeks: F64, ahead: int) -> F64:
    last: F64 = np.nan_to_num(weeks)[-1] * 0.9 ** np.arange(1, ahead + 1)
    return last


def _smoothed(weeks: F64, ahead: int) -> F64:
    return np.full(ahead, float(np.nanmean(weeks[-4:])) if np.isfinite(weeks[-4:]).any() else 0.0)


LIBRARY = Library(reverting=_reverting, smoothed=_smoothed)


def made_up(days: int, seed: int = 0, gaps: float = 0.0) -> F64:
    """A level with weekends, a season and noise; a share of the days is not known."""
    rng = np.random.default_rng(seed)
    day = FIRST + np.arange(days)
    level = 100 + 20 * np.sin(2 * np.pi * day / 365.25) - 30 * ((day + 3) % 7 >= 5)
    values: F64 = level * np.exp(0.05 * rng.standard_normal(days))
    values[rng.random(days) < gaps] = np.nan
    return values


def seen(values: F64, cut: int = CUT, start: int = YEAR_START, end: int = YEAR_END) -> View:
    """The view of a year at its cut, weekends known."""
    return view_of(
        History(first_day=FIRST, values=values),
        plain_calendar(FIRST - 400, end + 1),
        start=start,
        cut=cut,
        end=end,
    )
