"""A task (任务) of a plan's list: who is to do what by when, and which target it serves."""

from dataclasses import dataclass
from enum import StrEnum


class Every(StrEnum):
    """How often a task falls due."""

    ONCE = "once"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A step on the way: its code within the task, its name, and the ISO date it is due on."""

    code: str
    name: str
    name_en: str = ""
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task.

    holder: `region:…`, or another subject, whose plan it is. lead, joining: departments (牵头单位、
    参加单位). deadline: the last day, an ISO date; empty where the plan names none. every: for a
    task that falls due again and again, once for each such period from `begins` (ISO date) to the
    deadline, `due_after` days after the period's end. serves: codes of the targets and indicators
    it is for. milestones: steps on the way. dropped: the plan no longer asks for it, and since
    when (ISO date). plan, clause, source, confidence: where it is written, and how surely.
    """

    code: str
    name: str
    name_en: str = ""
    holder: str
    lead: tuple[str, ...] = ()
    joining: tuple[str, ...] = ()
    deadline: str = ""
    begins: str = ""
    every: Every = Every.ONCE
    due_after: int = 0
    serves: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    dropped: str = ""
    plan: str = ""
    clause: str = ""
    source: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """The code: a later record with it is the task's next version."""
        return self.code
