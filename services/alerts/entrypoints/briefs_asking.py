"""Whether what is asked for is there at all: quick questions, before a brief is begun."""

import asyncio

from fastapi import Request

from services.alerts.entrypoints.briefs_parts import doors_of
from services.alerts.entrypoints.ladder_parts import unacceptable
from services.alerts.ports.briefs import AskedInVainError
from shared.kit.errors import Unavailable
from shared.kit.web import Problem

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
    situations = doors_of(request).parts.situations
    try:
        async with asyncio.timeout(_PATIENCE_S):
            is_known = await situations.knows(region)
    except (AskedInVainError, Unavailable, TimeoutError):
        return
    if not is_known:
        raise Problem(404, "Unknown region", _UNKNOWN.format(region), kind="brief-region")


async def check_commit(request: Request, commit: int | None) -> None:
    """Raises 422 if the evaluator says that there is no such commit yet; not while it is away."""
    if commit is None:
        return
    situations = doors_of(request).parts.situations
    try:
        async with asyncio.timeout(_PATIENCE_S):
            newest = await situations.newest()
    except (AskedInVainError, Unavailable, TimeoutError):
        return
    if commit > newest:
        raise unacceptable(
            "as_of",
            f"the newest commit is {newest}: ask for that one or one before it, or leave as_of out",
        )
