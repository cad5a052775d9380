"""Limits of products, what was handed down, and tasks: from records to messages."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluator.domain.budget import Measure, MeasureKind
from services.evaluator.domain.records.progress import Progress, Reported
from services.evaluator.domain.records.target import Form
from services.evaluator.domain.records.task import Every, Milestone, Task
from services.evaluator.handlers.conditions.children import ChildrenSource
from services.evaluator.handlers.conditions.limits import LimitSource
from services.evaluator.handlers.conditions.tasks import TaskSource
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.ports.register import RecordKind
from shared.model.catalogue import Catalogue, EntityKind
from shared.model.subject import Subject
from tests.unit.evaluator.budgets import budget, version
from tests.usecases.evaluator.api import FACTORS
from tests.usecases.evaluator.catalogues import entity
from tests.usecases.evaluator.condition_site import POLICY, ConditionSite, body, steps
from tests.usecases.evaluator.judge_stores import MemoryBudgetStore
from tests.usecases.evaluator.reckoning import (
    CITY,
    EAST,
    MILL,
    PLANT,
    PROVINCE,
    WEST,
    Province,
    Stating,
    catalogue,
    target,
)

TOTAL: dict[str, Any] = {"form": Form.TOTAL, "unit": "tce"}


@pytest.fixture
def limits() -> ConditionSite:
    site = ConditionSite(on="2025-02-01")
    stating = Stating(site.place.memory)
    site.sources = [LimitSource(gatherer=site.place.gatherer, stating=stating, policy=POLICY)]
    return site


class TestLimits:
    @pytest.mark.parametrize(
        ("value", "level", "limit"),
        [
            ("118", "red", "117"),
            ("107.1", "notice", "107"),
            ("107", "none", "100"),
            ("99", "none", "100"),
        ],
    )
    async def test_levels_by_grades(
        self, limits: ConditionSite, value: str, level: str, limit: str
    ) -> None:
        await limits.place.state(MILL, "unit-energy", "2023", "120", "kgce/t", qualifier="clinker")
        (made,) = await limits.round("2024-02-01")
        assert (made.kind, made.about, made.about_name) == ("limit", "clinker", "水泥熟料")
        assert (made.measure, made.rule) == ("energy", "limit")
        await limits.place.state(MILL, "unit-energy", "2024", value, "kgce/t", qualifier="clinker")
        (made,) = await limits.round("2025-02-01")
        assert [step[1] for step in steps(made)] == ["red", level]
        assert (body(made)["value"], body(made)["limit"]) == (value, limit) or level == "none"
        assert made.facts["figure"] == f"/v1/figures/{MILL}/limit:clinker/2024"

    async def test_a_product_made_from_books(self, limits: ConditionSite) -> None:
        limits.place.use(PLANT, "raw-coal", "import", "2024-03", "170000")
        limits.place.use(PLANT, "electricity", "conversion_output", "2024-03", "0")
        await limits.place.state(PLANT, "product", "2024", "1000", "t", qualifier="clinker")
        (made,) = await limits.round()
        assert steps(made) == [("2024", "red")]
        assert body(made)["value"] == "121.431"
        assert body(made)["ratio_percent"] == "103.79"
        assert made.facts["shown"]["limits"] == {"1": "100", "2": "107", "3": "117"}

    async def test_the_newest_year_that_is_stated_counts_however_old(
        self, limits: ConditionSite
    ) -> None:
        await limits.place.state(MILL, "unit-energy", "2022", "120", "kgce/t", qualifier="clinker")
        (made,) = await limits.round("2026-11-21")
        assert steps(made) == [("2022", "red")]
        await limits.place.state(MILL, "unit-energy", "2023", "99", "kgce/t", qualifier="clinker")
        (made,) = await limits.round()
        assert steps(made) == [("2022", "red"), ("2023", "none")]

    async def test_what_is_no_longer_stated_ends(self, limits: ConditionSite) -> None:
        await limits.place.state(MILL, "unit-energy", "2024", "120", "kgce/t", qualifier="clinker")
        assert len(await limits.round()) == 1
        await limits.place.state(MILL, "unit-energy", "2024", None, "kgce/t", qualifier="clinker")
        (made,) = await limits.round()
        assert [step[1] for step in steps(made)] == ["red", "none"]


class Children(ConditionSite):
    """A site of the source that adds up."""

    def __init__(self, place: Province | None = None) -> None:
        super().__init__(place)
        place = self.place
        self.budgets = MemoryBudgetStore()
        self.sources = [
            ChildrenSource(
                targets=TargetsDesk(place.register, place.rulebook),
                budgets=BudgetDesk(self.budgets, place.rulebook, FACTORS),
                policy=POLICY,
            )
        ]


@pytest.fixture
def children() -> Children:
    return Children()


class TestHandedDown:
    async def test_parts_of_a_total_beyond_the_whole(self, children: Children) -> None:
        whole = target("R", PROVINCE, "energy-total", "100", reserve=Decimal(5), **TOTAL)
        await children.place.put(RecordKind.TARGET, whole)
        assert await children.round() == []
        city = target("C", CITY, "energy-total", "95", parent="R", **TOTAL)
        await children.place.put(RecordKind.TARGET, city)
        assert await children.round() == [], "just the whole"
        more = target("C", CITY, "energy-total", "97.5", parent="R", **TOTAL)
        await children.place.put(RecordKind.TARGET, more)
        (made,) = await children.round()
        assert (made.kind, made.subject, made.about) == ("children", PROVINCE, "R")
        assert (made.rule, made.measure) == ("sum:places", "energy")
        found = body(made)
        assert (found["level"], found["value"], found["limit"]) == ("orange", "102.50", "100.00")
        assert made.facts["shown"]["percent"] == "2.50"
        assert made.facts["parts"] == [{"holder": CITY, "code": "C"}]
        worse = target("C", CITY, "energy-total", "99", parent="R", **TOTAL)
        await children.place.put(RecordKind.TARGET, worse)
        (made,) = await children.round()
        assert (len(made.sequence), body(made)["value"]) == (1, "104.00")
        await children.place.put(RecordKind.TARGET, city)
        (made,) = await children.round("2025-07-03")
        assert made.sequence[-1].level == "none"

    async def test_the_years_values_count_too(self, children: Children) -> None:
        await children.place.put(
            RecordKind.TARGET,
            target("R", PROVINCE, "carbon-total", "100", **TOTAL, yearly={"2025": Decimal(90)}),
            target(
                "C",
                CITY,
                "carbon-total",
                "100",
                parent="R",
                yearly={"2025": Decimal("90.5")},
                **TOTAL,
            ),
        )
        (made,) = await children.round()
        assert (made.measure, body(made)["level"], made.facts["year"]) == (
            "carbon",
            "yellow",
            "2025",
        )

    async def test_reductions_that_come_short(self, children: Children) -> None:
        await children.place.put(
            RecordKind.TARGET,
            target("R", CITY, "energy-intensity", "15"),
            target("W", WEST, "energy-intensity", "14", parent="R", weight=Decimal(50)),
            target("E", EAST, "energy-intensity", "14", parent="R", weight=Decimal(50)),
        )
        (made,) = await children.round()
        found = body(made)
        assert (found["level"], found["value"], found["limit"]) == ("red", "14.00", "15.00")

    async def test_targets_begin_by_the_holders_own_zone(self) -> None:
        children = Children(Province(in_zone("150200", "Asia/Urumqi")))
        place = children.place
        await place.put(
            RecordKind.TARGET,
            target("R", CITY, "energy-total", "100", **TOTAL),
            target(
                "C",
                WEST,
                "energy-total",
                "110",
                parent="R",
                effective_from="2025-07-03",
                **TOTAL,
            ),
        )
        assert await children.round("2025-07-03T01:30") == [], "it is still the day before there"
        (made,) = await children.round("2025-07-03T02:30")
        assert made.sequence[-1].at == "2025-07-02T18:00:00Z"

    async def test_budgets_of_the_next_holders_below(self, children: Children) -> None:
        measure = Measure(kind=MeasureKind.TCE)

        def of(code: str, subject: str, total: str) -> None:
            made = budget(
                version(total),
                period="2025",
                zone="Asia/Shanghai",
                code=code,
                subject=Subject.parse(subject),
                measure=measure,
            )
            children.budgets.put(made)

        of("P", PROVINCE, "100")
        of("M", MILL, "60")
        assert await children.round() == []
        of("W", WEST, "45")
        of("PL", PLANT, "46")
        first, second = await children.round()
        assert (first.subject, first.about, first.rule) == (PROVINCE, "P", "sum:budgets")
        assert (body(first)["value"], body(first)["level"]) == ("105.00", "red")
        assert [part["code"] for part in first.facts["parts"]] == ["M", "W"]
        assert (second.subject, body(second)["level"]) == (WEST, "orange")


def in_zone(region: str, zone: str) -> Catalogue:
    """The province, where one region keeps its days by another zone."""
    known = catalogue()
    found = known.get(EntityKind.REGION, region)
    assert found is not None
    attributes = {**found.latest(), "zone": zone}
    changed = entity(EntityKind.REGION, region, found.number, attributes)
    return known.with_entities(2, [changed])


def task(code: str = "T1", **more: Any) -> Task:
    usual: dict[str, Any] = {
        "holder": PROVINCE,
        "lead": ("自治区生态环境厅",),
        "deadline": "2025-06-30",
    }
    return Task(code=code, name="降碳形势分析", **{**usual, **more})


@pytest.fixture
def tasks() -> ConditionSite:
    site = ConditionSite()
    desk = TasksDesk(site.place.register, site.place.rulebook)
    site.sources = [TaskSource(desk=desk, policy=POLICY)]
    return site


class TestTasks:
    async def test_it_gets_worse_the_longer_it_waits(self, tasks: ConditionSite) -> None:
        await tasks.place.put(RecordKind.TASK, task())
        assert await tasks.round("2025-06-30T23:00") == []
        (made,) = await tasks.round("2025-07-01T00:00")
        assert (made.kind, made.subject, made.about, made.rule) == (
            "task",
            PROVINCE,
            "T1",
            "deadline",
        )
        assert (made.measure, made.about_name) == ("carbon", "降碳形势分析")
        assert body(made) == {
            "at": "2025-06-30T16:00:00Z",
            "level": "yellow",
            "value": "1",
            "limit": "0",
            "unit": "d",
        }
        assert made.facts["task"]["lead"] == ["自治区生态环境厅"]
        assert await tasks.round("2025-07-20") == []
        (made,) = await tasks.round("2025-09-28")
        assert [(step.level, step.value) for step in made.sequence] == [
            ("yellow", "1"),
            ("orange", "30"),
            ("red", "90"),
        ]
        done = Progress(task="T1", on="2025-10-02", state=Reported.DONE)
        await tasks.place.put(RecordKind.PROGRESS, done)
        (made,) = await tasks.round("2025-10-03")
        assert (made.sequence[-1].level, made.sequence[-1].at) == ("none", "2025-10-01T16:00:00Z")
        assert made.facts["state"] == "done-late"

    async def test_rounds_missed_make_no_difference(self, tasks: ConditionSite) -> None:
        await tasks.place.put(RecordKind.TASK, task())
        (late,) = await tasks.round("2026-01-01")
        assert [(step.level, step.at[:10]) for step in late.sequence] == [
            ("yellow", "2025-06-30"),
            ("orange", "2025-07-29"),
            ("red", "2025-09-27"),
        ]

    async def test_done_in_time_or_dropped_is_nothing(self, tasks: ConditionSite) -> None:
        await tasks.place.put(RecordKind.TASK, task(), task("T2", dropped="2025-06-01"))
        done = Progress(task="T1", on="2025-06-30", percent=Decimal(100))
        await tasks.place.put(RecordKind.PROGRESS, done)
        assert await tasks.round("2025-08-01") == []

    async def test_all_times_of_one_duty_are_one_warning(self, tasks: ConditionSite) -> None:
        quarterly = task(every=Every.QUARTER, begins="2025-01-01", due_after=15, deadline="")
        await tasks.place.put(RecordKind.TASK, quarterly)
        (made,) = await tasks.round("2025-07-16")
        assert (made.about, made.about_name) == ("T1", "降碳形势分析")
        assert steps(made) == [("2025Q1s", level) for level in ("yellow", "orange", "red")]
        assert (body(made)["value"], body(made)["limit"], "unit" in body(made)) == ("2", "0", False)
        assert made.facts["times_overdue"] == 2
        assert [(one["instance"], one["due"], one["days"]) for one in made.facts["overdue"]] == [
            ("2025Q1s", "2025-04-15", 92),
            ("2025Q2s", "2025-07-15", 1),
        ]

    async def test_the_worst_time_that_is_open_gives_the_level(self, tasks: ConditionSite) -> None:
        quarterly = task(every=Every.QUARTER, begins="2025-01-01", due_after=15, deadline="")
        await tasks.place.put(RecordKind.TASK, quarterly)
        await tasks.round("2025-07-20")
        first = Progress(task="T1", instance="2025Q1s", on="2025-07-20", state=Reported.DONE)
        await tasks.place.put(RecordKind.PROGRESS, first)
        (made,) = await tasks.round("2025-07-21")
        assert steps(made)[-2:] == [("2025Q1s", "red"), ("2025Q2s", "yellow")]
        assert body(made)["value"] == "1"
        second = Progress(task="T1", instance="2025Q2s", on="2025-07-22", state=Reported.DONE)
        await tasks.place.put(RecordKind.PROGRESS, second)
        (made,) = await tasks.round("2025-07-23")
        assert steps(made)[-1] == ("2025Q2s", "none")
        assert (made.facts["times_overdue"], made.facts["overdue"]) == (0, [])
        assert made.facts["state"] == "done-late"
        (made,) = await tasks.round("2025-10-16")
        assert (steps(made)[-1], made.number) == (("2025Q3s", "yellow"), 4)

    async def test_years_of_a_duty_forgotten_are_one_red_warning(
        self, tasks: ConditionSite
    ) -> None:
        quarterly = task(every=Every.QUARTER, begins="2024-01-01", due_after=15, deadline="")
        await tasks.place.put(RecordKind.TASK, quarterly)
        (made,) = await tasks.round("2026-11-21")
        assert steps(made) == [("2024Q1s", level) for level in ("yellow", "orange", "red")]
        assert body(made)["value"] == "11"
        assert len(made.facts["overdue"]) == 11
        (again,) = await tasks.round("2026-11-22")
        assert (steps(again), again.facts["overdue"][-1]["days"]) == (steps(made), 38)

    async def test_days_end_by_the_holders_own_zone(self) -> None:
        place = Province(in_zone("150203", "Asia/Urumqi"))
        site = ConditionSite(place)
        desk = TasksDesk(place.register, place.rulebook)
        site.sources = [TaskSource(desk=desk, policy=POLICY)]
        await place.put(RecordKind.TASK, task(), task("T2", holder=WEST))
        (first,) = await site.round("2025-07-01T00:30")
        assert (first.about, first.sequence[-1].at) == ("T1", "2025-06-30T16:00:00Z")
        assert await site.round("2025-07-01T01:30") == []
        (second,) = await site.round("2025-07-01T02:00")
        assert (second.about, second.sequence[-1].at) == ("T2", "2025-06-30T18:00:00Z")

    async def test_a_milestone_that_is_late(self, tasks: ConditionSite) -> None:
        step = Milestone(code="draft", name="初稿", due="2025-05-31")
        one = task(milestones=(step,), lead=("财政厅",), serves=("NM-X", "coal-share"))
        await tasks.place.put(RecordKind.TASK, one)
        (made,) = await tasks.round("2025-06-02")
        assert (body(made)["level"], made.measure) == ("notice", "energy")
        assert made.facts["late_steps"] == ["draft"]

    @pytest.mark.parametrize(
        ("lead", "serves", "measure"),
        [
            (("发展改革委",), (), "energy"),
            (("发展改革委", "生态环境厅"), (), "data"),
            (("财政厅",), (), "data"),
            (("财政厅",), ("T",), "carbon"),
        ],
    )
    async def test_whose_concern_it_is(
        self, tasks: ConditionSite, lead: tuple[str, ...], serves: tuple[str, ...], measure: str
    ) -> None:
        await tasks.place.put(RecordKind.TARGET, target("T", PROVINCE, "carbon-intensity", "10"))
        await tasks.place.put(RecordKind.TASK, task(lead=lead, serves=serves))
        (made,) = await tasks.round("2025-07-02")
        assert made.measure == measure

    async def test_a_task_that_is_gone_from_the_plan_ends(self, tasks: ConditionSite) -> None:
        await tasks.place.put(RecordKind.TASK, task())
        await tasks.round("2025-07-02")
        await tasks.place.put(RecordKind.TASK, task(deadline="2025-12-31"))
        (made,) = await tasks.round("2025-07-03")
        assert made.sequence[-1].level == "none"
