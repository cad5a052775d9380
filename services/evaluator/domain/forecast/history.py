"""Daily values with gaps, and what a method of forecasting is given to look at."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.forecast.days import Calendar

F64: TypeAlias = npt.NDArray[np.float64]
I64: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One value a day from `first_day` on (days since 1970 in the subject's zone).

    NaN: not known. A day that is not known is never a day of nothing.
    """

    first_day: int
    values: F64

    @property
    def end_day(self) -> int:
        """The day after the last one."""
        return self.first_day + len(self.values)

    @property
    def known(self) -> int:
        """How many days are known."""
        return int(np.isfinite(self.values).sum())

    def before(self, day: int) -> "History":
        """What was known when the day began."""
        return History(first_day=self.first_day, values=self.values[: max(0, day - self.first_day)])

    def between(self, first: int, end: int) -> F64:
        """The values of the days `[first, end)`; NaN beyond what there is."""
        return self.at(np.arange(first, max(first, end)))

    def at(self, days: I64) -> F64:
        """The values of these days; NaN beyond what there is."""
        found = np.full(len(days), np.nan)
        inside = (days >= self.first_day) & (days < self.end_day)
        found[inside] = self.values[days[inside] - self.first_day]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The days `[cut, end)` of a period that began at `start`, as seen when `cut` begins.

    The history ends at the cut: what came later is not in it.
    """

    history: History
    calendar: Calendar
    start: int
    cut: int
    end: int

    @property
    def ahead(self) -> I64:
        """The days to be forecast."""
        return np.arange(self.cut, self.end)


def view_of(history: History, calendar: Calendar, *, start: int, cut: int, end: int) -> View:
    """A view that cannot see anything from the cut on."""
    return View(history=history.before(cut), calendar=calendar, start=start, cut=cut, end=end)


def mean_known(values: F64) -> float | None:
    """The mean of the known values; None without any."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
