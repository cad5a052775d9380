"""What people do about a warning and the steps of its ladder: forms in, requests to alerts out."""

import asyncio
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.console.entrypoints.posting import Form, Posted, carried_out
from services.console.entrypoints.signing import inside
from services.console.entrypoints.visit import Visit, Visitor

router = APIRouter(include_in_schema=False)

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "acknowledge": ("comment",),
    "comment": ("comment",),
    "assign": ("assignee", "comment"),
    "return": ("comment",),
    "close": ("reason", "comment"),
    "reopen": ("comment",),
}
_STEP_FIELDS: Mapping[str, tuple[str, ...]] = {
    "issue": ("document", "issued_on"),
    "answer": ("text",),
    "done": ("remark",),
    "withdraw": ("reason",),
}

Act = Literal["acknowledge", "comment", "assign", "return", "close", "reopen"]
StepAct = Literal["issue", "answer", "done", "withdraw"]


@router.post("/warnings/{warning}/respond")
async def respond(request: Request, visit: Visitor, warning: UUID, form: Posted) -> Response:
    """Record a response: the files first, then the text that names them."""
    work = _respond(visit, warning, form)
    back = f"/warnings/{warning}"
    return await carried_out(request, visit, form, work, back=back, done="respond")


@router.post("/warnings/{warning}/{act}")
async def act(request: Request, visit: Visitor, warning: UUID, act: Act, form: Posted) -> Response:
    """Everything else that a person does about a warning."""
    document: dict[str, object] = {**form.only(*_FIELDS[act])}
    if act == "assign":
        document["assignee"] = form.get("assignee")
    if form.get("entries").isdecimal():
        document["entries"] = int(form.get("entries"))
    back = inside(form.get("back") or f"/warnings/{warning}")
    work = visit.do(f"/v1/warnings/{warning}/{act}", document)
    return await carried_out(request, visit, form, work, back=back, done=act)


@router.post("/steps/{step}/{act}")
async def step(
    request: Request, visit: Visitor, step: UUID, act: StepAct, form: Posted
) -> Response:
    """Issue, answer, finish or withdraw a step of the ladder."""
    document = form.only(*_STEP_FIELDS[act])
    back = inside(form.get("back") or "/steps")
    work = visit.do(f"/v1/steps/{step}/{act}", document)
    return await carried_out(request, visit, form, work, back=back, done=f"step_{act}")


async def _respond(visit: Visit, warning: UUID, form: Form) -> None:
    document = {
        "text": form.get("text"),
        "measures": form.lines("measures"),
        "attachments": await _attached(visit, warning, form),
    }
    await visit.do(f"/v1/warnings/{warning}/respond", document)


async def _attached(visit: Visit, warning: UUID, form: Form) -> list[str]:
    """The files are stored one beside the other; their digests name them in the response."""
    path = f"/v1/warnings/{warning}/attachments"
    stored = await asyncio.gather(
        *(
            visit.upload(path, file.content, file.media_type, {"name": file.name})
            for file in form.files
        )
    )
    return [str(one["sha256"]) for one in stored]
