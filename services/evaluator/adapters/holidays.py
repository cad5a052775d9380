"""The holidays of China as a calendar for forecasts; years not yet announced are provisional."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from services.evaluator.domain.forecast.days import Calendar
from shared.kit.workdays import country_book, last_announced

if TYPE_CHECKING:
    from holidays import HolidayBase

_EPOCH = date(1970, 1, 1)
_SPRING = "Chinese New Year (Spring Festival)"
_FEASTS = (
    ("National Day", 200),
    ("Mid-Autumn Festival", 300),
    ("Dragon Boat Festival", 400),
    ("Labor Day", 500),
    ("Tomb-Sweeping Day", 600),
    ("New Year's Day", 700),
)
"""By the first that is found in a run of days off; each with the number of its first day."""
_AROUND_SPRING = range(-10, 16)
"""Works wind down before the Spring Festival and start up slowly after it."""
_SPRING_DAY = 100


@lru_cache(maxsize=8)
def chinese_calendar(first_day: int, end_day: int) -> Calendar:
    """The days `[first_day, end_day)` since 1970, with days off and days made up for them.

    The State Council announces a year's days off late in the year before. Later years hold the
    statutory days only, and begin at `provisional_from`.
    """
    first, end = _date(first_day), _date(end_day)
    book = country_book(first.year - 1, end.year + 1)
    feasts = dict(_feasts(book, first, end))
    days = [_date(day) for day in range(first_day, end_day)]
    unknown = date(last_announced(book) + 1, 1, 1)
    return Calendar(
        name="CN",
        first_day=first_day,
        rest=np.array([not book.is_working_day(day) for day in days], np.bool_),
        feast=np.array([feasts.get(day, 0) for day in days], np.int64),
        provisional_from=(unknown - _EPOCH).days if unknown < end else None,
    )


def _feasts(book: "HolidayBase", first: date, end: date) -> Iterator[tuple[date, int]]:
    """Days of feasts with their numbers; the time around the Spring Festival comes last."""
    day = first - timedelta(days=20)
    while day < end:
        run = _run(book, day)
        names = {name for one in run for name in book.get_list(one)}
        start = next((number for feast, number in _FEASTS if _among(feast, names)), None)
        if start is not None:
            yield from ((one, start + place) for place, one in enumerate(run))
        day += timedelta(days=max(1, len(run)))
    for year in range(first.year, end.year + 2):
        spring = min(one for one in book if one.year == year and _SPRING in book.get_list(one))
        for place in _AROUND_SPRING:
            yield spring + timedelta(days=place), _SPRING_DAY + place


def _run(book: "HolidayBase", day: date) -> list[date]:
    """The days off in a row that begin with this one."""
    run: list[date] = []
    while not book.is_working_day(day):
        run.append(day)
        day += timedelta(days=1)
    return run


def _among(feast: str, names: set[str]) -> bool:
    return any(name.startswith(feast) for name in names)


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
