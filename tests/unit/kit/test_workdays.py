"""Working days of China: holidays, the weekends worked for them, years not announced yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.workdays import after, is_working, last_announced
from shared.kit.workdays import country_book as book


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2025-09-30", 3, "2025-10-11"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 0, "2026-02-14"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_days_off_and_weekends_worked_for_them_count(day: str, count: int, expected: str) -> None:
    assert after(date.fromisoformat(day), count) == (date.fromisoformat(expected), False)


def test_a_year_not_announced_yet_counts_weekdays_and_says_so() -> None:
    year = last_announced(book(2026, 2026)) + 1
    new_year = date(year, 1, 1)
    found, provisional = after(new_year - timedelta(days=1), 5)
    assert provisional
    weekdays = [new_year + timedelta(days=n) for n in range(9)]
    assert found == [day for day in weekdays if day.weekday() < 5][4]


def test_a_saturday_worked_is_a_working_day() -> None:
    assert is_working(date(2025, 10, 11)) == (True, False)
    assert is_working(date(2025, 10, 8)) == (False, False)


@pytest.mark.parametrize(("day", "count"), [("2026-01-01", -1), ("1900-01-01", 1)])
def test_what_cannot_be_counted_is_refused(day: str, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        after(date.fromisoformat(day), count)


@given(st.dates(date(2005, 1, 1), date(2030, 1, 1)), st.integers(1, 30))
def test_the_end_is_worked_and_one_more_is_later(day: date, count: int) -> None:
    end, provisional = after(day, count)
    assert is_working(end)[0]
    assert end > after(day, count - 1)[0] or count == 1
    assert provisional or end.year <= last_announced(book(2026, 2026))
