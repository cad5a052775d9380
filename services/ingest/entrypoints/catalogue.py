"""`/v1/catalogue`: what is known, and imports of files that change it."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from services.ingest.domain.catalogue.schema import SCHEMAS, kind_named
from services.ingest.entrypoints.door import Caller, Operator
from services.ingest.entrypoints.packing import SenderGone, read_body
from services.ingest.entrypoints.shapes import (
    IMPORT_BODY,
    CatalogueSummary,
    EntityPage,
    EntityView,
    ImportReport,
)
from services.ingest.handlers.registrar import Registrar, Report
from services.ingest.handlers.shelf import Shelf
from services.ingest.handlers.views import Selection, entity_view, page_of, visible
from services.ingest.ports import File
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.catalogue import EntityKind

router = APIRouter(prefix="/v1/catalogue", tags=["catalogue"])
_PUBLISH_WAIT_S = 5.0
_MOST_LINES = 1000


class _File(msgspec.Struct, forbid_unknown_fields=True):
    filename: str
    text: str


class _Import(msgspec.Struct, forbid_unknown_fields=True):
    files: list[_File]
    dry_run: bool = False


_IMPORT = msgspec.json.Decoder(_Import)

Kind = Annotated[str, Path(description="carriers, regions, enterprises, tags, members or points")]


def _kind(written: str) -> EntityKind:
    kind = kind_named(written)
    if kind is None:
        known = ", ".join(schema.plural for schema in SCHEMAS.values())
        raise Problem(404, "Not found", f"There is no kind {written!r}; there are {known}.")
    return kind


@router.get("", summary="The version and how many there are of each kind")
async def summary(request: Request, _caller: Caller) -> CatalogueSummary:
    """The newest version that this copy of the service knows."""
    shelf: Shelf = request.state.shelf
    counts = dict.fromkeys((schema.plural for schema in SCHEMAS.values()), 0)
    for entity in shelf.catalogue.entities.values():
        counts[SCHEMAS[entity.kind].plural] += 1
    return CatalogueSummary(version=shelf.catalogue.version, counts=counts)


@router.post(
    "/imports",
    summary="Import YAML and CSV files: all of them, or none",
    openapi_extra={"requestBody": IMPORT_BODY},
    responses={422: {"description": "every fault of every file, with its line"}},
)
async def import_files(request: Request, operator: Operator) -> ImportReport:
    """The same files again change nothing. `dry_run` tells what would change."""
    wanted = await _wanted(request)
    registrar: Registrar = request.state.registrar
    files = [File(name=file.filename, text=file.text) for file in wanted.files]
    try:
        report = await registrar.take(files, by=operator.key_id, dry_run=wanted.dry_run)
    except Unavailable as error:
        raise Problem(
            503,
            "Not available now",
            f"The catalogue cannot be written now ({error}); nothing was imported, try again.",
            kind="store-unavailable",
            headers={"Retry-After": "2"},
        ) from error
    if report.faults:
        raise _faulty(report)
    published = await request.state.settled(_PUBLISH_WAIT_S)
    return ImportReport(
        version=report.version,
        rows=report.rows,
        dry_run=wanted.dry_run,
        unchanged=report.unchanged,
        published=published,
        added=len(report.added),
        changed=len(report.changed),
        lines=[*report.added, *report.changed][:_MOST_LINES],
        notes=list(report.notes),
    )


async def _wanted(request: Request) -> _Import:
    most: int = request.state.import_bytes
    try:
        body = await read_body(request.scope, request.receive, most)
        return await run_in_threadpool(_IMPORT.decode, body)
    except SenderGone as error:
        raise Problem(400, "The request cannot be understood", "The body is cut short.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Problem(
            400,
            "The request cannot be understood",
            f'Send {{"files": [{{"filename": "points.csv", "text": "..."}}]}}: {error}',
            kind="unreadable-body",
        ) from error


def _faulty(report: Report) -> Problem:
    count = len(report.faults)
    return Problem(
        422,
        "Some values are not acceptable",
        f"{count} {'fault' if count == 1 else 'faults'} in {report.rows} readable rows; nothing "
        "was imported. Mend them and import all files again.",
        kind="faulty-catalogue",
        errors=[
            {
                "file": fault.file,
                "line": fault.line,
                "field": fault.column,
                "detail": fault.message,
            }
            for fault in report.faults
        ],
    )


@router.get("/{kind}", summary="All entities of a kind, by code")
async def entities(
    request: Request,
    caller: Caller,
    kind: Kind,
    region: Annotated[str | None, Query(description="in this region or below it")] = None,
    owner: Annotated[str | None, Query(description="points of enterprise:… or region:…")] = None,
    q: Annotated[str | None, Query(description="code or name contains")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> EntityPage:
    """A page as each entity is latest; only what the key may see."""
    shelf: Shelf = request.state.shelf
    selection = Selection(
        kind=_kind(kind), region=region, owner=owner, contains=q, after=after, limit=limit
    )
    page = await run_in_threadpool(page_of, shelf.catalogue, caller, selection)
    return EntityPage(
        version=shelf.catalogue.version,
        items=[EntityView.model_validate(item) for item in page.items],
        next=page.next,
    )


@router.get(
    "/{kind}/{code:path}",
    summary="One entity with its history",
    responses={404: {"description": "there is none, or the key may not see it"}},
)
async def entity(
    request: Request,
    caller: Caller,
    kind: Kind,
    code: str,
    as_of_version: Annotated[int | None, Query(ge=0, description="as it was known then")] = None,
) -> Response:
    """`segments`: how it is when; `records`: what became known with which version."""
    shelf: Shelf = request.state.shelf
    found = shelf.catalogue.get(_kind(kind), code)
    if found is None or not visible(shelf.catalogue, caller, found):
        raise Problem(
            404,
            "Not found",
            f"There is no {_kind(kind)} {code!r} in the catalogue, or your key may not see it.",
        )
    view: dict[str, Any] = entity_view(found, as_of_version)
    return Response(msgspec.json.encode(view), media_type="application/json")
