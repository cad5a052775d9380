"""`/v1/webhooks`: where events are sent, and what became of each."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response

from services.alerts.domain.delivery import Endpoint
from services.alerts.entrypoints.door import Operator
from services.alerts.entrypoints.shapes import (
    DeliveriesPage,
    DeliveryShape,
    EndpointMade,
    EndpointShape,
    EndpointsPage,
    NewEndpoint,
)
from services.alerts.ports.warnings import DeliveryLog, Endpoints, Logged
from shared.kit.web import Problem
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

_MOST_ENDPOINTS = 100


@router.post("", status_code=201, summary="Send events to an address from now on")
async def add(request: Request, caller: Operator, wanted: NewEndpoint) -> EndpointMade:
    """The answer holds the secret that signs the events; it is not shown again.

    Only http and https addresses are taken, and redirects are not followed. Whoever has an operator
    key chooses the address: keep this service from networks that it must not reach.
    """
    endpoints: Endpoints = request.state.endpoints
    _check_url(wanted.url)
    if len(await endpoints.all()) >= _MOST_ENDPOINTS:
        raise Problem(
            409,
            "In conflict with what is there",
            f"There are {_MOST_ENDPOINTS} endpoints already: remove one first.",
            kind="too-many-endpoints",
        )
    endpoint = Endpoint(
        id=uuid4(),
        url=wanted.url,
        description=wanted.description,
        secret=request.state.new_secret(),
        created_at=request.state.clock(),
        created_by=caller.name,
    )
    await endpoints.add(endpoint)
    request.state.word()
    return EndpointMade(**_shape(endpoint, 0).model_dump(), secret=endpoint.secret)


@router.get("", summary="Where events are sent")
async def list_all(request: Request, _caller: Operator) -> EndpointsPage:
    """Oldest first, each with the number of its events not acknowledged yet."""
    endpoints: Endpoints = request.state.endpoints
    log: DeliveryLog = request.state.deliveries
    waiting = await log.waiting()
    found = await endpoints.all()
    return EndpointsPage(items=[_shape(one, waiting.get(one.id, 0)) for one in found])


@router.delete("/{endpoint}", status_code=204, summary="Send nothing there any more")
async def remove(request: Request, _caller: Operator, endpoint: UUID) -> Response:
    """Events still waiting for it are dropped."""
    endpoints: Endpoints = request.state.endpoints
    if not await endpoints.remove(endpoint, request.state.clock()):
        raise _unknown(endpoint)
    request.state.word()
    return Response(status_code=204)


@router.get("/{endpoint}/deliveries", summary="What was sent there, and what was answered")
async def deliveries(
    request: Request,
    _caller: Operator,
    endpoint: UUID,
    state: Literal["waiting", "acknowledged"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=0, description="`next` of the page before")] = None,
) -> DeliveriesPage:
    """The newest event first."""
    endpoints: Endpoints = request.state.endpoints
    log: DeliveryLog = request.state.deliveries
    if all(one.id != endpoint for one in await endpoints.all()):
        raise _unknown(endpoint)
    waiting = None if state is None else state == "waiting"
    found = await log.log(endpoint, waiting=waiting, limit=limit + 1, below=cursor)
    items = [_delivery(one) for one in found[:limit]]
    return DeliveriesPage(items=items, next=str(items[-1].event) if len(found) > limit else None)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        acceptable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        acceptable = False
    if not acceptable:
        raise Problem(
            422,
            "Some values are not acceptable",
            f"url: {url!r} is not an http or https address with a host",
            kind="bad-url",
        )


def _unknown(endpoint: UUID) -> Problem:
    return Problem(
        404,
        "Not found",
        f"There is no endpoint {endpoint}; GET /v1/webhooks lists those there are.",
        kind="no-such-endpoint",
    )


def _shape(endpoint: Endpoint, waiting: int) -> EndpointShape:
    return EndpointShape(
        id=str(endpoint.id),
        url=endpoint.url,
        description=endpoint.description,
        created_at=iso(to_us(endpoint.created_at)),
        created_by=endpoint.created_by,
        waiting=waiting,
    )


def _delivery(logged: Logged) -> DeliveryShape:
    return DeliveryShape(
        event=logged.entry,
        warning=str(logged.warning),
        type=logged.type,
        state="acknowledged" if logged.next_at is None else "waiting",
        attempts=logged.attempts,
        next_at=_iso(logged.next_at),
        last_at=_iso(logged.last_at),
        last_status=logged.last_status,
        last_detail=logged.last_detail,
    )


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else iso(to_us(instant))
