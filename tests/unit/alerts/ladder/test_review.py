"""What a ladder makes of a warning: proposals, deadlines, what follows, what lapses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.domain.handling import Holding
from services.alerts.domain.ladder.review import occasion_of, periods_in_a_row
from services.alerts.domain.ladder.steps import Did, RefusedError
from services.alerts.domain.ladder.words import StepState
from shared.model.condition import ConditionKind
from shared.model.level import Level
from tests.unit.alerts.ladder.builders import Office, short, warning

RED = warning(("red", "2026Q1"))
RED_TWICE = warning(("red", "2026Q1"), ("red", "2026Q2"))
CALM = warning(("red", "2026Q1"), ("none", "2026Q2"))


class TestProposing:
    def test_a_rule_that_matches_proposes_its_step_once(self) -> None:
        office = Office(short())
        assert office.see(RED) == ["circular proposed"]
        assert office.see(RED) == []
        step = office.step("circular")
        assert (step.state, step.issued_at, step.due) == (StepState.PROPOSED, None, None)
        assert (step.department, step.answers, step.office) == (
            "节能主管部门",
            "包头市人民政府",
            "150000",
        )
        assert "包头市" in step.reasons[0]
        assert "红色" in step.reasons[0]

    @pytest.mark.parametrize(
        "calm",
        [
            warning(("orange", "2026Q1")),
            replace(RED, condition=Holding.PENDING),
            CALM,
        ],
    )
    def test_what_no_rule_speaks_of_calls_for_nothing(self, calm: object) -> None:
        assert Office(short()).see(calm) == []  # type: ignore[arg-type]

    def test_a_proposal_lapses_when_the_warning_ends_and_comes_again_when_it_is_raised(
        self,
    ) -> None:
        office = Office(short())
        office.see(RED)
        assert office.see(CALM) == ["circular lapsed"]
        again = warning(("red", "2026Q1"), ("none", "2026Q2"), ("red", "2026Q3"))
        assert office.see(again) == ["circular proposed"]

    def test_a_proposal_lapses_when_the_level_falls(self) -> None:
        office = Office(short())
        office.see(RED)
        fallen = warning(("red", "2026Q1"), ("yellow", "2026Q1"))
        assert office.see(fallen) == ["circular lapsed"]

    def test_what_was_withdrawn_is_not_proposed_again_on_the_same_occasion(self) -> None:
        office = Office(short())
        office.see(RED)
        office.withdraw("circular")
        assert office.see(RED) == []
        assert office.see(RED_TWICE) == ["circular proposed"]

    def test_two_periods_in_a_row_call_for_the_next_step_only_after_the_one_before(self) -> None:
        office = Office(short())
        assert office.see(RED_TWICE) == ["circular proposed"]
        office.issue("circular")
        assert office.see(RED_TWICE) == ["talk proposed"]

    def test_people_are_reminded_of_what_they_have_not_issued(self) -> None:
        office = Office(short())
        lines = office.days(RED, "2026-05-11", "2026-05-20")
        assert lines == [
            "2026-05-11 circular proposed",
            "2026-05-14 circular reminded",
            "2026-05-19 circular reminded",
        ]


class TestDeadlines:
    def test_fall_on_working_days_and_what_follows_is_proposed_the_day_after(self) -> None:
        office = Office(short()).on("2026-09-28")
        office.see(RED)
        issued = office.on("2026-09-30").issue("circular")
        assert issued.due is not None
        assert issued.due.isoformat() == "2026-10-10"
        assert office.days(RED, "2026-09-30", "2026-10-11") == [
            "2026-10-08 circular reminded",
            "2026-10-11 circular overdue",
            "2026-10-11 circular escalated",
            "2026-10-11 talk proposed",
        ]

    @pytest.mark.parametrize(
        ("on", "due"),
        [("2025-09-30", "2025-10-11"), ("2026-02-13", "2026-02-25"), ("2026-09-30", "2026-10-10")],
    )
    def test_of_three_working_days(self, on: str, due: str) -> None:
        office = Office(short()).on(on)
        office.see(RED)
        step = office.issue("circular")
        assert step.due is not None
        assert (step.due.isoformat(), step.provisional) == (due, False)

    def test_in_years_not_announced_are_provisional(self) -> None:
        office = Office(short()).on("2040-01-02")
        office.see(RED)
        assert office.issue("circular").provisional

    def test_a_late_step_goes_to_the_next_administration_where_the_ladder_says_so(self) -> None:
        county = warning(
            ("red", "2026Q1"),
            subject="region:150202",
            regions=("150202", "150200", "150000"),
            name="东河区",
        )
        office = Office(short())
        office.see(county)
        assert office.step("circular").office == "150200"
        office.issue("circular")
        office.days(county, "2026-05-12", "2026-05-15")
        office.issue("talk")
        office.days(county, "2026-05-16", "2026-05-22")
        step = office.step("supervision")
        assert step.office == "150000"
        assert step.follows == office.step("talk").id
        assert office.step("talk").followed_by == step.id

    def test_the_uppermost_administration_hands_nothing_on(self) -> None:
        office = Office(short())
        office.see(RED)
        for month, code in enumerate(("circular", "talk", "supervision"), 5):
            office.issue(code)
            office.days(RED, office.now.date().isoformat(), f"2026-{month + 1:02}-20")
        assert [s.code for s in office.steps.values()] == ["circular", "talk", "supervision"]
        assert office.step("supervision").state is StepState.OVERDUE

    def test_an_answer_ends_the_wait_and_what_was_to_follow_lapses(self) -> None:
        office = Office(short())
        office.see(RED)
        office.issue("circular")
        office.days(RED, "2026-05-12", "2026-05-18")
        assert office.live() == {"circular", "talk"}
        office.answer("circular")
        assert office.see(RED) == ["talk lapsed"]
        office.finish("circular")
        assert office.days(RED, "2026-05-19", "2026-06-30") == []

    def test_people_are_reminded_of_what_follows_and_not_of_what_is_late_as_well(self) -> None:
        office = Office(short())
        office.see(RED)
        office.issue("circular")
        office.days(RED, "2026-05-12", "2026-05-18")
        assert office.live() == {"circular", "talk"}
        later = office.days(RED, "2026-05-19", "2026-06-05")
        assert {line.partition(" ")[2] for line in later} == {"talk reminded"}

    def test_people_are_reminded_again_when_what_followed_is_taken_back(self) -> None:
        office = Office(short())
        office.see(RED)
        office.issue("circular")
        office.days(RED, "2026-05-12", "2026-05-18")
        office.withdraw("talk")
        assert office.see(RED) == ["circular reminded"]
        assert office.see(RED) == []
        later = office.days(RED, "2026-05-19", "2026-05-25")
        assert {line.partition(" ")[2] for line in later} == {"circular reminded"}

    def test_nothing_follows_when_the_warning_has_ended(self) -> None:
        office = Office(short())
        office.see(RED)
        office.issue("circular")
        lines = office.days(CALM, "2026-05-12", "2026-05-19")
        assert [line.partition(" ")[2] for line in lines] == [
            "circular reminded",
            "circular overdue",
            "circular reminded",
        ]


class TestPeople:
    def test_a_formal_step_needs_a_document_number(self) -> None:
        office = Office(short())
        office.see(RED)
        with pytest.raises(RefusedError, match="文号"):
            office.issue("circular", " ")

    def test_what_is_not_proposed_cannot_be_issued_nor_what_was_not_answered_be_done(self) -> None:
        office = Office(short())
        office.see(RED)
        with pytest.raises(RefusedError, match="answered"):
            office.finish("circular")
        office.issue("circular")
        with pytest.raises(RefusedError, match="proposed"):
            office.issue("circular")


class TestOccasions:
    @pytest.mark.parametrize(
        ("changes", "run", "period", "row"),
        [
            ([("red", "2026Q1")], 1, "2026Q1", 1),
            ([("red", "2026Q1"), ("red", "2026Q2")], 1, "2026Q2", 2),
            ([("red", "2026Q1"), ("none", "2026Q2"), ("red", "2026Q3")], 2, "2026Q3", 1),
            ([("red", "Q1"), ("yellow", "Q2"), ("red", "Q3"), ("red", "Q4")], 1, "Q4", 2),
            ([("yellow", "Q1"), ("red", "Q1"), ("red", "Q2")], 1, "Q2", 2),
            ([("red", "")], 1, "", 1),
        ],
    )
    def test_are_told_by_runs_and_periods(
        self, changes: list[tuple[str, str]], run: int, period: str, row: int
    ) -> None:
        one = warning(*changes)
        assert (occasion_of(one).run, occasion_of(one).period) == (run, period)
        assert periods_in_a_row(one, Level.RED) == row


LEVELS = st.sampled_from(["none", "yellow", "orange", "red"])
HISTORIES = st.lists(LEVELS, min_size=1, max_size=8).map(
    lambda levels: [(level, f"2026-{place + 1:02}") for place, level in enumerate(levels)]
)
ACTS = st.lists(
    st.sampled_from(["see", "wait", "issue", "answer", "finish", "withdraw"]), max_size=25
)


@given(HISTORIES)
def test_what_is_proposed_does_not_depend_on_what_was_seen_on_the_way(
    changes: list[tuple[str, str]],
) -> None:
    late, early = Office(short()), Office(short())
    late.see(warning(*changes))
    for end in range(1, len(changes) + 1):
        early.see(warning(*changes[:end]))
    assert early.live() == late.live()


@given(ACTS, st.booleans())
def test_no_step_is_skipped_and_none_issues_itself(acts: list[str], twice: bool) -> None:
    office, seen = Office(short()), RED_TWICE if twice else RED
    issued = 0
    for number, act in enumerate(acts):
        codes = sorted(office.live())
        if act == "wait":
            office.days(seen, office.now.date().isoformat(), f"2026-{5 + number // 4:02}-28")
        elif act == "see" or not codes:
            office.see(seen)
            assert office.see(seen) == []
        else:
            try:
                getattr(office, act)(codes[number % len(codes)])
                issued += act == "issue"
            except RefusedError:
                continue
        _in_order(office)
    assert sum(line.did is Did.ISSUED for line in office.lines) == issued
    assert all(line.by for line in office.lines if line.did is Did.ISSUED)


def _in_order(office: Office) -> None:
    issued = {step.code for step in office.steps.values() if step.issued_on}
    codes = {step.code for step in office.steps.values()}
    assert "talk" not in codes or "circular" in issued
    assert "supervision" not in codes or "talk" in issued


@given(HISTORIES)
def test_the_lines_of_a_step_are_numbered_without_a_gap(changes: list[tuple[str, str]]) -> None:
    office = Office(short())
    for end in range(1, len(changes) + 1):
        office.see(warning(*changes[:end]))
    for key in office.steps:
        numbers = [line.step.entries for line in office.lines if line.step.id == key]
        assert numbers == list(range(1, len(numbers) + 1))


def test_kinds_of_condition_without_statistics_rest_on_the_record() -> None:
    office = Office(short())
    office.see(warning(("red", ""), kind=ConditionKind.TASK))
    assert office.step("circular").rests_on.value == "record"
