"""Books of single points: any order, chunks and repetition give what the oracle says."""

import random
from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluator.domain.booking import Heads, book, missing_history
from services.evaluator.domain.merging import latest_by_key
from services.evaluator.domain.posting import Hours
from services.evaluator.domain.rules import Rules
from services.evaluator.domain.slices import PointRule
from shared.model.instants import BEGINNING_US, FOREVER_US
from shared.model.readings import Readings, empty, join
from tests.unit.evaluator.build import MINUTE_US, batch, point, rules_of, segment
from tests.unit.evaluator.oracle import Reading, hours_of

Books = dict[int, tuple[int, int, int]]


class Keeper:
    """Keeps heads and all rows as the bookkeeper does, and adds the differences up."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.heads = Heads(rows=empty(), older=np.empty(0, np.uint32))
        self.rows = empty()
        self.books: defaultdict[int, np.ndarray] = defaultdict(lambda: np.zeros(3, object))

    def take(self, new: Readings) -> None:
        held = self.heads
        if missing_history(held, new):
            held = Heads(rows=latest_by_key(self.rows), older=np.empty(0, np.uint32))
        outcome = book(self.rules, held, new)
        self.rows = join([self.rows, outcome.stored])
        self.heads = outcome.heads
        self._add(outcome.hours)

    def _add(self, hours: Hours) -> None:
        amounts = zip(
            hours.hour.tolist(),
            hours.quantity.tolist(),
            hours.estimated.tolist(),
            hours.known.tolist(),
            strict=True,
        )
        for hour, quantity, estimated, known in amounts:
            self.books[hour] += np.array([quantity, estimated, known], object)

    def result(self) -> Books:
        return {h: (b[0], b[1], b[2]) for h, b in self.books.items() if any(b)}


def readings(step_min: int) -> st.SearchStrategy[list[Reading]]:
    """Readings on a grid, with repeats, revisions, withdrawals, drops, leaps and gaps."""
    value = st.one_of(st.none(), st.integers(0, 1200))
    start = 1_772_380_800_000_000
    return st.lists(
        st.tuples(
            st.integers(0, 60).map(lambda i: start + i * step_min * MINUTE_US),
            st.integers(0, 2),
            value,
        ),
        max_size=40,
    )


def rule_of(kind: str, rate: int, modulus: int, change_at: int) -> PointRule:
    start = 1_772_380_800_000_000
    if kind != "register":
        return point(
            segment(interval_min=15, multiplier=3), register=False, stamp_end=kind == "end"
        )
    border = start + change_at * MINUTE_US
    common = {"max_rate": rate, "modulus": modulus, "interval_min": 15}
    first = segment(start=BEGINNING_US, end=border, multiplier=3, **common)  # type: ignore[arg-type]
    second = segment(start=border, end=FOREVER_US, multiplier=7, **common)  # type: ignore[arg-type]
    return point(first, second)


@given(
    arrived=readings(15),
    chunk=st.integers(1, 12),
    kind=st.sampled_from(["register", "start", "end"]),
    rate=st.sampled_from([-1, 400, 4000, 100000]),
    modulus=st.sampled_from([0, 1000, 10000]),
    change_at=st.integers(0, 900),
)
@settings(max_examples=150, deadline=None)
def test_books_equal_the_oracle(
    arrived: list[Reading], chunk: int, kind: str, rate: int, modulus: int, change_at: int
) -> None:
    rule = rule_of(kind, rate, modulus, change_at)
    keeper = Keeper(rules_of(rule))
    for i in range(0, len(arrived), chunk):
        keeper.take(batch((1, *row) for row in arrived[i : i + chunk]))
    assert keeper.result() == hours_of(arrived, rule)


@given(arrived=readings(7), order=st.randoms(use_true_random=False), chunk=st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_order_chunks_and_repeats_do_not_matter(
    arrived: list[Reading], order: random.Random, chunk: int
) -> None:
    unique = list({(at, revision): (at, revision, v) for at, revision, v in arrived}.values())
    rule = point(segment(interval_min=7, max_rate=9000, modulus=10000))
    shuffled = unique * 2
    order.shuffle(shuffled)
    keeper = Keeper(rules_of(rule))
    for i in range(0, len(shuffled), chunk):
        keeper.take(batch((1, *row) for row in shuffled[i : i + chunk]))
    assert keeper.result() == hours_of(unique, rule)
