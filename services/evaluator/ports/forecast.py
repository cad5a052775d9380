"""What forecasts need from outside: somebody who computes, a calendar, and a place to keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.evaluator.domain.forecast.accuracy import Said
from services.evaluator.domain.forecast.backtest import Trial
from services.evaluator.domain.forecast.days import Calendar
from services.evaluator.domain.forecast.history import View
from services.evaluator.domain.forecast.outlook import Outlook, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One forecast to be computed."""

    view: View
    peers: tuple[tuple[Trial, ...], ...]
    so_far: float
    budget: float | None = None


class Forecaster(Protocol):
    """Computes forecasts beside the service's own work; takes a second or so for each."""

    async def look_ahead(self, job: Job) -> Outlook | Refused:
        """See domain.forecast.outlook.look_ahead. Raises ForecasterBusyError."""


class ForecasterBusyError(Exception):
    """Too many forecasts are waiting already."""


class HolidayCalendars(Protocol):
    """Days off of a country."""

    def __call__(self, first_day: int, end_day: int) -> Calendar:
        """The calendar of the days `[first_day, end_day)` since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A forecast to be kept: what was said, and a document with everything that was shown."""

    subject: str
    measure: str
    made_at_us: int
    cut_hour: int
    said: Said
    body: Mapping[str, Any] = field(default_factory=dict)


class ForecastStore(Protocol):
    """Forecasts as they were made, and how wrong methods were before. Raises Unavailable."""

    async def keep(self, kept: Kept, trials: Sequence[Trial]) -> None:
        """Keep a forecast; the trials take the place of the subject's earlier ones."""

    async def said(self, subject: str, measure: str, limit: int) -> Sequence[Kept]:
        """The forecasts of a subject in a measure, the newest first."""

    async def trials_of_peers(
        self, subject: str, measure: str, limit: int
    ) -> Mapping[str, Sequence[Trial]]:
        """The trials of other subjects of the same kind in the measure, of at most `limit`."""
