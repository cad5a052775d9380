"""Shapes of requests and answers about tasks, reports and inventories."""

from pydantic import BaseModel, Field


class Recorded(BaseModel):
    """What was done with records; with `dry_run`, what would be done."""

    dry_run: bool = False
    commit: int = Field(description="0 when nothing was written")
    added: list[str] = Field(description="keys of new records")
    changed: list[str] = Field(description="keys of records with a new version")
    unchanged: list[str] = Field(description="keys of records that said all of that already")


class ReportView(BaseModel):
    """A report of progress."""

    instance: str
    milestone: str
    on: str
    percent: str | None
    state: str | None
    text: str
    by: str
    evidence: list[str]


class RecordedReport(ReportView):
    """A report, and when and by whose key it was put on record."""

    version: int
    commit: int
    recorded_at: str
    recorded_by: str


class StepView(BaseModel):
    """A milestone and how it stands."""

    code: str
    name: str
    name_en: str
    due: str
    state: str
    done_on: str | None


class InstanceView(BaseModel):
    """One time that a task is asked for, and how it stands on the day."""

    instance: str = Field(description="the period; empty for a task asked for once")
    due: str | None
    state: str = Field(description="not-started, in-progress, overdue, done, done-late or dropped")
    percent: str | None
    done_on: str | None
    days_overdue: int
    blocked: bool
    behind: bool = Field(description="overdue, blocked, or a milestone of it overdue")
    late_steps: list[str] = Field(description="codes of milestones that have passed undone")
    report: ReportView | None = Field(description="the report that decides")


class TaskItem(BaseModel):
    """A task with the instance that needs most attention, else the last one."""

    code: str
    name: str
    name_en: str
    holder: str
    holder_name: str
    lead: list[str]
    joining: list[str]
    deadline: str
    begins: str
    every: str
    serves: list[str]
    plan: str
    clause: str
    source: str
    confidence: str
    note: str
    current: InstanceView | None = Field(description="null: it has not begun yet")
    instances: int
    overdue: int = Field(description="instances that are overdue")
    version: int
    commit: int


class TaskPage(BaseModel):
    """Tasks in the order of their codes."""

    items: list[TaskItem]
    next: str | None = Field(description="pass it as `after` for the next page")


class TaskView(TaskItem):
    """One task with all instances, its milestones and the reports about it, the newest first."""

    all: list[InstanceView]
    milestones: list[StepView]
    reports: list[RecordedReport]


class TallyView(BaseModel):
    """How many instances are in which state."""

    department: str = Field(description="empty: of tasks that name none")
    total: int
    behind: int
    counts: dict[str, int]


class LateView(BaseModel):
    """Something that is behind."""

    code: str
    name: str
    holder: str
    lead: list[str]
    instance: InstanceView


class SummaryView(BaseModel):
    """Counts of all instances that have begun by the day, and what is behind."""

    on: str
    all: TallyView
    departments: list[TallyView] = Field(description="by lead department")
    joining: list[TallyView] = Field(description="by joining department")
    behind: list[LateView] = Field(description="the longest overdue first")


class InventoryView(BaseModel):
    """The inventory of a holder for a year."""

    holder: str
    holder_name: str
    year: int
    stage: str
    method: str
    gwp: str
    gases: dict[str, str] = Field(description="gas -> tonnes of it")
    sectors: dict[str, str] = Field(description="sector -> tCO2e")
    total: str | None = Field(description="tCO2e")
    sinks: str | None = Field(description="tCO2e taken up, never taken off the total")
    documents: list[str]
    compiled_by: str
    on: str
    source: str
    note: str
    version: int
    commit: int
    recorded_at: str
    by: str


class InventoryPage(BaseModel):
    """Inventories by holder and year."""

    items: list[InventoryView]
