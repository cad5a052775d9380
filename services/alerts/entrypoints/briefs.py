"""`/v1/briefs`: situation briefs (形势分析) as they are asked for, read and compared."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Query, Request, Response

from services.alerts.domain.briefs.comparing import Compared, compare
from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.flow import Brief, Order, RefusedError, State
from services.alerts.domain.briefs.schedule import begins, kind_of
from services.alerts.domain.briefs.telling import label
from services.alerts.domain.documents import with_id
from services.alerts.domain.selection import sight_of
from services.alerts.entrypoints.briefs_asking import check_commit, check_known
from services.alerts.entrypoints.briefs_parts import (
    answered_with,
    brief_view,
    check_may,
    doors_of,
    may_see_brief,
    person,
    refusal,
    seen,
    unprintable,
    view_answer,
)
from services.alerts.entrypoints.briefs_shapes import (
    BriefHistory,
    BriefShape,
    BriefsPage,
    ComparisonShape,
    FactsShape,
    MakeBrief,
    RemadeShape,
)
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.ladder_parts import answered, unacceptable, unknown
from services.alerts.handlers.briefs.calendar import Spot, fresh_brief
from services.alerts.ports.briefs import AskedInVainError, BriefFilter, CannotPrintError, Listed
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, Role

router = APIRouter(prefix="/v1/briefs", tags=["briefs"])

_JSON = "application/json"
_PERIOD = "brief-period"
_CLEAN = {"X-Content-Type-Options": "nosniff"}


@router.post(
    "", status_code=202, summary="Have a brief made, or made anew", response_model=BriefShape
)
async def make(request: Request, caller: Caller, wanted: MakeBrief) -> Response:
    """Its state is `making`; look again until it is another one.

    404 for a region that the evaluator does not know, 422 for an `as_of` newer than its newest
    commit; while it is away the brief waits for it.
    409 once it is approved (return it first) or published (what changes then becomes errata).
    """
    doors = doors_of(request)
    try:
        kind, first = kind_of(wanted.period).value, begins(wanted.period)
    except ValueError as error:
        raise unacceptable("period", str(error), _PERIOD) from error
    now: datetime = request.state.clock()
    chain = await doors.parts.chain(wanted.region)
    settings, _ = await doors.parts.settings_of(chain)
    _check_begun(wanted.period, first, now.astimezone(ZoneInfo(settings.zone)).date())
    spot = Spot(code=wanted.region, name=wanted.region, level="", chain=chain, completeness=None)
    asked = fresh_brief(spot, settings, wanted.period, kind, now)
    known = await doors.parts.store.one(asked.id)
    # Where there is one already, it is known for sure where the region lies.
    place = known.brief if known else asked
    if not may_see_brief(caller, place):
        raise unknown(f"region {wanted.region}")
    check_may(caller, place, "have briefs made")
    await check_known(request, wanted.region)
    order = _order(wanted, place.order)
    await _check_journal(request, order)
    await check_commit(request, order.commit)
    try:
        await doors.acts.order(asked, order, person(caller))
    except RefusedError as error:
        raise refusal(asked.id, error) from error
    doors.wake()
    return await answered_with(request, asked.id, 202)


def _order(wanted: MakeBrief, before: Order) -> Order:
    """What is wanted; in the languages that were asked for before unless others are now."""
    return Order(
        commit=int(wanted.as_of.removeprefix("commit:")) if wanted.as_of else None,
        journal=wanted.desk_as_of,
        words=tuple(Language(one) for one in wanted.languages or before.words),
    )


def _check_begun(period: str, first: date, today: date) -> None:
    if first > today:
        raise unacceptable(
            "period",
            f"{period} has not begun yet: it can be asked for from {first} on; today is {today}",
            _PERIOD,
        )


async def _check_journal(request: Request, order: Order) -> None:
    if order.journal is None:
        return
    newest = await doors_of(request).parts.history.newest()
    if order.journal > newest:
        raise unacceptable("desk_as_of", f"the journal's newest entry is {newest}")


@router.get("", summary="Briefs, the newest first", response_model=BriefsPage)
async def find(
    request: Request,
    caller: Caller,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
    period: Annotated[str | None, Query(examples=["2026Q3"])] = None,
    state: State | None = None,
    edition: Annotated[Edition | None, Query(description="those that have it")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
) -> Response:
    """Sheets of errata are among them, as kind `errata`."""
    wanted = BriefFilter(
        region=region,
        period=period,
        state=state,
        is_public=None if edition is not Edition.PUBLIC else True,
    )
    found = await _visible(request, caller, wanted, limit + 1, after)
    page = found[:limit]
    body = {
        "items": [brief_view(one) for one in page],
        "next": str(page[-1].place) if len(found) > limit else None,
    }
    return answered(body)


async def _visible(
    request: Request, caller: Principal, wanted: BriefFilter, limit: int, below: int | None
) -> list[Listed]:
    if caller.role is Role.SENDER:
        return []
    store = doors_of(request).parts.store
    return list(await store.find(sight_of(caller), wanted, limit=limit, below=below))


@router.get(
    "/compare", summary="Figures in which two briefs differ", response_model=ComparisonShape
)
async def compared(
    request: Request,
    caller: Caller,
    a: Annotated[UUID, Query(description="the one")],
    b: Annotated[UUID, Query(description="the other, such as the next period's")],
) -> Response:
    """Cells of tables, marks of charts and sentences, by names that are the same in both."""
    first, second = [await _office(request, caller, key) for key in (a, b)]
    found = [_compared(one) for one in compare(first, second)]
    return answered({"a": str(a), "b": str(b), "items": found})


async def _office(request: Request, caller: Principal, key: UUID) -> Mapping[Language, Document]:
    found = await seen(request, caller, key)
    _, pages = await _made(request, found.brief)
    shown = doors_of(request).parts.scribe.pages(pages)
    return {
        language: page for (language, edition), page in shown.items() if edition is Edition.OFFICE
    }


def _compared(one: Compared) -> dict[str, object]:
    return {
        "name": one.name,
        "label": label(one.label),
        "where": label(one.where),
        "a": one.a,
        "b": one.b,
        "change": one.change,
    }


@router.get("/{brief}", summary="One brief", response_model=BriefShape)
async def one(request: Request, caller: Caller, brief: UUID) -> Response:
    """Where it stands, its files, and what corrects it."""
    return view_answer(await seen(request, caller, brief))


@router.get("/{brief}/errata", summary="What corrects it", response_model=BriefsPage)
async def errata(request: Request, caller: Caller, brief: UUID) -> Response:
    """Sheets of errata, the oldest first."""
    found = await seen(request, caller, brief)
    store = doors_of(request).parts.store
    sheets = [await store.one(key) for key, _ in found.sheets]
    return answered({"items": [brief_view(sheet) for sheet in sheets if sheet], "next": None})


@router.get("/{brief}/history", summary="All that happened to it", response_model=BriefHistory)
async def history(request: Request, caller: Caller, brief: UUID) -> Response:
    """The journal's entries, the oldest first: made, edited, returned, approved, published."""
    await seen(request, caller, brief)
    found = await doors_of(request).parts.store.history(brief)
    return answered({"items": [msgspec.Raw(with_id(entry, data)) for entry, data in found]})


@router.get("/{brief}/facts", summary="All its figures", response_model=FactsShape)
async def facts(request: Request, caller: Caller, brief: UUID) -> Response:
    """Exactly, as the evaluator and the warning desk told them; nothing is rounded."""
    found = await seen(request, caller, brief)
    kept, _ = await _made(request, found.brief)
    return Response(kept, media_type=_JSON, headers=_CLEAN)


@router.get("/{brief}/document", summary="Its text, tables and charts", response_model=FactsShape)
async def document(
    request: Request,
    caller: Caller,
    brief: UUID,
    lang: Language = Language.ZH,
    edition: Edition = Edition.OFFICE,
) -> Response:
    """As they are printed, in one language; blocks say their `type`."""
    found = await seen(request, caller, brief)
    _, kept = await _made(request, found.brief)
    page = doors_of(request).parts.scribe.page(kept, lang, edition)
    if page is None:
        raise unknown(f"{edition.value} edition of brief {brief} in the language {lang.value}")
    return Response(page, media_type=_JSON, headers=_CLEAN)


@router.get("/{brief}/files/{name}", summary="A finished file", response_class=Response)
async def file(request: Request, caller: Caller, brief: UUID, name: str) -> Response:
    """The bytes; their ETag is the sha256 that the list names."""
    found = await seen(request, caller, brief)
    return await file_answer(request, found.brief, name)


async def file_answer(request: Request, brief: Brief, name: str) -> Response:
    """A file of a brief, or 304 for whoever has it already; raises 404."""
    kept = brief.file(name)
    data = await doors_of(request).parts.store.data(kept.sha256) if kept else None
    if kept is None or data is None:
        names = ", ".join(one.name for one in brief.files) or "none yet"
        raise unknown(f"file {name!r} of brief {brief.id} (there are: {names})")
    etag = f'"{kept.sha256}"'
    # A page that somebody opens may run nothing.
    headers = {**_CLEAN, "ETag": etag, "Content-Security-Policy": "sandbox"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{kept.name}"'
    return Response(data, media_type=kept.media_type, headers=headers)


@router.post(
    "/{brief}/remake",
    summary="Make it again as of the same commits, and compare",
    response_model=RemadeShape,
)
async def remake(
    request: Request, caller: Caller, brief: UUID, lang: Language | None = None
) -> Response:
    """Changes nothing: tells whether the same bytes come out. Takes as long as making it did."""
    found = await seen(request, caller, brief)
    check_may(caller, found.brief, "have briefs made")
    words = (lang,) if lang else tuple(Language)
    try:
        again = await doors_of(request).remaker.remake(found.brief, words)
    except RefusedError as error:
        raise refusal(brief, error) from error
    except (AskedInVainError, CannotPrintError) as error:
        raise unprintable(brief, error) from error
    except Unavailable as error:
        raise _busy(error) from error
    files = [
        {"name": name, "sha256": old, "again": new, "same": old == new}
        for name, old, new in again.files
    ]
    same = again.digest == again.again and all(one["same"] for one in files)
    body = {"digest": again.digest, "again": again.again, "same": same, "files": files}
    return answered(body)


def _busy(error: Unavailable) -> Problem:
    return Problem(
        503,
        "Not available now",
        f"{error}. Please try again in a few seconds.",
        kind="busy",
        headers={"Retry-After": "5"},
    )


async def _made(request: Request, brief: Brief) -> tuple[bytes, bytes]:
    """Facts and pages of the newest revision; raises 409 before there is one."""
    kept = await doors_of(request).parts.store.revision(brief.id)
    if kept is None:
        raise refusal(brief.id, RefusedError("no-draft", "it has not been made yet"))
    return kept
