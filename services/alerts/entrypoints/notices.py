"""`/v1/notices`: who was told what by which way, every attempt, and a stream for recipients."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import State
from services.alerts.entrypoints.door import Caller, Listener, Still
from services.alerts.ports.telling import Attempt, Noted, NoticeLog, Wanted
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_operate, may_see
from shared.model.condition import Measure
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/notices", tags=["notices"])

_PING_S = 15
_RETRY_MS = 2_000
_SEND_S = 30
_LOOK_S = 1.0
_AT_ONCE = 200
_MOST_LOOKS = 10


class NoticeShown(BaseModel):
    """One notice at one address of its recipient; the body of the notice is in `document`."""

    number: int
    notice: str
    recipient: str
    address: str
    channel: str
    reason: str
    state: str = Field(description="waiting, delivered or failed")
    level: str
    created_at: str
    attempts: int
    next_at: str | None
    last_at: str | None
    last_status: int | None
    last_detail: str


class AttemptShown(BaseModel):
    """One line of the log: an attempt was begun, or answered."""

    attempt: int
    step: str
    at: str
    copy_of_service: int
    repeats: bool = Field(description="an earlier attempt may have arrived")
    result: str
    status: int | None
    detail: str


class NoticeWhole(NoticeShown):
    """A notice with what was said, and all its attempts."""

    document: dict[str, Any]
    rendered: dict[str, Any]
    log: list[AttemptShown]


class NoticesPage(BaseModel):
    """Notices, the newest first."""

    items: list[NoticeShown]
    next: str | None = Field(description="pass as `cursor` for the next page; null on the last")


@router.get("", summary="Who was told, the newest first")
async def find(
    request: Request,
    caller: Caller,
    warning: UUID | None = None,
    recipient: str | None = None,
    channel: ChannelKind | None = None,
    state: State | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[int | None, Query(ge=0, description="`next` of the page before")] = None,
) -> NoticesPage:
    """Filters add up. Only notices are listed of which the key may see every warning."""
    log: NoticeLog = request.state.notice_log
    wanted = Wanted(warning=warning, recipient=recipient, channel=channel, state=state)
    items: list[NoticeShown] = []
    below, more = cursor, True
    for _ in range(_MOST_LOOKS):
        found = await log.find(wanted, limit=limit, below=below)
        more = len(found) == limit
        for one in found:
            below = one.number
            if _sees(caller, one):
                items.append(_shown(one))
            if len(items) == limit:
                return NoticesPage(items=items, next=str(below))
        if not more:
            break
    return NoticesPage(items=items, next=str(below) if more else None)


@router.get(
    "/stream",
    summary="Notices for streams, as server-sent events",
    response_class=EventSourceResponse,
)
async def stream(
    request: Request,
    _caller: Caller,
    listener: Listener,
    recipient: Annotated[str | None, Query(description="only those to this contact")] = None,
    after: Annotated[int | None, Query(ge=0, description="begin after this notice")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Notices to addresses of the channel `stream`, each with its number as the event's id.

    Begins with an event `ready`. `Last-Event-ID` (which browsers send by themselves) or `after`
    resumes behind that notice without losing any. Ends when the key is revoked.
    """
    log: NoticeLog = request.state.notice_log
    newest = await log.newest()
    resume = after
    if last_event_id and last_event_id.isdecimal() and len(last_event_id) <= 18:
        resume = int(last_event_id)
    begin = newest if resume is None else min(resume, newest)
    wanted = Wanted(recipient=recipient, channel=ChannelKind.STREAM)
    return EventSourceResponse(
        _events(log, listener, wanted, begin), ping=_PING_S, send_timeout=_SEND_S
    )


@router.get("/{number}", summary="One notice with every attempt and answer")
async def one(request: Request, caller: Caller, number: int) -> NoticeWhole:
    """404 also for a notice that speaks of anything that the key may not see."""
    log: NoticeLog = request.state.notice_log
    found = await log.one(number) if 0 <= number < 1 << 62 else None
    if found is None or not _sees(caller, found[0]):
        raise Problem(
            404,
            "Not found",
            f"There is no notice {number} that this key may see; GET /v1/notices lists those "
            "there are.",
            kind="no-such-notice",
        )
    noted, attempts = found
    return NoticeWhole(
        **_shown(noted).model_dump(),
        document=dict(noted.document),
        rendered=dict(noted.rendered),
        log=[_attempt(attempt) for attempt in attempts],
    )


async def _events(
    log: NoticeLog, listener: Still, wanted: Wanted, begin: int
) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(data="{}", event="ready", id=str(begin), retry=_RETRY_MS)
    try:
        while (caller := listener()) is not None:
            found = await log.find(wanted, limit=_AT_ONCE, after=begin)
            for one in found:
                begin = one.number
                if _sees(caller, one):
                    data = msgspec.json.encode(one.document).decode()
                    yield ServerSentEvent(data=data, event="notice", id=str(one.number))
            if not found:
                await asyncio.sleep(_LOOK_S)
    except Unavailable:
        return  # the listener comes back with Last-Event-ID


def _sees(caller: Principal, noted: Noted) -> bool:
    if may_operate(caller):
        return True
    items = list(_items(noted))
    return bool(items) and all(
        may_see(caller, item["subject"], item["regions"], Measure(item["measure"]))
        for item in items
    )


def _items(noted: Noted) -> Iterator[dict[str, Any]]:
    for name in ("firing", "resolved", "muted"):
        yield from noted.document[name]


def _shown(noted: Noted) -> NoticeShown:
    return NoticeShown(
        number=noted.number,
        notice=str(noted.notice),
        recipient=noted.recipient,
        address=noted.address,
        channel=noted.channel.value,
        reason=noted.reason.value,
        state=noted.state.value,
        level=noted.level.word,
        created_at=iso(to_us(noted.created_at)),
        attempts=noted.attempts,
        next_at=_iso(noted.next_at),
        last_at=_iso(noted.last_at),
        last_status=noted.last_status,
        last_detail=noted.last_detail,
    )


def _attempt(attempt: Attempt) -> AttemptShown:
    return AttemptShown(
        attempt=attempt.attempt,
        step=attempt.step,
        at=iso(to_us(attempt.at)),
        copy_of_service=attempt.copy,
        repeats=attempt.repeats,
        result=attempt.result,
        status=attempt.status,
        detail=attempt.detail,
    )


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else iso(to_us(instant))
