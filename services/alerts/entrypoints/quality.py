"""`/v1/quality`: how good the warnings were, and what another rule would have raised."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.condition import ConditionPolicy
from services.alerts.domain.quality.counting import Row
from services.alerts.domain.quality.stories import Verdict
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.filters import unacceptable
from services.alerts.handlers.quality import QualityDesk, Trial, Tried, Try
from services.alerts.ports.quality import Asked, Replayed
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/quality", tags=["quality"])

CHINA = timezone(timedelta(hours=8))
"""In which dates are read: all of China keeps one time."""

_YEAR = timedelta(days=365)
_LONGEST = timedelta(days=3660)
_WHEN = "an instant, or a date in China's time"


class QualityRow(BaseModel):
    """A rule (in a region) in numbers; times in seconds, medians unless named otherwise."""

    kind: str
    rule: str
    measure: str
    region: str = Field(description="with all below it; empty: all that was asked for")
    warnings: int
    raised: int = Field(description="so many times one was raised, reopened by data included")
    confirmed: int = Field(description="responded to, or closed as handled or accepted")
    false: int = Field(description="closed as false")
    duplicate: int
    open: int
    unanswered: int = Field(description="resolved by data before anybody said anything")
    came_true: int | None = Field(description="early warnings that were followed by the event")
    lead_seconds: float | None = Field(description="from an early warning to what it warned of")
    lead_p90_seconds: float | None
    acknowledged: int
    acknowledge_seconds: float | None
    acknowledge_p90_seconds: float | None
    overdue_steps: int
    noisy: bool
    why: str = Field(description="why it is called noisy")


class QualityPage(BaseModel):
    """Those that were raised most often come first."""

    begin: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")
    items: list[QualityRow]


class ReplayBody(BaseModel):
    """A rule and hold times to be tried; what is left out stays as in force."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["used", "pace", "barometer"] = Field(description="which warnings")
    rule: str = Field(default="", max_length=100, description="of `barometer`: a rule set's code")
    thresholds: dict[str, Decimal] | None = Field(
        default=None,
        description="per cent by level; a level that is left out is not raised",
        examples=[{"yellow": "85", "orange": "92", "red": "100"}],
    )
    clear_line_percent: Decimal | None = None
    fall_points: Decimal | None = None
    from_percent: Decimal | None = None
    hold_seconds: int | None = Field(default=None, ge=0, le=31_536_000)
    keep_active_seconds: int | None = Field(default=None, ge=0, le=31_536_000)
    year: int | None = Field(default=None, ge=2000, le=2100, description="instead of from and to")
    begin: str = Field(default="", alias="from", max_length=40)
    end: str = Field(default="", alias="to", max_length=40)
    region: str = Field(default="", max_length=100)
    subject: str = Field(default="", max_length=200)
    budget: str = Field(default="", max_length=200)
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str = Field(default="", max_length=300)


class TriedShape(BaseModel):
    """A budget or target: what would have been raised, and what was."""

    subject: str
    subject_name: str
    about: str
    about_name: str
    period: str
    would_raise: int
    raised: int
    gained: list[str] = Field(description="levels that only the rule tried reaches")
    lost: list[str] = Field(description="levels that were reached and would not have been")
    lead_seconds: float | None = Field(description="so much sooner; negative: later")


class ReplayPage(BaseModel):
    """A page; ask on with `cursor` and add up."""

    would_raise: int
    raised: int
    gained: int
    lost: int
    silent: int = Field(description="so many have no warning either way: left out")
    items: list[TriedShape]
    next: str | None


@router.get("", summary="How good the warnings were", response_model=QualityPage)
async def quality(
    request: Request,
    caller: Caller,
    *,
    by: Annotated[Literal["rule", "region"], Query(description="count regions each")] = "rule",
    begin: Annotated[str | None, Query(alias="from", description=_WHEN)] = None,
    end: Annotated[str | None, Query(alias="to", description=f"{_WHEN}; not included")] = None,
    region: Annotated[str | None, Query(description="it and all below it")] = None,
    kind: ConditionKind | None = None,
    measure: Measure | None = None,
    rule: str | None = None,
) -> QualityPage:
    """Counts what was raised in the period, by default in the last 365 days, and what came of it.

    Only warnings that the key may see are counted.
    """
    desk: QualityDesk = request.state.quality
    until = _instant("to", end) if end else request.state.clock()
    since = _instant("from", begin) if begin else until - _YEAR
    if not timedelta() < until - since <= _LONGEST:
        raise unacceptable("from", "must lie before `to`, by ten years at most")
    asked = Asked(
        begin=since, end=until, region=region, kind=kind, measure=measure, rule=rule or None
    )
    rows = await desk.report(caller, asked, by_region=by == "region")
    return QualityPage(
        begin=iso(to_us(since)),
        end=iso(to_us(until)),
        items=[_row(row, region or "") for row in rows],
    )


@router.post(
    "/replay",
    summary="What another rule would have raised, beside what was raised",
    response_model=ReplayPage,
    responses={503: {"description": "the evaluator, which judges the past, is away"}},
)
async def replay(request: Request, caller: Caller, wanted: ReplayBody) -> ReplayPage:
    """Judges the past by the rule, lets the hold times pass over it, and compares.

    Nothing is changed. The key sees what it may see of the books and of the warnings.
    """
    desk: QualityDesk = request.state.quality
    kind = ConditionKind(wanted.kind)
    policy = desk.policy_of(kind)
    held = ConditionPolicy(
        hold=_seconds(wanted.hold_seconds, policy.hold),
        keep_active=_seconds(wanted.keep_active_seconds, policy.keep_active),
        least=policy.least,
    )
    key = request.headers.get("authorization", "").partition(" ")[2]
    try:
        trial = await desk.try_rule(caller, Try(kind=kind, body=_question(wanted)), held, key)
    except Unavailable as error:
        raise Problem(
            503,
            "Not available now",
            f"The past cannot be judged now ({error}); please try again.",
            kind="evaluator-away",
            headers={"Retry-After": "5"},
        ) from error
    if trial.refused is not None:
        raise _refused(trial.refused)
    return _page(trial)


def _question(wanted: ReplayBody) -> Mapping[str, Any]:
    """What the evaluator is asked."""
    begin, end = wanted.begin, wanted.end
    if wanted.year is not None:
        begin, end = f"{wanted.year}-01-01", f"{wanted.year + 1}-01-01"
    if not begin or not end:
        raise unacceptable("year", "which time? Say `year`, or `from` and `to`")
    fields = ("thresholds", "clear_line_percent", "fall_points", "from_percent")
    numbers = wanted.model_dump(mode="json", include=set(fields), exclude_none=True)
    return {
        **numbers,
        "rule": wanted.kind,
        "rule_set": wanted.rule if wanted.kind == "barometer" else "",
        "from": begin,
        "to": end,
        "region": wanted.region,
        "subject": wanted.subject,
        "budget": wanted.budget,
        "limit": wanted.limit,
        "cursor": wanted.cursor,
    }


def _refused(answer: Replayed) -> Problem:
    body = answer.body
    return Problem(
        answer.status,
        str(body.get("title") or "This cannot be replayed"),
        str(body.get("detail") or "The evaluator refused it."),
        kind=str(body.get("type") or "bad-replay").rpartition("/")[2].rpartition(":")[2],
    )


def _page(trial: Trial) -> ReplayPage:
    found = [one.comparison for one in trial.items]
    return ReplayPage(
        would_raise=sum(one.would_raise for one in found),
        raised=sum(one.raised for one in found),
        gained=sum(len(one.gained) for one in found),
        lost=sum(len(one.lost) for one in found),
        silent=trial.silent,
        items=[_tried(one) for one in trial.items],
        next=trial.next,
    )


def _tried(one: Tried) -> TriedShape:
    found = one.comparison
    return TriedShape(
        subject=one.subject,
        subject_name=one.subject_name,
        about=one.about,
        about_name=one.about_name,
        period=one.period,
        would_raise=found.would_raise,
        raised=found.raised,
        gained=[level.word for level in found.gained],
        lost=[level.word for level in found.lost],
        lead_seconds=_span(found.lead),
    )


def _row(row: Row, region: str) -> QualityRow:
    group = row.group
    return QualityRow(
        kind=group.kind,
        rule=group.rule,
        measure=group.measure,
        region=group.region or region,
        warnings=row.warnings,
        raised=row.raised,
        confirmed=row.verdicts[Verdict.CONFIRMED],
        false=row.verdicts[Verdict.FALSE],
        duplicate=row.verdicts[Verdict.DUPLICATE],
        open=row.verdicts[Verdict.OPEN],
        unanswered=row.verdicts[Verdict.UNANSWERED],
        came_true=row.came_true,
        lead_seconds=_span(row.lead),
        lead_p90_seconds=_span(row.lead_p90),
        acknowledged=row.acknowledged,
        acknowledge_seconds=_span(row.acknowledge),
        acknowledge_p90_seconds=_span(row.acknowledge_p90),
        overdue_steps=row.overdue_steps,
        noisy=bool(row.why_noisy),
        why=row.why_noisy,
    )


def _span(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _seconds(wanted: int | None, default: timedelta) -> timedelta:
    return default if wanted is None else timedelta(seconds=wanted)


def _instant(name: str, text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=CHINA)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise unacceptable(name, f"{text!r} is neither a date nor an instant") from error
    if found.tzinfo is None:
        raise unacceptable(name, "an instant needs a zone, as in 2026-05-01T00:00:00Z")
    return found
