"""Whether what is asked for is there at all: quick questions, before a brief is begun."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import Request

from services.alerts.entrypoints.briefs_parts import doors_of
from services.alerts.entrypoints.ladder_parts import unacceptable
from services.alerts.ports.briefs import AskedInVainError
from shared.kit.errors import Unavailable
from shared.kit.web import Problem

T = TypeVar("T")

_PATIENCE_S = 5.0
"""Somebody waits for the answer, and without one the brief waits for the evaluator instead."""
_UNKNOWN = (
    "unknown region {0}: the evaluator's catalogue has no region of that code that this service's "
    "own key may see. Nothing was changed. Check the code (qingyu catalogue list regions); if the "
    "region is new, import it first (qingyu catalogue import) and ask again some seconds later."
)


async def check_known(request: Request, region: str) -> None:
    """Raises 404 if the evaluator says that there is no such region; not while it is away.

    Only for whoever may do something about the region: nobody else learns what there is.
    """
    if await _answered(doors_of(request).parts.situations.knows(region)) is False:
        raise Problem(404, "Unknown region", _UNKNOWN.format(region), kind="brief-region")


async def check_commit(request: Request, commit: int | None) -> None:
    """Raises 422 if the evaluator says that there is no such commit yet; not while it is away."""
    if commit is None:
        return
    newest = await _answered(doors_of(request).parts.situations.newest())
    if newest is not None and commit > newest:
        raise unacceptable(
            "as_of",
            f"the newest commit is {newest}: ask for that one or one before it, or leave as_of out",
        )


async def _answered(question: Awaitable[T]) -> T | None:
    """What the evaluator says; None while it is away."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await question
    except (AskedInVainError, Unavailable, TimeoutError):
        return None
