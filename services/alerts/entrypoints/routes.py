"""`/v1/routes`: the tree that says who is told, and a try where something would go."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.domain.matchers import written
from services.alerts.domain.telling.durations import written_duration
from services.alerts.domain.telling.reading import RoutesError, read_routes
from services.alerts.domain.telling.routes import (
    Route,
    all_routes,
    find,
    group_of,
    receivers_of,
    visits,
)
from services.alerts.entrypoints.door import Caller, Operator
from services.alerts.ports.telling import Directory, Ruling
from shared.kit.web import Problem
from shared.model.access import may_operate

router = APIRouter(prefix="/v1/routes", tags=["notices"])


class RoutesShown(BaseModel):
    """The routes in force. `unanswered`: receivers that no contact answers to."""

    version: str
    document: dict[str, Any]
    receivers: list[str]
    unanswered: list[str]


class Labels(BaseModel):
    """What would be told."""

    model_config = ConfigDict(extra="forbid")

    labels: dict[str, str] = Field(
        examples=[{"alertname": "used", "level": "red", "measure": "energy", "region": "150600"}]
    )
    document: dict[str, Any] | None = Field(
        default=None, description="other routes to try instead of those in force"
    )


class Step(BaseModel):
    """A route that was looked at; `failed` is the first matcher that the labels do not satisfy."""

    place: str
    receiver: str
    matchers: str
    chosen: bool
    failed: str | None


class Destination(BaseModel):
    """Where it goes, with what it would be told together, and when."""

    place: str
    receiver: str
    group: dict[str, str]
    group_wait: str
    group_interval: str
    repeat_interval: str
    contacts: list[str] = Field(description="who answers to it; only operators see them")


class Tested(BaseModel):
    """The receivers in the order of the tree, and the way there."""

    receivers: list[str]
    destinations: list[Destination]
    steps: list[Step]


@router.get("", summary="The routes in force")
async def show(request: Request, _caller: Caller) -> RoutesShown:
    """As they were written; the policy file's while nobody has put others in force."""
    directory: Directory = request.state.directory
    return await _shown(directory, await directory.ruling())


@router.put("", summary="Put other routes in force")
async def put(request: Request, caller: Operator, document: dict[str, Any]) -> RoutesShown:
    """The whole tree at once; what is open moves to its new groups without being told again."""
    directory: Directory = request.state.directory
    root = _read(document)
    await _demand_times(root, request.state.quiet_names)
    ruling = await directory.rule(document, root, caller.name, request.state.clock())
    request.state.look_at_groups()
    return await _shown(directory, ruling)


@router.post("/test", summary="Where something with these labels would go, and why")
async def test(request: Request, caller: Caller, asked: Labels) -> Tested:
    """Changes nothing."""
    directory: Directory = request.state.directory
    given = asked.document
    root = (await directory.ruling()).root if given is None else _read(given)
    contacts = await directory.contacts() if may_operate(caller) else ()
    found = find(root, asked.labels)
    return Tested(
        receivers=[route.receiver for route in found],
        destinations=[
            _destination(
                route,
                asked.labels,
                [one.name for one in contacts if one.answers_to(route.receiver)],
            )
            for route in found
        ],
        steps=_steps(root, asked.labels),
    )


def _steps(root: Route, labels: dict[str, str]) -> list[Step]:
    return [
        Step(
            place=visit.route.place,
            receiver=visit.route.receiver,
            matchers=written(visit.route.matchers),
            chosen=visit.chosen,
            failed=str(visit.failed) if visit.failed else None,
        )
        for visit in visits(root, labels)
    ]


def _destination(route: Route, labels: dict[str, str], contacts: Sequence[str]) -> Destination:
    return Destination(
        place=route.place,
        receiver=route.receiver,
        group=dict(group_of(route, labels).labels),
        group_wait=written_duration(route.timing.wait),
        group_interval=written_duration(route.timing.interval),
        repeat_interval=written_duration(route.timing.repeat),
        contacts=list(contacts),
    )


async def _shown(directory: Directory, ruling: Ruling) -> RoutesShown:
    contacts = await directory.contacts()
    names = receivers_of(ruling.root)
    return RoutesShown(
        version=f"{ruling.version:x}",
        document=dict(ruling.document),
        receivers=list(names),
        unanswered=[n for n in names if not any(one.answers_to(n) for one in contacts)],
    )


async def _demand_times(root: Route, names: Callable[[], Awaitable[Collection[str]]]) -> None:
    """A route that is only active in a time that nobody knows would never tell anything."""
    known = await names()
    unknown = [
        f"{route.place}.{field}: there is no quiet time {name!r}"
        for route in all_routes(root)
        for field, used in (
            ("mute_time_intervals", route.quiet),
            ("active_time_intervals", route.active),
        )
        for name in used
        if name not in known
    ]
    if unknown:
        listed = ", ".join(sorted(known)) or "none"
        raise _unreadable((*unknown, f"there are {listed}; see GET /v1/quiet-times"))


def _unreadable(problems: Sequence[str]) -> Problem:
    return Problem(
        422,
        "The routes cannot be read",
        "Nothing was changed. " + "; ".join(problems),
        kind="bad-routes",
    )


def _read(document: dict[str, Any]) -> Route:
    try:
        return read_routes(document)
    except RoutesError as error:
        raise _unreadable(error.problems) from error
