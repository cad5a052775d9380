"""Which stretch of time a run covers."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.tick import Job, Tick, next_tick

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def nothing(_tick: Tick) -> None:
    """Work that is none."""


JOB = Job(name="job", every=MINUTE, work=nothing)


class TestATick:
    def test_holds_its_begin_and_not_its_end(self) -> None:
        tick = Tick(name="job", begin=NOON, end=NOON + MINUTE)
        assert tick.covers(NOON)
        assert not tick.covers(NOON + MINUTE)

    @pytest.mark.parametrize("end", [NOON, NOON - MINUTE])
    def test_is_never_upside_down_or_empty(self, end: datetime) -> None:
        with pytest.raises(ValueError, match="cannot end"):
            Tick(name="job", begin=NOON, end=end)

    def test_has_a_zone(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            Tick(name="job", begin=NOON.replace(tzinfo=None), end=NOON)


def test_a_rhythm_is_longer_than_nothing() -> None:
    with pytest.raises(ValueError, match="no rhythm"):
        Job(name="job", every=timedelta(), work=nothing)


class TestTheNextTick:
    def test_covers_one_rhythm_when_there_was_none(self) -> None:
        assert next_tick(JOB, None, NOON) == Tick(name="job", begin=NOON - MINUTE, end=NOON)

    def test_covers_the_whole_gap_at_once(self) -> None:
        covered = NOON - timedelta(days=3)
        assert next_tick(JOB, covered, NOON) == Tick(name="job", begin=covered, end=NOON)

    def test_waits_when_another_copy_was_here_just_now(self) -> None:
        assert next_tick(JOB, NOON - MINUTE / 3, NOON) is None

    def test_does_not_mind_a_bell_that_rings_a_little_early(self) -> None:
        assert next_tick(JOB, NOON - MINUTE + timedelta(milliseconds=5), NOON) is not None

    def test_waits_when_the_clock_went_back(self) -> None:
        assert next_tick(JOB, NOON + timedelta(hours=1), NOON) is None

    @given(st.lists(st.integers(min_value=-500, max_value=2_000), min_size=1, max_size=60))
    def test_ticks_join_whatever_the_clock_does(self, moves: list[int]) -> None:
        covered, now, ticks = None, NOON, []
        for seconds in moves:
            now += timedelta(seconds=seconds)
            tick = next_tick(JOB, covered, now)
            if tick is not None:
                ticks.append(tick)
                covered = tick.end
        assert all(a.end == b.begin for a, b in itertools.pairwise(ticks))
        assert all(tick.begin < tick.end for tick in ticks)
