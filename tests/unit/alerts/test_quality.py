"""What came of warnings, how soon they came, and which rules are noise."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.condition import Change, ConditionPolicy
from services.alerts.domain.quality.counting import Events, NoisePolicy, Row, count, lead
from services.alerts.domain.quality.stories import Moment, Story, Verdict, episodes
from services.alerts.domain.quality.trials import compare
from services.alerts.domain.warning import Kind
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level
from tests.unit.alerts.builders import NOON

HOUR = timedelta(hours=1)


def story(*told: str, kind: ConditionKind = ConditionKind.PACE, name: str = "a") -> Story:
    """`told`: a moment an hour each from NOON on, as `closed:false`."""
    moments = []
    for i, text in enumerate(told):
        word, _, more = text.partition(":")
        moments.append(Moment(kind=Kind(word), at=NOON + i * HOUR, word=more))
    return Story(
        warning=uuid5(UUID(int=0), name),
        kind=kind,
        rule=kind.value,
        measure=Measure.ENERGY,
        subject="region:150200",
        regions=("150200", "150000"),
        moments=tuple(moments),
    )


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (["raised"], Verdict.OPEN),
        (["raised", "acknowledged"], Verdict.OPEN),
        (["raised", "resolved"], Verdict.UNANSWERED),
        (["raised", "responded"], Verdict.CONFIRMED),
        (["raised", "responded", "resolved"], Verdict.CONFIRMED),
        (["raised", "responded", "returned"], Verdict.OPEN),
        (["raised", "responded", "closed:false"], Verdict.FALSE),
        (["raised", "closed:handled"], Verdict.CONFIRMED),
        (["raised", "closed:accepted"], Verdict.CONFIRMED),
        (["raised", "closed:duplicate"], Verdict.DUPLICATE),
        (["raised", "closed:false", "reopened:somebody"], Verdict.OPEN),
        (["raised", "closed:false", "reopened:somebody", "responded"], Verdict.CONFIRMED),
    ],
)
def test_what_came_of_a_warning(told: list[str], verdict: Verdict) -> None:
    (episode,) = episodes(story(*told))
    assert episode.verdict is verdict


def test_data_that_reopen_begin_another_episode() -> None:
    found = list(episodes(story("raised", "closed:false", "resolved", "reopened", "responded")))
    assert [one.verdict for one in found] == [Verdict.FALSE, Verdict.CONFIRMED]


def test_what_was_raised_in_an_earlier_period_is_not_counted_again() -> None:
    assert list(episodes(story("acknowledged", "closed:false"))) == []


def test_the_first_answer_is_the_acknowledgement() -> None:
    (episode,) = episodes(story("raised", "acknowledged", "responded"))
    assert episode.acknowledged_at == NOON + HOUR


def rows(stories: Iterable[Story], events: Events | None = None) -> tuple[Row, ...]:
    return count(stories, events or {}, {}, lambda one: one.regions, NoisePolicy())


def total(*stories: Story, events: Events | None = None) -> Row:
    (row,) = count(stories, events or {}, {}, lambda _: ("",), NoisePolicy())
    return row


class TestCounting:
    def test_counts_in_every_region_above(self) -> None:
        found = rows([story("raised")])
        assert [row.group.region for row in found] == ["150000", "150200"]

    def test_lead_is_from_the_warning_to_the_next_event(self) -> None:
        events = {("region:150200", Measure.ENERGY): [NOON - HOUR, NOON + 30 * HOUR]}
        row = total(story("raised"), events=events)
        assert (row.came_true, row.lead) == (1, 30 * HOUR)

    def test_events_of_others_do_not_count(self) -> None:
        events = {("region:150200", Measure.CARBON): [NOON + HOUR]}
        row = total(story("raised"), events=events)
        assert (row.came_true, row.lead) == (0, None)

    def test_only_early_kinds_have_a_lead(self) -> None:
        events = {("region:150200", Measure.ENERGY): [NOON + HOUR]}
        assert total(story("raised", kind=ConditionKind.USED), events=events).came_true is None

    def test_times_to_acknowledge_are_ranks(self) -> None:
        told = [["raised", *["commented"] * n, "acknowledged"] for n in range(10)]
        row = total(*(story(*words, name=str(n)) for n, words in enumerate(told)))
        assert (row.acknowledged, row.acknowledge, row.acknowledge_p90) == (10, 5 * HOUR, 9 * HOUR)

    def test_steps_that_were_late_are_counted_even_without_a_raise(self) -> None:
        one = story("acknowledged")
        (row,) = count([one], {}, {one.warning: 3}, lambda _: ("",), NoisePolicy())
        assert (row.raised, row.overdue_steps) == (0, 3)

    def test_a_rule_with_many_false_ones_is_noisy(self) -> None:
        false = [story("raised", "closed:false", name=str(n)) for n in range(2)]
        true = [story("raised", "responded", name=str(n)) for n in range(2, 5)]
        assert total(*false, *true).why_noisy == "false: 2 of 5"
        assert total(*false, *true[:2]).why_noisy == ""

    def test_a_rule_that_comes_and_goes_is_noisy(self) -> None:
        row = total(story("raised", *["resolved", "reopened"] * 5))
        assert row.why_noisy == "flapping: 1 raised 6 times"

    @given(st.lists(st.sampled_from(["raised", "resolved", "reopened", "responded"]), max_size=30))
    def test_every_raise_has_one_verdict(self, told: list[str]) -> None:
        found = rows([story(*told)])
        raises = sum(word in ("raised", "reopened") for word in told)
        assert all(sum(row.verdicts.values()) == row.raised == raises for row in found)


def test_nothing_that_happened_before_the_warning_gives_it_a_lead() -> None:
    assert lead(NOON, [NOON - HOUR]) is None
    assert lead(NOON, [NOON - HOUR, NOON]) == timedelta()


def steps(*turns: tuple[int, str]) -> tuple[Change, ...]:
    """Hours after NOON and the level from then on."""
    first = to_us(NOON) // HOUR_US
    return tuple(
        Change(hour=first + at, level=Level.of(word), quantity="", line="", used_percent="")
        for at, word in turns
    )


def held(hold: int = 0, keep: int = 0) -> ConditionPolicy:
    return ConditionPolicy(hold=hold * HOUR, keep_active=keep * HOUR)


END: datetime = NOON + 1_000 * HOUR


class TestARuleOnTrial:
    def test_that_is_the_same_makes_no_difference(self) -> None:
        both = steps((1, "yellow"), (5, "red"))
        assert compare(both, held(), both, NOON, END).is_same

    def test_gains_loses_and_leads(self) -> None:
        raised = steps((10, "yellow"))
        found = compare(steps((2, "yellow"), (20, "red")), held(), raised, NOON, END)
        assert (found.would_raise, found.raised, found.lead) == (2, 1, 8 * HOUR)
        assert (found.gained, found.lost) == ((Level.ORANGE, Level.RED), ())
        found = compare(steps((12, "notice")), held(), raised, NOON, END)
        assert (found.gained, found.lost, found.lead) == ((), (Level.YELLOW,), -2 * HOUR)

    def test_a_hold_time_leaves_out_what_is_short_and_delays_the_rest(self) -> None:
        flaps = steps((1, "red"), (2, "none"), (10, "red"))
        found = compare(flaps, held(hold=3), flaps, NOON, END)
        assert (found.would_raise, found.raised, found.lead) == (1, 2, -12 * HOUR)

    def test_a_keep_time_makes_one_of_many(self) -> None:
        flaps = steps((1, "red"), (2, "none"), (3, "red"), (4, "none"), (5, "red"))
        assert compare(flaps, held(keep=2), flaps, NOON, END).would_raise == 1

    def test_looks_only_at_its_time(self) -> None:
        both = steps((-5, "yellow"), (1, "red"))
        found = compare(both, held(), both, NOON, END)
        assert (found.would_raise, found.raised) == (1, 1)
