"""`POST /v1/readings` and `/v1/meter-changes`: plain ASGI, because everything passes here."""

import logging
import re

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from services.ingest.entrypoints import numbers
from services.ingest.entrypoints.door import admit_sender
from services.ingest.entrypoints.packing import SenderGone, header, read_body
from services.ingest.handlers.intake import Busy, Intake, NotReady, Outcome
from services.ingest.handlers.keys import KeyDesk
from services.ingest.ports import Body, Format, UnreadableBody
from shared.kit.logs import correlation
from shared.kit.problems import unexpected
from shared.kit.web import MEDIA_TYPE, Problem, problem_body

log = logging.getLogger(__name__)

READINGS = "/v1/readings"
CHANGES = "/v1/meter-changes"
_PATHS = frozenset({READINGS, CHANGES})
_SAFE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,32}")
_FORMATS = {
    b"": Format.JSON,
    b"application/json": Format.JSON,
    b"text/json": Format.JSON,
    b"application/x-ndjson": Format.NDJSON,
    b"application/ndjson": Format.NDJSON,
    b"application/jsonl": Format.NDJSON,
    b"text/csv": Format.CSV,
}
_JSON = (b"content-type", b"application/json")


class ReadingsDoor:
    """Answers requests of readings itself and passes all others to the application."""

    def __init__(self, app: ASGIApp, *, intake: Intake, keys: KeyDesk, body_bytes: int) -> None:
        self._app = app
        self._intake = intake
        self._keys = keys
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it pass."""
        if scope["type"] != "http" or scope["path"] not in _PATHS or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        chosen = header(scope, b"x-request-id")
        request_id = chosen.decode() if _SAFE_ID.fullmatch(chosen) else ""
        correlation.set(request_id)
        try:
            outcome = await self._take(scope, receive, request_id)
        except SenderGone:
            return
        except Problem as problem:
            await _refuse(send, problem)
        except Exception:
            log.exception("the request failed", extra={"action": "request_failed"})
            await _refuse(send, unexpected())
        else:
            await _accept(send, outcome)

    async def _take(self, scope: Scope, receive: Receive, request_id: str) -> Outcome:
        principal = admit_sender(self._keys, header(scope, b"authorization"))
        form = _format(header(scope, b"content-type"))
        data = await read_body(scope, receive, self._body_bytes)
        body = Body(format=form, data=data, changes=scope["path"] == CHANGES)
        try:
            return await self._intake.submit(body, principal, request_id).done
        except UnreadableBody as error:
            raise Problem(
                400, "The request cannot be understood", str(error), kind="unreadable-body"
            ) from error
        except NotReady as error:
            raise _later("The catalogue has not been read yet.", "catalogue-not-loaded") from error
        except Busy as error:
            raise _later("More is waiting to be written than may wait.", "busy") from error
        except ConnectionError as error:
            raise _later(
                f"The readings could not be written safely ({error}). Nothing was lost that you "
                "still hold: send the same request again, repeats are harmless.",
                "log-unavailable",
            ) from error


def _format(content_type: bytes) -> Format:
    found = _FORMATS.get(content_type.split(b";")[0].strip().lower())
    if found is None:
        raise Problem(
            415,
            "This format is not understood",
            "Content-Type must be application/json, application/x-ndjson or text/csv.",
            kind="unknown-format",
        )
    return found


def _later(detail: str, kind: str) -> Problem:
    return Problem(503, "Not available now", detail, kind=kind, headers={"Retry-After": "1"})


async def _accept(send: Send, outcome: Outcome) -> None:
    numbers.answered(202)
    body = msgspec.json.encode(
        {
            "accepted": outcome.accepted,
            "refused": len(outcome.refused),
            "catalogue_version": outcome.catalogue_version,
            "correlation_id": outcome.correlation_id,
            "items": outcome.refused,
        }
    )
    headers = [
        _JSON,
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", outcome.correlation_id.encode()),
    ]
    await _send(send, 202, headers, body)


async def _refuse(send: Send, problem: Problem) -> None:
    numbers.answered(problem.status)
    body = problem_body(problem)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await _send(send, problem.status, headers, body)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
