"""How this year compares with the one before, as logarithms of quotients of like days."""

import numpy as np

from services.evaluator.domain.forecast.days import YEAR
from services.evaluator.domain.forecast.history import F64, History

_MOST_WEEKS = 52
_LEAST_DAYS = 6
_LEAST_OF_A_WEEK = 4
_IDLE = 0.02
"""A week of last year below this share of its usual week is idle: its quotient says nothing."""
_BEYOND = 3.0


def ratio(history: History, first: int, end: int) -> float | None:
    """log(this year / last year) over days `[first, end)` known in both; None if they are few."""
    days = np.arange(max(first, history.first_day + YEAR), end)
    now, then = history.at(days), history.at(days - YEAR)
    both = np.isfinite(now) & np.isfinite(then)
    if both.sum() < _LEAST_DAYS:
        return None
    return _log(float(now[both].sum()), float(then[both].sum()))


def weekly_ratios(history: History, cut: int) -> F64:
    """log(this year / last year) of the weeks up to the cut, the oldest first, at most a year.

    NaN where too little is known or last year stood idle. What lies far off the others is drawn
    in, so that a single week does not bend a forecast.
    """
    count = min((cut - history.first_day - YEAR) // 7, _MOST_WEEKS)
    if count <= 0:
        return np.empty(0)
    now = history.between(cut - 7 * count, cut).reshape(count, 7)
    then = history.between(cut - 7 * count - YEAR, cut - YEAR).reshape(count, 7)
    both = np.isfinite(now) & np.isfinite(then)
    above, below = (np.where(both, days, 0.0).sum(axis=1) for days in (now, then))
    usual = float(np.median(below)) if count else 0.0
    fit = (both.sum(axis=1) >= _LEAST_OF_A_WEEK) & (above > 0) & (below > _IDLE * usual)
    fit &= below > 0
    found = np.full(count, np.nan)
    found[fit] = np.log(above[fit] / below[fit])
    return _drawn_in(found)


def _drawn_in(found: F64) -> F64:
    if not np.isfinite(found).any():
        return found
    middle = float(np.nanmedian(found))
    spread = 1.4826 * float(np.nanmedian(np.abs(found - middle))) + 0.01
    drawn: F64 = np.clip(found, middle - _BEYOND * spread, middle + _BEYOND * spread)
    return drawn


def _log(above: float, below: float) -> float | None:
    return float(np.log(above / below)) if above > 0 and below > 0 else None
