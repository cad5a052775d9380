"""How good the data are, and how the plan's tasks stand, through the ground of a situation."""

from collections.abc import Collection, Sequence
from fractions import Fraction

from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.records.progress import Progress, Reported
from services.evaluator.domain.records.task import Milestone, Task
from services.evaluator.handlers.situation.data_state import DataStates
from services.evaluator.handlers.situation.tasks import PlanTasks
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.ports.data_quality import Findings
from services.evaluator.ports.publications import FigureChange, FigureCorrection
from services.evaluator.ports.register import RecordKind
from shared.contracts.situation import DataState, Tasks
from shared.model.period import reporting_period
from tests.usecases.evaluator.reckoning import CITY, EAST, MILL, PLANT, PROVINCE, ZONE, Province
from tests.usecases.evaluator.situation.crowd import crowd, ground_of
from tests.usecases.evaluator.situation.test_users import used


class MemoryQuality:
    """The DataQuality over lists."""

    def __init__(
        self, findings: Sequence[Findings] = (), changes: Sequence[FigureCorrection] = ()
    ) -> None:
        self.findings, self.changes = findings, changes
        self.asked: list[tuple[int, int, int]] = []

    async def standing(self, first_us: int, end_us: int, as_of: int) -> Sequence[Findings]:
        """See DataQuality."""
        self.asked.append((first_us, end_us, as_of))
        return self.findings

    async def corrected(
        self, subjects: Collection[str], after: int, upto: int, most: int
    ) -> tuple[int, Sequence[FigureCorrection]]:
        """See DataQuality."""
        found = [
            one
            for one in self.changes
            if one.change.subject in subjects and after < one.change.commit <= upto
        ]
        return len(found), found[:most]


def correction(subject: str, commit: int) -> FigureCorrection:
    change = FigureChange(
        commit=commit,
        subject=subject,
        figure=f"{subject}/energy-total/2024-01",
        period="2024-01",
        old="1",
        new="2",
        old_as_of=1,
        cause="factors",
    )
    return FigureCorrection(id=commit, at_us=0, change=change)


async def state_of(
    place: Province, quality: MemoryQuality, region: str = PROVINCE, since: int | None = None
) -> DataState:
    return await DataStates(quality)(await ground_of(place, region, "2024Q1", since=since))


class TestDataState:
    async def test_time_that_was_heard_is_held_against_what_should_be(self) -> None:
        place = Province(crowd())
        await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
        used(place, [], everything=True)
        found = await state_of(place, MemoryQuality())
        hours = reporting_period("2024Q1", ZONE).hours
        assert (found.enterprises, found.reporting) == (4, 4)
        assert found.points == 10
        assert Fraction(found.completeness or 0) == Fraction(100 * 3, hours)
        assert (found.coverage_energy, found.coverage_carbon) == (None, None)

    async def test_statistics_of_the_whole_region_tell_how_much_is_monitored(self) -> None:
        place = Province(crowd())
        place.use(PLANT, "raw-coal", "import", "2024-02", "1000")
        await place.state(PROVINCE, "energy-whole", "2024Q1", "2.8572", "tce")
        found = await state_of(place, MemoryQuality())
        assert found.coverage_energy == "25"

    async def test_only_findings_of_the_regions_points_count_by_kind(self) -> None:
        place = Province(crowd())
        await place.state(PROVINCE, "gdp", "2024", "1", "亿元", basis="2020")
        points = {
            point.number: each.owner
            for each in place.rulebook.rules.owners
            for point in each.points
        }
        mill = next(number for number, owner in points.items() if owner == MILL)
        plant = next(number for number, owner in points.items() if owner == PLANT)
        quality = MemoryQuality(
            [
                Findings(point=mill, kind=int(Finding.GAP | Finding.RESET), count=2),
                Findings(point=mill, kind=int(Finding.ROLLOVER), count=9),
                Findings(point=plant, kind=int(Finding.CONFLICT), count=1),
            ]
        )
        assert (await state_of(place, quality, EAST)).findings == {"gap": 2, "reset": 2}
        assert (await state_of(place, quality)).findings == {"gap": 2, "reset": 2, "conflict": 1}
        assert quality.asked[0][2] == place.commit

    async def test_corrections_since_the_brief_before(self) -> None:
        place = Province(crowd())
        for value in ("1", "2", "3"):
            await place.state(PROVINCE, "gdp", "2024", value, "亿元", basis="2020")
        quality = MemoryQuality(
            (), [correction(key, nr) for nr in (1, 2, 3) for key in (PROVINCE, CITY, MILL, "tag:X")]
        )
        found = await state_of(place, quality, since=1)
        assert found.corrections_count == 6
        assert {one.figure.split("/")[0] for one in found.corrections} == {PROVINCE, CITY, MILL}
        assert (await state_of(place, quality)).corrections == ()


class TestTasks:
    async def tasks(self, place: Province, text: str = "2024Q3") -> Tasks:
        desk = TasksDesk(place.register, place.rulebook)
        return await PlanTasks(desk)(await ground_of(place, PROVINCE, text))

    async def test_stand_as_on_the_last_day_of_the_period(self) -> None:
        place = Province(crowd())
        await place.put(
            RecordKind.TASK,
            task("LATE", deadline="2024-08-31", begins="2024-01-01"),
            task("STUCK", begins="2024-01-01", deadline="2025-01-01"),
            task("STEP", milestones=(Milestone(code="1", name="立项", due="2024-03-31"),)),
            task("FINE", deadline="2024-12-31"),
            task("ELSE", holder=CITY, deadline="2020-01-01"),
        )
        await place.put(
            RecordKind.PROGRESS,
            told("STUCK", "2024-05-01", state=Reported.BLOCKED, percent=40),
            told("FINE", "2024-05-01", percent=50),
            told("LATE", "2024-10-01", state=Reported.DONE),
        )
        found = await self.tasks(place)
        assert found.total == 4
        assert found.states == {"not-started": 1, "in-progress": 2, "overdue": 1}
        rows = {one.code: one for one in found.behind}
        assert {code: one.state for code, one in rows.items()} == {
            "LATE": "overdue",
            "STUCK": "blocked",
            "STEP": "late-step",
        }
        assert found.behind[0].code == "LATE"
        assert (rows["LATE"].expected, rows["LATE"].due) == ("100", "2024-08-31")
        assert Fraction(rows["STUCK"].expected or 0) == Fraction(100 * 273, 366)
        assert (rows["STUCK"].percent, rows["STEP"].expected) == ("40", None)
        assert rows["LATE"].department == "生态环境厅、发展改革委"
        assert (await self.tasks(place, "2024H1")).states == {"not-started": 2, "in-progress": 2}


def task(code: str, holder: str = PROVINCE, **more: object) -> Task:
    return Task(
        code=code,
        name=f"任务{code}",
        holder=holder,
        lead=("生态环境厅", "发展改革委"),
        **more,  # type: ignore[arg-type]
    )


def told(code: str, on: str, **more: object) -> Progress:
    return Progress(task=code, on=on, by="生态环境厅", **more)  # type: ignore[arg-type]
