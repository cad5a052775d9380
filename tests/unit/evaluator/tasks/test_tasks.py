"""How tasks stand on a day, and what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.records.inventory import Inventory
from services.evaluator.domain.records.progress import Progress, Reported
from services.evaluator.domain.records.task import Every, Milestone, Task
from services.evaluator.domain.tasks.check import (
    check_inventories,
    check_progress,
    check_tasks,
)
from services.evaluator.domain.tasks.instances import instances
from services.evaluator.domain.tasks.standing import (
    FINISHED,
    Standing,
    TaskState,
    behind,
    by_department,
    current,
    standings,
    tally,
)
from tests.unit.evaluator.targets.make import catalogue, told

ROADS = Task(
    code="T1",
    name="公共交通站点500米全覆盖",
    holder="region:150200",
    lead=("交通运输厅",),
    joining=("发展改革委", "财政厅"),
    deadline="2020-12-31",
    begins="2018-04-03",
    milestones=(Milestone(code="half", name="一半", due="2019-06-30"),),
)
BRIEF = Task(
    code="T2",
    name="按季度发布形势分析",
    holder="region:150000",
    lead=("发展改革委",),
    begins="2024-01-01",
    deadline="2025-12-31",
    every=Every.QUARTER,
    due_after=20,
)


def report(on: str, percent: str | None = None, **more: Any) -> Progress:
    given_percent = None if percent is None else Decimal(percent)
    return Progress(**{"task": "T1", "on": on, "percent": given_percent, **more})


def on(day: str, *reports: Progress, task: Task = ROADS) -> Standing:
    (found,) = standings(task, reports, date.fromisoformat(day))
    return found


class TestStates:
    def test_follow_the_reports_and_the_deadline(self) -> None:
        told_of = (report("2018-09-01", "20"), report("2020-11-30", "100"))
        assert on("2018-05-01", *told_of).state is TaskState.NOT_STARTED
        assert on("2018-09-01", *told_of).state is TaskState.IN_PROGRESS
        assert on("2018-09-01", *told_of).percent == 20
        done = on("2021-05-01", *told_of)
        assert (done.state, done.done_on) == (TaskState.DONE, date(2020, 11, 30))
        assert done.days_overdue == 0

    def test_the_last_day_is_in_time(self) -> None:
        assert on("2020-12-31").state is TaskState.NOT_STARTED
        late = on("2021-01-01")
        assert (late.state, late.days_overdue) == (TaskState.OVERDUE, 1)
        finished = on("2021-06-01", report("2021-01-31", state=Reported.DONE))
        assert (finished.state, finished.days_overdue) == (TaskState.DONE_LATE, 31)

    def test_without_a_deadline_nothing_is_overdue(self) -> None:
        open_task = replace(ROADS, deadline="", milestones=())
        assert on("2099-01-01", task=open_task).state is TaskState.NOT_STARTED

    def test_a_later_report_opens_it_again(self) -> None:
        told_of = (report("2020-01-01", "100"), report("2020-02-01", "80"))
        assert on("2020-01-31", *told_of).state is TaskState.DONE
        again = on("2020-02-01", *told_of)
        assert (again.state, again.percent) == (TaskState.IN_PROGRESS, Decimal(80))
        corrected = (report("2020-01-01", "100"), report("2020-01-01", "90", by="other"))
        assert on("2020-01-31", *corrected).state is TaskState.IN_PROGRESS

    def test_steps_on_the_way_can_be_late(self) -> None:
        late = on("2019-07-01", report("2019-05-01", "40"))
        assert late.state is TaskState.IN_PROGRESS
        assert late.late_steps == ("half",)
        assert late.is_behind
        met = on("2019-07-01", report("2019-06-30", state=Reported.DONE, milestone="half"))
        assert met.late_steps == ()
        assert met.steps[0].done_on == date(2019, 6, 30)
        assert not met.is_behind

    def test_what_cannot_go_on_is_behind(self) -> None:
        blocked = on("2019-01-01", report("2018-12-01", state=Reported.BLOCKED, text="no land"))
        assert blocked.blocked
        assert blocked.is_behind
        assert blocked.state is TaskState.IN_PROGRESS

    def test_what_was_dropped_is_no_longer_asked_for(self) -> None:
        dropped = replace(ROADS, dropped="2020-06-01")
        assert on("2020-05-31", task=dropped).state is TaskState.NOT_STARTED
        gone = on("2022-01-01", task=dropped)
        assert (gone.state, gone.days_overdue, gone.is_behind) == (TaskState.DROPPED, 0, False)
        before = on("2022-01-01", report("2020-05-01", "100"), task=dropped)
        assert before.state is TaskState.DONE

    @given(
        st.lists(
            st.tuples(st.dates(date(2018, 1, 1), date(2021, 12, 31)), st.integers(0, 100)),
            max_size=6,
        ),
        st.dates(date(2018, 1, 1), date(2022, 12, 31)),
    )
    def test_later_reports_change_nothing_of_earlier_days(
        self, told_of: list[tuple[date, int]], today: date
    ) -> None:
        reports = [report(day.isoformat(), str(share)) for day, share in told_of]
        until = [r for r in reports if r.on <= today.isoformat()]
        assert standings(ROADS, reports, today) == standings(ROADS, until, today)
        (found,) = standings(ROADS, reports, today)
        if found.state is TaskState.OVERDUE:
            assert today > date(2020, 12, 31)
            assert found.days_overdue > 0
        assert not (found.is_behind and found.state in FINISHED)


class TestAgainAndAgain:
    @pytest.mark.parametrize(
        ("every", "names"),
        [
            (Every.QUARTER, ["2024Q1s", "2024Q2s", "2024Q3s"]),
            (Every.HALF_YEAR, ["2024H1", "2024H2"]),
            (Every.YEAR, ["2024"]),
            (Every.MONTH, [f"2024-{month:02}" for month in range(2, 9)]),
        ],
    )
    def test_has_an_instance_for_each_period(self, every: Every, names: list[str]) -> None:
        task = replace(BRIEF, every=every, begins="2024-02-15")
        assert [one.name for one in instances(task, date(2024, 8, 1))] == names

    def test_nothing_is_asked_for_before_the_first_day(self) -> None:
        late = replace(BRIEF, begins="2024-02-10")
        assert instances(late, date(2024, 2, 9)) == ()
        assert [one.name for one in instances(late, date(2024, 2, 10))] == ["2024Q1s"]

    def test_a_leap_day_is_a_last_day_like_others(self) -> None:
        monthly = replace(BRIEF, every=Every.MONTH, due_after=0)
        found = {one.name: one.due for one in instances(monthly, date(2024, 3, 1))}
        assert found["2024-02"] == date(2024, 2, 29)
        once = replace(ROADS, deadline="2024-02-29")
        assert on("2024-02-29", task=once).state is TaskState.NOT_STARTED
        assert on("2024-03-01", task=once).days_overdue == 1

    def test_each_is_due_after_its_period(self) -> None:
        first, *_ = instances(BRIEF, date(2024, 8, 1))
        assert (first.begins, first.due) == (date(2024, 1, 1), date(2024, 4, 20))
        last = instances(BRIEF, date(2030, 1, 1))[-1]
        assert (last.name, last.due) == ("2025Q4s", date(2026, 1, 20))
        assert instances(replace(BRIEF, begins=""), date(2024, 1, 1)) == ()

    def test_each_stands_by_itself(self) -> None:
        done = report("2024-04-20", "100", task="T2", instance="2024Q1s")
        found = standings(BRIEF, (done,), date(2024, 7, 21))
        assert [one.state for one in found] == [
            TaskState.DONE,
            TaskState.OVERDUE,
            TaskState.NOT_STARTED,
        ]
        shown = current(found)
        assert shown is not None
        assert shown.instance.name == "2024Q2s"
        assert current(()) is None


class TestSummaries:
    def test_count_by_department(self) -> None:
        found = (on("2021-01-11"), *standings(BRIEF, (), date(2024, 3, 1)))
        counted = by_department(found)
        assert counted["交通运输厅"].counts[TaskState.OVERDUE] == 1
        assert counted["发展改革委"].behind == 0
        assert by_department(found, joining=True)["财政厅"].total == 1
        assert tally(found).total == 2
        assert [one.task.code for one in behind(found)] == ["T1"]


class TestChecks:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": "T 1"}, "code"),
            ({"name": ""}, "name"),
            ({"holder": "region:1"}, "holder"),
            ({"deadline": "end of 2020"}, "deadline"),
            ({"deadline": "2020-W53-5"}, "deadline"),
            ({"begins": "2021-01-01"}, "begins"),
            ({"begins": "", "every": Every.YEAR}, "begins"),
            ({"due_after": 20}, "due_after"),
            ({"due_after": -1}, "due_after"),
            ({"every": Every.YEAR}, "milestones"),
            (
                {"milestones": (Milestone(code="m", name="m", due="2021-01-01"),)},
                "milestones.0.due",
            ),
            ({"milestones": (Milestone(code="m", name="m", due="later"),)}, "milestones.0.due"),
            ({"milestones": (ROADS.milestones[0],) * 2}, "milestones.1.code"),
            ({"milestones": (Milestone(code="", name="", due="2019-01-01"),)}, "milestones.0.code"),
        ],
    )
    def test_of_tasks(self, changes: dict[str, Any], field: str) -> None:
        task = replace(ROADS, **changes)
        assert f"{task.code}.{field}" in told(check_tasks([task], catalogue()))
        assert check_tasks([ROADS, BRIEF], catalogue()) == ()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"on": "2024-07-02"}, "on"),
            ({"on": "today"}, "on"),
            ({"percent": Decimal(101)}, "percent"),
            ({"percent": None}, "state"),
            ({"evidence": ("the file",)}, "evidence.0"),
            ({"task": "T9"}, "task"),
            ({"milestone": "third"}, "milestone"),
            ({"instance": "2024"}, "instance"),
            ({"task": "T2"}, "instance"),
        ],
    )
    def test_of_reports(self, changes: dict[str, Any], field: str) -> None:
        tasks = {"T1": ROADS, "T2": BRIEF}
        good = report("2024-07-01", "10", evidence=("https://example.org/a",))
        wrong = replace(good, **changes)
        today = date(2024, 7, 1)
        assert check_progress([good], tasks, today) == ()
        assert f"{wrong.key}.{field}" in told(check_progress([wrong], tasks, today))
        early = replace(BRIEF, begins="2025-01-01")
        first = replace(good, task="T2")
        (fault,) = check_progress([first], {"T2": early}, today)
        assert "has not begun" in fault.message

    def test_of_inventories(self) -> None:
        good = Inventory(
            holder="region:150000",
            year=2020,
            gases={"co2": Decimal(630)},
            sectors={"energy": Decimal(600), "industry": Decimal("30.5")},
            total=Decimal("630.5"),
        )
        today = date(2024, 7, 1)
        assert check_inventories([good], catalogue(), today) == ()
        wrong = replace(
            good, holder="region:1", year=2025, on="soon", sinks=Decimal(-1), total=Decimal(631)
        )
        fields = {fault.field for fault in check_inventories([wrong], catalogue(), today)}
        assert fields == {"holder", "year", "on", "sinks", "total"}
        assert good.key == "region:150000/2020"
