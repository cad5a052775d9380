"""A service's HTTP side: health, readiness, metrics, problems, and one id for every request."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from fastapi import APIRouter, FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kit import metrics
from shared.kit.logs import correlation, new_correlation_id
from shared.kit.problems import (
    MEDIA_TYPE,
    Problem,
    answer_http_error,
    answer_invalid,
    answer_problem,
    problem_body,
    problem_response,
    unexpected,
)

__all__ = [
    "MEDIA_TYPE",
    "Problem",
    "Readiness",
    "Requests",
    "create_app",
    "problem_body",
    "problem_response",
]

log = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[Mapping[str, str | None]]]

_REQUEST_ID = b"x-request-id"
# What a caller may choose as an id: it is repeated in logs and headers.
_SAFE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUESTS = metrics.counter(
    "qingyu_http_requests_total", "requests answered", ("method", "route", "status")
)
_SECONDS = metrics.histogram(
    "qingyu_http_request_seconds", "from the first byte to the last", ("method", "route")
)


def create_app(
    *,
    title: str,
    version: str,
    description: str,
    ready: Readiness,
    routers: Sequence[APIRouter] = (),
    state: Mapping[str, object] | None = None,
) -> FastAPI:
    """The application of one service.

    `ready` names every part the service depends on with None, or with what is wrong. `state` is
    what entrypoints find at `request.state`: the handlers, never a table.
    """
    app = FastAPI(
        title=title,
        version=version,
        description=description,
        # One address a service, so that an ingress can put all behind one name; the pages that
        # usually show it would fetch scripts from elsewhere.
        openapi_url=f"/openapi/{title.rsplit(maxsplit=1)[-1].lower()}.json",
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            Problem: answer_problem,
            HTTPException: answer_http_error,
            RequestValidationError: answer_invalid,
        },
    )
    app.add_middleware(Requests, state=dict(state or {}))
    app.include_router(_operations(ready))
    for router in routers:
        app.include_router(router)
    return app


def _operations(ready: Readiness) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Is the process alive?")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get(
        "/readyz",
        summary="Can it do its work now? 503 names what is missing.",
        responses={503: {"description": "a part it depends on is away"}},
    )
    async def readyz() -> JSONResponse:
        parts = {name: problem or "ok" for name, problem in (await ready()).items()}
        is_ready = all(problem == "ok" for problem in parts.values())
        body = {"status": "ready" if is_ready else "not ready", "parts": parts}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    @router.get("/metrics", summary="Numbers for Prometheus", response_class=Response)
    async def numbers() -> Response:
        body, content_type = metrics.render()
        return Response(body, headers={"content-type": content_type})

    return router


class Requests:
    """Pure ASGI, because every request passes: its id, its metrics, and the last resort.

    An application that answers without the framework can be wrapped in it as well; it names its
    route for the metrics by putting anything with a `path` at `scope["route"]`.
    """

    def __init__(self, app: ASGIApp, state: Mapping[str, object]) -> None:
        self._app = app
        self._state = state
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[tuple[str, str], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connection pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        identifier = _request_id(scope)
        correlation.set(identifier.decode())
        scope["state"] = {**scope.get("state", {}), **self._state}
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_REQUEST_ID, identifier)]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            log.exception("the request failed", extra=_where(scope))
            if status:
                raise  # half an answer is out: only closing the connection tells the truth
            await problem_response(unexpected())(scope, receive, send_with_id)
        finally:
            self._measure(scope, status, time.perf_counter() - started)

    def _measure(self, scope: Scope, status: int, seconds: float) -> None:
        route: str = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _KNOWN_METHODS else "other"
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = _REQUESTS.labels(method, route, str(status))
            self._counters[method, route, status] = counter
        timer = self._timers.get((method, route))
        if timer is None:
            timer = self._timers[method, route] = _SECONDS.labels(method, route)
        counter.inc()
        timer.observe(seconds)


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == _REQUEST_ID and _SAFE_ID.fullmatch(value):
            chosen: bytes = value
            return chosen
    return new_correlation_id().encode()


def _where(scope: Scope) -> dict[str, str]:
    return {"action": "request_failed", "method": scope["method"], "path": scope["path"]}
