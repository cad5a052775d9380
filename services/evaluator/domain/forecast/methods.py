"""Ways to continue a history: the four plain references, and what is made of last year's days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.evaluator.domain.forecast.days import YEAR
from services.evaluator.domain.forecast.history import F64, I64, History, View, mean_known
from services.evaluator.domain.forecast.ratios import ratio, weekly_ratios

Extrapolate = Callable[[F64, int], F64]
"""Continue a series of weeks (NaN where nothing is known) by so many weeks."""

Path = F64 | None
"""One value a day from the cut to the end; None when the history does not reach for it."""

LAST_DAYS = 28
SHARE_OF_LAST_YEAR = 0.5
"""Of last year's days, this share must be known to use them."""
HALF = 0.5
"""How much of a difference to last year is taken to last: the mean of none and all of it."""


class Name(StrEnum):
    """What methods are called."""

    RUN_RATE = "run-rate"
    LAST_28 = "last-28-days"
    LAST_YEAR = "last-year"
    LAST_YEAR_SCALED = "last-year-scaled"
    LIKE_DAYS = "like-days"
    HALFWAY = "halfway"
    REVERTING = "reverting"
    SMOOTHED = "smoothed"
    BLEND = "blend"


REFERENCES = (Name.RUN_RATE, Name.LAST_28, Name.LAST_YEAR, Name.LAST_YEAR_SCALED)
YEARLY = frozenset(
    {Name.LAST_YEAR, Name.LAST_YEAR_SCALED, Name.LIKE_DAYS, Name.HALFWAY, Name.REVERTING}
)
"""Methods that need the year before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What a forecasting library does for us: two ways to continue a series of weeks."""

    reverting: Extrapolate
    smoothed: Extrapolate


def all_paths(view: View, library: Library) -> dict[Name, F64]:
    """The path of every method that can be used; empty when none can."""
    single = {
        Name.RUN_RATE: _level(view, view.history.between(view.start, view.cut)),
        Name.LAST_28: _level(view, view.history.between(view.cut - LAST_DAYS, view.cut)),
        Name.LAST_YEAR: _last_year(view),
        Name.LAST_YEAR_SCALED: _scaled(view),
        Name.SMOOTHED: _smoothed(view, library),
        **_of_like_days(view, library),
    }
    paths = {name: path for name, path in single.items() if path is not None}
    blend = blended(paths)
    return paths if blend is None else {**paths, Name.BLEND: blend}


def blended(paths: Mapping[Name, F64]) -> Path:
    """Day by day the middle one of last year's days as they were, half and wholly adapted.

    Without a year before: of the run rate, the last 28 days and the smoothed weeks.
    """
    for names in (
        (Name.LIKE_DAYS, Name.HALFWAY, Name.REVERTING),
        (Name.RUN_RATE, Name.LAST_28, Name.SMOOTHED),
    ):
        members = [paths[name] for name in names if name in paths]
        if members:
            middle: F64 = np.median(np.array(members), axis=0)
            return middle
    return None


def _level(view: View, values: F64) -> Path:
    mean = mean_known(values)
    return None if mean is None else np.full(len(view.ahead), mean)


def filled(values: F64) -> Path:
    """Days that are not known by the mean of the others; None when too few are known."""
    known = np.isfinite(values)
    if not len(values) or known.mean() < SHARE_OF_LAST_YEAR:
        return None
    return np.where(known, values, values[known].mean())


def _last_year(view: View) -> Path:
    return filled(view.history.at(view.ahead - YEAR))


def _scaled(view: View) -> Path:
    last, change = _last_year(view), ratio(view.history, view.start, view.cut)
    return None if last is None or change is None else last * np.exp(change)


def _like_days(history: History, view: View, days: I64) -> F64:
    """Values of the most similar days a year earlier, where not known those of the same name."""
    alike = history.at(view.calendar.twins_of(days))
    return np.where(np.isfinite(alike), alike, history.at(days - YEAR))


def _of_like_days(view: View, library: Library) -> dict[Name, Path]:
    like = filled(_like_days(view.history, view, view.ahead))
    if like is None:
        return {}
    lately = ratio(view.history, view.cut - 90, view.cut)
    return {
        Name.LIKE_DAYS: like,
        Name.HALFWAY: None if lately is None else like * np.exp(HALF * lately),
        Name.REVERTING: _reverting(view, like, library),
    }


def _reverting(view: View, like: F64, library: Library) -> Path:
    """Last year's days times a weekly ratio that returns to 1 as fast as it used to do."""
    weeks = weekly_ratios(view.history, view.cut)
    if np.isfinite(weeks).sum() < 4:
        return None
    ahead = library.reverting(weeks, -(-len(like) // 7))
    return like * np.exp(np.repeat(ahead, 7)[: len(like)])


def _smoothed(view: View, library: Library) -> Path:
    history = view.history
    count = min((view.cut - history.first_day) // 7, 104)
    if count < 4:
        return None
    days = history.between(view.cut - 7 * count, view.cut).reshape(count, 7)
    known = np.isfinite(days)
    weeks = np.full(count, np.nan)
    enough = known.sum(axis=1) >= 4
    weeks[enough] = np.nanmean(days[enough], axis=1)
    if np.isfinite(weeks).sum() < 4:
        return None
    ahead = library.smoothed(weeks, -(-len(view.ahead) // 7))
    return np.repeat(np.maximum(ahead, 0.0), 7)[: len(view.ahead)]
