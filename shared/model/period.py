"""Half-open accounting periods in a named zone of whole-hour offset."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.model.instants import HOUR_US, from_us, to_us

_NAMED = re.compile(
    r"(?P<year>\d{4})(?:(?:H(?P<half>[12]))|(?:Q(?P<quarter>[1-4]))|(?:-(?P<month>\d{2})))?"
)
_FIXED = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})")


class UnknownZoneError(ValueError):
    """The zone is neither an IANA name nor an offset such as +08:00."""


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The zone called `name`: an IANA name, `UTC`, or an offset of whole hours like `+09:00`."""
    fixed = _FIXED.fullmatch(name)
    if fixed:
        if fixed["minutes"] != "00" or int(fixed["hours"]) > 14:
            raise UnknownZoneError(f"offset {name} is not a whole number of hours")
        hours = int(fixed["hours"]) * (1 if fixed["sign"] == "+" else -1)
        # The tz database writes offsets with the sign turned round.
        name = "Etc/GMT" if hours == 0 else f"Etc/GMT{-hours:+d}"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZoneError(
            f"unknown time zone {name!r}: use an IANA name such as Asia/Shanghai or +08:00"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open run of whole UTC hours `[first_hour, end_hour)` and the zone it was named in."""

    first_hour: int
    end_hour: int
    zone_name: str

    def __post_init__(self) -> None:
        """Refuse a period that is empty or upside-down."""
        if self.end_hour <= self.first_hour:
            raise ValueError("the period ends before it begins, or is empty")

    @property
    def hours(self) -> int:
        """How many hours the period has."""
        return self.end_hour - self.first_hour

    def months(self) -> tuple["Period", ...]:
        """The calendar months (in the zone) that the period is made of, cut at its ends."""
        edges = [self.first_hour]
        day = from_us(self.first_hour * HOUR_US).astimezone(zone(self.zone_name)).date()
        while edges[-1] < self.end_hour:
            day = _next_month(day)
            edges.append(min(_hour_at(day, self.zone_name), self.end_hour))
        return tuple(
            Period(first_hour=a, end_hour=b, zone_name=self.zone_name) for a, b in pairwise(edges)
        )


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _hour_at(day: date, zone_name: str) -> int:
    us = to_us(datetime.combine(day, time(), tzinfo=zone(zone_name)))
    if us % HOUR_US:
        raise UnknownZoneError(f"{zone_name} is not a whole number of hours from UTC on {day}")
    return us // HOUR_US


def hour_of_day(day: date, zone_name: str) -> int:
    """The UTC hour in which `day` begins in the zone; raises UnknownZoneError for half hours."""
    return _hour_at(day, zone_name)


def between(first: date, end: date, zone_name: str) -> Period:
    """The period from the beginning of `first` to the beginning of `end` (not included)."""
    return Period(
        first_hour=_hour_at(first, zone_name),
        end_hour=_hour_at(end, zone_name),
        zone_name=zone_name,
    )


def parse_period(text: str, zone_name: str) -> Period:
    """Read `2026`, `2026H1`, `2026Q3`, `2026-05` or `2026-01-01/2026-07-01` (end not included).

    `2021/2026` spans whole years in the same manner. Raises ValueError naming the forms.
    """
    if "/" in text:
        first, _, end = text.partition("/")
        return between(_first_day(first), _first_day(end), zone_name)
    named = _NAMED.fullmatch(text)
    if named is None:
        raise ValueError(
            f"{text!r} is not a period: write 2026, 2026H1, 2026Q3, 2026-05 or "
            "2026-01-01/2026-07-01 (the end is not included)"
        )
    year = int(named["year"])
    if named["half"]:
        return _span(year, 6 * (int(named["half"]) - 1), 6, zone_name)
    if named["quarter"]:
        return _span(year, 3 * (int(named["quarter"]) - 1), 3, zone_name)
    if named["month"]:
        return _span(year, int(named["month"]) - 1, 1, zone_name)
    return _span(year, 0, 12, zone_name)


_REPORTING = re.compile(r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])(?P<single>s?)|M(?P<month>\d{1,2}))")
_YEARS = re.compile(r"(?P<first>\d{4})-(?P<last>\d{4})")


@lru_cache(maxsize=4096)
def reporting_period(text: str, zone_name: str) -> Period:
    """Read a period as statistics and briefs name it: cumulative from January on.

    `2026Q3` is January to September, `2026Q3s` the third quarter alone, `2026M7` January to July,
    `2021-2025` five years; all else as `parse_period` (`2026`, `2026H1`, `2026-07`,
    `2026-01-01/2026-07-01`). Raises ValueError naming the forms.
    """
    years = _YEARS.fullmatch(text)
    if years and int(years["last"]) > int(years["first"]):
        return between(
            date(int(years["first"]), 1, 1), date(int(years["last"]) + 1, 1, 1), zone_name
        )
    named = _REPORTING.fullmatch(text)
    if named is None:
        return _plain(text, zone_name)
    year = int(named["year"])
    if named["single"]:
        return _span(year, 3 * (int(named["quarter"]) - 1), 3, zone_name)
    months = 3 * int(named["quarter"]) if named["quarter"] else int(named["month"])
    if not 1 <= months <= 12:
        raise ValueError(f"there is no month {months}")
    return _span(year, 0, months, zone_name)


def _plain(text: str, zone_name: str) -> Period:
    if "/" not in text and _NAMED.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is not a period: write 2026, 2026H1, 2026Q3 (January to September), 2026Q3s "
            "(that quarter alone), 2026M7 (January to July), 2026-07, 2021-2025 or "
            "2026-01-01/2026-07-01 (the end is not included)"
        )
    return parse_period(text, zone_name)


def _first_day(text: str) -> date:
    text = text.strip()
    try:
        return date.fromisoformat({4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text))
    except ValueError:
        raise ValueError(f"{text!r} is not a date: write 2026-01-01") from None


def _span(year: int, month0: int, months: int, zone_name: str) -> Period:
    if not 0 <= month0 < 12:
        raise ValueError(f"there is no month {month0 + 1}")
    end = month0 + months
    return between(date(year, month0 + 1, 1), date(year + end // 12, end % 12 + 1, 1), zone_name)


def local_midnights(first_hour: int, end_hour: int, zone_name: str) -> tuple[int, ...]:
    """The hours in `[first_hour, end_hour]` at which a day begins in the zone, in order."""
    day = from_us(first_hour * HOUR_US).astimezone(zone(zone_name)).date()
    found: list[int] = []
    while True:
        hour = _hour_at(day, zone_name)
        if hour > end_hour:
            return tuple(found)
        if hour >= first_hour:
            found.append(hour)
        day += timedelta(days=1)
