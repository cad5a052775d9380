"""A profile's year in memory, month by month: what becomes known is recorded, levels are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from deploy.profiles import documents, places, reader
from deploy.profiles.model import Profile
from deploy.profiles.reader import read_document
from deploy.profiles.year import MONTHS, Known, Meter, Plant, Year, everything, load_year
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.domain.barometer.rating import Rating, RatingState
from services.evaluator.domain.figures.names import FigureId, Options, Scope
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.task import Task
from services.evaluator.domain.tasks.standing import standings
from services.evaluator.handlers.records_checks import targets_check, tasks_check
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.ports.register import RecordKind
from services.ingest.adapters.files import read_file
from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import plan
from services.ingest.ports import File
from shared.model.catalogue import Catalogue, Entity
from shared.model.subject import Subject
from tests.usecases.evaluator.reckoning import Province

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios" / "profiles").glob("*.yaml"))
TODAY = date(2026, 1, 5)
_KWH_PER_MWH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Levels of a target. months: at the end of `2023-04` -> `2023Q1 green; 2023M4 not-rated`.

    scope: where it is not the scenario's.
    """

    target: str
    subject: str = ""
    scope: Scope | None = None
    months: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTask:
    """States of one instance of a task at the ends of months."""

    task: str
    instance: str = ""
    months: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A year (by name or in full), how its levels were derived, and what they are.

    scope: whose energy and carbon count for regions: `whole` (statistics) or `monitored` (meters).
    """

    title: str
    uses: str = ""
    scope: Scope
    derivation: str
    data: Year | None = None
    expected: tuple[Expected, ...] = ()
    tasks: tuple[ExpectedTask, ...] = ()

    @property
    def year(self) -> Year:
        """The year that is run."""
        return self.data or load_year(self.uses)


def scenario(path: Path) -> Scenario:
    """A scenario from its file."""
    return read_document(path.name, path.read_text(encoding="utf-8"), Scenario).record


def catalogue_of(files: Mapping[str, str]) -> Catalogue:
    """The catalogue that ingest makes of the files; every fault fails."""
    read = [read_file(File(name=name, text=text)) for name, text in files.items()]
    drafted = draft(row for part in read for row in part.rows)
    planned = plan(Catalogue(), drafted, [f for part in read for f in part.faults], recorded_at=0)
    assert planned.faults == ()
    return Catalogue().with_entities(
        1,
        [
            Entity(kind=one.kind, code=one.code, number=number, records=one.records)
            for number, one in enumerate(planned.changes, 1)
        ],
    )


@dataclass(slots=True)
class Place:
    """A place in memory: its catalogue, books and register."""

    profile: Profile
    year: Year
    province: Province
    desk: RecordsDesk
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, year: Year) -> "Place":
        """Nothing but the catalogue is known."""
        profile = reader.load(year.profile)
        province = Province(catalogue_of(places.catalogue(profile, year)))
        targets = TargetsDesk(province.register, province.rulebook)
        tasks = TasksDesk(province.register, province.rulebook)
        checks = (targets_check(targets, lambda: TODAY), tasks_check(tasks, lambda: TODAY))
        desk = RecordsDesk(province.register, province.rulebook, TYPES, checks)
        return cls(profile=profile, year=year, province=province, desk=desk)

    async def record(self, text: str) -> Mapping[str, int]:
        """Import a file of records; every fault fails. How many were new, by kind."""
        lists, faults = read_records("profile.yaml", text)
        outcome = await self.desk.take(lists, "test", faults=faults)
        assert outcome.faults == ()
        return {**outcome.added, **outcome.changed}

    async def learn(self, known: Iterable[Known]) -> None:
        """What became known goes on record."""
        listed = list(known)
        if listed:
            await self.record(documents.of_year(listed))

    def meter(self, year: int, month: int) -> None:
        """What the plants used in a month goes into the books."""
        for plant in self.year.plants:
            for meter in plant.meters:
                self._use(plant, meter, year, month)

    def _use(self, plant: Plant, meter: Meter, year: int, month: int) -> None:
        used = meter.of_month(year, month) * (_KWH_PER_MWH if meter.unit == "MWh" else 1)
        owner = f"enterprise:{places.code_of(plant)}"
        name = f"{year}-{month:02}"
        self.province.use(owner, meter.carrier, "import", name, f"{Decimal(used):f}")

    async def ratings(self, names: Sequence[FigureId]) -> list[Rating | None]:
        """Ratings with all that is known now; None for targets that are not in force."""
        made = await self.province.reckoner.figures(names)
        return [one.judged.rating if one.judged else None for one in made]

    async def rated(self, subject: str, period: str) -> list[Rating]:
        """Those targets of a subject that have a level in a period."""
        _, row = await self.province.reckoner.ratings(subject, period, Options())
        found = [judged.rating for judged, _ in row.judged]
        return [one for one in found if one.state is not RatingState.NOT_RATED]

    async def task_state(self, code: str, instance: str, on: date) -> str:
        """The state of a task's instance on a day."""
        register = self.province.register
        (entry,) = await register.find(RecordKind.TASK, keys=[code])
        task: Task = entry.body
        told: Sequence[Progress] = [
            one.body for one in await register.find(RecordKind.PROGRESS) if one.body.task == code
        ]
        found = {one.instance.name: one for one in standings(task, told, on)}
        return found[instance].state.value


async def run(place: Place, wanted: Scenario) -> list[str]:
    """Every month of the year; what differs from what is expected."""
    year = place.year
    await place.record(documents.of_profile(place.profile))
    for each in range(year.first, year.year):
        for nth in range(1, MONTHS + 1):
            place.meter(each, nth)
    known = everything(place.profile, year)
    differing: list[str] = []
    for nth, month in enumerate(year.months, 1):
        if nth <= MONTHS:
            place.meter(year.year, nth)
        # All that was known before the year begins comes with its first month.
        await place.learn(
            one for one in known if one.month == month or (nth == 1 and one.month < month)
        )
        differing += await _levels(place, wanted, month)
        differing += await _states(place, wanted, month)
    return differing + await _unexpected(place, wanted)


async def _levels(place: Place, wanted: Scenario, month: str) -> list[str]:
    asked = [(one, words.split()) for one in wanted.expected for words in one.months.get(month, ())]
    names = [
        FigureId(
            subject=Subject.parse(one.subject or holder_of(place, one.target)),
            measure=f"target:{one.target}",
            period=words[0],
            options=Options(scope=one.scope or wanted.scope),
        )
        for one, words in asked
    ]
    found: list[str] = []
    for rating, (one, (period, level, *because)) in zip(
        await place.ratings(names), asked, strict=True
    ):
        reasons = " ".join(reason.en for reason in rating.reasons) if rating else ""
        if seen(rating) != level or not all(word in reasons for word in because):
            told = f"{seen(rating)} ({reasons})"
            found.append(f"{month} {one.target} {period}: {told}, not {level} {because}")
    return found


async def _states(place: Place, wanted: Scenario, month: str) -> list[str]:
    on = last_day(month)
    found: list[str] = []
    for one in wanted.tasks:
        if month in one.months:
            state = await place.task_state(one.task, one.instance, on)
            if state != one.months[month]:
                found.append(f"{on} {one.task} {one.instance}: {state}, not {one.months[month]}")
    return found


async def _unexpected(place: Place, wanted: Scenario) -> list[str]:
    """Targets that have a level at the end, although the scenario says nothing of them."""
    told = {one.target for one in wanted.expected}
    holders = {holder_of(place, goal.code) for goal in place.profile.targets}
    return [
        f"{rating.target} has a level that nobody derived"
        for holder in sorted(holders)
        for rating in await place.rated(holder, str(place.year.year))
        if rating.target not in told
    ]


def holder_of(place: Place, target: str) -> str:
    """Whose target it is; the place's own unless the plan names another."""
    goal = next((goal for goal in place.profile.targets if goal.code == target), None)
    return (goal.holder if goal else "") or place.profile.region


def seen(rating: Rating | None) -> str:
    """The level's colour, or why there is none."""
    if rating is None:
        return "not-in-force"
    return rating.reached.colour if rating.reached else rating.state.value


def last_day(month: str) -> date:
    """The last day of `2023-04`."""
    year, nth = map(int, month.split("-"))
    return date(year + nth // MONTHS, nth % MONTHS + 1, 1) - timedelta(days=1)
