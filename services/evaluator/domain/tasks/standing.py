"""How tasks stand on a day, by their deadlines and the reports of progress until then."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from services.evaluator.domain.records.progress import Progress, Reported
from services.evaluator.domain.records.task import Milestone, Task
from services.evaluator.domain.targets.exactly import day
from services.evaluator.domain.tasks.instances import Instance, instances


class TaskState(StrEnum):
    """Where a task stands on a day."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    OVERDUE = "overdue"
    """The deadline has passed, and it is not done."""
    DONE = "done"
    DONE_LATE = "done-late"
    """Done after the deadline."""
    DROPPED = "dropped"
    """The plan no longer asks for it."""


FINISHED = (TaskState.DONE, TaskState.DONE_LATE, TaskState.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a milestone stands."""

    milestone: Milestone
    state: TaskState
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one instance of a task stands on a day.

    days_overdue: how long after the deadline it was done, or has been waiting. last: the report
    that decides. blocked: whether that says so. late_steps: codes of milestones that are overdue.
    """

    task: Task
    instance: Instance
    state: TaskState
    percent: Decimal | None
    done_on: date | None
    days_overdue: int
    last: Progress | None
    steps: tuple[Step, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether the last report says that it cannot go on."""
        return self.last is not None and self.last.state is Reported.BLOCKED

    @property
    def late_steps(self) -> tuple[str, ...]:
        """Codes of milestones that have passed undone."""
        return tuple(s.milestone.code for s in self.steps if s.state is TaskState.OVERDUE)

    @property
    def is_behind(self) -> bool:
        """Whether it needs somebody: overdue, blocked, or a step of it overdue."""
        if self.state in FINISHED:
            return False
        return self.state is TaskState.OVERDUE or self.blocked or bool(self.late_steps)


def standings(task: Task, reports: Sequence[Progress], on: date) -> tuple[Standing, ...]:
    """All instances that have begun by the day, oldest first.

    reports: those of the task, in the order in which they were recorded; what was told of a later
    day does not count yet.
    """
    known = [report for report in reports if (day(report.on) or date.max) <= on]
    return tuple(_standing(task, one, known, on) for one in instances(task, on))


def current(found: Sequence[Standing]) -> Standing | None:
    """The instance to show: the oldest that is behind, else the last; None before the first."""
    return next((one for one in found if one.is_behind), found[-1] if found else None)


def _standing(task: Task, instance: Instance, known: Sequence[Progress], on: date) -> Standing:
    mine = [r for r in known if r.instance == instance.name]
    whole = _ordered(r for r in mine if not r.milestone)
    last = whole[-1] if whole else None
    done_on = _done_since(whole)
    dropped = day(task.dropped)
    state = (
        TaskState.DROPPED
        if dropped is not None and dropped <= on and (done_on is None or done_on > dropped)
        else _state(instance.due, done_on, on, started=_has_started(mine))
    )
    waited = (done_on or on) - instance.due if instance.due else timedelta(0)
    return Standing(
        task=task,
        instance=instance,
        state=state,
        percent=_percent(whole, done_on),
        done_on=done_on,
        days_overdue=max(0, waited.days) if state is not TaskState.DROPPED else 0,
        last=last,
        steps=tuple(_step(milestone, mine, on) for milestone in task.milestones),
    )


def _step(milestone: Milestone, mine: Sequence[Progress], on: date) -> Step:
    told = _ordered(r for r in mine if r.milestone == milestone.code)
    done_on = _done_since(told)
    state = _state(day(milestone.due), done_on, on, started=_has_started(told))
    return Step(milestone=milestone, state=state, done_on=done_on)


def _state(due: date | None, done_on: date | None, on: date, *, started: bool) -> TaskState:
    if done_on is not None:
        return TaskState.DONE_LATE if due is not None and done_on > due else TaskState.DONE
    if due is not None and on > due:
        return TaskState.OVERDUE
    return TaskState.IN_PROGRESS if started else TaskState.NOT_STARTED


def _ordered(reports: Iterable[Progress]) -> list[Progress]:
    """By the day they tell of; of one day the last recorded is last."""
    return sorted(reports, key=lambda report: report.on)


def _done_since(reports: Sequence[Progress]) -> date | None:
    """The day since which it has been done without a break; a later report may re-open it."""
    since: date | None = None
    for report in reports:
        if not report.is_done:
            since = None
        elif since is None:
            since = day(report.on)
    return since


def _has_started(reports: Sequence[Progress]) -> bool:
    return any(report.state is not None or report.percent for report in reports)


def _percent(reports: Sequence[Progress], done_on: date | None) -> Decimal | None:
    if done_on is not None:
        return Decimal(100)
    told = [report.percent for report in reports if report.percent is not None]
    return told[-1] if told else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many instances are in which state, and how many are behind."""

    counts: Mapping[TaskState, int]
    behind: int
    total: int


def by_department(found: Iterable[Standing], *, joining: bool = False) -> dict[str, Tally]:
    """Counts by lead department (or by joining ones); a task of two counts for each."""
    grouped: dict[str, list[Standing]] = defaultdict(list)
    for one in found:
        for department in (one.task.joining if joining else one.task.lead) or ("",):
            grouped[department].append(one)
    return {department: tally(of) for department, of in sorted(grouped.items())}


def tally(found: Sequence[Standing]) -> Tally:
    """Counts of all of them."""
    counts = Counter(one.state for one in found)
    return Tally(
        counts={state: counts[state] for state in TaskState},
        behind=sum(one.is_behind for one in found),
        total=len(found),
    )


def behind(found: Iterable[Standing]) -> tuple[Standing, ...]:
    """What is behind, the longest overdue first."""
    late = (one for one in found if one.is_behind)
    return tuple(sorted(late, key=lambda one: (-one.days_overdue, one.task.code)))
