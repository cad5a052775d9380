"""Who is silent: with grace, without our own outages, one condition for a whole owner."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.slices import Chain, OwnerSlice
from services.evaluator.domain.watching.listening import Listening, listening
from services.evaluator.domain.watching.policy import SilenceRow, SilenceTerms
from services.evaluator.domain.watching.silence import NEVER, Silent, expected, silent
from shared.model.instants import BEGINNING_US, DAY_US, FOREVER_US, HOUR_US
from shared.model.level import Level
from tests.unit.evaluator.build import MINUTE_US, point, segment

NOW = 20_000 * DAY_US
ROWS = (
    SilenceRow(level="notice", intervals=4, hours=30),
    SilenceRow(level="yellow", intervals=8, hours=72),
    SilenceRow(level="orange", intervals=16, hours=168),
)
TERMS = SilenceTerms(first_hours=336, outage_minutes=90, look_back_hours=336)
ALWAYS = Listening(since_us=NOW, start=np.empty(0, np.int64), end=np.empty(0, np.int64))
HOURLY, MONTHLY = 60, 30 * 24 * 60


def owner(
    name: str,
    intervals: Mapping[int, int],
    *,
    until: int = FOREVER_US,
    start: int = BEGINNING_US,
    end: int = FOREVER_US,
) -> OwnerSlice:
    """An enterprise with points by number and interval (minutes)."""
    subjects = (f"enterprise:{name}", "region:150203")
    chain = Chain(first_hour=BEGINNING_US // HOUR_US, end_hour=until // HOUR_US, subjects=subjects)
    return OwnerSlice(
        owner=f"enterprise:{name}",
        number=900,
        chains=(chain,),
        points=tuple(
            point(segment(interval_min=minutes, start=start, end=end), number=number)
            for number, minutes in intervals.items()
        ),
    )


def found(
    owners: Sequence[OwnerSlice],
    ago: Mapping[int, float],
    heard: Listening = ALWAYS,
    recorded: Mapping[int, int] | None = None,
) -> list[Silent]:
    """Who is silent when the newest readings are so many hours old; not named: never heard."""
    points = expected(owners, recorded or {}, NOW)
    newest = np.array(
        [NOW - int(ago[n] * HOUR_US) if n in ago else NEVER for n in points.number.tolist()],
        np.int64,
    )
    return list(silent(points, newest, heard, ROWS, TERMS, NOW))


def test_one_point_of_an_owner_that_is_heard() -> None:
    (one,) = found([owner("E", {1: HOURLY, 2: HOURLY})], {1: 31, 2: 0.5})
    assert (one.owner, one.point, one.level) == ("enterprise:E", "M1", Level.NOTICE)
    assert (one.points, one.of, one.limit_us) == (1, 2, 30 * HOUR_US)
    assert one.newest_us == NOW - 31 * HOUR_US
    assert one.at_us == NOW - HOUR_US


@pytest.mark.parametrize(
    ("hours", "level"),
    [(29.9, None), (30, None), (30.1, Level.NOTICE), (73, Level.YELLOW), (169, Level.ORANGE)],
)
def test_levels_grow_with_silence(hours: float, level: Level | None) -> None:
    assert [one.level for one in found([owner("E", {1: 5, 2: 5})], {1: hours, 2: 0})] == (
        [] if level is None else [level]
    )


def test_whoever_sends_once_a_day_is_not_silent_in_between() -> None:
    assert found([owner("E", {1: 5})], {1: 26}) == []


def test_a_rarely_read_point_has_a_grace_of_its_own() -> None:
    rare = [owner("E", {1: MONTHLY, 2: HOURLY})]
    assert found(rare, {1: 24 * 100, 2: 1}) == []
    (one,) = found(rare, {1: 24 * 121, 2: 1})
    assert (one.point, one.level) == ("M1", Level.NOTICE)


def test_a_silent_owner_is_one_condition_at_the_mildest_of_its_points() -> None:
    points = dict.fromkeys(range(1, 60), HOURLY)
    ago = {number: 75.0 + number for number in points} | {1: 40.0}
    (one,) = found([owner("E", points)], ago)
    assert (one.point, one.level, one.points, one.of) == ("", Level.NOTICE, 59, 59)
    assert one.newest_us == NOW - 40 * HOUR_US


def test_points_on_the_way_to_silence_do_not_speak_for_their_owner() -> None:
    """Else each point of an owner that stopped would be told of by itself for an hour."""
    (one,) = found([owner("E", {1: HOURLY, 2: HOURLY})], {1: 30.5, 2: 29.5})
    assert (one.point, one.points, one.of) == ("", 1, 2)


def test_a_rare_point_that_was_read_since_speaks_for_its_owner() -> None:
    points = {1: HOURLY, 2: MONTHLY}
    (since,) = found([owner("E", points)], {1: 40, 2: 3})
    (before,) = found([owner("E", points)], {1: 40, 2: 50})
    assert (since.point, before.point) == ("M1", "")


def test_a_new_point_has_a_longer_grace_from_when_we_knew_it() -> None:
    fresh = [owner("E", {1: HOURLY, 2: HOURLY})]
    known = {1: NOW - 30 * DAY_US, 2: NOW - 365 * HOUR_US}
    assert found(fresh, {1: 1}, recorded=known) == []
    (one,) = found(fresh, {1: 1}, recorded=known | {2: NOW - 367 * HOUR_US})
    assert (one.point, one.newest_us, one.level) == ("M2", None, Level.NOTICE)


def test_an_owner_that_never_reported_is_one_condition_after_the_longer_grace() -> None:
    known = dict.fromkeys((1, 2), NOW - 400 * HOUR_US)
    (one,) = found([owner("E", {1: HOURLY, 2: HOURLY})], {}, recorded=known)
    assert (one.point, one.newest_us, one.level) == ("", None, Level.NOTICE)


def test_a_point_that_comes_back_into_use_begins_anew() -> None:
    again = [owner("E", {1: HOURLY, 2: HOURLY}, start=NOW - 10 * HOUR_US)]
    assert found(again, {1: 1000, 2: 1}) == []


def test_who_is_gone_is_not_missed() -> None:
    assert found([owner("E", {1: HOURLY}, until=NOW - HOUR_US)], {1: 500}) == []
    assert found([owner("E", {1: HOURLY}, end=NOW - HOUR_US)], {1: 500}) == []


def test_readings_from_the_future_are_not_heard_later_than_now() -> None:
    assert found([owner("E", {1: HOURLY})], {1: -100}) == []


def test_our_own_outage_is_nobodys_silence() -> None:
    """Everybody was cut off for four days; after it, only who stays away for longer is silent."""
    back = NOW - 2 * HOUR_US
    outage = Listening(
        since_us=NOW - 14 * DAY_US,
        start=np.array([NOW - 14 * DAY_US, back]),
        end=np.array([back - 96 * HOUR_US, NOW]),
    )
    assert found([owner("E", {1: HOURLY})], {1: 98}, outage) == []
    assert found([owner("E", {1: HOURLY})], {1: 120}, outage) == []
    (one,) = found([owner("E", {1: HOURLY})], {1: 127}, outage)
    assert one.level is Level.NOTICE


def test_runs_of_listening_join_what_lies_close_together() -> None:
    step, outage = 30 * MINUTE_US, 90 * MINUTE_US
    at = [0, 1, 2, 4, 12, 13]
    runs = listening([n * step for n in at], step, outage, 0, 15 * step)
    assert runs.start.tolist() == [0, 12 * step]
    assert runs.end.tolist() == [5 * step, 15 * step]
    assert runs.quiet_since() == 15 * step
    quiet = listening([0], step, outage, 0, 15 * step)
    assert quiet.quiet_since() == step
    assert listening([], step, outage, 0, 15 * step).quiet_since() is None


@given(
    st.lists(st.integers(0, 400), max_size=12, unique=True).map(sorted),
    st.lists(st.integers(-100, 500), min_size=1, max_size=8),
    st.integers(0, 500),
)
def test_listening_is_what_a_walk_over_all_minutes_counts(
    edges: list[int], begins: list[int], until: int
) -> None:
    edges = edges[: len(edges) // 2 * 2]
    starts, ends = edges[0::2], edges[1::2]
    runs = Listening(since_us=0, start=np.array(starts, np.int64), end=np.array(ends, np.int64))
    inside = [any(a <= at < b for a, b in zip(starts, ends, strict=True)) for at in range(500)]
    walked = [
        sum(1 for at in range(begin, until) if at < 0 or inside[at]) if begin < until else 0
        for begin in begins
    ]
    assert runs.heard(np.array(begins, np.int64), until).tolist() == walked


@given(st.lists(st.floats(0, 400), min_size=1, max_size=6))
def test_never_more_than_one_condition_a_point_and_none_beside_a_silent_owner(
    ago: list[float],
) -> None:
    points = dict.fromkeys(range(1, len(ago) + 1), HOURLY)
    told = found([owner("E", points)], dict(enumerate(ago, 1)))
    names = [one.point for one in told]
    assert len(names) == len(set(names))
    assert "" not in names or names == [""]
    assert bool(told) is any(NOW - (NOW - int(hours * HOUR_US)) > 30 * HOUR_US for hours in ago)
