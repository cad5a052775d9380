"""The ladders that come with the service, each walked as its plan has it."""

from pathlib import Path

import pytest
import yaml

from deploy.profiles import reader
from services.alerts.adapters.ladder_policy import read_ladder, shipped
from services.alerts.domain.ladder.gates import tighten
from services.alerts.domain.ladder.review import Case
from services.alerts.domain.ladder.words import GateState, StepKind
from services.alerts.domain.warning import Warning
from services.alerts.ports.ladder import BadLadderError
from shared.kit.workdays import after
from shared.model.condition import ConditionKind, Measure
from tests.unit.alerts.ladder.builders import LADDER, MONDAY, Office, ladder, warning

TWICE = (("red", "2026Q1"), ("red", "2026Q2"))


def test_each_profile_has_its_ladder() -> None:
    wanted = {reader.load(name).place.ladder for name in reader.names()}
    assert wanted | {"default"} == set(shipped())


def test_every_kind_of_step_is_proposed_somewhere() -> None:
    kinds = {plan.kind for stored in shipped().values() for plan in stored.ladder.steps}
    assert kinds == set(StepKind)


def kinds(office: Office) -> list[StepKind]:
    return [step.kind for step in office.steps.values()]


class TestInnerMongolia:
    def test_goes_from_circular_to_talk_to_supervision_to_appraisal(self) -> None:
        office = Office(ladder("inner-mongolia-14fyp"))
        red = warning(*TWICE, kind=ConditionKind.BAROMETER)
        office.see(red)
        assert {"warn", "circular", "consultation"} == office.live()
        for month, (code, following) in enumerate(
            (("circular", "talk"), ("talk", "supervision"), ("supervision", "appraisal")), 6
        ):
            assert following not in {step.code for step in office.steps.values()}
            office.issue(code)
            office.days(red, office.now.date().isoformat(), f"2026-{month:02}-28")
            assert following in office.live()

    def test_answers_a_region_behind_with_emergency_gate_and_consultation(self) -> None:
        office = Office(ladder("inner-mongolia-14fyp"))
        red = warning(("red", "2026Q1"), kind=ConditionKind.INTENSITY)
        office.see(red)
        assert office.live() == {"warn", "circular", "consultation", "emergency", "gate"}
        assert restrictions(office, red) == [GateState.RESTRICTED]

    def test_slows_projects_down_where_it_is_not_yet_red(self) -> None:
        office = Office(ladder("inner-mongolia-14fyp"))
        orange = warning(("orange", "2026Q1"), kind=ConditionKind.INTENSITY)
        office.see(orange)
        assert office.live() == {"warn", "gate-slow"}
        assert restrictions(office, orange) == [GateState.SLOWED]
        office.see(warning(("orange", "2026Q1"), ("red", "2026Q2"), kind=ConditionKind.INTENSITY))
        assert "gate" in office.live()
        assert "gate-slow" not in office.live()

    def test_has_warnings_only_for_what_is_little_behind(self) -> None:
        office = Office(ladder("inner-mongolia-14fyp"))
        office.see(warning(("yellow", "2026Q1"), kind=ConditionKind.INTENSITY))
        assert office.live() == {"warn"}
        assert not office.step("warn").formal


class TestQinghai:
    def test_criticises_then_talks_then_records(self) -> None:
        office = Office(ladder("qinghai-peak"))
        red = warning(
            *TWICE,
            kind=ConditionKind.INTENSITY,
            subject="region:630100",
            regions=("630100", "630000"),
            name="西宁市",
        )
        office.see(red)
        assert office.live() == {"dispatch", "circular", "gate"}
        assert restrictions(office, red) == [GateState.RESTRICTED]
        office.issue("circular")
        office.see(red)
        assert "talk" in office.live()
        office.issue("talk")
        office.days(red, "2026-05-12", "2026-06-30")
        assert kinds(office)[-1] is StepKind.APPRAISAL


class TestWulingyuan:
    WHERE = ("430811", "430800", "430000")

    def test_criticises_then_talks(self) -> None:
        office = Office(ladder("wulingyuan-peak"))
        red = warning(*TWICE, subject="region:430811", regions=self.WHERE, name="武陵源区")
        office.see(red)
        office.issue("circular")
        office.days(red, "2026-05-12", "2026-06-01")
        assert {"circular", "talk"} <= office.live()

    def test_inspects_unlawful_use_and_goes_on_to_credit_and_price(self) -> None:
        office = Office(ladder("wulingyuan-peak"))
        red = warning(
            ("red", ""), kind=ConditionKind.LIMIT, subject="enterprise:X", regions=self.WHERE
        )
        office.see(red)
        for month, code in enumerate(("inspection", "discredit"), 6):
            office.issue(code)
            office.days(red, office.now.date().isoformat(), f"2026-{month:02}-28")
        assert kinds(office) == [StepKind.INSPECTION, StepKind.DISCREDIT, StepKind.GREEN_PRICE]


class TestTibet:
    WHERE = ("540100", "540000")

    def forecast(self, *changes: tuple[str, str]) -> Warning:
        return warning(
            *changes, kind=ConditionKind.FORECAST, subject="region:540100", regions=self.WHERE
        )

    def test_warns_once_a_year_by_the_forecast(self) -> None:
        office = Office(ladder("tibet-13fyp"))
        office.see(self.forecast(("yellow", "2026-05")))
        office.issue("yearly-warning")
        office.answer("yearly-warning")
        office.finish("yearly-warning")
        later = self.forecast(("yellow", "2026-05"), ("yellow", "2026-08"))
        assert office.on("2026-08-03").see(later) == []
        next_year = self.forecast(("yellow", "2026-05"), ("yellow", "2027-02"))
        assert office.on("2027-02-01").see(next_year) == ["yearly-warning proposed"]

    def test_assesses_what_was_missed_and_takes_it_to_the_region(self) -> None:
        office = Office(ladder("tibet-13fyp"))
        county = warning(("red", "2026"), subject="region:540102", regions=("540102", *self.WHERE))
        office.see(county)
        assert kinds(office) == [StepKind.APPRAISAL]
        office.issue("appraisal")
        office.days(county, "2026-05-12", "2026-06-30")
        assert [step.office for step in office.steps.values()] == ["540100", "540000"]


class TestBaotou:
    def test_follows_its_tasks(self) -> None:
        office = Office(ladder("baotou-sinks"))
        late = warning(("red", ""), kind=ConditionKind.TASK, measure=Measure.CARBON, about="BT-T05")
        office.see(late)
        assert office.live() == {"remind"}
        assert office.step("remind").department == "市林草局"
        office.issue("remind")
        assert office.see(late) == ["supervision proposed"]
        office.issue("supervision")
        office.days(late, "2026-05-12", "2026-06-30")
        assert kinds(office) == [StepKind.NOTICE, StepKind.SUPERVISION, StepKind.APPRAISAL]
        assert office.step("supervision").rests_on.value == "record"

    def test_asks_nothing_of_energy(self) -> None:
        office = Office(ladder("baotou-sinks"))
        assert office.see(warning(*TWICE)) == []


def test_the_default_ladder_reminds() -> None:
    office = Office(ladder("default"))
    used = warning(("red", ""), kind=ConditionKind.USED, subject="tag:T", regions=())
    assert office.see(used) == ["remind proposed"]


def restrictions(office: Office, one: Warning) -> list[GateState]:
    case = Case(warning=one, steps=(), ladder=office.ladder, now=MONDAY, days=after)
    return [each.state for each in tighten(case, ())]


class TestReading:
    @pytest.mark.parametrize(
        ("wrong", "right", "line", "place", "why"),
        [
            ("days: 3,", "days: many,", 8, "steps[0].days", "Expected `int`"),
            ("kind: talk", "kind: tea", 10, "steps[1].kind", "Invalid enum value 'tea'"),
            ("passed: {step: talk}", "passed: {step: tea}", 9, "steps.circular.passed.step", "tea"),
            ("state: restricted", "state: shut", 15, "steps[3].gate.state", "unknown state"),
            ("{level: red, periods: 2}", "{level: pink}", 18, "rules[1].when.level", "pink"),
            ("{level: red, periods: 2}", "{level: red, below: x}", 18, "rules[1].when.below", "x"),
            (
                "{level: red, periods: 2}",
                "{level: red, below: red}",
                18,
                "rules.twice.below",
                "worse",
            ),
            ("tiers: [prefecture, county]", "tiers: [enterprise]", 19, "rules.shut.tiers", "gate"),
            ("carbon: 生态环境主管部门, ", "", 5, "offices.carbon", "must name"),
            ("title: 试用阶梯", "titel: 试用阶梯", None, "", "titel"),
            ("propose: [talk]", "propose: [tea]", 18, "rules.twice.propose", "tea"),
            ("code: talk", "code: circular", 10, "", ""),
        ],
    )
    def test_names_the_line_and_place_of_a_mistake(
        self, wrong: str, right: str, line: int | None, place: str, why: str
    ) -> None:
        assert wrong in LADDER
        with pytest.raises(BadLadderError) as raised:
            read_ladder(LADDER.replace(wrong, right, 1))
        found = raised.value.faults[0]
        if place:
            assert found[:2] == (line, place)
        assert why in found[2]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "- a",
            "a: [",
            "a: &x [1]\nb: *x",
            "x" * 200_001,
            "\x00",
            "title: 2026-13-01",
            "? [a]\n: b",
            "[" * 100_000,
        ],
    )
    def test_refuses_what_is_no_ladder(self, text: str) -> None:
        with pytest.raises(BadLadderError):
            read_ladder(text)

    def test_every_rule_and_step_shipped_names_its_clause(self) -> None:
        for stored in shipped().values():
            written = yaml.safe_load(stored.text)
            assert all(one["clause"] for one in (*written["steps"], *written["rules"]))
            assert Path(stored.ladder.name).name == stored.ladder.name
