"""`/v1/silences` and `/v1/warnings/{id}/suppression`: who hides what from whom, and why."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.matchers import Matchers, parse_matcher
from services.alerts.domain.suppression.explaining import Suppression
from services.alerts.domain.suppression.shown import Shown, sees, shown_of
from services.alerts.domain.suppression.silences import Silence, State, is_second
from services.alerts.domain.suppression.viewing import Preview, may_handle, person
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.silences_refusals import decided, unacceptable
from services.alerts.handlers.silences import SilenceDesk, Wanted, needs_second
from services.alerts.handlers.suppression import Suppressor
from services.alerts.ports.warnings import Archive
from shared.kit.web import Problem
from shared.model.access import Principal
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/silences", tags=["silences"])
of_warnings = APIRouter(prefix="/v1/warnings", tags=["silences"])

_DEFAULT = timedelta(hours=24)


class Matched(BaseModel):
    """What a silence is to hide."""

    model_config = ConfigDict(extra="forbid")

    matchers: list[str] = Field(
        min_length=1,
        max_length=50,
        description="all must match; written as in Alertmanager",
        examples=[['region=~"1502.*"', 'level=~"notice|yellow"']],
    )


class Trial(Matched):
    """A silence that is only thought of; when and why does not matter yet."""

    reason: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class NewSilence(Matched):
    """A silence to make, or as it is to be."""

    reason: str = Field(min_length=1, max_length=2_000, examples=["检修期间，6 月 3 日前"])
    starts_at: datetime | None = Field(default=None, description="now, if it is left out")
    ends_at: datetime | None = Field(default=None, description="24 h later, if it is left out")


class Comment(BaseModel):
    """What the second person has to say."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field(default="", max_length=2_000)


class PersonShape(BaseModel):
    """Who did it."""

    name: str
    key_id: str
    role: str


class ApprovalShape(BaseModel):
    """The second person."""

    by: PersonShape
    at: str
    comment: str


class ReachShape(BaseModel):
    """What a silence speaks of, when it was last looked at."""

    count: int = Field(description="open warnings")
    grave: int = Field(description="red ones of leagues and above among them")
    at: str


class SilenceShape(BaseModel):
    """A silence. It never changes a warning: it explains why nobody is told of it."""

    id: str
    state: str = Field(description="pending_approval, pending, active or expired")
    matchers: list[str]
    owner: PersonShape = Field(description="whose key made or last changed it")
    author: str = Field(description="the name that a client of Alertmanager's API gave")
    reason: str
    starts_at: str
    ends_at: str
    created_at: str
    updated_at: str
    ended_at: str | None
    reach: ReachShape
    needs_approval: bool
    approval: ApprovalShape | None
    replaces: str | None = Field(description="the silence that it was made from by a change")
    flaw: str = Field(description="why it can never hide anything; empty if it can")
    may: list[str] = Field(description="what this key may do with it: edit, approve, expire")


class SilencesPage(BaseModel):
    """Silences, newest first."""

    items: list[SilenceShape]


class HiddenShape(BaseModel):
    """A warning that would be hidden."""

    id: str
    subject: str
    subject_name: str
    kind: str
    level: str
    measure: str
    labels: dict[str, str]


class PreviewShape(BaseModel):
    """What a silence would hide now."""

    count: int
    grave: int = Field(description="red ones of leagues and above")
    needs_approval: bool = Field(description="whether a second person would have to approve it")
    levels: dict[str, int]
    regions: dict[str, int] = Field(description="by the nearest region, the largest 100")
    warnings: list[HiddenShape] = Field(description="the worst 20")


class ReasonShape(BaseModel):
    """Why nobody is told."""

    by: str = Field(description="silence, inhibition or quiet_time")
    id: str = Field(description="of the silence or the warning that mutes; the quiet time's name")
    owner: str
    reason: str
    until: str | None


class SuppressionShape(BaseModel):
    """Whether anybody is told of a warning now: the first reason, and all there are."""

    suppressed: bool
    by: str | None = Field(description="of the first reason; null if people are told")
    id: str | None
    owner: str | None
    reason: str | None
    until: str | None
    reasons: list[ReasonShape]


@router.get("", summary="Silences that the key may see, newest first")
async def list_all(
    request: Request,
    caller: Caller,
    state: Annotated[list[State] | None, Query(description="only these states")] = None,
) -> SilencesPage:
    """Ended ones stay in the list for a while (30 days by default)."""
    desk: SilenceDesk = request.state.silences
    now = desk.clock()
    found = await desk.listed(caller)
    kept = [one for one in found if not state or one.state(now) in state]
    return SilencesPage(items=[silence_shape(one, caller, now) for one in kept])


@router.post("/preview", summary="What a silence would hide now, before it is made")
async def preview(request: Request, caller: Caller, wanted: Trial) -> PreviewShape:
    """Only what the caller may act upon: a silence never hides more than that."""
    desk: SilenceDesk = request.state.silences
    with decided():
        found = await desk.preview(caller, _matchers(wanted))
    return _preview_shape(found, desk)


@router.post("", status_code=201, summary="Make a silence")
async def create(request: Request, caller: Caller, wanted: NewSilence) -> SilenceShape:
    """One that would hide too much waits in the state pending_approval for a second person."""
    desk: SilenceDesk = request.state.silences
    with decided():
        made = await desk.create(caller, _wanted(wanted, desk))
    request.state.word()
    return silence_shape(made, caller, desk.clock())


@router.get("/{silence}", summary="One silence")
async def one(request: Request, caller: Caller, silence: UUID) -> SilenceShape:
    """404 also for a silence that the key may not see."""
    desk: SilenceDesk = request.state.silences
    with decided():
        return silence_shape(await desk.one(caller, silence), caller, desk.clock())


@router.put("/{silence}", summary="Change a silence")
async def edit(request: Request, caller: Caller, silence: UUID, wanted: NewSilence) -> SilenceShape:
    """With other matchers it becomes another silence with another id, and the old one ends.

    What hides more than before, or for longer, is judged anew and loses its approval.
    """
    desk: SilenceDesk = request.state.silences
    with decided():
        made = await desk.edit(caller, silence, _wanted(wanted, desk))
    request.state.word()
    return silence_shape(made, caller, desk.clock())


@router.post("/{silence}/approve", summary="Be the second person for a silence that hides much")
async def approve(
    request: Request, caller: Caller, silence: UUID, comment: Comment | None = None
) -> SilenceShape:
    """Another key of another name than the one that made it, allowed to act on all it hides."""
    desk: SilenceDesk = request.state.silences
    with decided():
        made = await desk.approve(caller, silence, comment.comment if comment else "")
    request.state.word()
    return silence_shape(made, caller, desk.clock())


@router.post("/{silence}/expire", summary="End a silence now")
async def expire(request: Request, caller: Caller, silence: UUID) -> SilenceShape:
    """What it hid is told again by itself: nothing has to be repaired."""
    desk: SilenceDesk = request.state.silences
    with decided():
        ended = await desk.expire(caller, silence)
    request.state.word()
    return silence_shape(ended, caller, desk.clock())


@of_warnings.get("/{warning}/suppression", summary="Why nobody is told of a warning now")
async def suppression(request: Request, caller: Caller, warning: UUID) -> SuppressionShape:
    """Worked out at this moment from silences, open warnings above it, and quiet times."""
    archive: Archive = request.state.archive
    suppressor: Suppressor = request.state.suppressor
    desk: SilenceDesk = request.state.silences
    found = await archive.warning(warning)
    if found is None or not sees(caller, shown_of(found.warning)):
        raise Problem(
            404,
            "Not found",
            f"There is no warning {warning} that this key may see; GET /v1/warnings lists those "
            "there are.",
            kind="no-such-warning",
        )
    shown = shown_of(found.warning)
    reasons = await suppressor.explanations([shown], desk.clock()) if found.warning.is_open else {}
    shapes = [_reason_shape(one) for one in reasons.get(shown.id, ())]
    first = shapes[0].model_dump() if shapes else dict.fromkeys(ReasonShape.model_fields)
    return SuppressionShape(suppressed=bool(shapes), reasons=shapes, **first)


def silence_shape(silence: Silence, caller: Principal, now: datetime) -> SilenceShape:
    """The silence as it is shown."""
    approval = silence.approval
    sent = silence.as_sent
    texts = [f'{n}{o}"{v}"' for n, o, v in sent] if sent else [str(m) for m in silence.matchers]
    return SilenceShape(
        id=str(silence.id),
        state=silence.state(now).value,
        matchers=texts,
        owner=PersonShape(**person(silence.owner)),
        author=silence.author,
        reason=silence.reason,
        starts_at=iso(to_us(silence.starts_at)),
        ends_at=iso(to_us(silence.ends_at)),
        created_at=iso(to_us(silence.created_at)),
        updated_at=iso(to_us(silence.updated_at)),
        ended_at=_iso(silence.ended_at),
        reach=ReachShape(
            count=silence.reach.count,
            grave=silence.reach.grave,
            at=iso(to_us(silence.reach.at)),
        ),
        needs_approval=silence.wide and approval is None,
        approval=approval
        and ApprovalShape(
            by=PersonShape(**person(approval.by)),
            at=iso(to_us(approval.at)),
            comment=approval.comment,
        ),
        replaces=str(silence.replaces) if silence.replaces else None,
        flaw=silence.flaw,
        may=_may(silence, caller, now),
    )


def _may(silence: Silence, caller: Principal, now: datetime) -> list[str]:
    state = silence.state(now)
    if state is State.EXPIRED or not may_handle(caller, silence):
        return []
    asked = state is State.PENDING_APPROVAL and is_second(silence, caller)
    return ["edit", *(("approve",) if asked else ()), "expire"]


def _preview_shape(found: Preview, desk: SilenceDesk) -> PreviewShape:
    return PreviewShape(
        count=found.reach.count,
        grave=found.reach.grave,
        needs_approval=needs_second(found, desk.guard),
        levels={level.word: count for level, count in found.by_level.items()},
        regions=dict(found.by_region),
        warnings=[_hidden(shown) for shown in found.first],
    )


def _hidden(shown: Shown) -> HiddenShape:
    return HiddenShape(
        id=str(shown.id),
        subject=shown.subject,
        subject_name=shown.subject_name,
        kind=shown.kind.value,
        level=shown.level.word,
        measure=shown.measure.value,
        labels=dict(shown.labels),
    )


def _reason_shape(reason: Suppression) -> ReasonShape:
    return ReasonShape(
        by=reason.by.value,
        id=reason.id,
        owner=reason.owner,
        reason=reason.reason,
        until=_iso(reason.until),
    )


def _matchers(wanted: Matched) -> Matchers:
    try:
        found = tuple(parse_matcher(text) for text in wanted.matchers)
    except ValueError as error:
        raise unacceptable("matchers", str(error)) from error
    if all(matcher.matches({}) for matcher in found):
        raise unacceptable(
            "matchers",
            "this would hide everything: at least one must not match an empty label, as in "
            'region=~"1502.*"',
        )
    return found


def _wanted(wanted: NewSilence, desk: SilenceDesk) -> Wanted:
    matchers = _matchers(wanted)
    now = desk.clock()
    starts_at = _aware("starts_at", wanted.starts_at) or now
    begins = max(starts_at, now)
    ends_at = _aware("ends_at", wanted.ends_at) or begins + min(_DEFAULT, desk.guard.longest)
    if ends_at <= begins:
        raise unacceptable("ends_at", "it must lie after the beginning, and not in the past")
    if ends_at - begins > desk.guard.longest:
        days = desk.guard.longest / timedelta(days=1)
        raise unacceptable(
            "ends_at", f"a silence lasts at most {days:g} days; prolong it when its end is near"
        )
    if not wanted.reason.strip():
        raise unacceptable("reason", "say why nobody is to be told")
    return Wanted(
        matchers=matchers, reason=wanted.reason.strip(), starts_at=starts_at, ends_at=ends_at
    )


def _aware(name: str, instant: datetime | None) -> datetime | None:
    if instant is not None and instant.tzinfo is None:
        raise unacceptable(name, "an instant needs a zone, as in 2026-05-01T00:00:00+08:00")
    return instant


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else iso(to_us(instant))
