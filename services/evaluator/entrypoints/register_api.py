"""`/v1/statements`, `/v1/factors` and the other kinds of records: read, recorded, imported."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.written import Written
from services.evaluator.domain.subjects import regions_of
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.budget_bodies import body_of
from services.evaluator.entrypoints.door import Caller, Operator
from services.evaluator.entrypoints.record_bodies import (
    MOST_BYTES,
    ReadRecords,
    RecordFile,
    faulty,
    import_of,
    written_of,
)
from services.evaluator.entrypoints.register_shapes import (
    IMPORT_BODY,
    RECORDS_BODY,
    RecordHistory,
    RecordPage,
    RecordsTaken,
    RecordView,
)
from services.evaluator.handlers.records_desk import RecordsDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.register import Entry, RecordKind
from services.evaluator.ports.register_pages import RegisterPages
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.catalogue import Catalogue, EntityKind
from shared.model.instants import FOREVER_US, iso
from shared.model.subject import Subject

router = APIRouter(prefix="/v1", tags=["records"])

ELSEWHERE = frozenset(
    {RecordKind.TARGET, RecordKind.TASK, RecordKind.PROGRESS, RecordKind.INVENTORY}
)
"""Kinds that have routes of their own; files of them are imported here all the same."""

_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: {"description": "every fault, each with its place"},
    503: {"description": "try again"},
}
_AT_LEAST = 500


@router.post(
    "/records/imports",
    summary="Import YAML and CSV files of records of any kind: all of them, or none",
    openapi_extra={"requestBody": IMPORT_BODY},
    responses=_RESPONSES,
)
async def import_files(request: Request, operator: Operator) -> RecordsTaken:
    """YAML: one list for each kind, under its name. CSV: the columns are the fields of one kind.

    The same files again change nothing. `dry_run` tells what would change.
    """
    wanted = import_of(await body_of(request, MOST_BYTES))
    read: ReadRecords = request.state.read_records
    written: dict[str, list[Written]] = {}
    faults: list[Fault] = []
    for file in wanted.files:
        lists, wrong = await run_in_threadpool(read, file.filename, file.text, _kind_of(file))
        faults += wrong
        for name, listed in lists.items():
            written.setdefault(name, []).extend(listed)
    return await _take(request, operator, written, faults, dry_run=wanted.dry_run)


def _kind_of(file: RecordFile) -> str:
    """What a CSV file holds: as it is said, or as its name begins."""
    stem = PurePath(file.filename).stem.lower()
    return file.kind or next((kind for kind in RecordKind if stem.startswith(kind)), "")


async def _take(
    request: Request,
    operator: Principal,
    written: Mapping[str, Sequence[Written]],
    faults: Sequence[Fault],
    *,
    dry_run: bool,
) -> RecordsTaken:
    desk: RecordsDesk = request.state.records
    try:
        outcome = await desk.take(written, operator.name, faults=faults, dry_run=dry_run)
    except Unavailable as error:
        raise Problem(
            503,
            "Not available now",
            f"Records cannot be written now ({error}); please try again: a repeat is harmless.",
            kind="store-unavailable",
            headers={"Retry-After": "2"},
        ) from error
    if outcome.faults:
        raise faulty(outcome.faults, outcome.records)
    return RecordsTaken(
        records=outcome.records,
        dry_run=dry_run,
        commit=outcome.commit,
        added=dict(outcome.added),
        changed=dict(outcome.changed),
        unchanged=outcome.unchanged,
    )


async def _page(
    request: Request,
    caller: Principal,
    kind: RecordKind,
    as_of: int | None,
    subjects: Sequence[str] | None,
    after: str,
    limit: int,
) -> RecordPage:
    """The records that the key may see; those of others are passed over."""
    register: RegisterPages = request.state.register
    items: list[RecordView] = []
    while True:
        asked = max(limit + 1 - len(items), _AT_LEAST)
        found = await register.page(kind, subjects=subjects, as_of=as_of, after=after, limit=asked)
        for entry in found:
            if len(items) == limit:
                return RecordPage(items=items, next=items[-1].key)
            if _visible(request, caller, entry):
                items.append(view_of(entry))
        if len(found) < asked:
            return RecordPage(items=items, next=None)
        after = found[-1].key


def _visible(request: Request, caller: Principal, entry: Entry) -> bool:
    if not entry.subject or caller.sees_all or entry.subject in caller.scope:
        return True
    try:
        subject = Subject.parse(entry.subject)
    except ValueError:
        return False
    regions = regions_of(_catalogue(request), subject, FOREVER_US - 1)
    return may_read(caller, entry.subject, regions)


def view_of(entry: Entry) -> RecordView:
    """A version of a record as it is answered."""
    return RecordView(
        key=entry.key,
        version=entry.version,
        commit=entry.commit,
        recorded_at=iso(entry.at_us) if entry.version else None,
        by=entry.by,
        subject=entry.subject,
        body=msgspec.to_builtins(entry.body),
    )


def _subjects(request: Request, subject: str | None, region: str | None) -> list[str] | None:
    """The subjects asked for; None: everybody."""
    if region is None:
        return None if subject is None else [subject]
    catalogue = _catalogue(request)
    found = [
        f"{kind.value}:{entity.code}"
        for kind in (EntityKind.REGION, EntityKind.ENTERPRISE)
        for entity in catalogue.of_kind(kind)
        if region in regions_of(catalogue, Subject.parse(f"{kind.value}:{entity.code}"), _LAST)
    ]
    return found if subject is None else [one for one in found if one == subject]


_LAST = FOREVER_US - 1


def _catalogue(request: Request) -> Catalogue:
    rulebook: Rulebook = request.state.rulebook
    return rulebook.catalogue


def _lister(kind: RecordKind) -> Callable[..., Awaitable[RecordPage]]:
    async def records(
        request: Request,
        caller: Caller,
        as_of: AsOf,
        subject: Annotated[str | None, Query(examples=["region:150000"])] = None,
        region: Annotated[
            str | None, Query(description="regions and enterprises in this region or below it")
        ] = None,
        key: Annotated[str | None, Query(description="only this record")] = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 100,
        after: Annotated[str, Query(description="`next` of the page before")] = "",
    ) -> RecordPage:
        """The newest version of each, or the newest as of then; in the order of their keys."""
        if key is None:
            subjects = _subjects(request, subject, region)
            return await _page(request, caller, kind, as_of, subjects, after, limit)
        register: RegisterPages = request.state.register
        found = await register.find(kind, keys=[key], as_of=as_of)
        seen = [view_of(entry) for entry in found if _visible(request, caller, entry)]
        return RecordPage(items=seen, next=None)

    return records


def _historian(kind: RecordKind) -> Callable[..., Awaitable[RecordHistory]]:
    async def history(
        request: Request, caller: Caller, key: Annotated[str, Query(description="the record's key")]
    ) -> RecordHistory:
        """All versions; nothing is ever overwritten."""
        register: RegisterPages = request.state.register
        entries = await register.history(kind, key)
        seen = [view_of(entry) for entry in entries if _visible(request, caller, entry)]
        if not seen:
            raise _unknown(kind, key)
        return RecordHistory(items=seen)

    return history


def _finder(kind: RecordKind) -> Callable[..., Awaitable[RecordView]]:
    async def one(request: Request, caller: Caller, key: str, as_of: AsOf) -> RecordView:
        """The newest version, or the newest as of then."""
        register: RegisterPages = request.state.register
        found = await register.find(kind, keys=[key], as_of=as_of)
        if not found or not _visible(request, caller, found[0]):
            raise _unknown(kind, key)
        return view_of(found[0])

    return one


def _unknown(kind: RecordKind, key: str) -> Problem:
    return Problem(
        404,
        "Not found",
        f"There are no {kind} of the key {key} that this key may see; GET /v1/{kind} lists those "
        "there are.",
        kind="no-such-record",
    )


def _recorder(kind: RecordKind) -> Callable[..., Awaitable[RecordsTaken]]:
    async def record(
        request: Request,
        operator: Operator,
        dry_run: Annotated[bool, Query(description="only tell what would change")] = False,
    ) -> RecordsTaken:
        """One record or a list: all or none. The same again changes nothing."""
        written = written_of(await body_of(request, MOST_BYTES))
        return await _take(request, operator, {kind.value: written}, (), dry_run=dry_run)

    return record


def _add_routes(kind: RecordKind) -> None:
    path = f"/{kind.value}"
    router.add_api_route(
        path, _lister(kind), methods=["GET"], summary=f"Records: {kind}", name=f"list_{kind.name}"
    )
    router.add_api_route(
        f"{path}/history",
        _historian(kind),
        methods=["GET"],
        summary=f"All versions of one of the {kind}",
        name=f"history_{kind.name}",
        responses={404: {"description": "there is none, or the key may not see it"}},
    )
    router.add_api_route(
        f"{path}/{{key:path}}",
        _finder(kind),
        methods=["GET"],
        summary=f"One of the {kind}",
        name=f"one_{kind.name}",
        responses={404: {"description": "there is none, or the key may not see it"}},
    )
    router.add_api_route(
        path,
        _recorder(kind),
        methods=["POST"],
        summary=f"Put {kind} on record",
        name=f"record_{kind.name}",
        openapi_extra={"requestBody": RECORDS_BODY},
        responses={**_RESPONSES, 400: {"description": "no JSON"}},
    )


for _kind in RecordKind:
    if _kind not in ELSEWHERE:
        _add_routes(_kind)
