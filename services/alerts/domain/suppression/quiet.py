"""Quiet times: times that come again (nights, weekends, rest days) when nobody is told.

Written as Alertmanager writes time intervals: `times`, `weekdays`, `days_of_month`, `months`,
`years`, `location`; and `holidays: cn` for the days on which China's calendar says that one rests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.alerts.domain.matchers import Matchers, all_match
from services.alerts.domain.suppression.shown import Shown, may_silence
from shared.model.access import Principal

RestDays = Callable[[date], bool]
"""Whether a calendar lets people rest on the day."""

Span = tuple[int, int]
"""First and last, both included; minutes of a day: last not included."""

_DAY = 24 * 60
_LOOKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A set of instants: all of what is given must hold; what is not given always does.

    `weekdays` 0 is Sunday, as in Alertmanager. Days of a month below 0 count from its end.
    """

    times: tuple[Span, ...] = ()
    weekdays: tuple[Span, ...] = ()
    days_of_month: tuple[Span, ...] = ()
    months: tuple[Span, ...] = ()
    years: tuple[Span, ...] = ()
    location: str = "Asia/Shanghai"
    holidays: str = ""

    def covers(self, instant: datetime, rest: Mapping[str, RestDays]) -> bool:
        """Whether the instant lies in it; a calendar that is not there covers nothing."""
        local = instant.astimezone(ZoneInfo(self.location))
        minute = local.hour * 60 + local.minute
        return self._covers_day(local.date(), rest) and (
            not self.times or any(first <= minute < last for first, last in self.times)
        )

    def next_edge(self, instant: datetime) -> datetime:
        """The next instant at which it may begin or end, at the latest the next midnight."""
        zone = ZoneInfo(self.location)
        local = instant.astimezone(zone)
        minute = local.hour * 60 + local.minute
        edges = sorted({edge for span in self.times for edge in span} | {_DAY})
        edge = next(edge for edge in edges if edge > minute)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if edge == _DAY:
            return (midnight + timedelta(days=1)).astimezone(instant.tzinfo)
        return midnight.replace(hour=edge // 60, minute=edge % 60).astimezone(instant.tzinfo)

    def _covers_day(self, day: date, rest: Mapping[str, RestDays]) -> bool:
        return (
            _within(day.isoweekday() % 7, self.weekdays)
            and _within(day.month, self.months)
            and _within(day.year, self.years)
            and (not self.days_of_month or self._covers_day_of_month(day))
            and (not self.holidays or self._rests(day, rest))
        )

    def _covers_day_of_month(self, day: date) -> bool:
        length = ((day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
        return any(
            _from_start(first, length) <= day.day <= _from_start(last, length)
            for first, last in self.days_of_month
        )

    def _rests(self, day: date, rest: Mapping[str, RestDays]) -> bool:
        calendar = rest.get(self.holidays)
        return calendar is not None and calendar(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietTime:
    """Times in which nobody is told of what matches; red ones of leagues and above are told.

    Without an owner it is the policy's own, and holds for all. `only_routes`: it hides nothing by
    itself; routes that name it are quiet, or active, in it.
    """

    name: str
    intervals: tuple[Interval, ...]
    matchers: Matchers
    reason: str
    owner: Principal | None = None
    grave_too: bool = False
    only_routes: bool = False

    def covers(self, now: datetime, rest: Mapping[str, RestDays]) -> bool:
        """Whether it is quiet now."""
        return any(interval.covers(now, rest) for interval in self.intervals)

    def until(self, now: datetime, rest: Mapping[str, RestDays]) -> datetime:
        """When it will have ended, looked at for about a month at most."""
        instant = now
        for _ in range(_LOOKS):
            if not self.covers(instant, rest):
                break
            instant = min(interval.next_edge(instant) for interval in self.intervals)
        return instant

    def hides(self, shown: Shown) -> bool:
        """Whether the warning is one of those it speaks of."""
        return (
            not self.only_routes
            and (self.grave_too or not shown.is_grave)
            and all_match(self.matchers, shown.labels)
            and (self.owner is None or may_silence(self.owner, shown))
        )


def _within(value: int, spans: tuple[Span, ...]) -> bool:
    return not spans or any(first <= value <= last for first, last in spans)


def _from_start(day: int, length: int) -> int:
    return day if day > 0 else length + 1 + day
