"""Steps with their deadlines, gates for projects, and consultations (会商)."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking, laddering
from services.console.entrypoints.desk_pages import passed_on
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.posting import Form, Posted, carried_out
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Visitor

router = APIRouter(include_in_schema=False)

_STEP_FILTERS = ("warning", "region", "state", "kind", "due_before")
_CONSULTATION_FILTERS = ("region", "state")
_PAGE = "100"
_STEPS = "50"
_TASK_ROWS = 5


@router.get("/steps")
async def steps(request: Request, visit: Visitor) -> Response:
    """What the ladder asks for, the first deadline first."""
    filters = _chosen(request.query_params, _STEP_FILTERS)
    here = _chosen(request.query_params, ("after",))
    found, places = await asyncio.gather(
        visit.ask("alerts", "/v1/steps", {**filters, **here, "limit": _STEPS}),
        places_for(visit, enterprises=False),
    )
    return page(
        request,
        "steps.html",
        visit=visit,
        rows=[laddering.step_of(one, visit.language, places) for one in found["items"]],
        next=found.get("next"),
        cursor=here.get("after", ""),
        filters=filters,
        places=places,
        choices=laddering,
    )


@router.get("/steps/{step}/letter.docx")
async def letter(visit: Visitor, step: UUID) -> Response:
    """The draft of a step's letter."""
    return await passed_on(visit, f"/v1/steps/{step}/letter.docx")


@router.get("/gates")
async def gates(request: Request, visit: Visitor) -> Response:
    """Which regions are slowed or restricted, since when, because of what; one by its code."""
    region = request.query_params.get("region", "").strip()
    path = f"/v1/gates/{quote(region, safe='')}" if region else "/v1/gates"
    found, places = await asyncio.gather(
        visit.ask("alerts", path), places_for(visit, enterprises=False)
    )
    rows = [laddering.gate_of(one, places) for one in ([found] if region else found["items"])]
    rows.sort(key=lambda row: (-laddering.GATE_STATES.index(row.state), row.region))
    return page(
        request,
        "gates.html",
        visit=visit,
        rows=rows,
        decisions=found.get("decisions") or [],
        region=region,
        places=places,
        states=laddering.GATE_STATES,
    )


@router.post("/gates/{region}/decisions")
async def decide(request: Request, visit: Visitor, region: str, form: Posted) -> Response:
    """Record a decision about a gate."""
    path = f"/v1/gates/{quote(region, safe='')}/decisions"
    document = {**form.only("state", "reason", "document"), "warnings": form.lines("warnings")}
    work = visit.do(path, document)
    return await carried_out(request, visit, form, work, back="/gates", done="gate")


@router.get("/consultations")
async def consultations(request: Request, visit: Visitor) -> Response:
    """All consultations, the latest first, with what is left to do."""
    filters = _chosen(request.query_params, _CONSULTATION_FILTERS)
    found, me, places = await asyncio.gather(
        visit.ask("alerts", "/v1/consultations", {**filters, "limit": _PAGE}),
        visit.ask_for_part("alerts", "/v1/me"),
        places_for(visit, enterprises=False),
    )
    return page(
        request,
        "consultations.html",
        visit=visit,
        rows=[laddering.consultation_of(one, places) for one in found["items"]],
        filters=filters,
        places=places,
        may_consult="consult" in desking.acts_of(me.data),
    )


@router.get("/consultations/new")
async def new(request: Request, visit: Visitor) -> Response:
    """The form of a consultation's record; with `warning`, about that one."""
    places = await places_for(visit, enterprises=False)
    return page(
        request,
        "consultation_new.html",
        visit=visit,
        places=places,
        region=request.query_params.get("region", ""),
        warning=request.query_params.get("warning", ""),
        measures=desking.MEASURES,
        today=request.state.clock().date().isoformat(),
        task_rows=range(_TASK_ROWS),
    )


@router.post("/consultations")
async def record(request: Request, visit: Visitor, form: Posted) -> Response:
    """Record it."""
    work = visit.do("/v1/consultations", _record_of(form))
    return await carried_out(request, visit, form, work, back="/consultations", done="consultation")


@router.get("/consultations/{consultation}")
async def one(request: Request, visit: Visitor, consultation: UUID) -> Response:
    """One consultation: who took part, what was decided, who does what until when."""
    found, me, places = await asyncio.gather(
        visit.ask("alerts", f"/v1/consultations/{consultation}"),
        visit.ask_for_part("alerts", "/v1/me"),
        places_for(visit, enterprises=False),
    )
    return page(
        request,
        "consultation.html",
        visit=visit,
        row=laddering.consultation_of(found, places),
        may_consult="consult" in desking.acts_of(me.data),
    )


@router.post("/consultations/{consultation}/tasks/{number}")
async def task(
    request: Request, visit: Visitor, consultation: UUID, number: int, form: Posted
) -> Response:
    """A task of a consultation is done, or dropped."""
    path = f"/v1/consultations/{consultation}/tasks/{number}"
    work = visit.do(path, form.only("state", "note"))
    back = f"/consultations/{consultation}"
    return await carried_out(request, visit, form, work, back=back, done="task")


def _record_of(form: Form) -> dict[str, Any]:
    """The record: lists are one item a line, tasks a row of fields each."""
    rows = (
        form.only(*(f"{name}_{place}" for name in ("title", "assignee", "due", "days")))
        for place in range(_TASK_ROWS)
    )
    return {
        **form.only("title", "region", "measure", "held_on", "note"),
        "warnings": form.lines("warnings"),
        "participants": form.lines("participants"),
        "decisions": form.lines("decisions"),
        "tasks": [
            {name.partition("_")[0]: value for name, value in row.items()} for row in rows if row
        ],
    }


def _chosen(asked: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: asked[name] for name in names if asked.get(name)}
