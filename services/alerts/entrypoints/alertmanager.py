"""`/api/v2`: Alertmanager's API, so that amtool, Prometheus, Grafana and Karma work with Qingyu.

Errors are told in its own form: a JSON text, or code and message where its framework answers.
"""

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request, Response

from services.alerts.entrypoints.alertmanager_bodies import (
    BadRequestError,
    check_truths,
    read_alerts,
    read_filter,
    read_query,
    read_silence,
)
from services.alerts.entrypoints.door import Door
from services.alerts.handlers.alertmanager import Alertmanager
from services.alerts.handlers.silences import NotAllowedError, UnknownError
from services.alerts.ports.suppression import OvertakenError
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal

log = logging.getLogger(__name__)

_JSON = "application/json"
_LONGEST_BODY = 20 * 1024 * 1024

Answer = Callable[[Request, Principal, Alertmanager], Awaitable[Response]]


def _answering(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Who asks, then the answer, then errors as Alertmanager tells them."""

    async def endpoint(request: Request) -> Response:
        try:
            caller = _caller(request)
            return await answer(request, caller, request.state.alertmanager)
        except BadRequestError as error:
            return _json(str(error), 400)
        except UnknownError:
            return _empty(404)
        except NotAllowedError as error:
            return _coded(403, str(error))
        except Problem as error:
            return _coded(error.status, error.detail, error.headers)
        except (Unavailable, OvertakenError) as error:
            return _coded(503, str(error), {"Retry-After": "1"})

    return endpoint


def _caller(request: Request) -> Principal:
    door: Door = request.state.door
    return door.admit(_key(request.headers.get("authorization", "")))


def _key(header: str) -> str | None:
    """The key: as a bearer's, or as the password of HTTP Basic with any name."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


async def _status(_request: Request, caller: Principal, manager: Alertmanager) -> Response:
    return _json(await manager.status(caller))


async def _receivers(_request: Request, _caller: Principal, manager: Alertmanager) -> Response:
    return _json(await manager.receivers())


async def _alerts(request: Request, caller: Principal, manager: Alertmanager) -> Response:
    if request.method == "POST":
        body = await _body(request)
        await manager.take(caller, read_alerts(body, manager.clock(), manager.resolves))
        request.state.word()
        return _empty(200)
    check_truths(request.query_params.getlist)
    return _json(await manager.alerts(caller, read_query(request.query_params.getlist)))


async def _groups(request: Request, caller: Principal, manager: Alertmanager) -> Response:
    return _json(await manager.groups(caller, read_query(request.query_params.getlist)))


async def _silences(request: Request, caller: Principal, manager: Alertmanager) -> Response:
    if request.method == "POST":
        return await _post_silence(request, caller, manager)
    matchers = read_filter(request.query_params.getlist("filter"))
    return _json(await manager.list_silences(caller, matchers))


async def _post_silence(request: Request, caller: Principal, manager: Alertmanager) -> Response:
    longest = manager.silences.guard.longest
    key, wanted = read_silence(await _body(request), manager.clock(), longest)
    if key and (found := _uuid(key)) is None:
        return _json(f"silence {key} not found", 404)
    try:
        made = await manager.post_silence(caller, found if key else None, wanted)
    except UnknownError as error:
        return _json(str(error), 404)
    request.state.word()
    warning = {"warning": f"this silence hides nothing: {made.flaw}"} if made.flaw else {}
    return _json({"silenceID": str(made.id), **warning})


async def _silence(request: Request, caller: Principal, manager: Alertmanager) -> Response:
    key = _uuid(request.path_params["silence"])
    if key is None:
        return _empty(404)
    if request.method == "DELETE":
        await manager.expire(caller, key)
        request.state.word()
        return _empty(200)
    return _json(await manager.silence(caller, key))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise BadRequestError(f"the body is longer than {_LONGEST_BODY} bytes")
    return bytes(body)


def _uuid(text: str) -> UUID | None:
    try:
        key = UUID(text)
    except ValueError:
        return None
    return key if str(key) == text.lower() else None


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status_code=status, media_type=_JSON)


def _empty(status: int) -> Response:
    return Response(status_code=status, media_type=_JSON)


def _coded(status: int, message: str, headers: "dict[str, str] | None" = None) -> Response:
    answer = _json({"code": status, "message": message}, status)
    answer.headers.update(headers or {})
    return answer


_ROUTES: tuple[tuple[str, list[str], Answer], ...] = (
    ("/status", ["GET"], _status),
    ("/receivers", ["GET"], _receivers),
    ("/alerts", ["GET", "POST"], _alerts),
    ("/alerts/groups", ["GET"], _groups),
    ("/silences", ["GET", "POST"], _silences),
    ("/silence/{silence}", ["GET", "DELETE"], _silence),
)


def _router(prefix: str) -> APIRouter:
    # Described by Alertmanager's own OpenAPI; ours would only repeat it.
    router = APIRouter(prefix=prefix, include_in_schema=False)
    for path, methods, answer in _ROUTES:
        router.add_api_route(path, _answering(answer), methods=methods, response_model=None)
    return router


routers = (_router("/api/v2"), _router("/alertmanager/api/v2"))
"""The same twice: some clients are told an address with a path in front."""
