"""What is told of a series of judgements: tables, and what holds however often is looked."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.conditions.seen import (
    Change,
    Looked,
    Reason,
    Seen,
    Series,
    Step,
    Told,
)
from services.evaluator.domain.conditions.telling import MOST_STEPS, canonical, compare, sequence
from shared.model.instants import HOUR_US
from shared.model.level import Level
from tests.unit.evaluator.conditions.make import NONE, ORANGE, RED, YELLOW, seen, step

Q1, Q2, Q3 = (1, "2025Q1"), (2, "2025Q2"), (3, "2025Q3")
NOW = 10 * HOUR_US


def tell(before: Told | None, *now: Seen, at_us: int = NOW) -> Change | None:
    """What changes of the one series."""
    known = {before.series: before} if before else {}
    found = compare(known, now, at_us, 7, "test")
    assert len(found) <= 1
    return found[0] if found else None


def told(*now: Seen) -> Told:
    """A series that was told of for the first time."""
    change = tell(None, *now)
    assert change is not None
    return change.told


STEPS = (
    ("nothing", (), ()),
    ("no warning is no step", (step(1, NONE), step(2, NONE)), ()),
    ("from the first warning on", (step(1, NONE), step(2, RED)), (step(2, RED),)),
    ("in the order of time", (step(2, NONE), step(1, RED)), (step(1, RED), step(2, NONE))),
    (
        "one end is enough",
        (step(1, RED), step(2, NONE), step(3, NONE, "x")),
        (step(1, RED), step(2, NONE)),
    ),
    (
        "a new period is a step",
        (step(1, RED, "a"), step(2, RED, "b")),
        (step(1, RED, "a"), step(2, RED, "b")),
    ),
    (
        "numbers move on within a period",
        (step(1, RED, "a", value="1"), step(2, RED, "a", value="2")),
        (step(1, RED, "a", value="2"),),
    ),
    ("the worse of two at once", (step(1, RED), step(1, YELLOW)), (step(1, RED),)),
)


@pytest.mark.parametrize(("name", "given_", "expected"), STEPS, ids=[row[0] for row in STEPS])
def test_steps_that_say_something(
    name: str, given_: Sequence[Step], expected: tuple[Step, ...]
) -> None:
    assert canonical(given_) == expected, name
    assert canonical(canonical(given_)) == expected


def test_what_is_seen_replaces_all_from_its_first_instant_on() -> None:
    before = (step(1, RED, "a"), step(2, RED, "b"), step(3, NONE, "c"))
    assert sequence(before, [seen(2, YELLOW, "b")]) == (step(1, RED, "a"), step(2, YELLOW, "b"))
    assert sequence(before, []) == before


def test_a_long_sequence_forgets_its_oldest_steps() -> None:
    steps = [step(hour, RED, str(hour)) for hour in range(MOST_STEPS + 5)]
    assert canonical(steps) == tuple(steps[5:])


def test_nothing_is_told_of_what_was_never_a_warning() -> None:
    assert tell(None, seen(*_at(Q1, NONE))) is None
    assert tell(None) is None


def test_the_first_telling() -> None:
    change = tell(None, seen(*_at(Q1, RED)), seen(*_at(Q2, NONE)))
    assert change is not None
    assert change.reason is Reason.NEW
    assert (change.told.number, change.told.level) == (1, NONE)
    assert change.told.steps == (step(*_at(Q1, RED)), step(*_at(Q2, NONE)))
    assert (change.told.watermark_us, change.told.commit, change.told.cause) == (NOW, 7, "test")


MOVES = (
    (Reason.RAISED, (seen(1, YELLOW, "a"),), (seen(2, RED, "b"),)),
    (Reason.LOWERED, (seen(1, RED, "a"),), (seen(2, YELLOW, "b"),)),
    (Reason.CLEARED, (seen(1, RED, "a"),), (seen(2, NONE, "b"),)),
    (Reason.CLEARED, (seen(1, RED, "a"),), ()),
    (Reason.RENEWED, (seen(1, RED, "a"),), (seen(2, RED, "b"),)),
    (Reason.CORRECTED, (seen(1, RED, "a", value="1"),), (seen(1, RED, "a", value="2"),)),
    (Reason.DETAILED, (seen(1, RED, "a"),), (seen(1, RED, "a", facts={"margin": "3"}),)),
    (Reason.DETAILED, (seen(1, RED, "a"),), (seen(1, RED, "a", about_name="another"),)),
)


@pytest.mark.parametrize(("reason", "before", "now"), MOVES)
def test_why_something_is_told(
    reason: Reason, before: tuple[Seen, ...], now: tuple[Seen, ...]
) -> None:
    known = told(*before)
    change = tell(known, *now)
    assert change is not None
    assert (change.reason, change.told.number, change.before) == (reason, 2, known)


def test_the_same_again_is_not_told() -> None:
    known = told(seen(*_at(Q1, RED)), seen(*_at(Q2, ORANGE)))
    assert tell(known, seen(*_at(Q1, RED)), seen(*_at(Q2, ORANGE)), at_us=NOW * 2) is None
    assert tell(known, seen(*_at(Q2, ORANGE)), at_us=NOW * 2) is None


def test_what_ended_is_not_told_again_and_words_of_it_neither() -> None:
    ended = tell(told(seen(*_at(Q1, RED))))
    assert ended is not None
    assert ended.told.steps[-1] == step(10, NONE)
    assert tell(ended.told, at_us=NOW * 2) is None
    again = tell(ended.told, seen(*_at(Q1, RED)))
    assert again is not None
    assert again.told.steps == (step(*_at(Q1, RED)),)
    assert again.told.number == 3


def test_a_warning_that_was_never_due_leaves_nothing() -> None:
    change = tell(told(seen(*_at(Q1, RED))), seen(*_at(Q1, NONE)))
    assert change is not None
    assert (change.reason, change.told.steps, change.told.number) == (Reason.CLEARED, (), 2)
    assert tell(change.told, seen(*_at(Q1, NONE))) is None


def test_what_stood_and_ended_before_a_mistake_was_mended_is_told_as_a_correction() -> None:
    mended = tell(told(seen(*_at(Q1, RED))), seen(*_at(Q1, NONE)))
    assert mended is not None
    assert mended.told.steps == ()
    change = tell(mended.told, seen(*_at(Q1, RED)), seen(*_at(Q2, NONE)))
    assert change is not None
    assert (change.reason, change.told.level) == (Reason.CORRECTED, NONE)


def test_words_of_what_has_ended_are_not_told() -> None:
    known = told(seen(*_at(Q1, RED)), seen(*_at(Q2, NONE)))
    assert tell(known, seen(*_at(Q2, NONE), facts={"margin": "1"})) is None


LEVELS = st.sampled_from(list(Level))


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Seen], list[list[Seen]]]:
    """Quarters, and looks at them while they came: each sees some of the last, all of the new."""
    count = draw(st.integers(1, 8))
    quarters = [seen(nr + 1, draw(LEVELS), f"Q{nr}") for nr in range(count)]
    ends = [*sorted(draw(st.sets(st.integers(1, count)))), count]
    looks, upto = [], 0
    for end in ends:
        begin = draw(st.integers(0, min(upto, end - 1)))
        looks.append(draw(st.permutations(quarters[begin:end])))
        upto = end
    return quarters, looks


@given(rounds())
def test_it_does_not_matter_how_often_was_looked(made: tuple[list[Seen], list[list[Seen]]]) -> None:
    quarters, looks = made
    known: Told | None = None
    numbers = []
    for nth, look in enumerate(looks):
        change = tell(known, *look, at_us=(100 + nth) * HOUR_US)
        if change is not None:
            known = change.told
            numbers.append(known.number)
    at_once = tell(None, *quarters)
    assert (known.steps if known else ()) == (at_once.told.steps if at_once else ())
    assert numbers == list(range(1, len(numbers) + 1))


@given(st.lists(st.lists(st.builds(lambda h, v: seen(h, v, str(h)), st.integers(1, 9), LEVELS))))
def test_numbers_grow_and_levels_are_those_seen_last(looks: list[list[Seen]]) -> None:
    known: dict[Series, Told] = {}
    for nth, look in enumerate(looks):
        for change in compare(known, look, (100 + nth) * HOUR_US, nth):
            before = known.get(change.told.series)
            assert change.told.number == (before.number if before else 0) + 1
            known[change.told.series] = change.told
        for one in known.values():
            last = max((s for s in look), key=lambda s: (s.at_us, s.level), default=None)
            assert one.level == (last.level if last else NONE)
        assert not compare(known, look, 1000 * HOUR_US, nth)


def test_what_was_told_before_the_look_stands_though_nothing_can_be_judged() -> None:
    known = told(seen(1, RED, "a"), seen(2, YELLOW, "b"))
    looked = Looked(series=known.series, since_us=2 * HOUR_US)
    (withdrawn,) = compare({known.series: known}, [looked], NOW, 1)
    assert (withdrawn.told.steps, withdrawn.told.about_name) == (
        (step(1, RED, "a"),),
        "能源消费总量",
    )
    later = Looked(series=known.series, since_us=3 * HOUR_US)
    assert compare({known.series: known}, [later], NOW, 1) == ()
    assert compare({}, [later], NOW, 1) == ()
    all_of_it = Looked(series=known.series, since_us=0)
    (nothing,) = compare({known.series: known}, [all_of_it], NOW, 1)
    assert (nothing.reason, nothing.told.steps) == (Reason.CLEARED, ())


def test_a_period_that_is_not_seen_any_more_within_the_look_was_a_mistake() -> None:
    known = told(seen(1, RED, "a"), seen(2, YELLOW, "b"), seen(3, RED, "c"))
    looked = Looked(series=known.series, since_us=2 * HOUR_US)
    (change,) = compare({known.series: known}, [looked, seen(3, RED, "c")], NOW, 1)
    assert change.told.steps == (step(1, RED, "a"), step(3, RED, "c"))
    assert change.reason is Reason.CORRECTED


def test_several_series_go_their_own_ways() -> None:
    other = seen(1, YELLOW, "a", about="U")
    (first, second) = compare({}, [other, seen(1, RED, "a")], NOW, 1)
    assert [change.told.series.about for change in (first, second)] == ["T", "U"]
    known = {change.told.series: change.told for change in (first, second)}
    (ended,) = compare(known, [replace(other)], NOW, 2)
    assert (ended.told.series.about, ended.reason) == ("T", Reason.CLEARED)


def _at(quarter: tuple[int, str], level: Level) -> tuple[int, Level, str]:
    return quarter[0], level, quarter[1]
