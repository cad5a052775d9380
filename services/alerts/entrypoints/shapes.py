"""The shapes of requests and answers, for OpenAPI and for those who read it."""

from pydantic import BaseModel, ConfigDict, Field


class ChangeShape(BaseModel):
    """From the hour that begins at `hour` on, the level is `level`; figures at that hour's end."""

    hour: str
    level: str
    quantity: str
    line: str
    used_percent: str
    at: str = Field(default="", description="the instant, where it is not the hour's beginning")
    period: str = ""
    unit: str = ""


class AssessmentShape(BaseModel):
    """Where an entry comes from."""

    id: str
    number: int
    commit: int
    made_at: str
    cause: str
    watermark: str
    correlation_id: str


class ByShape(BaseModel):
    """Who did something."""

    name: str
    key_id: str
    role: str


class EntryShape(BaseModel):
    """One line of a history; also the `data` of webhooks and of streamed events.

    What people do has `by` and what they said (`comment`, `reason`, `text`, `measures`,
    `attachments`) instead of figures and assessment.
    """

    model_config = ConfigDict(extra="allow")

    id: int = Field(description="grows with every entry; the id of the streamed event")
    warning: str
    position: int = Field(description="its place in the warning's history, from 1")
    type: str = Field(examples=["warning.raised"])
    subject: str
    subject_name: str
    regions: list[str] = Field(description="region codes, nearest first")
    measure: str = Field(default="", description="energy, carbon or data")
    kind: str = Field(default="", description="the kind of condition")
    rule: str
    about: str = Field(default="", description="code of what is judged")
    about_name: str = ""
    period: str = ""
    level_before: str
    level: str
    hour: str | None = Field(description="the hour in which it happened, by its beginning")
    at: str = Field(default="", description="the instant at which it happened")
    noticed_at: str
    figures: ChangeShape | None
    gone: list[ChangeShape] = Field(description="`corrected` only: what is no longer true")
    instead: list[ChangeShape] = Field(description="`corrected` only: what stands in its place")
    budget: dict[str, object] | None = None
    thresholds: dict[str, str] | None = None
    evidence: dict[str, object] | None = None
    facts: dict[str, object] | None = None
    assessment: AssessmentShape | None = None
    by: ByShape | None = None


class History(BaseModel):
    """All that happened to a warning, the oldest first."""

    items: list[EntryShape]


class WarningHead(BaseModel):
    """A warning: one subject, one thing judged, one rule."""

    id: str
    subject: str
    subject_name: str
    regions: list[str]
    kind: str = Field(description="the kind of condition", examples=["used"])
    measure: str = Field(description="energy, carbon or data")
    rule: str
    about: str = Field(description="code of what is judged: budget, target, product, task, point")
    about_name: str
    period: str = Field(description="the period that the level judges, where there are several")
    state: str = Field(description="pending, open, closed or resolved")
    stage: str = Field(description="raised, acknowledged, responded, returned or closed")
    assignee: str
    level: str
    highest: str = Field(description="the highest level it ever had")
    since: str | None = Field(description="the instant from which on it has had its level")
    opened_at: str
    changed_at: str
    watermark: str
    entries: int
    latest: int = Field(description="the id of its newest entry; below 0 if there is none")


class WarningListed(WarningHead):
    """A warning in a list."""

    model_config = ConfigDict(extra="allow")

    budget: dict[str, object] = Field(description="code, name and zone of what is judged")
    evidence: dict[str, object] = Field(description="used_percent, over_line_percent and the like")
    suppression: dict[str, object] | None = Field(
        default=None, description="with `suppression=true`: why nobody is told of it now"
    )


class WarningShape(WarningListed):
    """A warning by itself."""

    condition: dict[str, object] = Field(description="whether it holds, and when time changes that")
    handling: dict[str, object] = Field(description="what people did, as it stands")
    sequence: list[ChangeShape] = Field(description="the changes that are true as far as is known")
    thresholds: dict[str, str] | None = None
    facts: dict[str, object] | None = Field(
        default=None, description="figures and links of what is no budget's warning"
    )


class WarningWithHistory(WarningShape):
    """A warning with everything that was ever said of it."""

    may: list[str] = Field(description="what this key may do about it")
    history: list[EntryShape]


class WarningsPage(BaseModel):
    """Warnings, the newest change first."""

    items: list[WarningListed]
    next: str | None = Field(description="pass as `cursor` for the next page; null on the last")
    newest: int = Field(description="pass as `after` to the stream to hear what comes after this")


class Summary(BaseModel):
    """Open warnings."""

    levels: dict[str, int] = Field(examples=[{"notice": 0, "yellow": 3, "orange": 0, "red": 1}])
    newest: int = Field(description="pass as `after` to the stream to hear what comes after this")


class GroupShape(BaseModel):
    """Warnings of one group."""

    key: str
    filter: dict[str, str] = Field(description="lists them: GET /v1/warnings with this filter")
    worst: str
    total: int
    levels: dict[str, int]
    newest: int = Field(description="the id of the group's newest entry")


class GroupsPage(BaseModel):
    """Groups, the worst first."""

    by: str
    items: list[GroupShape]
    groups: int = Field(description="how many groups there are")
    warnings: int = Field(description="how many warnings they have together")
    next: int | None = Field(description="pass as `after` for the next page; null on the last")


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
