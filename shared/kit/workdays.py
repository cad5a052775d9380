"""The working days of China: what an office's deadline of so many working days falls on.

The State Council announces a year's days off, and the Saturdays and Sundays worked for them, late
in the year before; the package `holidays` keeps them. Of a year that is not announced yet only the
weekdays are known: what is counted there is provisional.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_FIRST_YEAR, _LAST_YEAR = 2001, 2200
_MOST_DAYS = 1_000
_WEEKEND = 5


def country_book(first_year: int, last_year: int) -> "HolidayBase":
    """China's book of holidays, both years included, with English names."""
    # Imported when it is needed: an idle service does not hold its 20 MiB.
    from holidays import country_holidays  # noqa: PLC0415

    return country_holidays("CN", years=range(first_year, last_year + 1), language="en_US")


def last_announced(book: "HolidayBase") -> int:
    """The last year whose days off have been announced."""
    announced: Mapping[int, object] = getattr(book, "special_public_holidays", {})
    return max(announced)


def is_working(day: date) -> tuple[bool, bool]:
    """Whether people work on that day, and whether that is provisional."""
    book = _years(day.year)
    if day.year > _announced():
        return day.weekday() < _WEEKEND, True
    return bool(book.is_working_day(day)), False


def after(day: date, count: int) -> tuple[date, bool]:
    """The `count`-th working day after `day`, and whether it is provisional.

    The day itself does not count, worked or not. Raises ValueError for less than 0 or more than
    1000 days, and for years out of reach.
    """
    if not 0 <= count <= _MOST_DAYS or not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise ValueError(f"{count} working days after {day} cannot be counted")
    unsure = False
    while count:
        day += timedelta(days=1)
        worked, provisional = is_working(day)
        unsure |= provisional
        count -= worked
    return day, unsure


@cache
def _years(year: int) -> "HolidayBase":
    return country_book(year, year)


@cache
def _announced() -> int:
    return last_announced(_years(_FIRST_YEAR))
