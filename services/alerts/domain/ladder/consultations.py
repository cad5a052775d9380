"""A consultation (会商): who sat together, what they decided, and whether it is being done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.alerts.domain.ladder.hours import OfficeDay
from shared.model.condition import Measure


class TaskState(StrEnum):
    """How far a task is."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What somebody is to do by the end of a day; `watch_on` is when time has something to say."""

    number: int
    title: str
    assignee: str
    due: date
    provisional: bool = False
    state: TaskState = TaskState.OPEN
    note: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""
    watch_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One record; `entries` counts its lines in the journal. regions: nearest first."""

    id: UUID
    title: str
    held_at: datetime
    region: str
    regions: tuple[str, ...]
    measure: Measure
    participants: tuple[str, ...]
    decisions: tuple[str, ...]
    tasks: tuple[Task, ...]
    warnings: tuple[UUID, ...] = ()
    steps: tuple[UUID, ...] = ()
    note: str = ""
    recorded_at: datetime
    recorded_by: str
    entries: int = 0

    @property
    def watch_on(self) -> date | None:
        """The next day on which time has something to say of a task; None for never."""
        return min((one.watch_on for one in self.tasks if one.watch_on), default=None)

    @property
    def is_open(self) -> bool:
        """Whether a task is still to be done."""
        return any(one.state in {TaskState.OPEN, TaskState.OVERDUE} for one in self.tasks)


class Came(StrEnum):
    """What happened to a consultation; with `consultation.` in front it is the entry's type."""

    RECORDED = "recorded"
    TASK_REMINDED = "task_reminded"
    TASK_OVERDUE = "task_overdue"
    TASK_DONE = "task_done"
    TASK_DROPPED = "task_dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One line about a consultation: it as it was after it, what came, of which task, by whom."""

    consultation: Consultation
    came: Came
    at: datetime
    task: Task | None = None
    why: str = ""
    by: str = ""


class NoSuchTaskError(Exception):
    """The consultation has no open task of that number."""


def recorded(consultation: Consultation) -> Occurrence:
    """A new record's first line."""
    counted = replace(consultation, entries=1)
    return Occurrence(
        consultation=counted,
        came=Came.RECORDED,
        at=consultation.recorded_at,
        by=consultation.recorded_by,
    )


def settle(
    one: Consultation, number: int, *, dropped: bool, note: str, by: str, at: datetime
) -> Occurrence:
    """A person says that a task is done, or dropped; raises NoSuchTaskError."""
    task = next((task for task in one.tasks if task.number == number), None)
    if task is None:
        numbers = ", ".join(str(task.number) for task in one.tasks) or "none"
        raise NoSuchTaskError(f"there is no task {number}; there are {numbers}")
    if task.state in {TaskState.DONE, TaskState.DROPPED}:
        raise NoSuchTaskError(f"task {number} is {task.state} already")
    state = TaskState.DROPPED if dropped else TaskState.DONE
    settled = replace(task, state=state, note=note, changed_at=at, changed_by=by, watch_on=None)
    came = Came.TASK_DROPPED if dropped else Came.TASK_DONE
    return _came(one, settled, came, at, note, by)


def pass_time(
    one: Consultation, day: OfficeDay, again: date, now: datetime
) -> Iterator[Occurrence]:
    """Reminders and deadlines that have passed; what is overdue is said again on the day `again`.

    `watch_on` of an open task is first the day of its reminder, then that of its deadline.
    """
    for task in one.tasks:
        if task.watch_on is None or task.watch_on > day.on:
            continue
        if not day.is_over(task.due):
            if task.watch_on == task.due:
                continue
            later = replace(task, watch_on=task.due)
            told = _came(one, later, Came.TASK_REMINDED, now, f"应于{task.due}下班前完成")
        else:
            late = replace(task, state=TaskState.OVERDUE, watch_on=again)
            first = task.state is TaskState.OPEN
            came = Came.TASK_OVERDUE if first else Came.TASK_REMINDED
            told = _came(one, late, came, now, f"应于{task.due}前完成，已逾期")
        one = told.consultation
        yield told


def _came(
    one: Consultation, task: Task, came: Came, at: datetime, why: str, by: str = ""
) -> Occurrence:
    tasks = tuple(task if known.number == task.number else known for known in one.tasks)
    counted = replace(one, tasks=tasks, entries=one.entries + 1)
    return Occurrence(consultation=counted, came=came, at=at, task=task, why=why, by=by)
