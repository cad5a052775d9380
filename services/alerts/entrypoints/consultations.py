"""`/v1/consultations`: who sat together, what was decided, and the tasks that came of it."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from services.alerts.domain.documents import with_id
from services.alerts.domain.ladder.consultations import (
    Consultation,
    NoSuchTaskError,
    Task,
)
from services.alerts.domain.ladder.documents import consultation_document
from services.alerts.domain.ladder.places import ancestors
from services.alerts.domain.selection import sight_of
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.ladder_parts import (
    LadderParts,
    answered,
    by_of,
    check_act,
    check_seen,
    parts_of,
    refused,
    unacceptable,
    unknown,
)
from services.alerts.entrypoints.ladder_shapes import (
    ConsultationShape,
    ConsultationsPage,
    Record,
    SettleTask,
    WantedTask,
)
from shared.model.access import Act, Principal, may_see
from shared.model.condition import Measure

router = APIRouter(prefix="/v1/consultations", tags=["consultations"])

_ZONE = ZoneInfo("Asia/Shanghai")
_YEARS = range(2002, 2200)
"""Those whose working days can be counted, and some days around them."""


@router.get("", summary="Consultations, the latest first", response_model=ConsultationsPage)
async def find(
    request: Request,
    caller: Caller,
    region: Annotated[str | None, Query(description="the region and all below it")] = None,
    state: Literal["open", "done"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Open are those with a task that is still to be done."""
    is_open = None if state is None else state == "open"
    found = await parts_of(request).store.consultations(
        sight_of(caller), region=region, is_open=is_open, limit=limit
    )
    return answered({"items": [consultation_document(one) for one in found]})


@router.post("", status_code=201, summary="Record a consultation", response_model=ConsultationShape)
async def record(request: Request, caller: Caller, wanted: Record) -> Response:
    """Its tasks are followed: reminded of, and told when they are overdue."""
    parts = parts_of(request)
    measure = Measure(wanted.measure)
    chain = ancestors(wanted.region, await parts.store.known_chain(wanted.region))
    place = (f"region:{wanted.region}", chain, measure)
    check_seen(caller, *place, f"region {wanted.region}")
    check_act(caller, (Act.CONSULT,), place, "record a consultation")
    await _check_warnings(parts, caller, wanted.warnings)
    await _check_steps(parts, caller, wanted.steps)
    now: datetime = request.state.clock()
    consultation = Consultation(
        id=uuid4(),
        title=wanted.title,
        held_at=_held_at(wanted, now),
        region=wanted.region,
        regions=chain,
        measure=measure,
        participants=tuple(wanted.participants),
        decisions=tuple(wanted.decisions),
        tasks=tuple(_task(parts, place, one, now) for place, one in enumerate(wanted.tasks)),
        warnings=tuple(wanted.warnings),
        steps=tuple(wanted.steps),
        note=wanted.note,
        recorded_at=now,
        recorded_by=caller.name,
    )
    kept = await parts.acts.record(consultation, by_of(caller))
    request.state.ladder_word()
    return answered(consultation_document(kept), status=201)


@router.get("/{consultation}", summary="One consultation", response_model=ConsultationShape)
async def one(request: Request, caller: Caller, consultation: UUID) -> Response:
    """With all that happened to it."""
    parts = parts_of(request)
    found = await _seen(parts, caller, consultation)
    history = [msgspec.Raw(with_id(n, data)) for n, data in await parts.store.history(found.id)]
    return answered({**consultation_document(found), "history": history})


@router.post(
    "/{consultation}/tasks/{number}",
    summary="A task is done, or dropped",
    response_model=ConsultationShape,
)
async def settle(
    request: Request,
    caller: Caller,
    consultation: UUID,
    number: Annotated[int, Path(ge=1, le=1000)],
    wanted: SettleTask,
) -> Response:
    """Nobody is reminded of it any more."""
    parts = parts_of(request)
    found = await _seen(parts, caller, consultation)
    place = (f"region:{found.region}", found.regions, found.measure)
    check_act(caller, (Act.CONSULT,), place, "settle a task of a consultation")
    try:
        kept = await parts.acts.settle(
            consultation,
            number,
            dropped=wanted.state == "dropped",
            note=wanted.note,
            by=by_of(caller),
            now=request.state.clock(),
        )
    except NoSuchTaskError as error:
        raise refused(f"{error}.", "no-such-task") from error
    request.state.ladder_word()
    return answered(consultation_document(kept))


async def _seen(parts: LadderParts, caller: Principal, key: UUID) -> Consultation:
    found = await parts.store.consultation(key)
    if found is None:
        raise unknown(f"consultation {key}")
    subject = f"region:{found.region}"
    check_seen(caller, subject, found.regions, found.measure, f"consultation {key}")
    return found


async def _check_warnings(parts: LadderParts, caller: Principal, keys: list[UUID]) -> None:
    for key in keys:
        found = await parts.store.warning(key)
        if found is None or not may_see(caller, found.subject, found.regions, found.measure):
            raise unacceptable("warnings", f"there is no warning {key} that this key may see")


async def _check_steps(parts: LadderParts, caller: Principal, keys: list[UUID]) -> None:
    for key in keys:
        found = await parts.store.one(key)
        if found is None or not may_see(caller, found.subject, found.regions, found.measure):
            raise unacceptable("steps", f"there is no step {key} that this key may see")


def _held_at(wanted: Record, now: datetime) -> datetime:
    held = wanted.held_at
    if held is None and wanted.held_on is not None:
        held = datetime.combine(wanted.held_on, time(), _ZONE)
    if held is not None and held.tzinfo is None:
        raise unacceptable("held_at", "an instant needs a zone, as in 2026-05-01T09:00:00+08:00")
    if held is not None:
        _check_year("held_at" if wanted.held_at else "held_on", held.date())
    return (held or now).astimezone(UTC)


def _task(parts: LadderParts, place: int, wanted: WantedTask, now: datetime) -> Task:
    if (wanted.due is None) == (wanted.days is None):
        raise unacceptable(f"tasks[{place}]", "name either `due`, a day, or `days`, working days")
    if wanted.due:
        _check_year(f"tasks[{place}].due", wanted.due)
    today = now.astimezone(_ZONE).date()
    due, provisional = _due(parts, wanted, today)
    return Task(
        number=place + 1,
        title=wanted.title,
        assignee=wanted.assignee,
        due=due,
        provisional=provisional,
    )


def _due(parts: LadderParts, wanted: WantedTask, today: date) -> tuple[date, bool]:
    return (wanted.due, False) if wanted.due else parts.days(today, wanted.days or 1)


def _check_year(name: str, day: date) -> None:
    if day.year not in _YEARS:
        raise unacceptable(name, f"{day} does not lie in {_YEARS.start} to {_YEARS.stop - 1}")
