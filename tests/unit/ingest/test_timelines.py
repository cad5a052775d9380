"""Dated segments: statements laid over a life, held against painting it instant by instant."""

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.catalogue.timelines import (
    Statement,
    Timeline,
    apply,
    at,
    covers,
    records_between,
)
from shared.model.catalogue import Entity, EntityKind, Record, Segment

LATEST = 12


def life(records: tuple[Record, ...]) -> Timeline:
    return Entity(kind=EntityKind.TAG, code="t", number=1, records=records).timeline()


def statement(start: int, end: int | None, name: str) -> Statement:
    return Statement(start=start, end=end, attributes={"name": name})


@st.composite
def imports(draw: st.DrawFn) -> list[Statement]:
    """Statements of different starts that do not overlap, as planning hands them over."""
    starts = sorted(draw(st.sets(st.integers(0, LATEST), min_size=1, max_size=4)))
    found: list[Statement] = []
    for place, start in enumerate(starts):
        following = starts[place + 1] if place + 1 < len(starts) else LATEST + 3
        end = draw(st.none() | st.integers(start + 1, max(start + 1, following)))
        found.append(statement(start, end, draw(st.sampled_from("abc"))))
    return found


def names(timeline: Timeline) -> list[str | None]:
    found = (at(timeline, instant) for instant in range(LATEST + 5))
    return [None if attributes is None else str(attributes["name"]) for attributes in found]


def recorded(rounds: list[list[Statement]]) -> tuple[Record, ...]:
    records: tuple[Record, ...] = ()
    for version, statements in enumerate(rounds, 1):
        before = life(records)
        after = apply(before, statements)
        new = records_between(before, after, version=version, recorded_at=version)
        records = (*records, *new)
        assert names(life(records)) == names(after)
    return records


class TestImports:
    @given(st.lists(imports(), min_size=1, max_size=4))
    def test_records_give_the_life_that_was_stated(self, rounds: list[list[Statement]]) -> None:
        recorded(rounds)

    @given(st.lists(imports(), min_size=1, max_size=4))
    def test_the_same_statements_again_change_nothing(self, rounds: list[list[Statement]]) -> None:
        timeline = life(recorded(rounds))
        again = apply(timeline, rounds[-1])
        assert records_between(timeline, again, version=9, recorded_at=9) == ()

    @given(st.lists(imports(), min_size=1, max_size=4), st.integers(1, 4))
    def test_an_earlier_version_can_be_seen_again(
        self, rounds: list[list[Statement]], version: int
    ) -> None:
        whole = Entity(kind=EntityKind.TAG, code="t", number=1, records=recorded(rounds))
        then = recorded(rounds[:version])
        assert names(whole.timeline(version)) == names(life(then))

    def test_a_statement_holds_until_the_next_change(self) -> None:
        timeline = apply((), [statement(0, None, "a"), statement(6, None, "b")])
        assert names(apply(timeline, [statement(3, None, "c")]))[:8] == list("aaaccc") + list("bb")

    def test_a_stated_end_is_an_end(self) -> None:
        timeline = apply((), [statement(0, None, "a")])
        assert names(apply(timeline, [statement(0, 3, "a")]))[:5] == ["a", "a", "a", None, None]


class TestCovering:
    SEGMENTS = (
        Segment(start=2, end=5, attributes={}),
        Segment(start=5, end=8, attributes={"x": 1}),
    )

    def test_neighbours_cover_together(self) -> None:
        assert covers(self.SEGMENTS, 3, 8)
        assert not covers(self.SEGMENTS, 1, 4)
        assert not covers(self.SEGMENTS, 7, 9)
        assert not covers((), 0, 1)

    def test_a_hole_is_not_covered(self) -> None:
        assert not covers((self.SEGMENTS[0], Segment(start=6, end=8, attributes={})), 3, 7)
