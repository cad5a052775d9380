"""The shapes of steps, gates, consultations and ladders, for OpenAPI and for those who read it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=500)]


class Wanted(BaseModel):
    """A body that holds nothing else than what is named here."""

    model_config = ConfigDict(extra="forbid")


class FigureShape(BaseModel):
    """A figure beside a step."""

    value: str
    unit: str
    period: str
    source: str = Field(description="the address that explains it")
    level: str | None = None
    remarks: list[str] = []


class FiguresShape(BaseModel):
    """The monitored figure and the confirmed one."""

    monitored: FigureShape | None
    confirmed: FigureShape | None
    missing: str = Field(description="why there is no confirmed figure, and what to record")
    same_level: bool | None = Field(description="whether the confirmed one bears the same level")
    required: bool = Field(description="whether the step may be issued on confirmed figures only")


class StepShape(BaseModel):
    """A step of the ladder about a warning."""

    id: UUID
    warning: UUID
    ladder: str
    code: str
    step: str = Field(description="its kind", examples=["circular"])
    step_name: str
    title: str
    title_en: str
    clause: str
    formal: bool
    rests_on: str = Field(description="statistics or record")
    reasons: list[str]
    state: str
    subject: str
    subject_name: str
    regions: list[str]
    measure: str
    kind: str = Field(description="the kind of condition")
    about: str
    about_name: str
    rule: str
    level: str
    period: str
    office: str = Field(description="the region whose administration acts")
    department: str
    answers: str = Field(description="who is to answer")
    demands: list[str]
    days: int = Field(description="working days for the answer")
    proposed_at: str
    issue_by: date | None
    issued_at: str | None
    issued_by: str
    issued_on: date | None
    document: str
    due: date | None
    provisional: bool = Field(description="working days of that year are not announced yet")
    answer: str
    answered_at: str | None
    answered_by: str
    ended_at: str | None
    ended_by: str
    remark: str
    follows: UUID | None
    followed_by: UUID | None
    entries: int
    may: list[str] = Field(description="what the key may do with it now")


class StepWithFigures(StepShape):
    """A step with its figures and all that happened to it."""

    figures: FiguresShape
    history: list[dict[str, object]]


class StepsPage(BaseModel):
    """Steps, those that are due first at the head."""

    items: list[StepShape]
    next: str | None = Field(description="pass as `after` for what follows")


class Issue(Wanted):
    """A person issues a step."""

    document: str = Field(default="", max_length=200, examples=["内发改环资字〔2026〕12号"])
    issued_on: date | None = Field(default=None, description="today if left out; not later")


class Answer(Wanted):
    """What the one who was asked has answered."""

    text: Text


class Finish(Wanted):
    """The answer is sufficient."""

    remark: Text = ""


class Withdraw(Wanted):
    """The step is taken back."""

    reason: Text


class RestrictionShape(BaseModel):
    """What holds up projects; `warning` and `why` only for those who may see the warning."""

    id: UUID
    region: str
    warning: UUID | None
    step: str
    state: str
    projects: list[str]
    exempt: list[str]
    offset: list[str]
    clause: str
    ladder: str
    measure: str
    level: str
    since: str
    why: str
    decision: UUID | None


class GateShape(BaseModel):
    """How far a region is open to projects."""

    region: str
    region_name: str
    state: Literal["open", "slowed", "restricted"]
    state_name: str
    projects: list[str] = Field(description="kinds that are held up; two_high is 两高")
    exempt: list[str] = Field(description="kinds let through")
    offset: list[str] = Field(description="what a new project must bring in return, by measure")
    offset_required: bool
    since: str | None
    of: str = Field(description="the region whose restriction decides")
    inherited: bool
    warning: UUID | None
    clause: str
    why: str
    restrictions: list[RestrictionShape]
    may: list[str]


class DecisionShape(BaseModel):
    """A decision about a gate."""

    id: UUID
    region: str
    state: str
    reason: str
    document: str
    warnings: list[UUID]
    projects: list[str]
    by: str
    at: str


class GateWithHistory(GateShape):
    """A gate with the decisions about it and all that happened to it."""

    decisions: list[DecisionShape]
    history: list[dict[str, object]]


class GatesPage(BaseModel):
    """Regions whose own gate is not open."""

    items: list[GateShape]


class Decide(Wanted):
    """A decision about a gate."""

    state: Literal["open", "slowed", "restricted"]
    reason: str = Field(min_length=1, max_length=2000)
    document: str = Field(min_length=1, max_length=200, examples=["内发改环资字〔2026〕31号"])
    warnings: list[UUID] = Field(default=[], max_length=500, description="still active, and known")
    projects: list[Line] = Field(default=["two_high"], max_length=20)


class WantedTask(Wanted):
    """What somebody is to do, until a day or within so many working days."""

    title: Line
    assignee: str = Field(default="", max_length=200)
    due: date | None = None
    days: int | None = Field(default=None, ge=1, le=250, description="working days from today")


class Record(Wanted):
    """A consultation as it is recorded."""

    title: Line
    region: str = Field(min_length=1, max_length=64, examples=["150200"])
    measure: Literal["energy", "carbon", "data"] = "data"
    held_at: datetime | None = Field(default=None, description="an instant with a zone; or held_on")
    held_on: date | None = None
    participants: list[Line] = Field(min_length=1, max_length=200)
    decisions: list[Line] = Field(default=[], max_length=200)
    tasks: list[WantedTask] = Field(default=[], max_length=200)
    warnings: list[UUID] = Field(default=[], max_length=200)
    steps: list[UUID] = Field(default=[], max_length=200)
    note: Text = ""


class TaskShape(BaseModel):
    """A task of a consultation."""

    number: int
    title: str
    assignee: str
    due: date
    provisional: bool
    state: str
    note: str
    changed_at: str | None
    changed_by: str


class ConsultationShape(BaseModel):
    """A consultation with its tasks."""

    id: UUID
    title: str
    held_at: str
    region: str
    regions: list[str]
    measure: str
    state: str = Field(description="open while a task is to be done")
    participants: list[str]
    decisions: list[str]
    tasks: list[TaskShape]
    warnings: list[UUID]
    steps: list[UUID]
    note: str
    recorded_at: str
    recorded_by: str
    entries: int


class ConsultationsPage(BaseModel):
    """Consultations, the latest first."""

    items: list[ConsultationShape]


class SettleTask(Wanted):
    """What became of a task."""

    state: Literal["done", "dropped"]
    note: Text = ""


class LadderShape(BaseModel):
    """A ladder in a list."""

    name: str
    title: str
    title_en: str
    source: str
    version: int = Field(description="0 for one that comes with the service")
    steps: int
    rules: int
    regions: list[str] = Field(description="regions that it was assigned to")


class LadderWhole(LadderShape):
    """A ladder with its text."""

    text: str
    by: str
    at: str | None


class LaddersPage(BaseModel):
    """All ladders."""

    items: list[LadderShape]
    assignments: dict[str, str]


class Assign(Wanted):
    """Which ladder a region gets."""

    ladder: str = Field(min_length=1, max_length=64)


class Assigned(BaseModel):
    """A region and its ladder; what lies below it has it too."""

    region: str
    ladder: str


class WorkdaysShape(BaseModel):
    """A deadline in working days."""

    begin: date
    days: int
    date: date
    provisional: bool = Field(description="working days of that year are not announced yet")
