"""What routes about targets and tasks have in common: the desk, who sees what, and being away."""

from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request

from services.evaluator.domain.subjects import regions_of
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.targets_desk import TargetsDesk
from services.evaluator.handlers.tasks_desk import TasksDesk
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.catalogue import Catalogue
from shared.model.instants import FOREVER_US
from shared.model.subject import Subject

T = TypeVar("T")


async def available(asked: Awaitable[T]) -> T:
    """What was asked for; raises Problem 503 when the register cannot be reached."""
    try:
        return await asked
    except Unavailable as error:
        raise Problem(
            503,
            "Not available now",
            f"Records cannot be reached now ({error}); please try again: a repeat is harmless.",
            kind="store-unavailable",
            headers={"Retry-After": "2"},
        ) from error


def targets_desk(request: Request) -> TargetsDesk:
    """The desk of targets."""
    desk: TargetsDesk = request.state.targets
    return desk


def tasks_desk(request: Request) -> TasksDesk:
    """The desk of tasks, reports and inventories."""
    desk: TasksDesk = request.state.tasks
    return desk


def catalogue_of(request: Request) -> Catalogue:
    """The catalogue in use."""
    rulebook: Rulebook = request.state.rulebook
    return rulebook.catalogue


def visible(request: Request, caller: Principal, holder: str, region: str | None = None) -> bool:
    """Whether the key may see what the holder holds, and whether it lies in the region."""
    regions = regions_of(catalogue_of(request), Subject.parse(holder), FOREVER_US - 1)
    return may_read(caller, holder, regions) and region in (None, *regions)
