"""`/v1/warnings`: lists, one warning with its history, and the stream of what happens."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.alerts.domain.documents import change_document, with_id
from services.alerts.domain.handling import State
from services.alerts.domain.selection import (
    Selection,
    may_hear,
    sight_of,
    tells_of,
)
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.shapes import Summary, WarningsPage, WarningWithHistory
from services.alerts.handlers.feed import Feed
from services.alerts.ports.warnings import Archive, Listed
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.instants import hour_iso, iso, to_us
from shared.model.level import Level

router = APIRouter(prefix="/v1/warnings", tags=["warnings"])

_JSON = "application/json"
_PING_S = 15
_RETRY_MS = 2_000
_SEND_S = 30


def _level(
    level: Annotated[str | None, Query(description="at least this level")] = None,
) -> Level | None:
    if level is None:
        return None
    try:
        return Level.of(level)
    except ValueError as error:
        raise _unacceptable("level", str(error)) from error


def _since(
    since: Annotated[datetime | None, Query(description="changed at or after this instant")] = None,
) -> datetime | None:
    if since is not None and since.tzinfo is None:
        raise _unacceptable("since", "an instant needs a zone, as in 2026-05-01T00:00:00Z")
    return since


def _selection(
    level: Annotated[Level | None, Depends(_level)],
    since: Annotated[datetime | None, Depends(_since)],
    subject: Annotated[str | None, Query(examples=["region:150000"])] = None,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
    state: Literal["open", "resolved"] | None = None,
    rule: str | None = None,
    budget: Annotated[str | None, Query(description="the budget's code")] = None,
) -> Selection:
    return Selection(
        subject=subject,
        region=region,
        level=level,
        state=None if state is None else State(state),
        rule=rule,
        about=budget,
        since=since,
    )


def _unacceptable(name: str, detail: str) -> Problem:
    return Problem(422, "Some values are not acceptable", f"{name}: {detail}", kind="bad-filter")


Selected = Annotated[Selection, Depends(_selection)]


@router.get("", summary="Warnings, the newest change first", response_model=WarningsPage)
async def find(
    request: Request,
    caller: Caller,
    selection: Selected,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> Response:
    """Filters add up. Only warnings that the key may see are listed."""
    archive: Archive = request.state.archive
    below = _number("cursor", cursor) if cursor else None
    page = await archive.find(sight_of(caller), selection, limit=limit, below=below)
    visible = [one for one in page.items if _sees(caller, one)]
    body = {
        "items": [warning_document(one) for one in visible],
        "next": str(page.items[-1].latest) if page.more else None,
        "newest": page.newest,
    }
    return Response(msgspec.json.encode(body), media_type=_JSON)


@router.get("/summary", summary="How many warnings stand at each level", response_model=Summary)
async def summary(request: Request, caller: Caller, selection: Selected) -> Response:
    """Counts only what the key may see; filters add up. Also the newest entry at that moment."""
    archive: Archive = request.state.archive
    newest = await archive.newest()
    counts = await archive.count(sight_of(caller), selection)
    levels = {level.word: number for level, number in counts.items()}
    return Response(msgspec.json.encode({"levels": levels, "newest": newest}), media_type=_JSON)


@router.get(
    "/stream",
    summary="What happens from now on, as server-sent events",
    response_class=EventSourceResponse,
)
async def stream(
    request: Request,
    caller: Caller,
    selection: Selected,
    after: Annotated[int | None, Query(ge=0, description="begin after this entry")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """One event an entry: its id is the entry's id, its name the type, its data the entry.

    Begins with an event `ready`. `Last-Event-ID` (which browsers send by themselves) or `after`
    resumes behind that entry without losing any.
    """
    feed: Feed = request.state.feed
    resume = after
    if last_event_id:
        resume = _number("Last-Event-ID", last_event_id)
    # An id from another installation would wait for ever.
    begin = feed.newest if resume is None else min(resume, feed.newest)
    events = _events(feed, caller, selection, begin)
    return EventSourceResponse(events, ping=_PING_S, send_timeout=_SEND_S)


@router.get(
    "/{warning}",
    summary="One warning with its whole history and evidence",
    response_model=WarningWithHistory,
)
async def one(request: Request, caller: Caller, warning: UUID) -> Response:
    """404 also for a warning that the key may not see."""
    archive: Archive = request.state.archive
    found = await archive.warning(warning)
    if found is None or not _sees(caller, found):
        raise Problem(
            404,
            "Not found",
            f"There is no warning {warning} that this key may see; GET /v1/warnings lists those "
            "there are.",
            kind="no-such-warning",
        )
    history = [msgspec.Raw(with_id(w.id, w.data)) for w in await archive.history(warning)]
    body = {**warning_document(found), "history": history}
    return Response(msgspec.json.encode(body), media_type=_JSON)


async def _events(
    feed: Feed, caller: Principal, selection: Selection, begin: int
) -> AsyncIterator[ServerSentEvent]:
    try:
        yield ServerSentEvent(data="{}", event="ready", id=str(begin), retry=_RETRY_MS)
        async for written in feed.follow(begin):
            if may_hear(caller, written.told) and tells_of(selection, written.told):
                data = with_id(written.id, written.data).decode()
                yield ServerSentEvent(data=data, event=written.type, id=str(written.id))
    except Unavailable:
        return  # the listener comes back with Last-Event-ID


def _number(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise _unacceptable(name, f"{text!r} was not given out here")
    return int(text)


def _sees(caller: Principal, one: Listed) -> bool:
    return may_read(caller, one.warning.subject, one.warning.regions)


def warning_document(one: Listed) -> dict[str, object]:
    """A warning as people and programs read it."""
    warning = one.warning
    return {
        "id": str(warning.id),
        "subject": warning.subject,
        "subject_name": warning.subject_name,
        "regions": warning.regions,
        "rule": warning.rule,
        "state": "open" if warning.is_open else "resolved",
        "level": warning.level.word,
        "highest": warning.highest.word,
        "since": hour_iso(warning.sequence[-1].hour) if warning.sequence else None,
        "opened_at": iso(to_us(warning.opened_at)),
        "changed_at": iso(to_us(warning.changed_at)),
        "watermark": iso(to_us(warning.watermark)),
        "entries": warning.entries,
        "latest": one.latest,
        "sequence": [change_document(change) for change in warning.sequence],
        **warning.facts,
    }
