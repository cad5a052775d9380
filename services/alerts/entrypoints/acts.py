"""What people do about warnings over HTTP: acknowledge, assign, respond, return, close."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response

from services.alerts.domain.documents import note_document
from services.alerts.domain.life import (
    Acknowledge,
    Assign,
    Close,
    Comment,
    Deed,
    Refused,
    Reopen,
    Respond,
    Return,
    Why,
)
from services.alerts.entrypoints.acts_shapes import (
    AcknowledgeBody,
    ActBody,
    Acted,
    AssignBody,
    AttachmentShape,
    AttachmentsPage,
    CloseBody,
    CommentBody,
    ReopenBody,
    RespondBody,
    ReturnBody,
)
from services.alerts.entrypoints.api import no_such_warning
from services.alerts.entrypoints.door import Caller
from services.alerts.entrypoints.views import warning_document
from services.alerts.handlers import acts
from services.alerts.handlers.acts import Acts, File
from services.alerts.ports.warnings import Attachment, Listed
from shared.kit.web import Problem
from shared.model.access import Principal
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/warnings/{warning}", tags=["warnings"])

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of one attachment."""

CONTENT_TYPES = (
    "application/pdf",
    "application/ofd",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "image/png",
    "image/jpeg",
    "text/plain",
    "text/csv",
)
"""What an office sends: documents, tables, pictures, archives; nothing that a browser runs."""

_JSON = "application/json"
_STATUS = {
    Why.NOT_ALLOWED: (403, "Not allowed"),
    Why.CHANGED: (412, "The warning has changed"),
    Why.EMPTY: (422, "Some values are not acceptable"),
    Why.NO_FILE: (422, "Some values are not acceptable"),
}
_IN_CONFLICT = (409, "In conflict with what is there")

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="the ETag of the warning as it was looked at"),
]


@router.post("/acknowledge", summary="Somebody has seen it", response_model=Acted)
async def acknowledge(
    request: Request,
    caller: Caller,
    warning: UUID,
    body: AcknowledgeBody,
    if_match: IfMatch = None,
) -> Response:
    """Expires after 24 hours without a response; a higher level voids it at once."""
    deed = Acknowledge(comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post("/comment", summary="Add something worth knowing", response_model=Acted)
async def comment(
    request: Request, caller: Caller, warning: UUID, body: CommentBody, if_match: IfMatch = None
) -> Response:
    """Whatever state the warning is in."""
    deed = Comment(comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post("/assign", summary="Say who answers for it", response_model=Acted)
async def assign(
    request: Request, caller: Caller, warning: UUID, body: AssignBody, if_match: IfMatch = None
) -> Response:
    """By the name of a principal; an empty name takes it back."""
    deed = Assign(assignee=body.assignee.strip(), comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post("/respond", summary="Record what was found and done", response_model=Acted)
async def respond(
    request: Request, caller: Caller, warning: UUID, body: RespondBody, if_match: IfMatch = None
) -> Response:
    """Files are sent first (POST …/attachments) and named here by their sha256."""
    desk: Acts = request.state.acts
    deed = Respond(text=body.text, measures=tuple(body.measures))
    files = [name.lower() for name in body.attachments]
    acted = await desk.respond(warning, deed, files, caller, _expected(body, if_match))
    return _answer(warning, acted)


@router.post("/return", summary="Send the response back", response_model=Acted)
async def return_(
    request: Request, caller: Caller, warning: UUID, body: ReturnBody, if_match: IfMatch = None
) -> Response:
    """With what is missing; another response is due."""
    deed = Return(comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post("/close", summary="Close it, with a reason", response_model=Acted)
async def close(
    request: Request, caller: Caller, warning: UUID, body: CloseBody, if_match: IfMatch = None
) -> Response:
    """`handled`, `false` (there was nothing), `duplicate` or `accepted`.

    It opens again by itself when its level rises.
    """
    deed = Close(reason=body.reason, comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post("/reopen", summary="Open a closed one again", response_model=Acted)
async def reopen(
    request: Request, caller: Caller, warning: UUID, body: ReopenBody, if_match: IfMatch = None
) -> Response:
    """What had been done before it was closed stands again."""
    deed = Reopen(comment=body.comment)
    return await _do(request, caller, warning, deed, _expected(body, if_match))


@router.post(
    "/attachments",
    summary="Send a file for a response",
    status_code=201,
    response_model=AttachmentShape,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in CONTENT_TYPES
            },
        }
    },
)
async def attach(
    request: Request,
    caller: Caller,
    warning: UUID,
    name: Annotated[str, Query(min_length=1, max_length=200, description="the file's name")],
) -> AttachmentShape:
    """The body is the file, at most 10 MB; its type is the header `Content-Type`.

    The answer has its sha256, by which a response names it; the same file again changes nothing.
    """
    desk: Acts = request.state.acts
    content_type = _content_type(request)
    file = File(name=name, content_type=content_type, data=await _body(request))
    kept = await desk.attach(warning, file, caller)
    if isinstance(kept, Refused):
        raise _problem(warning, kept)
    return _attachment(kept)


@router.get("/attachments", summary="Its files", response_model=AttachmentsPage)
async def attachments(request: Request, caller: Caller, warning: UUID) -> AttachmentsPage:
    """The oldest first."""
    desk: Acts = request.state.acts
    found = await desk.files(warning, caller)
    if isinstance(found, Refused):
        raise _problem(warning, found)
    return AttachmentsPage(items=[_attachment(one) for one in found])


@router.get("/attachments/{sha256}", summary="One of its files", response_class=Response)
async def attachment(request: Request, caller: Caller, warning: UUID, sha256: str) -> Response:
    """The bytes as they were sent, to be saved under the name they came with."""
    desk: Acts = request.state.acts
    found = await desk.attached(warning, sha256.lower(), caller)
    if isinstance(found, Refused):
        if found.why is Why.NO_FILE:
            raise Problem(
                404,
                "Not found",
                f"Warning {warning} has no file {sha256}; GET …/attachments lists those it has.",
                kind="no-such-file",
            )
        raise _problem(warning, found)
    kept, data = found
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=kept.content_type, headers=headers)


async def _do(
    request: Request, caller: Principal, warning: UUID, deed: Deed, expected: int | None
) -> Response:
    desk: Acts = request.state.acts
    return _answer(warning, await desk.act(warning, deed, caller, expected))


def _answer(warning: UUID, acted: acts.Acted | Refused) -> Response:
    if isinstance(acted, Refused):
        raise _problem(warning, acted)
    done = acted.done
    body = {
        "warning": warning_document(Listed(warning=done.warning, latest=acted.latest)),
        "entry": {"id": acted.latest, **note_document(done.note)},
    }
    etag = {"ETag": f'"{done.warning.entries}"'}
    return Response(msgspec.json.encode(body), media_type=_JSON, headers=etag)


def _problem(warning: UUID, refused: Refused) -> Problem:
    if refused.why is Why.NOT_SEEN:
        return no_such_warning(warning)
    status, title = _STATUS.get(refused.why, _IN_CONFLICT)
    kind = refused.why.value.replace("_", "-")
    return Problem(status, title, f"Warning {warning}: {refused.sentence}.", kind=kind)


def _expected(body: ActBody, if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return body.entries
    text = if_match.strip().removeprefix("W/").strip('"')
    # What was never given out matches nothing.
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _content_type(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in CONTENT_TYPES:
        raise Problem(
            415,
            "This format is not understood",
            f"Content-Type {kind or '(none)'}: files can be {', '.join(CONTENT_TYPES)}.",
            kind="bad-content-type",
        )
    return kind


async def _body(request: Request) -> bytes:
    """The whole body; stops reading where it becomes too large."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_FILE:
            raise Problem(
                413,
                "Too large",
                f"A file has at most {LARGEST_FILE} bytes; send several, or a smaller one.",
                kind="too-large",
            )
        parts.append(part)
    if not size:
        raise Problem(422, "Some values are not acceptable", "The file is empty.", kind="empty")
    return b"".join(parts)


def _attachment(kept: Attachment) -> AttachmentShape:
    return AttachmentShape(
        sha256=kept.sha256,
        name=kept.name,
        content_type=kept.content_type,
        size=kept.size,
        at=iso(to_us(kept.at)),
        by=kept.by,
    )
