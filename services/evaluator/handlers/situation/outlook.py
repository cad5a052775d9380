"""The year's end of energy and CO2 as of a commit: forecast, scenarios, what is still needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.evaluator.domain.figures import names
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.figures.rendering import exact
from services.evaluator.domain.forecast.daily import Days
from services.evaluator.domain.forecast.history import view_of
from services.evaluator.domain.forecast.outlook import Refused
from services.evaluator.domain.situation.ahead import Ahead, ahead
from services.evaluator.domain.situation.outlook import Ending, Rest, Year
from services.evaluator.handlers.forecast_days import UNITS, day_number
from services.evaluator.handlers.reckoner.measures import Measures
from services.evaluator.handlers.reckoner.world import Who
from services.evaluator.handlers.situation.amounts import label
from services.evaluator.handlers.situation.caps import Caps
from services.evaluator.handlers.situation.courses import Course, path_of
from services.evaluator.handlers.situation.days import Stored, days_in
from services.evaluator.handlers.situation.windows import Window
from services.evaluator.ports.forecast import HolidayCalendars
from shared.contracts import situation as told

YEARS_BACK = 3
"""So many years of days before the one that is looked ahead in."""
TOTALS = (names.ENERGY_TOTAL, names.CARBON_TOTAL)
_STATED = {names.ENERGY_TOTAL: "energy-whole", names.CARBON_TOTAL: "co2-whole"}
_NO_DAYS = Label("没有逐日账册，无法预测", "there are no books by day to forecast from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the days of the measure say of the rest of the year, or why they say nothing."""

    days: Days | None
    found: Ahead | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Makes the outlook of one region from a world that was filled."""

    measures: Measures
    who: Who
    window: Window
    stored: Stored
    caps: Caps
    calendars: HolidayCalendars

    def all(self) -> Iterator[told.Outlooked]:
        """Both totals in both scopes, as far as anything is known of them."""
        if not self.window.has_begun:
            return
        for measure in TOTALS:
            seen = self._seen(measure)
            monitored = self._year(measure, Scope.MONITORED)
            whole = self._year(measure, Scope.WHOLE)
            if whole is not None:
                rest = _of_whole(whole, monitored, seen.found)
                yield self._told(measure, Scope.WHOLE, whole, seen, rest)
            if monitored is not None:
                rest = _rest(monitored, seen.found)
                yield self._told(measure, Scope.MONITORED, monitored, seen, rest)

    def _year(self, measure: str, scope: Scope) -> Year | None:
        """None where nothing is known of the year so far."""
        window = self.window
        texts = (window.upto, window.before, window.last)
        now, before, last = (self._total(measure, scope, text) for text in texts)
        if now.value is None:
            return None
        limit = self.caps.limit(measure, scope)
        return Year(
            so_far=now.value,
            earlier=before.value,
            last=last.value,
            limit=limit.value if limit else None,
        )

    def _total(self, measure: str, scope: Scope, text: str) -> Figure:
        name = FigureId(
            subject=self.who.subject, measure=measure, period=text, options=Options(scope=scope)
        )
        return self.measures.total(self.who, name)

    def _seen(self, measure: str) -> Seen:
        """The rest of the year as shares of what the books hold of it so far."""
        window, world = self.window, self.measures.world
        days = days_in(world, self.who, self.stored, measure)
        if days is None:
            return Seen(days=None, found=Refused(code="no-days", reason=_NO_DAYS))
        first = day_number(date(window.year - YEARS_BACK - 1, 1, 1))
        view = view_of(
            days.history,
            self.calendars(first, window.end + 1),
            start=window.start,
            cut=window.cut,
            end=window.end,
        )
        found = ahead(view, days.so_far(window.start, window.cut))
        return Seen(days=days, found=found)

    def _told(
        self, measure: str, scope: Scope, year: Year, seen: Seen, rest: Rest | None
    ) -> told.Outlooked:
        limit, found = self.caps.limit(measure, scope), seen.found
        is_over = self.window.cut >= self.window.end
        endings = [year.over()] if is_over else list(year.endings(rest))
        return told.Outlooked(
            measure=measure,
            scope=scope.value,
            unit=UNITS[measure],
            year=str(self.window.year),
            so_far=exact(year.so_far),
            limit=exact(year.limit),
            limit_name=label(limit.name) if limit else None,
            scenarios=tuple(_scenario(one) for one in endings),
            allowed_rest=exact(year.allowed_rest),
            rest_last_year=exact(year.rest_last_year),
            needed=None if is_over else exact(year.needed),
            probability=exact(_probability(year, found, rest)),
            path=self._path(measure, scope, year, seen, rest),
            refusal=label(found.reason) if isinstance(found, Refused) else None,
        )

    def _path(
        self, measure: str, scope: Scope, year: Year, seen: Seen, rest: Rest | None
    ) -> told.Path:
        ahead_of = seen.found if isinstance(seen.found, Ahead) else None
        course = Course(window=self.window, so_far=year.so_far, seen=ahead_of, rest=rest)
        if scope is Scope.MONITORED:
            return path_of(course, self.caps.limit(measure, scope), course.booked(seen.days))
        return path_of(
            course, self.caps.limit(measure, scope), course.stated(self._months(measure))
        )

    def _months(self, measure: str) -> dict[int, Fraction]:
        """What is stated from January to the end of each month, by month."""
        found = {
            month: self.measures.stated(self.who, _STATED[measure], f"{self.window.year}M{month}")
            for month in range(1, 13)
        }
        return {month: one.value for month, one in found.items() if one.value is not None}


def _rest(year: Year, found: Ahead | Refused) -> Rest | None:
    """The days count what meters say; the account may count more, and goes on as they do."""
    return found.rest.times(year.so_far) if isinstance(found, Ahead) else None


def _of_whole(whole: Year, monitored: Year | None, found: Ahead | Refused) -> Rest | None:
    """The whole region's rest moves against that of last year as the monitored part's does."""
    rest = _rest(monitored, found) if monitored is not None else None
    if monitored is None or rest is None:
        return None
    ago = monitored.rest_last_year
    if whole.rest_last_year is not None and ago:
        return rest.times(whole.rest_last_year / ago)
    return _rest(whole, found)


def _probability(year: Year, found: Ahead | Refused, rest: Rest | None) -> Fraction | None:
    allowed = year.allowed_rest
    if not isinstance(found, Ahead) or allowed is None or rest is None or rest.expected <= 0:
        return None
    return found.probability(allowed / rest.expected * found.rest.expected)


def _scenario(one: Ending) -> told.Scenario:
    return told.Scenario(
        name=one.name,
        label=label(one.label),
        at_end=exact(one.at_end),
        change=exact(one.change),
        over=exact(one.over),
    )
