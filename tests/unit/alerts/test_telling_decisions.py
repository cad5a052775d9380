"""Whether somebody is told now: each row says in a sentence what is expected, and why."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.telling.deciding import (
    Last,
    Policy,
    Reason,
    Standing,
    needs_notice,
    told_of,
    without,
)
from services.alerts.domain.telling.ends import End
from shared.model.level import Level
from tests.unit.alerts.builders import NOON

A, B, C = (UUID(int=number) for number in (1, 2, 3))
REPEAT = timedelta(hours=4)
POLICY = Policy(repeat=REPEAT)
Y, R = Level.YELLOW, Level.RED
LATER = NOON + timedelta(minutes=5)
FAR = NOON + REPEAT


def last(**firing: Level) -> Last:
    return Last(firing={{"a": A, "b": B, "c": C}[name]: lv for name, lv in firing.items()}, at=NOON)


def standing(*resolved: UUID, attended: tuple[UUID, ...] = (), **firing: Level) -> Standing:
    return Standing(
        firing={{"a": A, "b": B, "c": C}[name]: level for name, level in firing.items()},
        ended=dict.fromkeys(resolved, End.RESOLVED),
        attended=frozenset(attended),
    )


@pytest.mark.parametrize(
    ("sentence", "before", "now", "at", "told", "reason"),
    [
        ("the first warning is told", None, standing(a=Y), NOON, True, Reason.FIRST),
        ("nothing that holds, nothing to tell", None, standing(), NOON, False,
         Reason.NOTHING_TO_TELL),
        ("what ended before anybody heard is not told", None, standing(A), NOON, False,
         Reason.NOTHING_TO_TELL),
        ("the same again is no news", last(a=Y), standing(a=Y), LATER, False, Reason.NOTHING_NEW),
        ("one more warning is news", last(a=Y), standing(a=Y, b=Y), LATER, True, Reason.NEW),
        ("a level that rose is news", last(a=Y), standing(a=R), LATER, True, Reason.RAISED),
        ("a level that fell is none", last(a=R), standing(a=Y), LATER, False, Reason.NOTHING_NEW),
        ("one of two that ended is told", last(a=Y, b=Y), standing(A, b=Y), LATER, True,
         Reason.SOME_RESOLVED),
        ("the end of all is told", last(a=Y, b=Y), standing(A, B), LATER, True,
         Reason.ALL_RESOLVED),
        ("an end that nobody waits for is not", last(a=Y), standing(B, a=Y), LATER, False,
         Reason.NOTHING_NEW),
        ("new ones outweigh ends", last(a=Y), standing(A, b=Y), LATER, True, Reason.NEW),
        ("a first one after the end of all is a first one", last(), standing(a=Y), LATER, True,
         Reason.FIRST),
        ("just before the interval it is not repeated", last(a=Y), standing(a=Y),
         FAR - timedelta(microseconds=1), False, Reason.NOTHING_NEW),
        ("when the interval is over it is repeated", last(a=Y), standing(a=Y), FAR, True,
         Reason.REPEAT),
        ("what is attended to is not repeated", last(a=Y), standing(a=Y, attended=(A,)), FAR,
         False, Reason.ATTENDED),
        ("one unattended of two is enough to repeat", last(a=Y, b=Y),
         standing(a=Y, b=Y, attended=(A,)), FAR, True, Reason.REPEAT),
    ],
)  # fmt: skip
def test_telling(
    sentence: str, before: Last | None, now: Standing, at: object, told: bool, reason: Reason
) -> None:
    decision = needs_notice(before, now, at, POLICY)  # type: ignore[arg-type]
    assert (decision.told, decision.reason) == (told, reason), sentence


def test_what_is_muted_is_a_reason_of_its_own() -> None:
    muted = Standing(firing={}, muted=frozenset({A}))
    assert needs_notice(None, muted, NOON, POLICY).reason is Reason.SUPPRESSED


def test_who_does_not_want_to_hear_of_ends_does_not() -> None:
    decision = needs_notice(last(a=Y), standing(A), NOON, Policy(repeat=REPEAT, resolved=False))
    assert not decision.told


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ({A: End.RESOLVED, B: End.RESOLVED}, Reason.ALL_RESOLVED),
        ({A: End.RESOLVED}, Reason.SOME_RESOLVED),
        ({A: End.CLOSED}, Reason.CLOSED),
        ({A: End.LOWERED, B: End.LOWERED}, Reason.LOWERED),
        ({A: End.ELSEWHERE}, Reason.ELSEWHERE),
        ({A: End.RESOLVED, B: End.CLOSED}, Reason.SOME_ENDED),
    ],
)
def test_an_end_says_how_it_came(ended: dict[UUID, End], reason: Reason) -> None:
    left = {key: Y for key in (A, B) if key not in ended}
    decision = needs_notice(last(a=Y, b=Y), Standing(firing=left, ended=ended), LATER, POLICY)
    assert (decision.reason, decision.because) == (reason, frozenset(ended))


class TestANewPeriod:
    @staticmethod
    def of(period: str, level: Level = R, *, attended: bool = False) -> Standing:
        kept = frozenset({A}) if attended else frozenset()
        return Standing(firing={A: level}, periods={A: period}, attended=kept)

    def test_rated_as_badly_is_news_even_if_the_last_was_answered(self) -> None:
        told = told_of(None, self.of("2025Q1"), NOON)
        decision = needs_notice(told, self.of("2025Q2", attended=True), LATER, POLICY)
        assert (decision.reason, decision.because) == (Reason.RENEWED, frozenset({A}))

    def test_below_orange_is_none(self) -> None:
        told = told_of(None, self.of("2025Q1", Y), NOON)
        assert not needs_notice(told, self.of("2025Q2", Y), LATER, POLICY).told

    def test_that_was_fair_at_first_and_is_bad_again_is_news(self) -> None:
        told = told_of(None, self.of("2025Q1"), NOON)
        assert not needs_notice(told, self.of("2025Q2", Y), LATER, POLICY).told
        assert needs_notice(told, self.of("2025Q2"), LATER, POLICY).reason is Reason.RENEWED

    def test_is_remembered_while_muted_and_forgotten_with_the_warning(self) -> None:
        told = told_of(None, self.of("2025Q1"), NOON)
        assert told_of(told, Standing(firing={}, muted=frozenset({A})), LATER).periods == {
            A: {"2025Q1"}
        }
        assert told_of(told, Standing(firing={}), LATER).periods == {}
        assert without(told, {A}) == Last(firing={}, at=NOON)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["2025Q1", "2025Q2", "2025Q3", "2025"]),
                st.sampled_from([Level.YELLOW, Level.ORANGE, Level.RED]),
                st.booleans(),
                st.integers(min_value=0, max_value=300),
            ),
            max_size=30,
        )
    )
    def test_is_never_told_twice(self, days: list[tuple[str, Level, bool, int]]) -> None:
        told: Last | None = None
        now, renewals, heard = NOON, list[str](), set[str]()
        for period, level, attended, minutes in days:
            now += timedelta(minutes=minutes)
            standing = self.of(period, level, attended=attended)
            decision = needs_notice(told, standing, now, POLICY)
            if decision.reason is Reason.RENEWED:
                renewals.append(period)
                assert period not in heard
                assert level >= Level.ORANGE
            elif told and level >= Level.ORANGE:
                assert decision.told or period in heard
            if decision.told:
                told = told_of(told, standing, now)
                heard.add(period)
        assert len(renewals) == len(set(renewals))


def test_what_was_told_and_is_muted_now_is_remembered() -> None:
    now = Standing(firing={B: Y}, muted=frozenset({A}))
    assert told_of(last(a=Y), now, LATER).firing == {A: Y, B: Y}


def test_a_reminder_is_not_remembered() -> None:
    now = Standing(firing={A: Y}, passing=frozenset({A}))
    assert told_of(None, now, LATER).firing == {}


LEVELS = st.sampled_from([Level.NOTICE, Level.YELLOW, Level.ORANGE, Level.RED])
FIRING = st.dictionaries(st.sampled_from([uuid4() for _ in range(4)]), LEVELS)


@given(FIRING, FIRING)
def test_telling_twice_at_once_is_never_needed(
    before: dict[UUID, Level], now: dict[UUID, Level]
) -> None:
    known = Last(firing=before, at=NOON)
    standing = Standing(firing=now, ended=dict.fromkeys(before.keys() - now.keys(), End.RESOLVED))
    after = told_of(known, standing, LATER)
    assert not needs_notice(after, Standing(firing=now), LATER, POLICY).told


@given(FIRING, FIRING)
def test_whatever_is_new_is_told(before: dict[UUID, Level], now: dict[UUID, Level]) -> None:
    decision = needs_notice(Last(firing=before, at=NOON), Standing(firing=now), LATER, POLICY)
    assert decision.told >= bool(now.keys() - before.keys())
    assert decision.because <= now.keys()
