"""Calendars: which day a year ago is like which, and China's days off."""

from datetime import date

import numpy as np
import pytest

from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.domain.forecast.days import YEAR, plain_calendar


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


CHINA = chinese_calendar(number(date(2023, 1, 1)), number(date(2028, 1, 1)))


def rests(day: date) -> bool:
    return bool(CHINA.rest[number(day) - CHINA.first_day])


def twin(day: date) -> date:
    (found,) = CHINA.twins_of(np.array([number(day)]))
    return date.fromordinal(date(1970, 1, 1).toordinal() + int(found))


def test_plain_days_have_twins_of_the_same_name() -> None:
    calendar = plain_calendar(20_000, 20_800)
    days = np.arange(20_400, 20_800)
    assert np.array_equal(calendar.twins_of(days), days - YEAR)
    assert np.array_equal(calendar.twins_of(days + 5_000), days + 5_000 - YEAR)


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2025, 1, 28), True),  # New Year's Eve
        (date(2025, 2, 8), False),  # a Saturday that is worked for it
        (date(2025, 10, 8), True),
        (date(2025, 10, 11), False),
        (date(2026, 2, 20), True),
        (date(2026, 2, 28), False),
        (date(2026, 5, 9), False),
        (date(2026, 3, 3), False),
    ],
)
def test_days_off_and_days_made_up_for_them(day: date, off: bool) -> None:
    assert rests(day) is off


def test_feasts_that_move_are_held_against_themselves() -> None:
    assert twin(date(2026, 2, 17)) == date(2025, 1, 29)
    assert twin(date(2026, 10, 1)) == date(2025, 10, 1)
    assert twin(date(2025, 10, 3)) == date(2024, 10, 3)


def test_a_twin_is_as_much_off_work() -> None:
    for offset in range(365):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + offset)
        assert rests(twin(day)) is rests(day), day


def test_years_that_are_not_announced_are_provisional() -> None:
    since = CHINA.provisional_from
    assert since is None or since >= number(date(2027, 1, 1))
    far = chinese_calendar(number(date(2040, 1, 1)), number(date(2041, 1, 1)))
    assert far.provisional_from is not None
    assert far.provisional_from <= far.first_day
