"""`/v1/warnings`: lists, one warning with its history, and the stream of what happens."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.alerts.domain.documents import with_id
from services.alerts.domain.selection import Selection, may_hear, sight_of, tells_of
from services.alerts.entrypoints.door import Caller, Listener, Still
from services.alerts.entrypoints.filters import Selected, number
from services.alerts.entrypoints.shapes import (
    GroupsPage,
    History,
    Summary,
    WarningsPage,
    WarningWithHistory,
)
from services.alerts.entrypoints.views import (
    allowed,
    listed_document,
    suppression_document,
    warning_document,
)
from services.alerts.handlers.feed import Feed
from services.alerts.handlers.suppression import Suppressor
from services.alerts.ports.warnings import Archive, By, Group, Listed, Written
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_see
from shared.model.level import Level

router = APIRouter(prefix="/v1/warnings", tags=["warnings"])

_JSON = "application/json"
_PING_S = 15
_RETRY_MS = 2_000
_SEND_S = 30


@router.get("", summary="Warnings, the newest change first", response_model=WarningsPage)
async def find(
    request: Request,
    caller: Caller,
    selection: Selected,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
    full: Annotated[bool, Query(description="each with sequence, facts and handling")] = False,
    suppression: Annotated[
        bool, Query(description="each suppressed one with why nobody is told of it now")
    ] = False,
) -> Response:
    """Filters add up. Only warnings that the key may see are listed.

    Items are short: `full=true` gives each as it stands by itself, without its history.
    """
    archive: Archive = request.state.archive
    below = number("cursor", cursor) if cursor else None
    page = await archive.find(sight_of(caller), selection, limit=limit, below=below)
    document = warning_document if full else listed_document
    visible = [one for one in page.items if _sees(caller, one)]
    why = await _suppressed(request, visible) if suppression else {}
    body = {
        "items": [{**document(one), **why.get(one.warning.id, {})} for one in visible],
        "next": str(page.items[-1].latest) if page.more else None,
        "newest": page.newest,
    }
    return Response(msgspec.json.encode(body), media_type=_JSON)


async def _suppressed(request: Request, page: list[Listed]) -> Mapping[UUID, dict[str, object]]:
    """Why nobody is told of those of the page that are open and suppressed, gathered once."""
    suppressor: Suppressor = request.state.suppressor
    opened = [one.warning for one in page if one.warning.is_open]
    found = await suppressor.of(opened, request.state.clock())
    return {key: {"suppression": suppression_document(one)} for key, one in found.items()}


@router.get("/summary", summary="How many warnings stand at each level", response_model=Summary)
async def summary(request: Request, caller: Caller, selection: Selected) -> Response:
    """Counts only what the key may see; filters add up. Also the newest entry at that moment."""
    archive: Archive = request.state.archive
    newest = await archive.newest()
    counts = await archive.count(sight_of(caller), selection)
    levels = {level.word: number for level, number in counts.items()}
    return Response(msgspec.json.encode({"levels": levels, "newest": newest}), media_type=_JSON)


@router.get("/groups", summary="Warnings counted in groups", response_model=GroupsPage)
async def groups(
    request: Request,
    caller: Caller,
    selection: Selected,
    by: Annotated[By, Query(description="what makes a group")] = By.REGION,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int, Query(ge=0, description="leave out so many: `next`")] = 0,
) -> Response:
    """The worst group first, then the largest. Without `state`, open warnings are counted.

    `region` counts each warning once, in the nearest region of its subject; `filter` is what to
    give to GET /v1/warnings to list the group (with the region's whole subtree).
    """
    archive: Archive = request.state.archive
    found = await archive.groups(sight_of(caller), selection, by, limit=limit, skip=after)
    following = after + limit
    body = {
        "by": by.value,
        "items": [_group(by, group) for group in found.items],
        "groups": found.groups,
        "warnings": found.warnings,
        "next": following if following < found.groups else None,
    }
    return Response(msgspec.json.encode(body), media_type=_JSON)


@router.get(
    "/stream",
    summary="What happens from now on, as server-sent events",
    response_class=EventSourceResponse,
)
async def stream(
    request: Request,
    _caller: Caller,
    listener: Listener,
    selection: Selected,
    after: Annotated[int | None, Query(ge=0, description="begin after this entry")] = None,
    type_: Annotated[
        list[str] | None,
        Query(
            alias="type",
            description="only these types, such as `warning.raised`, or all of `step`",
        ),
    ] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """One event an entry: its id is the entry's id, its name the type, its data the entry.

    All that happens is told: to warnings, steps, silences, gates and consultations that the key
    may see; `type` (several times, if need be) keeps to some of it.

    Begins with an event `ready`. `Last-Event-ID` (which browsers send by themselves) or `after`
    resumes behind that entry without losing any. Ends when the key is revoked.
    """
    feed: Feed = request.state.feed
    resume = after
    if last_event_id:
        resume = number("Last-Event-ID", last_event_id)
    # An id from another installation would wait for ever.
    begin = feed.newest if resume is None else min(resume, feed.newest)
    events = _events(feed, listener, _Wanted(selection, frozenset(type_ or ())), begin)
    return EventSourceResponse(events, ping=_PING_S, send_timeout=_SEND_S)


@router.get(
    "/{warning}",
    summary="One warning with its whole history and evidence",
    response_model=WarningWithHistory,
)
async def one(request: Request, caller: Caller, warning: UUID) -> Response:
    """404 also for a warning that the key may not see.

    The header `ETag` counts its entries: sent back as `If-Match` with an act, it makes sure that
    nothing has happened in between. `may` names what the key may do about it.
    """
    archive: Archive = request.state.archive
    found = await _found(archive, caller, warning)
    history = [msgspec.Raw(with_id(w.id, w.data)) for w in await archive.history(warning)]
    may = allowed(caller, found.warning)
    body = {**warning_document(found), "may": may, "history": history}
    etag = {"ETag": f'"{found.warning.entries}"'}
    return Response(msgspec.json.encode(body), media_type=_JSON, headers=etag)


@router.get("/{warning}/history", summary="All that happened to it", response_model=History)
async def history(request: Request, caller: Caller, warning: UUID) -> Response:
    """The oldest first. 404 also for a warning that the key may not see."""
    archive: Archive = request.state.archive
    await _found(archive, caller, warning)
    items = [msgspec.Raw(with_id(w.id, w.data)) for w in await archive.history(warning)]
    return Response(msgspec.json.encode({"items": items}), media_type=_JSON)


async def _found(archive: Archive, caller: Principal, warning: UUID) -> Listed:
    found = await archive.warning(warning)
    if found is None or not _sees(caller, found):
        raise no_such_warning(warning)
    return found


def no_such_warning(warning: UUID) -> Problem:
    """The answer for what is not there, or not there for the caller."""
    return Problem(
        404,
        "Not found",
        f"There is no warning {warning} that this key may see; GET /v1/warnings lists those "
        "there are.",
        kind="no-such-warning",
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a listener wants to hear."""

    selection: Selection
    types: frozenset[str]

    def has(self, written: Written) -> bool:
        """Whether the entry is of a wanted type, or the thing's, and of the selection."""
        names = {written.type, written.about.value}
        return (not self.types or bool(self.types & names)) and tells_of(
            self.selection, written.told
        )


def _group(by: By, group: Group) -> dict[str, object]:
    key = Level(int(group.key)).word if by is By.LEVEL else group.key
    return {
        "key": key,
        "filter": {by.value: key} if key else {},
        "worst": group.worst.word,
        "total": group.total,
        "levels": {level.word: n for level, n in sorted(group.counts.items()) if level},
        "newest": group.newest,
    }


async def _events(
    feed: Feed, listener: Still, wanted: "_Wanted", begin: int
) -> AsyncIterator[ServerSentEvent]:
    try:
        yield ServerSentEvent(data="{}", event="ready", id=str(begin), retry=_RETRY_MS)
        async for written in feed.follow(begin):
            if (caller := listener()) is None:
                return
            if may_hear(caller, written.told) and wanted.has(written):
                data = with_id(written.id, written.data).decode()
                yield ServerSentEvent(data=data, event=written.type, id=str(written.id))
    except Unavailable:
        return  # the listener comes back with Last-Event-ID


def _sees(caller: Principal, one: Listed) -> bool:
    warning = one.warning
    return may_see(caller, warning.subject, warning.regions, warning.measure)
