"""Expected point-time: whose points, under which subject, in which hours."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.completeness import (
    EVER,
    UNKNOWN_POINT,
    Scopes,
    Spans,
    expected_hours,
    point_set,
)
from services.evaluator.domain.slices import Chain, OwnerSlice, PointRule
from shared.model.instants import FOREVER_US, HOUR_US
from tests.unit.evaluator.build import point, segment


def owner(
    *points: PointRule, number: int = 900, chains: tuple[Chain, ...] | None = None
) -> OwnerSlice:
    """An enterprise in a county, for ever unless chains say otherwise."""
    usual = Chain(first_hour=EVER[0], end_hour=EVER[1], subjects=("enterprise:E", "region:1"))
    return OwnerSlice(owner="enterprise:E", number=number, chains=chains or (usual,), points=points)


def scopes(*slices: OwnerSlice) -> Scopes:
    made = Scopes()
    made.update(slices)
    return made


def rows(spans: Spans) -> list[tuple[int, int, int]]:
    return list(zip(spans.point.tolist(), spans.first.tolist(), spans.end.tolist(), strict=True))


Life = tuple[int, int, int, int]
"""Begin and length of a point's life and of its owner's time in a region."""


class TestManyOwners:
    @given(
        st.lists(st.tuples(*[st.integers(0, 40), st.integers(1, 40)] * 2), max_size=20),
        st.integers(0, 50),
        st.integers(1, 40),
    )
    def test_are_told_as_each_of_them_is(self, people: list[Life], first: int, hours: int) -> None:
        made = scopes(*(self._owner(nr, *life) for nr, life in enumerate(people)))
        for wanted in (None, lambda *kind: kind[1] == "export"):
            apart = [
                row
                for nr in range(len(people))
                for row in rows(made.spans(f"enterprise:{nr}", wanted))
            ]
            assert rows(made.spans("region:1", wanted)) == apart
        edges = np.array([first, first + hours], np.int64)
        assert made.expected(["region:1", "region:2"], first, first + hours) == {
            "region:1": int(expected_hours(made.spans("region:1"), edges).sum()),
            "region:2": 0,
        }

    @staticmethod
    def _owner(number: int, begins: int, lives: int, joins: int, stays: int) -> OwnerSlice:
        life = segment(start=begins * HOUR_US, end=(begins + lives) * HOUR_US)
        flow = "export" if number % 3 else "import"
        points = (replace(point(life, number=number), flow=flow),) if number % 5 else ()
        subjects = (f"enterprise:{number}", "region:1")
        stay = Chain(first_hour=joins, end_hour=joins + stays, subjects=subjects)
        return owner(*points, number=900 + number, chains=(stay,))


class TestSpans:
    def test_are_life_and_membership_together(self) -> None:
        chains = (
            Chain(first_hour=0, end_hour=10, subjects=("enterprise:E", "region:1")),
            Chain(first_hour=10, end_hour=30, subjects=("enterprise:E", "region:2")),
        )
        meter = point(segment(start=5 * HOUR_US, end=20 * HOUR_US))
        made = scopes(owner(meter, chains=chains))
        assert rows(made.spans("region:1")) == [(1, 5, 10)]
        assert rows(made.spans("region:2")) == [(1, 10, 20)]
        assert rows(made.spans("enterprise:E")) == [(1, 5, 10), (1, 10, 20)]
        assert rows(made.spans("region:2").within(12, 15)) == [(1, 12, 15)]
        assert rows(made.spans("region:3")) == []

    def test_hold_only_what_is_counted(self) -> None:
        meter = point(segment(end=9 * HOUR_US), segment(start=9 * HOUR_US, counted=False))
        assert rows(scopes(owner(meter)).spans("region:1")) == [(1, EVER[0], 9)]

    def test_are_chosen_by_carrier_and_flow(self) -> None:
        made = scopes(owner(point(number=1), point(number=2)))
        assert len(made.spans("region:1", lambda *kind: kind[1] == "import")) == 2
        assert len(made.spans("region:1", lambda *kind: kind[0] == "coal")) == 0

    def test_have_one_unknown_point_for_an_enterprise_without_any(self) -> None:
        made = scopes(owner(point(number=1)), owner(number=901))
        found = made.spans("region:1", lambda *kind: kind[0] == "coal")
        assert found.point.tolist() == [UNKNOWN_POINT]
        assert point_set(made.spans("region:1")).number.tolist() == [1]

    def test_are_compiled_once_a_slice(self) -> None:
        first, other = owner(point(number=1)), owner(point(number=2), number=901)
        made = scopes(first, other)
        made.update([first])
        assert rows(made.spans("region:1")) == [(1, *EVER)]


class TestAPointSet:
    def test_has_each_point_once_with_its_latest_interval_and_end(self) -> None:
        meter = point(
            segment(end=9 * HOUR_US, interval_min=5),
            segment(start=9 * HOUR_US, end=20 * HOUR_US, interval_min=15),
            number=3,
        )
        found = point_set(scopes(owner(meter, point(number=1))).spans("region:1"))
        assert found.number.tolist() == [1, 3]
        assert found.interval.tolist() == [300_000_000, 900_000_000]
        assert found.end.tolist()[1] == 20 * HOUR_US
        assert found.end.tolist()[0] >= FOREVER_US - HOUR_US


@given(
    st.lists(st.tuples(st.integers(-5, 30), st.integers(0, 30)), max_size=8),
    st.lists(st.integers(0, 25), min_size=2, max_size=6, unique=True).map(sorted),
)
def test_expected_hours_are_counted_one_by_one(
    lives: list[tuple[int, int]], edges: list[int]
) -> None:
    spans = Spans(
        point=np.arange(len(lives)),
        interval=np.full(len(lives), HOUR_US),
        first=np.array([first for first, _ in lives], np.int64),
        end=np.array([first + length for first, length in lives], np.int64),
    )
    wanted = [
        sum(first <= hour < first + length for first, length in lives for hour in range(a, b))
        for a, b in pairwise(edges)
    ]
    assert expected_hours(spans, np.array(edges)).tolist() == wanted
