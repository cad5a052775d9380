"""Shapes of requests and answers about targets, for programs and their descriptions."""

from typing import Any

from pydantic import BaseModel, Field

Amount = Field(description="exact decimal", examples=["15.5"])


class RemarkView(BaseModel):
    """What could not be checked, and why."""

    code: str
    detail: str


class RatingView(BaseModel):
    """What a rating comes to."""

    level: str
    margin: str
    reasons: list[str]


class EffectView(BaseModel):
    """A target's rating as it is, null where it is not in force, and as it would be."""

    code: str
    before: RatingView | None
    after: RatingView


class TargetsTaken(BaseModel):
    """What was done with targets; with `dry_run`, what would be done."""

    dry_run: bool = False
    commit: int = Field(description="0 when nothing was written")
    added: list[str] = Field(description="codes of new targets")
    changed: list[str] = Field(description="codes of targets with a new version")
    unchanged: list[str] = Field(description="codes of targets that said all of that already")
    remarks: list[RemarkView]
    effects: list[EffectView] = Field(description="levels before and after, where asked for")


class TargetItem(BaseModel):
    """One version of a target: the one in force on the day, else the newest."""

    code: str
    name: str
    name_en: str
    holder: str
    holder_name: str
    measure: str
    form: str
    value: str | None = Field(description="null: as handed down, not stated yet")
    incentive: str | None
    unit: str
    base_year: int | None
    first_year: int
    last_year: int
    yearly: dict[str, str]
    shares: list[str]
    binding: str
    elastic: bool
    parent: str
    reserve: str
    unmonitored: str
    cut: str
    undivided: dict[str, str]
    weight: str | None
    rule: str
    exclusions: list[str]
    state: str = Field(description="on the day: draft, approved, in-force or superseded")
    approver: str
    approved_on: str
    effective_from: str
    reason: str
    counterpart: str
    transferred: str | None
    plan: str
    source: str
    confidence: str
    note: str
    version: int
    newest: int = Field(description="the newest version: a draft, or one that begins later")
    commit: int
    recorded_at: str
    by: str
    body: dict[str, Any] | None = Field(
        default=None, description="as it was written; only where one was asked for by its key"
    )


class TargetPage(BaseModel):
    """Targets in the order of their codes."""

    items: list[TargetItem]
    next: str | None = Field(description="pass it as `after` for the next page")


class VersionItem(BaseModel):
    """One version of a target, in short."""

    version: int
    value: str | None
    state: str = Field(description="what it is on the day")
    approver: str
    approved_on: str
    effective_from: str
    reason: str
    counterpart: str
    transferred: str | None
    commit: int
    recorded_at: str
    by: str


class TargetView(TargetItem):
    """One target with its versions, oldest first, and the codes of its parts."""

    versions: list[VersionItem]
    parts: list[str]


class NodeView(BaseModel):
    """A target within a tree."""

    code: str
    name: str
    holder: str
    holder_name: str
    parent: str
    cut: str
    depth: int
    value: str | None
    unit: str
    weight: str | None
    state: str
    version: int


class SumView(BaseModel):
    """How a whole stands to its parts in one cut: parts + undivided − value = difference.

    For reductions `held` is the parts' reduction weighted by GDP, `difference` in points.
    """

    parent: str
    cut: str
    parts: list[str]
    held: str | None
    reserve: str
    unmonitored: str
    undivided: str
    value: str | None
    unit: str
    difference: str | None
    adds_up: bool | None = Field(description="null: it cannot be said yet")
    fault: str
    remark: str


class TreeView(BaseModel):
    """A target with everything below it; each part follows its whole."""

    code: str
    view: str
    nodes: list[NodeView]
    sums: list[SumView]


class StepView(BaseModel):
    """What a target asks for by the end of a quarter, counted from January."""

    period: str = Field(examples=["2025Q3"])
    progress: str = Field(description="k/n, the share of the way that is due", examples=["19/20"])
    year_value: str | None
    required: str | None = Field(description="null with the reason in `missing`")
    unit: str
    missing: list[str]


class PathView(BaseModel):
    """Quarter by quarter what the version of a target asks for."""

    code: str
    version: int
    equal_annual_rate: str | None = Field(
        description="for a reduction: the even yearly fall in per cent, rounded"
    )
    steps: list[StepView]
