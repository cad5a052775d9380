"""The shapes of requests and answers, for OpenAPI and for those who read it."""

from pydantic import BaseModel, ConfigDict, Field


class ChangeShape(BaseModel):
    """From the hour that begins at `hour` on, the level is `level`; figures at that hour's end."""

    hour: str
    level: str
    quantity: str
    line: str
    used_percent: str


class AssessmentShape(BaseModel):
    """Where an entry comes from."""

    id: str
    number: int
    commit: int
    made_at: str
    cause: str
    watermark: str
    correlation_id: str


class EntryShape(BaseModel):
    """One line of a history; also the `data` of webhooks and of streamed events."""

    id: int = Field(description="grows with every entry; the id of the streamed event")
    warning: str
    position: int = Field(description="its place in the warning's history, from 1")
    type: str = Field(examples=["warning.raised"])
    subject: str
    subject_name: str
    regions: list[str] = Field(description="region codes, nearest first")
    rule: str
    level_before: str
    level: str
    hour: str = Field(description="the hour in which it happened, by its beginning")
    noticed_at: str
    figures: ChangeShape | None
    gone: list[ChangeShape] = Field(description="`corrected` only: what is no longer true")
    instead: list[ChangeShape] = Field(description="`corrected` only: what stands in its place")
    budget: dict[str, object]
    thresholds: dict[str, str]
    evidence: dict[str, object]
    assessment: AssessmentShape


class WarningShape(BaseModel):
    """A warning: one subject, one budget, one rule."""

    id: str
    subject: str
    subject_name: str
    regions: list[str]
    rule: str
    state: str = Field(description="open or resolved")
    level: str
    highest: str = Field(description="the highest level it ever had")
    since: str | None = Field(description="the hour from which on it has had its level")
    opened_at: str
    changed_at: str
    watermark: str
    entries: int
    latest: int = Field(description="the id of its newest entry")
    sequence: list[ChangeShape] = Field(description="the changes that are true as far as is known")
    budget: dict[str, object]
    thresholds: dict[str, str]
    evidence: dict[str, object]


class WarningWithHistory(WarningShape):
    """A warning with everything that was ever said of it."""

    history: list[EntryShape]


class WarningsPage(BaseModel):
    """Warnings, the newest change first."""

    items: list[WarningShape]
    next: str | None = Field(description="pass as `cursor` for the next page; null on the last")
    newest: int = Field(description="pass as `after` to the stream to hear what comes after this")


class Summary(BaseModel):
    """Open warnings."""

    levels: dict[str, int] = Field(examples=[{"notice": 0, "yellow": 3, "orange": 0, "red": 1}])
    newest: int = Field(description="pass as `after` to the stream to hear what comes after this")


class NewEndpoint(BaseModel):
    """Where events are to be sent."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2000, examples=["https://example.org/hooks/qingyu"])
    description: str = Field(default="", max_length=500)


class EndpointShape(BaseModel):
    """An endpoint; its secret is shown once, in the answer that makes it."""

    id: str
    url: str
    description: str
    created_at: str
    created_by: str
    waiting: int = Field(description="events not acknowledged yet")


class EndpointMade(EndpointShape):
    """A new endpoint with its secret."""

    secret: str = Field(description="signs every event (Standard Webhooks); not shown again")


class EndpointsPage(BaseModel):
    """All endpoints."""

    items: list[EndpointShape]


class DeliveryShape(BaseModel):
    """One event at one endpoint."""

    event: int
    warning: str
    type: str
    state: str = Field(description="waiting or acknowledged")
    attempts: int
    next_at: str | None
    last_at: str | None
    last_status: int | None
    last_detail: str


class DeliveriesPage(BaseModel):
    """Deliveries, the newest event first."""

    items: list[DeliveryShape]
    next: str | None
