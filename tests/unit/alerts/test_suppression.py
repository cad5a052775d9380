"""Why nobody is told: silences hide what their owner may act upon and no more than one may hide."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.matchers import Matcher, Operator, parse_matchers
from services.alerts.domain.suppression.explaining import By, Gathered, explain, explained
from services.alerts.domain.suppression.inhibition import Rule, inhibitors
from services.alerts.domain.suppression.quiet import Interval, QuietTime
from services.alerts.domain.suppression.reading import described, interval_of, written_interval
from services.alerts.domain.suppression.shown import Shown
from services.alerts.domain.suppression.silences import (
    Approval,
    Guard,
    Reminder,
    Silence,
    State,
    edited,
    gives_up_in,
    is_second,
    judged,
    measured,
    reached_by,
    reminder_in,
    too_wide,
)
from services.alerts.domain.suppression.viewing import measures_of, oversees, place_of, preview_of
from shared.model.access import Act, Principal, Role, may_act
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level
from tests.unit.alerts.builders import NOON
from tests.unit.alerts.suppressed import person, shown, silence

GUARD = Guard()
SOON = NOON + timedelta(minutes=1)
ENERGY = frozenset({Measure.ENERGY})

REGIONS = (
    ("150000",),
    ("150200", "150000"),
    ("150202", "150200", "150000"),
    ("630000",),
    ("630100", "630000"),
)
subjects = st.sampled_from(REGIONS).flatmap(
    lambda regions: st.sampled_from(
        [(f"region:{regions[0]}", regions), ("enterprise:X", regions), ("enterprise:Y", regions)]
    )
)
warnings = st.builds(
    lambda place, level, measure, kind, about: shown(
        subject=place[0], regions=place[1], level=level, measure=measure, kind=kind, about=about
    ),
    subjects,
    st.sampled_from([level for level in Level if level > Level.NONE]),
    st.sampled_from(Measure),
    st.sampled_from([ConditionKind.PACE, ConditionKind.USED, ConditionKind.NO_DATA]),
    st.sampled_from(["B1", "B2", "B3"]),
)
principals = st.builds(
    person,
    st.sampled_from(["anna", "bert"]),
    st.sampled_from(Role),
    st.lists(st.sampled_from(["region:150000", "region:150200", "region:630000", "*"])).map(tuple),
    st.frozensets(st.sampled_from([Measure.ENERGY, Measure.CARBON])),
)
matchers = st.lists(
    st.builds(
        Matcher,
        st.sampled_from(["level", "measure", "region", "province", "alertname", "absent"]),
        st.sampled_from(Operator),
        st.sampled_from(["yellow", "red", "energy", "150000", "150200", "pace", "", "red|yellow"]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
silences = st.builds(
    lambda owner, matched: replace(silence(owner=owner), matchers=matched), principals, matchers
)


class TestExplaining:
    def test_names_the_silence_its_owner_and_its_end(self) -> None:
        found = explain(shown(), SOON, [silence(owner=person("anna"))])
        assert found is not None
        assert (found.by, found.owner, found.reason) == (By.SILENCE, "anna", "检修")
        assert found.until == NOON + timedelta(hours=8)

    @pytest.mark.parametrize(
        ("at", "hidden"),
        [
            (NOON - timedelta(microseconds=1), False),
            (NOON, True),
            (NOON + timedelta(hours=8) - timedelta(microseconds=1), True),
            (NOON + timedelta(hours=8), False),
        ],
    )
    def test_hides_from_its_beginning_to_its_end(self, at: datetime, *, hidden: bool) -> None:
        assert (explain(shown(), at, [silence()]) is not None) is hidden

    @given(st.lists(warnings, unique_by=lambda one: one.id), st.lists(silences, max_size=4))
    def test_never_hides_what_its_owner_may_not_act_upon(
        self, batch: list[Shown], made: list[Silence]
    ) -> None:
        kept = {str(one.id): one for one in _numbered(made)}
        found = explained(Gathered(silences=tuple(kept.values())), batch, SOON)
        for one in batch:
            for reason in found.get(one.id, ()):
                owner = kept[reason.id].owner
                assert may_act(owner, Act.SILENCE, one.subject, one.regions, one.measure)

    @given(st.lists(warnings, unique_by=lambda one: one.id), st.lists(silences, max_size=4))
    def test_is_what_each_silence_says_alone(self, batch: list[Shown], made: list[Silence]) -> None:
        kept = _numbered(made)
        found = explained(Gathered(silences=kept), batch, SOON)
        for one in batch:
            expected = {str(s.id) for s in kept if s.hides(one, SOON)}
            assert {reason.id for reason in found.get(one.id, ())} == expected

    @given(st.lists(warnings, unique_by=lambda one: one.id), st.lists(silences, min_size=1))
    def test_without_a_silence_everything_is_as_if_it_had_never_been(
        self, batch: list[Shown], made: list[Silence]
    ) -> None:
        first, *others = _numbered(made)
        ended = replace(first, ended_at=NOON)
        without = explained(Gathered(silences=tuple(others)), batch, SOON)
        assert explained(Gathered(silences=(ended, *others)), batch, SOON) == without

    def test_new_warnings_are_hidden_only_while_one_person_may(self) -> None:
        full = judged(silence(), measured([shown(about=f"B{i}") for i in range(48)], NOON), GUARD)
        new = [shown(about=f"N{i}", at=SOON + timedelta(seconds=i)) for i in range(5)]
        known = shown(about="B7")
        found = explained(Gathered(silences=(full,)), [*new, known], SOON)
        assert set(found) == {known.id, new[0].id, new[1].id}

    def test_a_red_league_is_never_hidden_by_one_person(self) -> None:
        league = shown(subject="region:150200", regions=("150200", "150000"), level=Level.RED)
        alone = silence('level="red"')
        assert explain(league, SOON, [alone]) is None
        second = Approval(by=person("bert"), at=NOON)
        assert explain(league, SOON, [replace(alone, approval=second)]) is not None
        banner = shown(subject="region:150202", level=Level.RED)
        assert explain(banner, SOON, [alone]) is not None


class TestGuard:
    @pytest.mark.parametrize(("count", "asks"), [(50, False), (51, True)])
    def test_asks_a_second_person_above_fifty(self, count: int, *, asks: bool) -> None:
        made = judged(
            silence(), measured([shown(about=f"B{i}") for i in range(count)], NOON), GUARD
        )
        assert (made.state(SOON) is State.PENDING_APPROVAL) is asks

    def test_stays_asked_when_less_is_left_to_hide(self) -> None:
        many = measured([shown(about=f"B{i}") for i in range(60)], NOON)
        made = judged(silence(), many, GUARD)
        assert judged(made, measured([], SOON), GUARD).state(SOON) is State.PENDING_APPROVAL

    @given(silences, st.lists(warnings, max_size=70), matchers, st.integers(-5, 5), principals)
    def test_no_change_hides_more_than_one_person_may_without_a_second(
        self,
        before: Silence,
        opened: list[Shown],
        other: tuple[Matcher, ...],
        hours: int,
        editor: Principal,
    ) -> None:
        guard = Guard(most=3)
        approved = replace(before, approval=Approval(by=person("zoe"), at=NOON), wide=True)
        for matched, owner in ((before.matchers, before.owner), (other, editor)):
            after = replace(
                approved,
                matchers=matched,
                owner=owner,
                ends_at=before.ends_at + timedelta(hours=hours),
                reason="other",
            )
            reach = measured(reached_by(after, opened), SOON)
            changed = edited(approved, after, reach, guard)
            same = matched == before.matchers and owner.key_id == before.owner.key_id
            if same and hours <= 0:
                assert changed.approval is not None
            else:
                assert changed.approval is None
                assert changed.wide is too_wide(reach, guard)

    def test_the_second_person_has_another_key_and_another_name(self) -> None:
        made = silence(owner=person("anna"))
        assert not is_second(made, person("anna"))
        assert not is_second(made, replace(person("anna"), key_id="anna's other key"))
        assert is_second(made, person("bert"))

    def test_what_nobody_approves_ends_by_itself(self) -> None:
        made = replace(silence(hours=1_000), wide=True)
        assert not gives_up_in(made, NOON + timedelta(days=6), GUARD)
        assert gives_up_in(made, NOON + timedelta(days=7), GUARD)


class TestReminders:
    def test_come_before_the_end_and_every_week(self) -> None:
        made = silence(hours=24 * 20 + 12)
        days = range(21)
        told = {
            day: reminder
            for day in days
            if (reminder := reminder_in(made, _day(day), _day(day + 1), GUARD))
        }
        assert told == {7: Reminder.WEEKLY, 14: Reminder.WEEKLY, 19: Reminder.ENDS_SOON}

    def test_are_not_repeated_when_a_stretch_of_time_is_told_twice(self) -> None:
        made = replace(silence(hours=24 * 20), reminded_at=_day(8))
        assert reminder_in(made, _day(7), _day(8), GUARD) is None

    def test_short_silences_are_not_reminded_of_their_end(self) -> None:
        assert reminder_in(silence(hours=8), _day(-1), NOON + timedelta(hours=1), GUARD) is None


class TestInhibition:
    RULE = Rule(
        name="parent",
        source=parse_matchers('level=~"orange|red"'),
        target=parse_matchers('level=~"notice|yellow"'),
        equal=("alertname", "measure"),
        ancestor=True,
    )

    def test_a_league_mutes_what_lies_in_it(self) -> None:
        league = shown(subject="region:150200", regions=("150200", "150000"), level=Level.ORANGE)
        found = explain(shown(), SOON, inhibitors=inhibitors([self.RULE], [league]))
        assert found is not None
        assert (found.by, found.id) == (By.INHIBITION, str(league.id))

    @pytest.mark.parametrize(
        "other",
        [
            shown(subject="region:150300", regions=("150300", "150000"), level=Level.ORANGE),
            shown(subject="enterprise:Y", level=Level.RED),
            shown(
                subject="region:150200",
                regions=("150200", "150000"),
                level=Level.RED,
                measure=Measure.CARBON,
            ),
            shown(
                subject="region:150200",
                regions=("150200", "150000"),
                level=Level.RED,
                kind=ConditionKind.USED,
            ),
            shown(subject="region:150200", regions=("150200", "150000"), level=Level.YELLOW),
        ],
    )
    def test_nothing_else_mutes_it(self, other: Shown) -> None:
        assert explain(shown(), SOON, inhibitors=inhibitors([self.RULE], [other])) is None

    def test_a_region_does_not_mute_itself(self) -> None:
        rule = replace(self.RULE, target=parse_matchers('level=~".+"'))
        league = shown(subject="region:150200", regions=("150200", "150000"), level=Level.RED)
        assert explain(league, SOON, inhibitors=inhibitors([rule], [league])) is None

    def test_of_two_that_are_both_source_and_target_neither_mutes_the_other(self) -> None:
        rule = Rule(
            name="same",
            source=parse_matchers('level="yellow"'),
            target=parse_matchers('level="yellow"'),
            equal=("subject",),
        )
        one, other = shown(about="B1"), shown(about="B2")
        assert explain(one, SOON, inhibitors=inhibitors([rule], [one, other])) is None


class TestQuietTimes:
    NIGHTS = QuietTime(
        name="nights",
        intervals=(Interval(times=((22 * 60, 24 * 60),)), Interval(times=((0, 450),))),
        matchers=parse_matchers('level=~"notice|yellow"'),
        reason="夜间",
    )

    def test_hide_over_midnight_until_the_morning(self) -> None:
        evening = datetime(2026, 5, 1, 15, tzinfo=UTC)
        found = explain(shown(), evening, quiet_times=[self.NIGHTS])
        assert found is not None
        assert found.until == datetime(2026, 5, 1, 23, 30, tzinfo=UTC)
        assert explain(shown(), found.until, quiet_times=[self.NIGHTS]) is None

    def test_a_red_league_is_told_at_night(self) -> None:
        league = shown(subject="region:150200", regions=("150200", "150000"), level=Level.RED)
        always = replace(self.NIGHTS, matchers=())
        evening = datetime(2026, 5, 1, 15, tzinfo=UTC)
        assert explain(league, evening, quiet_times=[always]) is None
        assert explain(shown(level=Level.RED), evening, quiet_times=[always]) is not None

    def test_another_department_hides_nothing(self) -> None:
        owner = person("c", Role.REGULATOR, ("region:150000",), frozenset({Measure.CARBON}))
        evening = datetime(2026, 5, 1, 15, tzinfo=UTC)
        assert explain(shown(), evening, quiet_times=[replace(self.NIGHTS, owner=owner)]) is None

    @pytest.mark.parametrize(
        ("interval", "covered"),
        [
            ({"weekdays": ["monday:friday"]}, True),
            ({"weekdays": ["saturday", "sunday"]}, False),
            ({"days_of_month": ["-1"]}, False),
            ({"days_of_month": ["1:3"]}, True),
            ({"months": ["may:june"]}, True),
            ({"months": ["1:4"]}, False),
            ({"years": ["2026"]}, True),
            ({"years": ["2020:2025"]}, False),
            ({"holidays": "cn"}, True),
            ({"times": [{"start_time": "20:00", "end_time": "20:01"}]}, True),
            ({"times": [{"start_time": "12:00", "end_time": "12:01"}], "location": "UTC"}, True),
        ],
    )
    def test_are_read_as_alertmanager_reads_them(
        self, interval: dict[str, object], *, covered: bool
    ) -> None:
        # A Friday, which is a day off (Labour Day); 20:00 in China.
        read = interval_of(interval, "when")
        calendars = {"cn": lambda day: day == date(2026, 5, 1)}
        assert read.covers(NOON, calendars) is covered
        assert interval_of(written_interval(read), "again") == read
        assert described(read)

    @pytest.mark.parametrize(
        ("interval", "says"),
        [
            ({"weekdays": ["mon"]}, "when.weekdays[0]: 'mon'"),
            ({"weekdays": ["friday:monday"]}, "upside-down"),
            ({"times": [{"start_time": "22:00", "end_time": "07:00"}]}, "over midnight"),
            ({"times": [{"start_time": "24:01", "end_time": "25:00"}]}, "24:01"),
            ({"days_of_month": ["0"]}, "no day"),
            ({"days_of_month": ["5:2"]}, "upside-down"),
            ({"months": ["13"]}, "'13'"),
            ({"years": ["later"]}, "no year"),
            ({"location": "Mars/Base"}, "no zone"),
            ({"holidays": "de"}, "only calendar is cn"),
            ({"on": []}, "when.on is not known"),
            ({"times": "always"}, "must be a list"),
        ],
    )
    def test_refuse_what_they_cannot_be(self, interval: dict[str, object], says: str) -> None:
        with pytest.raises(ValueError, match=r".") as refused:
            interval_of(interval, "when")
        assert says in str(refused.value)


class TestViewing:
    OWNER = person("o", Role.REGULATOR, ("region:150200",), ENERGY)

    @pytest.mark.parametrize(
        ("caller", "sees_it"),
        [
            (person("op"), True),
            (person("up", Role.REGULATOR, ("region:150000",), ENERGY), True),
            (person("same", Role.REGULATOR, ("region:150200",)), True),
            (person("below", Role.REGULATOR, ("region:150202",), ENERGY), False),
            (person("beside", Role.REGULATOR, ("region:150300",), ENERGY), False),
            (person("far", Role.REGULATOR, ("region:630000",), ENERGY), False),
            (
                person("c", Role.REGULATOR, ("region:150000",), frozenset({Measure.CARBON})),
                False,
            ),
            (person("sender", Role.SENDER, ("enterprise:X",)), False),
            (person("all", Role.READER, ("*",)), True),
        ],
    )
    def test_a_silence_is_seen_from_its_place_and_above(
        self, caller: Principal, *, sees_it: bool
    ) -> None:
        assert oversees(caller, silence(owner=self.OWNER)) is sees_it

    def test_is_filed_under_its_owners_place(self) -> None:
        assert place_of(self.OWNER) == ("region:150200", ("150200", "150000"))
        assert place_of(person("op")) == ("", ())

    def test_an_operators_silence_of_one_measure_is_that_measures(self) -> None:
        assert measures_of(silence('measure="carbon"')) == {Measure.CARBON}
        assert measures_of(silence()) == {Measure.ENERGY, Measure.CARBON}

    def test_a_preview_counts_all_and_shows_the_worst(self) -> None:
        reached = [shown(about=f"B{i}") for i in range(30)]
        reached.append(shown(about="R", level=Level.RED, regions=("150300", "150000")))
        found = preview_of(reached, measured(reached, NOON), limit=20)
        assert found.by_level == {Level.RED: 1, Level.YELLOW: 30}
        assert found.by_region == {"150202": 30, "150300": 1}
        assert (len(found.first), found.first[0].level) == (20, Level.RED)


def _numbered(made: list[Silence]) -> tuple[Silence, ...]:
    return tuple(replace(one, id=silence(name=str(i)).id) for i, one in enumerate(made))


def _day(number: int) -> datetime:
    return NOON + timedelta(days=number)
