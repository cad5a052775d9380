"""What the warning desk knew of a region as of an entry of its journal, out of the journal alone.

Rows of warnings change; entries never do. So a brief made again as of the same entry says the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.alerts.domain.briefs.facts import Count, Desk, GateState, Label, Open, StepCount
from services.alerts.domain.ladder.words import StepKind
from shared.model.level import Level

MOST_OPEN = 30
"""How many open warnings are named."""

_UP = frozenset({"raised", "raised_level", "reopened"})
_STAGES = {
    "raised": "raised",
    "reopened": "raised",
    "acknowledged": "acknowledged",
    "acknowledgement_expired": "raised",
    "acknowledgement_voided": "raised",
    "responded": "responded",
    "returned": "returned",
    "closed": "closed",
}
_ANSWERED = frozenset({"answered", "done"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the journal: what a brief needs of its document.

    about: warning, step, gate or consultation. at: when it came to be by the data (for people's
    acts: when they did it). state: of a step. title, title_en: of a step. task: its number.
    """

    id: int
    about: str
    key: UUID
    kind: str
    at: datetime
    subject: str = ""
    subject_name: str = ""
    regions: tuple[str, ...] = ()
    measure: str = ""
    condition: str = ""
    level: Level = Level.NONE
    level_before: Level = Level.NONE
    about_name: str = ""
    warning: UUID | None = None
    step: str = ""
    title: str = ""
    title_en: str = ""
    state: str = ""
    issued: bool = False
    projects: tuple[str, ...] = ()
    why: str = ""
    task: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The period as instants [begin, end), and whose days count."""

    begin: datetime
    end: datetime
    zone: str

    def has(self, instant: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.begin <= instant < self.end


@dataclass(slots=True)
class _Story:
    """A warning as its entries tell it."""

    last: Entry
    since: datetime
    stage: str = "raised"
    end: Entry | None = None
    end_stage: str = "raised"
    end_since: datetime | None = None
    highest: Level = Level.NONE
    raised: bool = False
    answered: bool = False
    overdue: bool = False
    resolved: bool = False
    key: tuple[str, str] = field(default=("", ""))

    @property
    def is_open(self) -> bool:
        """At the period's end."""
        return bool(self.end and self.end.level and self.end_stage != "closed")


def desk_of(
    entries: Iterable[Entry],
    region: str,
    stretch: Stretch,
    journal: int,
    names: Mapping[str, str],
) -> Desk:
    """The desk's facts about the region and all below it; entries in the order of their ids.

    `names`: of regions, by code.
    """
    told = [one for one in entries if one.id <= journal and region in one.regions]
    steps = _steps(told)
    stories = _stories(told, stretch, _overdue(told, stretch))
    return Desk(
        journal=journal,
        counts=_counts(stories.values()),
        open=_open(stories, stretch),
        steps=_step_counts(_concerned(steps, stories, stretch)),
        gates=_gates(told, stretch, names),
        consultations=sum(
            one.about == "consultation" and one.kind == "recorded" and stretch.has(one.at)
            for one in told
        ),
        consultation_tasks_overdue=_tasks_overdue(told),
    )


def _overdue(told: Sequence[Entry], stretch: Stretch) -> frozenset[UUID]:
    """The warnings of which a deadline has passed in the period."""
    of_steps = {
        one.warning
        for one in told
        if one.about == "step" and one.kind == "overdue" and stretch.has(one.at) and one.warning
    }
    own = {one.key for one in told if one.kind == "acknowledgement_expired" and stretch.has(one.at)}
    return frozenset(of_steps | own)


def _stories(
    told: Sequence[Entry], stretch: Stretch, overdue: frozenset[UUID]
) -> Mapping[UUID, _Story]:
    stories: dict[UUID, _Story] = {}
    for one in told:
        if one.about == "warning":
            story = stories.setdefault(one.key, _Story(last=one, since=one.at))
            _tell(story, one, stretch)
    for key, story in stories.items():
        story.overdue = story.raised and key in overdue
    return stories


def _tell(story: _Story, one: Entry, stretch: Stretch) -> None:
    comes_up = (
        one.kind in _UP and bool(one.level) and (not one.level_before or one.kind != "raised_level")
    )
    story.stage = _STAGES.get(one.kind, "raised" if comes_up else story.stage)
    if comes_up:
        story.since = one.at
        story.raised |= stretch.has(one.at)
    if stretch.has(one.at):
        story.highest = max(story.highest, one.level)
    if one.kind == "responded":
        story.answered = story.raised
    if one.at < stretch.end:
        story.end, story.end_stage, story.end_since = one, story.stage, story.since
        story.resolved = story.raised and (not one.level or story.stage == "closed")
    story.last = one


def _counts(stories: Iterable[_Story]) -> tuple[Count, ...]:
    sums: dict[tuple[Level, str], list[int]] = {}
    for story in stories:
        measure = story.last.measure
        if story.raised and story.highest:
            found = sums.setdefault((story.highest, measure), [0, 0, 0, 0, 0])
            for place, is_so in enumerate((True, story.answered, story.overdue, story.resolved)):
                found[place] += is_so
        if story.is_open and story.end:
            sums.setdefault((story.end.level, measure), [0, 0, 0, 0, 0])[4] += 1
    return tuple(
        Count(
            level=level.word,
            measure=measure,
            raised=found[0],
            answered=found[1],
            overdue=found[2],
            resolved=found[3],
            open=found[4],
        )
        for (level, measure), found in sorted(
            sums.items(), key=lambda item: (-item[0][0], item[0][1])
        )
    )


def _open(stories: Mapping[UUID, _Story], stretch: Stretch) -> tuple[Open, ...]:
    zone = ZoneInfo(stretch.zone)
    found = [(key, one.end, one) for key, one in stories.items() if one.is_open and one.end]
    found.sort(key=lambda one: (-one[1].level, one[2].since, one[1].subject, str(one[0])))
    return tuple(
        Open(
            warning=str(key),
            subject=end.subject,
            subject_name=end.subject_name or end.subject,
            kind=end.condition,
            measure=end.measure,
            level=end.level.word,
            since=(story.end_since or story.since).astimezone(zone).date().isoformat(),
            stage=story.end_stage,
            about_name=end.about_name,
        )
        for key, end, story in found[:MOST_OPEN]
    )


def _steps(told: Sequence[Entry]) -> Mapping[UUID, tuple[Entry, ...]]:
    found: dict[UUID, list[Entry]] = {}
    for one in told:
        if one.about == "step":
            found.setdefault(one.key, []).append(one)
    return {key: tuple(lines) for key, lines in found.items()}


def _concerned(
    steps: Mapping[UUID, tuple[Entry, ...]], stories: Mapping[UUID, _Story], stretch: Stretch
) -> Iterator[Entry]:
    """How the steps stand that something happened to, or whose warning was raised or is open."""
    for lines in steps.values():
        last = lines[-1]
        story = stories.get(last.warning) if last.warning else None
        of_period = story is not None and (story.raised or story.is_open)
        if of_period or any(stretch.has(one.at) for one in lines):
            yield last


def _step_counts(steps: Iterator[Entry]) -> tuple[StepCount, ...]:
    kinds: dict[str, list[Entry]] = {}
    for one in steps:
        kinds.setdefault(one.step, []).append(one)
    order = [kind.value for kind in StepKind]
    return tuple(
        _step_count(kind, kinds[kind])
        for kind in sorted(kinds, key=lambda one: (order.index(one) if one in order else 99, one))
    )


def _step_count(kind: str, steps: Sequence[Entry]) -> StepCount:
    known = {one.value: one.chinese for one in StepKind}
    issued = [one for one in steps if one.issued]
    return StepCount(
        kind=kind,
        title=Label(known.get(kind, kind), kind.replace("_", " ")),
        proposed=len(steps),
        issued=len(issued),
        answered=sum(one.state in _ANSWERED for one in issued),
        overdue=sum(one.state == "overdue" for one in issued),
        done=sum(one.state == "done" for one in issued),
    )


_GATE_STATES = frozenset({"restricted", "slowed"})


def _gates(
    told: Sequence[Entry], stretch: Stretch, names: Mapping[str, str]
) -> tuple[GateState, ...]:
    """Gates that are not open: as the last entry says that turned them (`decided` turns none)."""
    last: dict[str, Entry] = {}
    for one in told:
        if one.about == "gate" and one.kind != "decided":
            last[one.regions[0]] = one
    zone = ZoneInfo(stretch.zone)
    return tuple(
        GateState(
            region=region,
            region_name=names.get(region) or one.subject_name or region,
            state=one.kind,
            since=one.at.astimezone(zone).date().isoformat(),
            kinds=one.projects,
            because=one.why,
        )
        for region, one in sorted(last.items())
        if one.kind in _GATE_STATES
    )


def _tasks_overdue(told: Sequence[Entry]) -> int:
    late: set[tuple[UUID, int]] = set()
    for one in told:
        if one.about == "consultation" and one.task:
            if one.kind == "task_overdue":
                late.add((one.key, one.task))
            elif one.kind in {"task_done", "task_dropped"}:
                late.discard((one.key, one.task))
    return len(late)
