"""Errors told to people and programs alike: problem details as RFC 9457 writes them."""

import json
from collections.abc import Iterable, Mapping

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.kit.logs import correlation

MEDIA_TYPE = "application/problem+json"

_TITLES = {
    400: "The request cannot be understood",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not do that",
    409: "In conflict with what is there",
    413: "Too large",
    415: "This format is not understood",
    422: "Some values are not acceptable",
    429: "Too many requests",
    500: "A fault of ours",
    503: "Not available now",
}
_SHOWN_ERRORS = 100


class Problem(Exception):  # noqa: N818 - it is the answer, by its own name
    """A refusal with a reason: which item, why, and what to do next.

    `kind` is a short fixed word programs can compare; it becomes the `type` of the problem.
    Whatever else is passed by name is added to the body as it is.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        kind: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.kind = kind
        self.headers = dict(headers or {})
        self.extra = extra


def problem_body(problem: Problem) -> bytes:
    """The JSON of a problem, for answers written without a framework."""
    body: dict[str, object] = {
        "type": problem.kind,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if identifier := correlation.get():
        body["request_id"] = identifier
    return json.dumps(body | problem.extra, ensure_ascii=False, default=str).encode()


def problem_response(problem: Problem) -> Response:
    """The HTTP answer of a problem."""
    return Response(
        problem_body(problem),
        status_code=problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


def unexpected() -> Problem:
    """What we say when we do not know ourselves what went wrong; the log knows more."""
    return Problem(
        500,
        _TITLES[500],
        "Something failed that should not have; it is in the log under this request_id. "
        "Nothing you sent needs changing; please try again.",
    )


async def answer_problem(_request: Request, error: Exception) -> Response:
    """Exception handler for Problem."""
    return problem_response(error if isinstance(error, Problem) else unexpected())


async def answer_http_error(_request: Request, error: Exception) -> Response:
    """Exception handler for the framework's own refusals (no such address, wrong method)."""
    if not isinstance(error, HTTPException):
        return problem_response(unexpected())
    title = _TITLES.get(error.status_code, "Refused")
    return problem_response(
        Problem(error.status_code, title, str(error.detail), headers=error.headers)
    )


async def answer_invalid(_request: Request, error: Exception) -> Response:
    """Exception handler for requests whose values do not have the declared shape."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    items = [
        {"pointer": _pointer(item.get("loc", ())), "detail": item.get("msg", "not acceptable")}
        for item in found[:_SHOWN_ERRORS]
    ]
    first = f"{items[0]['pointer']}: {items[0]['detail']}" if items else "not acceptable"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return problem_response(
        Problem(422, _TITLES[422], first + more, kind="invalid-request", errors=items)
    )


def _pointer(location: Iterable[object]) -> str:
    """`/body/items/3/value`: where in the request the value stands, as RFC 6901 writes it."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "".join(f"/{step}" for step in steps)
