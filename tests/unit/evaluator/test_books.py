"""Days at hand: exact sums, forgetting, and what may never be forgotten."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.books import (
    FIGURES,
    HOURS,
    ROW_BYTES,
    Books,
    Series,
    corrections,
    figures,
)
from services.evaluator.domain.columns import TooLargeError
from tests.unit.evaluator.budgets import POWER

LARGEST = 2**63 - 1


def key(books: Books, subject: str, day: int) -> int:
    number = books.number(Series(subject, POWER))
    return int(Books.keys(np.array([number]), np.array([day]))[0])


def add(books: Books, where: int, hour: int, *amounts: int) -> None:
    books.add(np.array([where]), np.array([hour]), np.array([amounts], np.int64))


class TestBooks:
    def test_name_series_and_days_of_their_keys(self) -> None:
        books = Books()
        for day in (-700_000, -1, 0, 20_000, 2_900_000):
            assert books.place(key(books, "region:1", day)) == (Series("region:1", POWER), day)

    def test_refuse_what_does_not_fit_and_stay_as_they_were(self) -> None:
        books = Books()
        where = key(books, "region:1", 1)
        books.learn({}, [where])
        add(books, where, 3, LARGEST, 0, -LARGEST - 1)
        for amounts in ((1, 0, 0), (0, 0, -1)):
            with pytest.raises(TooLargeError):
                add(books, where, 3, *amounts)
        assert books.hours(0, 27, 28).tolist() == [[LARGEST, 0, -LARGEST - 1]]

    def test_do_not_take_stored_rows_for_those_at_hand(self) -> None:
        books = Books()
        where = key(books, "region:1", 1)
        books.learn({}, [where])
        add(books, where, 0, 5, 0, 0)
        books.learn({where: bytes(ROW_BYTES)}, [where])
        assert books.hours(0, 24, 25)[0, 0] == 5

    def test_drop_what_was_not_used_for_longest(self) -> None:
        books = Books(most_bytes=64 * ROW_BYTES)
        keys = [key(books, "region:1", day) for day in range(64)]
        books.begin()
        books.learn({}, keys)
        books.begin()
        books.hours(0, 0, 24 * 32)
        books.begin()
        books.learn({}, [key(books, "region:1", 100)])
        missing = books.missing(keys)
        assert 0 < len(missing) <= 32
        assert not set(missing) & set(keys[:32])

    def test_grow_rather_than_drop_what_the_batch_needs(self) -> None:
        books = Books(most_bytes=64 * ROW_BYTES)
        keys = [key(books, "region:1", day) for day in range(200)]
        books.begin()
        books.learn({}, keys)
        for n, where in enumerate(keys):
            add(books, where, 0, n, 0, 0)
        assert books.hours(0, 0, 200 * HOURS)[::HOURS, 0].tolist() == list(range(200))

    def test_keep_what_the_batch_has_asked_for(self) -> None:
        books = Books(most_bytes=64 * ROW_BYTES)
        keys = [key(books, "region:1", day) for day in range(10)]
        books.begin()
        books.learn({}, keys)
        for _ in range(3):
            books.begin()
            books.learn({}, [key(books, "region:2", day) for day in range(40)])
        assert books.missing(keys) == []
        books.learn({}, [key(books, "region:3", day) for day in range(300)])
        assert books.missing(keys) == []

    def test_forget_everything_when_told(self) -> None:
        books = Books()
        where = key(books, "region:1", 1)
        books.learn({}, [where])
        add(books, where, 0, 1, 0, 0)
        books.forget()
        assert books.missing([where]) == [where]
        books.learn({}, [where])
        assert not books.hours(0, 24, 48).any()

    @given(
        st.lists(
            st.lists(
                st.tuples(st.integers(0, 3), st.integers(-30, 60), st.integers(-(2**40), 2**40)),
                max_size=12,
                unique_by=lambda row: row[:2],
            ),
            max_size=12,
        )
    )
    @settings(max_examples=80, deadline=None)
    def test_are_the_sum_of_all_that_was_added_even_if_dropped(
        self, batches: list[list[tuple[int, int, int]]]
    ) -> None:
        books, stored = Books(most_bytes=1), dict[int, bytes]()
        wanted: dict[tuple[int, int], int] = {}
        for rows in batches:
            books.begin()
            keys = [key(books, f"region:{who}", hour // HOURS) for who, hour, _ in rows]
            books.learn(stored, books.missing(dict.fromkeys(keys)))
            if rows:
                amounts = np.array([[amount, 1, 2] for *_, amount in rows], np.int64)
                hours = np.array([hour % HOURS for _, hour, _ in rows])
                books.add(np.array(keys), hours, amounts)
                unique = np.unique(keys)
                stored |= dict(zip(unique.tolist(), books.bodies(unique), strict=True))
            for who, hour, amount in rows:
                wanted[who, hour] = wanted.get((who, hour), 0) + amount
            if len(rows) % 3 == 1:
                books.forget()
        found = {
            (int(books.place(where)[0].subject[-1]), books.place(where)[1] * HOURS + i): row[0]
            for where, body in stored.items()
            for i, row in enumerate(figures(body).tolist())
            if row[1]
        }
        assert found == wanted


def test_corrections_leave_out_what_did_not_change() -> None:
    books = Books()
    where = key(books, "region:1", 0)
    books.learn({}, [where])
    hours = np.array([5, 2, 9])
    amounts = np.array([[1, 0, 0], [0, 0, 0], [0, 2, 3]], np.int64)
    added = books.add(np.array([where] * 3), hours, amounts)
    (one,) = corrections(
        7,
        [Series("region:1", POWER)],
        np.zeros(3, np.intp),
        hours,
        added,
        np.array([1, 2, 4], np.uint8),
    )
    assert (one.source_commit, one.hour, one.cause) == (7, (5, 9), (1, 4))
    assert one.old == ((0, 0),) * FIGURES
    assert one.new == ((1, 0), (0, 2), (0, 3))
