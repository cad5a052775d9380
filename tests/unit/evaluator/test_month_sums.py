"""Months of books: where they begin, how periods fall apart, and sums of any size."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.books import FIGURES, Series
from services.evaluator.domain.month_sums import (
    ZONE,
    Posted,
    first_hour_of,
    month_changes,
    months_of,
    parts_of,
    within_days,
    within_log,
)
from services.evaluator.domain.totals import Lane
from shared.model.period import Period, reporting_period

LANE = Lane(carrier="heat", flow="import", scale=0)
HOURS_OF_A_CENTURY = st.integers(0, 100 * 366 * 24)


def test_months_begin_at_midnight_eight_hours_ahead() -> None:
    first = int(datetime(2024, 12, 31, 16, tzinfo=UTC).timestamp()) // 3600
    assert months_of(np.array([first - 1, first])).tolist() == [2024 * 12 + 11, 2025 * 12]
    assert first_hour_of(2025 * 12) == first
    assert reporting_period("2025", ZONE) == Period(
        first_hour=first, end_hour=first_hour_of(2026 * 12), zone_name=ZONE
    )


@given(HOURS_OF_A_CENTURY, st.integers(1, 20_000))
def test_a_period_is_its_months_and_the_rest(first: int, length: int) -> None:
    parts = parts_of(Period(first_hour=first, end_hour=first + length, zone_name="UTC"))
    runs = list(parts.rest)
    if parts.first_month < parts.end_month:
        runs.append((first_hour_of(parts.first_month), first_hour_of(parts.end_month)))
    runs.sort()
    assert (runs[0][0], runs[-1][1]) == (first, first + length)
    assert all(a[1] == b[0] and a[0] < a[1] for a, b in pairwise(runs))
    assert all(not _holds_a_month(*run) for run in parts.rest)


def _holds_a_month(first: int, end: int) -> bool:
    month = int(months_of(np.array([first - 1]))[0]) + 1
    return first <= first_hour_of(month) and first_hour_of(month + 1) <= end


ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(480_000, 482_500),
        *[st.integers(-(2**62), 2**62) | st.integers(-9, 9)] * FIGURES,
    ),
    max_size=30,
)


@given(st.lists(ROWS, max_size=3))
def test_changes_add_up_by_month_and_by_hour(
    messages: list[list[tuple[int, int, int, int, int]]],
) -> None:
    # Each message has its own order of the series.
    subjects = [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]]
    posted = [
        Posted(
            [Series(subject, LANE) for subject in subjects[nth]],
            np.array([row[0] for row in rows], np.intp),
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2:] for row in rows], np.int64).reshape(-1, FIGURES),
        )
        for nth, rows in enumerate(messages)
    ]
    expected: dict[tuple[str, int], list[int]] = {}
    for nth, rows in enumerate(messages):
        for which, hour, *figures in rows:
            place = (subjects[nth][which], int(months_of(np.array([hour]))[0]))
            sums = expected.setdefault(place, [0, 0, 0])
            expected[place] = [a + b for a, b in zip(sums, figures, strict=True)]
    made = month_changes(posted)
    assert {(c.series.subject, c.month): list(c.figures) for c in made} == expected
    for change in made:
        assert within_log(change.hours, 0, 10**6) == change.figures
        assert within_log(change.hours, 0, 480_000) == (0, 0, 0)


def test_days_are_cut_to_the_hour() -> None:
    rows = np.arange(2 * 24 * FIGURES, dtype=np.int64).reshape(2, 24, FIGURES)
    found = within_days(np.array([3, 4]), rows.tobytes(), 3 * 24 + 22, 4 * 24 + 1)
    assert found == [tuple(rows[0, 22:].sum(axis=0).tolist()), tuple(rows[1, 0].tolist())]
    huge = np.full((1, 24, FIGURES), 2**62, np.int64)
    assert within_days(np.array([0]), huge.tobytes(), 0, 24) == [(24 * 2**62,) * 3]
