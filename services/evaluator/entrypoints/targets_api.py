"""`/v1/targets`, written: put on record, imported, approved, exchanged, tried out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.reading import read, read_all
from services.evaluator.domain.forms.written import Read, Written
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.targets.transfer import Transfer
from services.evaluator.entrypoints import targets_views as views
from services.evaluator.entrypoints.budget_bodies import body_of
from services.evaluator.entrypoints.desks import available, targets_desk
from services.evaluator.entrypoints.door import Operator
from services.evaluator.entrypoints.record_bodies import (
    MOST_BYTES,
    ReadRecords,
    faulty,
    import_of,
    written_of,
)
from services.evaluator.entrypoints.register_shapes import IMPORT_BODY, RECORDS_BODY
from services.evaluator.entrypoints.targets_shapes import (
    TargetsTaken,
)
from services.evaluator.entrypoints.today import today
from services.evaluator.handlers.targets_desk import Approval, Outcome
from services.evaluator.ports.register import RecordKind
from shared.kit.web import Problem
from shared.model.access import Principal

router = APIRouter(prefix="/v1/targets", tags=["targets"])

_FAULTS: dict[int | str, dict[str, Any]] = {
    422: {"description": "every fault, each with its place"},
    503: {"description": "try again"},
}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "object"}}},
}

DryRun = Annotated[bool, Query(description="only tell what would be")]
Period = Annotated[
    str,
    Query(
        description="when only trying out: the levels of this reporting period too",
        examples=["2025Q3"],
    ),
]


@router.post(
    "",
    summary="Put targets on record, or new versions of them: all or none",
    openapi_extra={"requestBody": RECORDS_BODY},
    responses={**_FAULTS, 400: {"description": "no JSON"}},
)
async def add(request: Request, operator: Operator, dry_run: DryRun = False) -> TargetsTaken:
    """One target or a list; what they come to together must add up. The same changes nothing."""
    return await _take(request, operator, dry_run=dry_run)


@router.post(
    "/what-if",
    summary="What targets would come to if they were in force; nothing is written",
    openapi_extra={"requestBody": RECORDS_BODY},
    responses={**_FAULTS, 400: {"description": "no JSON"}},
)
async def what_if(
    request: Request,
    operator: Operator,
    period: Period = "",
) -> TargetsTaken:
    """The same checks as when they are put on record, and with a period the levels as well."""
    return await _take(request, operator, dry_run=True, period=period)


@router.post(
    "/imports",
    summary="Import YAML and CSV files of targets: all of them, or none",
    openapi_extra={"requestBody": IMPORT_BODY},
    responses=_FAULTS,
)
async def import_files(request: Request, operator: Operator, period: Period = "") -> TargetsTaken:
    """A YAML file holds a list called `targets`; a CSV file names its columns in the first line."""
    wanted = import_of(await body_of(request, MOST_BYTES))
    reader: ReadRecords = request.state.read_records
    written: list[Written] = []
    faults: list[Fault] = []
    for file in wanted.files:
        lists, wrong = await run_in_threadpool(
            reader, file.filename, file.text, RecordKind.TARGET.value
        )
        faults += wrong
        written += lists.pop(RecordKind.TARGET.value, [])
        faults += [_stranger(kind, listed) for kind, listed in lists.items() if listed]
    return await _record(request, operator, written, faults, dry_run=wanted.dry_run, period=period)


@router.post(
    "/transfers",
    summary="Move an amount from one part to another of the same whole",
    openapi_extra={"requestBody": _BODY},
    responses={**_FAULTS, 400: {"description": "no JSON"}},
)
async def transfer(request: Request, operator: Operator, dry_run: DryRun = False) -> TargetsTaken:
    """`giver`, `taker`, `amount`, `reason`; for targets in force also who approved it and when.

    Both sides get a new version in one commit; the sum stays what it was. The giver may be the
    whole itself: the amount then comes out of its reserve.
    """
    written = _single(written_of(await body_of(request)))
    wanted, faults = read(Transfer, written)
    if wanted is None:
        raise faulty(faults, 1)
    desk = targets_desk(request)
    done = desk.transfer(wanted.record, by=operator.name, today=today(), dry_run=dry_run)
    return _taken(await available(done), 1, dry_run=dry_run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Approval:
    """What an approval says."""

    approver: str
    effective_from: str
    approved_on: str = ""
    reason: str = ""
    with_parts: bool = True


@router.post(
    "/{code}/approve",
    summary="Approve a target that waits for it, and the parts that wait with it",
    openapi_extra={"requestBody": _BODY},
    responses={**_FAULTS, 400: {"description": "no JSON"}},
)
async def approve(
    request: Request, operator: Operator, code: str, dry_run: DryRun = False
) -> TargetsTaken:
    """`approver`, `effective_from`, `approved_on` (else today), `reason`, `with_parts`."""
    written = _single(written_of(await body_of(request)))
    said, faults = read(_Approval, written)
    if said is None:
        raise faulty(faults, 1)
    approval = Approval(
        codes=(code,),
        approver=said.record.approver,
        approved_on=said.record.approved_on or today().isoformat(),
        effective_from=said.record.effective_from,
        reason=said.record.reason,
        with_parts=said.record.with_parts,
    )
    done = targets_desk(request).approve(approval, by=operator.name, today=today(), dry_run=dry_run)
    return _taken(await available(done), 1, dry_run=dry_run)


async def _take(
    request: Request, operator: Principal, *, dry_run: bool, period: str = ""
) -> TargetsTaken:
    written = written_of(await body_of(request, MOST_BYTES))
    return await _record(request, operator, written, [], dry_run=dry_run, period=period)


async def _record(
    request: Request,
    operator: Principal,
    written: Sequence[Written],
    faults: Sequence[Fault],
    *,
    dry_run: bool,
    period: str,
) -> TargetsTaken:
    reads: list[Read[Target]]
    reads, wrong = await run_in_threadpool(read_all, Target, written)
    done = targets_desk(request).take(
        reads,
        (*faults, *wrong),
        by=operator.name,
        today=today(),
        dry_run=dry_run,
        period=period,
    )
    return _taken(await available(done), len(written), dry_run=dry_run)


def _taken(outcome: Outcome, records: int, *, dry_run: bool) -> TargetsTaken:
    if outcome.faults:
        raise faulty(outcome.faults, records)
    return TargetsTaken(
        dry_run=dry_run,
        commit=outcome.commit,
        added=list(outcome.added),
        changed=list(outcome.changed),
        unchanged=list(outcome.unchanged),
        remarks=views.remarked(outcome.remarks),
        effects=[views.effect(one) for one in outcome.effects],
    )


def _single(written: Sequence[Written]) -> Written:
    if len(written) > 1:
        raise Problem(
            400, "The request cannot be understood", "Send one object.", kind="unreadable-body"
        )
    return written[0]


def _stranger(kind: str, listed: Sequence[Written]) -> Fault:
    return Fault(
        place=listed[0].place,
        field=kind,
        message=f"only targets are imported here: POST files with {kind} to /v1/records/imports",
    )
