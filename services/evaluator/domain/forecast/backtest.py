"""What methods would have said earlier, and how far off they would have been."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.forecast.days import YEAR
from services.evaluator.domain.forecast.history import F64, View, view_of
from services.evaluator.domain.forecast.methods import Library, Name, all_paths

STRIDE = 28
"""Days between the earlier cuts that are tried."""
LEAST_BEFORE = 56
LEAST_AHEAD = 14
MOST_TRIALS = 26
_FURTHEST = 2.0
"""Logarithms of quotients beyond this say no more than `altogether wrong`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One earlier cut that looked `days` ahead: errors are log(what came / what was said)."""

    cut: int
    days: int
    errors: Mapping[Name, float]

    @property
    def yearly(self) -> bool:
        """Whether the year before was known then."""
        return Name.LIKE_DAYS in self.errors


def trials(view: View, library: Library) -> tuple[Trial, ...]:
    """Earlier cuts, the latest first, each as far ahead as this one as far as it is known now.

    Only days before the view's cut are looked at, and every trial only at days before its own.
    """
    found = (_trial(view, cut, library) for cut in _cuts(view))
    return tuple(one for one in found if one is not None)


def _cuts(view: View) -> list[int]:
    first = view.history.first_day + LEAST_BEFORE
    cuts = range(view.cut - STRIDE, first - 1, -STRIDE)
    return list(cuts)[:MOST_TRIALS]


def _trial(view: View, cut: int, library: Library) -> Trial | None:
    end = min(view.cut, cut + view.end - view.cut)
    came = view.history.between(cut, end)
    known = np.isfinite(came)
    if known.sum() < LEAST_AHEAD or view.history.before(cut).known < LEAST_BEFORE:
        return None
    start = view.start
    while start >= cut:
        start -= YEAR
    earlier = view_of(view.history, view.calendar, start=start, cut=cut, end=end)
    errors = {
        name: error
        for name, path in all_paths(earlier, library).items()
        if (error := off(came[known], path[known])) is not None
    }
    return Trial(cut=cut, days=end - cut, errors=errors) if errors else None


def off(came: F64, said: F64) -> float | None:
    """log(what came / what was said) in sum; None where nothing came at all."""
    above, below = float(came.sum()), float(said.sum())
    if above <= 0:
        return None
    if below <= 0:
        return _FURTHEST
    return float(np.clip(np.log(above / below), -_FURTHEST, _FURTHEST))


def percent_off(error: float) -> float:
    """How far what was said lay from what came, in per cent of what came."""
    return abs(float(np.expm1(-error))) * 100
