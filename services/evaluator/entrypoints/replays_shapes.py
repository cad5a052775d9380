"""What is asked of a rule that is tried, and what is answered."""

from collections.abc import Callable
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from services.evaluator.domain.trials.comparing import Difference, Moved
from services.evaluator.domain.trials.rule import RuleKind

_WHEN = "a date in the subject's zone, or a whole hour such as 2025-01-01T00:00:00+08:00"


class ReplayBody(BaseModel):
    """A rule, for whom it is tried, and over which time; numbers left out stay as in force."""

    model_config = ConfigDict(extra="forbid")

    rule: RuleKind = Field(description="used and pace judge budgets, barometer rates targets")
    thresholds: dict[str, Decimal] | None = Field(
        default=None,
        description="per cent by level; a level that is left out is not raised",
        examples=[{"yellow": "85", "orange": "92", "red": "100"}],
    )
    clear_line_percent: Decimal | None = Field(
        default=None, description="of `used`: levels below 100 % fall at so much of the line"
    )
    fall_points: Decimal | None = Field(
        default=None, description="of `pace`: a level falls so many points below its threshold"
    )
    from_percent: Decimal | None = Field(
        default=None, description="of `pace`: judged from so much of the period on"
    )
    rule_set: str = Field(
        default="", description="of `barometer`: code of a rule set on record", max_length=100
    )
    begin: str = Field(alias="from", description=_WHEN, examples=["2025-01-01"], max_length=40)
    end: str = Field(
        alias="to", description=f"{_WHEN}; not included", examples=["2026-01-01"], max_length=40
    )
    region: str = Field(default="", description="it and all in it", max_length=100)
    subject: str = Field(default="", examples=["enterprise:91150203DEMG00001K"], max_length=200)
    budget: str = Field(default="", description="code of a budget", max_length=200)
    limit: int = Field(default=100, ge=1, le=500, description="budgets, or holders of targets")
    cursor: str = Field(default="", description="`next` of the page before", max_length=300)


class StepView(BaseModel):
    """From the instant on the level is this."""

    at: str
    level: str
    quantity: str = ""
    line: str = ""
    used_percent: str = ""
    period: str = ""


class DifferenceView(BaseModel):
    """When each rule first reaches a level (null: never), and what that means."""

    level: str
    moved: Moved
    tried_at: str | None
    in_force_at: str | None
    hours: int | None = Field(description="by how much later; negative: earlier")


class TrialView(BaseModel):
    """One budget or target by both rules."""

    subject: str
    subject_name: str
    code: str = Field(description="of the budget or target")
    name: str
    period: str
    zone: str
    judged_to: str | None = Field(description="books are judged as far as they are complete")
    in_force: list[StepView]
    tried: list[StepView]
    raised_in_force: int = Field(description="so many times a level rises")
    raised_tried: int
    differences: list[DifferenceView]
    reasons: list[str] = Field(default_factory=list, description="why some period has no level")
    links: dict[str, str]


class ReplayView(BaseModel):
    """A page of what the rule would have raised, beside what the one in force raises.

    Both are applied to the books as they are now: late readings are in their place.
    """

    rule: RuleKind
    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    selected: int = Field(description="budgets or holders in all; this page holds some of them")
    tried: int = Field(description="of this page")
    silent: int = Field(description="of these so many have no level by either rule: left out")
    unjudged: list[str] = Field(description="budgets whose books nobody has judged yet")
    raised_in_force: int
    raised_tried: int
    counts: dict[str, int] = Field(
        description="levels gained, lost, earlier, later, same; add up pages"
    )
    items: list[TrialView]
    next: str | None


def difference_view(one: Difference, at: Callable[[int], str]) -> DifferenceView:
    """at: from an hour to the instant as text."""
    both = one.tried is not None and one.in_force is not None
    return DifferenceView(
        level=one.level.word,
        moved=one.moved,
        tried_at=None if one.tried is None else at(one.tried),
        in_force_at=None if one.in_force is None else at(one.in_force),
        hours=(one.tried or 0) - (one.in_force or 0) if both else None,
    )
