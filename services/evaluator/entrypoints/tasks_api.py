"""`/v1/tasks`, `/v1/inventories`: who is to do what by when, how far it is, what is behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.reading import read_all
from services.evaluator.domain.forms.written import Written
from services.evaluator.domain.records.inventory import Inventory
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.task import Task
from services.evaluator.domain.tasks.standing import current
from services.evaluator.entrypoints import tasks_views as views
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.budget_bodies import body_of
from services.evaluator.entrypoints.desks import available, catalogue_of, tasks_desk, visible
from services.evaluator.entrypoints.door import Caller, Operator
from services.evaluator.entrypoints.record_bodies import (
    MOST_BYTES,
    ReadRecords,
    faulty,
    import_of,
    written_of,
)
from services.evaluator.entrypoints.register_shapes import IMPORT_BODY, RECORDS_BODY
from services.evaluator.entrypoints.tasks_shapes import (
    InventoryPage,
    Recorded,
    SummaryView,
    TaskItem,
    TaskPage,
    TaskView,
)
from services.evaluator.entrypoints.today import On, today
from services.evaluator.handlers.tasks_desk import Kept
from services.evaluator.ports.register import RecordKind
from shared.kit.web import Problem
from shared.model.access import Principal

router = APIRouter(prefix="/v1", tags=["tasks"])

_TYPES: Mapping[RecordKind, type[Any]] = {
    RecordKind.TASK: Task,
    RecordKind.PROGRESS: Progress,
    RecordKind.INVENTORY: Inventory,
}
_FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"description": "no JSON"},
    422: {"description": "every fault, each with its place"},
    503: {"description": "try again"},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is none, or the key may not see it"}
}

DryRun = Annotated[bool, Query(description="only tell what would be")]
Lists = Mapping[RecordKind, Sequence[Written]]


@router.post(
    "/tasks",
    summary="Put tasks on record: all or none",
    openapi_extra={"requestBody": RECORDS_BODY},
    responses=_FAULTS,
)
async def add_tasks(request: Request, operator: Operator, dry_run: DryRun = False) -> Recorded:
    """One task or a list. The same again changes nothing."""
    written = written_of(await body_of(request, MOST_BYTES))
    return await _take(request, operator, {RecordKind.TASK: written}, (), dry_run=dry_run)


@router.post(
    "/tasks/imports",
    summary="Import files of tasks, reports and inventories: all of them, or none",
    openapi_extra={"requestBody": IMPORT_BODY},
    responses=_FAULTS,
)
async def import_files(request: Request, operator: Operator) -> Recorded:
    """A YAML file holds lists called `tasks`, `progress`, `inventories`; a CSV file holds tasks."""
    wanted = import_of(await body_of(request, MOST_BYTES))
    reader: ReadRecords = request.state.read_records
    lists: dict[RecordKind, list[Written]] = {kind: [] for kind in _TYPES}
    faults: list[Fault] = []
    for file in wanted.files:
        kind = file.kind or RecordKind.TASK.value
        found, wrong = await run_in_threadpool(reader, file.filename, file.text, kind)
        faults += wrong
        for name, listed in found.items():
            if name in set(_TYPES):
                lists[RecordKind(name)] += listed
            elif listed:
                faults.append(_stranger(name, listed))
    return await _take(request, operator, lists, faults, dry_run=wanted.dry_run)


@router.post(
    "/tasks/{code}/progress",
    summary="Report how far a task has come",
    openapi_extra={"requestBody": RECORDS_BODY},
    responses=_FAULTS,
)
async def report(
    request: Request, operator: Operator, code: str, dry_run: DryRun = False
) -> Recorded:
    """`on` (a date), `percent` or `state` (started, blocked, done), `text`, `by`, `evidence`.

    `instance` names the period of a task that falls due again and again, `milestone` a step.
    """
    written = [_about(code, one) for one in written_of(await body_of(request))]
    return await _take(request, operator, {RecordKind.PROGRESS: written}, (), dry_run=dry_run)


@router.post(
    "/inventories",
    summary="Put emission inventories on record: all or none",
    openapi_extra={"requestBody": RECORDS_BODY},
    responses=_FAULTS,
)
async def add_inventories(
    request: Request, operator: Operator, dry_run: DryRun = False
) -> Recorded:
    """One inventory or a list. The same again changes nothing."""
    written = written_of(await body_of(request, MOST_BYTES))
    return await _take(request, operator, {RecordKind.INVENTORY: written}, (), dry_run=dry_run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Which tasks are asked for; None: any."""

    holder: str | None
    region: str | None
    department: str | None
    serves: str | None
    state: str | None
    behind: bool | None

    def fits(self, kept: Kept) -> bool:
        """Whether the task is one of them, its region aside."""
        task, shown = kept.task, current(kept.standings)
        departments = (*task.lead, *task.joining)
        is_behind = any(one.is_behind for one in kept.standings)
        return (
            self.holder in (None, task.holder)
            and (self.department is None or self.department in departments)
            and (self.serves is None or self.serves in task.serves)
            and (self.state is None or (shown is not None and shown.state == self.state))
            and self.behind in (None, is_behind)
        )


def _chosen(
    holder: Annotated[str | None, Query(examples=["region:540000"])] = None,
    region: Annotated[str | None, Query(description="holders in this region or below it")] = None,
    department: Annotated[str | None, Query(description="leads or joins")] = None,
    serves: Annotated[str | None, Query(description="code of a target or indicator")] = None,
    state: Annotated[str | None, Query(examples=["overdue"])] = None,
    behind: Annotated[bool | None, Query(description="overdue, blocked, or a step late")] = None,
) -> _Chosen:
    return _Chosen(
        holder=holder or None,
        region=region or None,
        department=department or None,
        serves=serves or None,
        state=state or None,
        behind=behind,
    )


Chosen = Annotated[_Chosen, Depends(_chosen)]


@router.get("/tasks", summary="Tasks as they stand on a day")
async def find(
    request: Request,
    caller: Caller,
    on: On,
    as_of: AsOf,
    wanted: Chosen,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
) -> TaskPage:
    """In the order of their codes; only those that the key may see."""
    found = await available(tasks_desk(request).kept(on, as_of))
    chosen = [
        kept
        for kept in found
        if kept.task.code > after
        and wanted.fits(kept)
        and visible(request, caller, kept.task.holder, wanted.region)
    ]
    catalogue = catalogue_of(request)
    return TaskPage(
        items=[TaskItem(**views.item(kept, catalogue)) for kept in chosen[:limit]],
        next=chosen[limit - 1].task.code if len(chosen) > limit else None,
    )


@router.get("/tasks/summary", summary="How many tasks are in which state, and what is behind")
async def summary(
    request: Request, caller: Caller, on: On, as_of: AsOf, wanted: Chosen
) -> SummaryView:
    """Counts every instance that has begun; a task of two lead departments counts for each."""
    found = await available(tasks_desk(request).kept(on, as_of))
    return views.summary(
        [
            one
            for kept in found
            if wanted.fits(kept) and visible(request, caller, kept.task.holder, wanted.region)
            for one in kept.standings
        ],
        on,
    )


@router.get("/tasks/{code}", summary="One task with its reports", responses=_NOT_FOUND)
async def one(request: Request, caller: Caller, code: str, on: On, as_of: AsOf) -> TaskView:
    """How all its instances stand on the day, and all that was reported."""
    desk = tasks_desk(request)
    found = await available(desk.kept(on, as_of, [code]))
    if not found or not visible(request, caller, found[0].task.holder):
        raise Problem(
            404,
            "Not found",
            f"There is no task {code} that this key may see; GET /v1/tasks lists those there are.",
            kind="no-such-task",
        )
    reports = await available(desk.reports(code, as_of))
    return views.view(found[0], reports, catalogue_of(request))


@router.get("/inventories", summary="Emission inventories by holder and year")
async def inventories(
    request: Request,
    caller: Caller,
    as_of: AsOf,
    holder: Annotated[str | None, Query(examples=["region:150000"])] = None,
    region: Annotated[str | None, Query(description="holders in this region or below it")] = None,
    year: int | None = None,
) -> InventoryPage:
    """Only those that the key may see."""
    found = await available(tasks_desk(request).inventories(holder, year, as_of))
    catalogue = catalogue_of(request)
    return InventoryPage(
        items=[
            views.inventory(entry, catalogue)
            for entry in found
            if visible(request, caller, entry.body.holder, region)
        ]
    )


async def _take(
    request: Request,
    operator: Principal,
    lists: Lists,
    faults: Sequence[Fault],
    *,
    dry_run: bool,
) -> Recorded:
    reads, found = {}, list(faults)
    for kind, written in lists.items():
        reads[kind], wrong = await run_in_threadpool(read_all, _TYPES[kind], written)
        found += wrong
    recorded = await available(
        tasks_desk(request).take(reads, found, by=operator.name, today=today(), dry_run=dry_run)
    )
    if recorded.faults:
        raise faulty(recorded.faults, sum(map(len, lists.values())))
    return Recorded(
        dry_run=dry_run,
        commit=recorded.commit,
        added=list(recorded.added),
        changed=list(recorded.changed),
        unchanged=list(recorded.unchanged),
    )


def _about(code: str, written: Written) -> Written:
    """The report with its task filled in from the address."""
    if not isinstance(written.value, Mapping):
        return written
    task = Written(value=code, place=written.place)
    return Written(value={**written.value, "task": task}, place=written.place)


def _stranger(kind: str, listed: Sequence[Written]) -> Fault:
    return Fault(
        place=listed[0].place,
        field=kind,
        message=f"only {', '.join(_TYPES)} are imported here: POST files with {kind} to "
        "/v1/records/imports",
    )
