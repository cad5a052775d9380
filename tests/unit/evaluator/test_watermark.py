"""The watermark: which points decide how far books can be judged."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.watermark import PointSet, watermarks
from shared.model.instants import BEGINNING_US, DAY_US, FOREVER_US, HOUR_US
from tests.unit.evaluator import judge_oracle
from tests.unit.evaluator.budgets import points

NOON = 1_772_380_800_000_000
QUARTER = HOUR_US // 4
GRACE = 2 * HOUR_US


def mark(*rows: tuple[int, int, int]) -> int:
    """The watermark of points given as booked end, interval, end of life."""
    frontier = np.array([row[0] for row in rows], np.int64)
    chosen = points(*((i, interval, end) for i, (_, interval, end) in enumerate(rows)))
    return watermarks([chosen], [GRACE], frontier)[0]


class TestAWatermark:
    def test_is_the_earliest_booked_end(self) -> None:
        assert mark((NOON, QUARTER, FOREVER_US), (NOON - HOUR_US, QUARTER, FOREVER_US)) == (
            NOON - HOUR_US
        )

    def test_leaves_out_who_stands_behind_by_more_than_interval_and_grace(self) -> None:
        just = NOON - QUARTER - GRACE
        assert mark((NOON, QUARTER, FOREVER_US), (just, QUARTER, FOREVER_US)) == just
        assert mark((NOON, QUARTER, FOREVER_US), (just - 1, QUARTER, FOREVER_US)) == NOON

    def test_leaves_out_points_read_less_than_daily_unless_there_are_no_others(self) -> None:
        monthly = (NOON - DAY_US, 30 * DAY_US, FOREVER_US)
        assert mark((NOON, QUARTER, FOREVER_US), monthly) == NOON
        assert mark((NOON, 30 * DAY_US, FOREVER_US), monthly) == NOON - DAY_US

    def test_does_not_wait_for_a_life_that_has_ended(self) -> None:
        ended = (NOON - HOUR_US, QUARTER, NOON - HOUR_US)
        assert mark((NOON, QUARTER, FOREVER_US), ended) == NOON
        assert mark(ended) == NOON - HOUR_US

    def test_is_nothing_without_points_or_readings(self) -> None:
        assert watermarks([points()], [GRACE], np.empty(0, np.int64)) == [BEGINNING_US]
        assert mark((BEGINNING_US, QUARTER, FOREVER_US)) == BEGINNING_US

    @given(
        st.lists(
            st.lists(
                st.tuples(
                    st.one_of(st.just(BEGINNING_US), st.integers(-8, 0).map(lambda i: i * HOUR_US)),
                    st.sampled_from([QUARTER, HOUR_US, DAY_US, DAY_US + 1]),
                    st.one_of(st.just(FOREVER_US), st.integers(-8, 2).map(lambda i: i * HOUR_US)),
                ),
                max_size=6,
            ),
            max_size=4,
        ),
        st.integers(0, 4),
    )
    def test_of_many_sets_at_once_is_the_oracles(
        self, groups: list[list[tuple[int, int, int]]], grace_hours: int
    ) -> None:
        flat = [row for rows in groups for row in rows]
        frontier = np.array([row[0] for row in flat], np.int64)
        sets: list[PointSet] = []
        number = 0
        for rows in groups:
            chosen = [(number + i, interval, end) for i, (_, interval, end) in enumerate(rows)]
            sets.append(points(*chosen))
            number += len(rows)
        grace = grace_hours * HOUR_US
        wanted = [judge_oracle.watermark(rows, grace) for rows in groups]
        found = watermarks(sets, [grace] * len(sets), frontier)
        assert found == [BEGINNING_US if one is None else one for one in wanted]
