"""`/v1/ladders` and `/v1/workdays`: the policies of response, where they hold, and deadlines."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response

from services.alerts.domain.ladder.documents import Document
from services.alerts.entrypoints.door import Caller, Operator
from services.alerts.entrypoints.ladder_parts import answered, parts_of, unacceptable, unknown
from services.alerts.entrypoints.ladder_shapes import (
    Assign,
    Assigned,
    LadderShape,
    LaddersPage,
    LadderWhole,
    WorkdaysShape,
)
from services.alerts.ports.ladder import BadLadderError, Stored
from shared.kit.web import Problem
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1", tags=["ladders"])

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", examples=["qinghai-peak"])]


@router.get("/ladders", summary="All ladders, and who has which", response_model=LaddersPage)
async def find(request: Request, _caller: Caller) -> Response:
    """Those that come with the service have the version 0."""
    shelf = parts_of(request).shelf
    assigned = await shelf.assignments()
    found = (await shelf.ladders()).items()
    items = [_document(stored, assigned) for _, stored in sorted(found)]
    return answered({"items": items, "assignments": assigned})


@router.put(
    "/ladders/assignments/{region}", summary="Give a region a ladder", response_model=Assigned
)
async def assign(
    request: Request,
    caller: Operator,
    region: Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,63}$")],
    wanted: Assign,
) -> Response:
    """What lies below it has it too, unless it has one of its own.

    Holds for open warnings too: what was proposed by another ladder and not issued lapses.
    """
    shelf = parts_of(request).shelf
    known = await shelf.ladders()
    if wanted.ladder not in known:
        names = ", ".join(sorted(known))
        raise unacceptable("ladder", f"there is no ladder {wanted.ladder!r}; there are {names}")
    await shelf.assign(region, wanted.ladder, caller.name, request.state.clock())
    request.state.ladder_word()
    return answered({"region": region, "ladder": wanted.ladder})


@router.get("/ladders/{name}", summary="One ladder, as it is written", response_model=LadderWhole)
async def one(request: Request, _caller: Caller, name: Name) -> Response:
    """`text` is the YAML, with its comments."""
    shelf = parts_of(request).shelf
    stored = (await shelf.ladders()).get(name)
    if stored is None:
        raise unknown(f"ladder {name!r}")
    return answered(_whole(stored, await shelf.assignments()))


@router.put("/ladders/{name}", summary="Put a ladder in its place", response_model=LadderShape)
async def put(
    request: Request,
    caller: Operator,
    name: Name,
    text: Annotated[bytes, Body(media_type="application/yaml", max_length=200_000)],
    dry_run: Annotated[bool, Query(description="only check it")] = False,
) -> Response:
    """A new version, of the name in the address; every mistake is named with its line."""
    parts = parts_of(request)
    try:
        written = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unacceptable("body", "is not UTF-8") from error
    try:
        ladder = parts.read(written)
    except BadLadderError as error:
        raise _bad(error) from error
    if ladder.name != name:
        raise unacceptable("name", f"the text names itself {ladder.name!r}, the address {name!r}")
    now = request.state.clock()
    known = (await parts.shelf.ladders()).get(name)
    version = known.version if known else 0
    if not dry_run and (known is None or known.text != written):
        version = await parts.shelf.put(ladder, written, caller.name, now)
        request.state.ladder_word()
    stored = Stored(ladder=ladder, text=written, version=version, by=caller.name, at=now)
    return answered(_document(stored, await parts.shelf.assignments()))


@router.get("/workdays", summary="A deadline in working days", response_model=WorkdaysShape)
async def workdays(
    request: Request,
    _caller: Caller,
    begin: Annotated[date, Query(alias="from", description="does not count itself")],
    days: Annotated[int, Query(ge=0, le=1000)],
) -> Response:
    """By the days off and made-up working days of China, as announced for each year."""
    try:
        end, provisional = parts_of(request).days(begin, days)
    except ValueError as error:
        raise unacceptable("from", str(error)) from error
    return answered({"begin": begin, "days": days, "date": end, "provisional": provisional})


def _bad(error: BadLadderError) -> Problem:
    errors = [
        {"line": line, "field": place, "detail": reason} for line, place, reason in error.faults
    ]
    detail = "The ladder has mistakes; nothing was changed."
    return Problem(422, "Some values are not acceptable", detail, kind="bad-ladder", errors=errors)


def _document(stored: Stored, assigned: Mapping[str, str] | None = None) -> Document:
    ladder = stored.ladder
    regions = [region for region, name in (assigned or {}).items() if name == ladder.name]
    return {
        "name": ladder.name,
        "title": ladder.title,
        "title_en": ladder.title_en,
        "source": ladder.source,
        "version": stored.version,
        "steps": len(ladder.steps),
        "rules": len(ladder.rules),
        "regions": regions,
    }


def _whole(stored: Stored, assigned: Mapping[str, str]) -> Document:
    at = iso(to_us(stored.at)) if stored.at else None
    return {**_document(stored, assigned), "text": stored.text, "by": stored.by, "at": at}
