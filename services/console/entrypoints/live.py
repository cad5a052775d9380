"""Passes the events of alerts on to the browser, with the key of whoever is signed in."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse

from services.console.entrypoints.needs import Services
from services.console.entrypoints.visit import Visitor
from shared.kit.errors import Unavailable

router = APIRouter()

_FILTERS = ("subject", "region", "level", "rule", "budget", "kind", "measure", "after")
_SEND_S = 30


@router.get("/live", include_in_schema=False)
async def live(request: Request, visit: Visitor) -> Response:
    """The stream of alerts as it is, until it or the listener ends."""
    params = {n: request.query_params[n] for n in _FILTERS if request.query_params.get(n)}
    resume = request.headers.get("last-event-id")
    headers = {"Last-Event-ID": resume} if resume else {}
    body = _passed_on(visit.services, visit.key, params, headers)
    # Alerts sends the heartbeats.
    return EventSourceResponse(body, ping=0, send_timeout=_SEND_S)


async def _passed_on(
    services: Services, key: str, params: dict[str, str], headers: dict[str, str]
) -> AsyncIterator[bytes]:
    try:
        async with services.stream(
            "alerts", "/v1/warnings/stream", key=key, params=params, headers=headers
        ) as (status, body):
            if status != 200:
                return
            async for chunk in body:
                yield chunk
    except Unavailable:
        return  # the browser comes back with Last-Event-ID
