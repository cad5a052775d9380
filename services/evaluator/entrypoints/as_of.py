"""`as_of` of a request, as the one commit that it stands for, and `/v1/commits` that tells it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.entrypoints.door import Caller
from services.evaluator.ports.register import Register
from shared.kit.clock import now_us
from shared.kit.web import Problem
from shared.model.instants import iso, to_us

router = APIRouter(prefix="/v1", tags=["commits"])

_PREFIX = "commit:"
_FORMS = (
    "an instant with its offset such as 2026-01-01T00:00:00+08:00, or a commit such as commit:42"
)


class CommitView(BaseModel):
    """The last commit that was made at or before an instant."""

    commit: int = Field(description="pass it as `as_of=commit:N`: the answers stay the same")
    at: str = Field(description="the instant that was asked for")


async def _commit_of(
    request: Request,
    as_of: Annotated[
        str | None,
        Query(description=f"as it was known then: {_FORMS}", examples=["commit:42"]),
    ] = None,
) -> int | None:
    if as_of is None or not as_of.strip():
        return None
    register: Register = request.state.register
    written = as_of.strip()
    if not written.startswith(_PREFIX):
        return await register.commit_at(_instant(written, "as_of"))
    number = written.removeprefix(_PREFIX)
    if not number.isascii() or not number.isdigit():
        raise _unacceptable(f"as_of: {written!r} is no commit: write {_FORMS}")
    last = await register.commit_at(None)
    if int(number) > last:
        raise _unacceptable(f"as_of: commit {number} is not made yet; the last one is {last}")
    return int(number)


AsOf = Annotated[int | None, Depends(_commit_of)]
"""A commit number that is finished, None when nothing was asked for."""


@router.get("/commits", summary="The commit that stands for an instant")
async def commits(
    request: Request,
    _caller: Caller,
    at: Annotated[str | None, Query(description="an instant with its offset; empty: now")] = None,
) -> CommitView:
    """Whatever is asked as of this commit gives what was known at the instant, for ever."""
    register: Register = request.state.register
    instant = _instant(at, "at") if at and at.strip() else now_us()
    return CommitView(commit=await register.commit_at(instant), at=iso(instant))


def _instant(written: str, name: str) -> int:
    try:
        # A plus sign that was not escaped arrives as a blank.
        found = datetime.fromisoformat(written.strip().replace(" ", "+"))
    except ValueError as error:
        raise _unacceptable(f"{name}: {written!r} is no instant: write {_FORMS}") from error
    if found.tzinfo is None:
        raise _unacceptable(f"{name}: {written!r} has no offset: write {_FORMS}")
    return to_us(found)


def _unacceptable(detail: str) -> Problem:
    return Problem(422, "Some values are not acceptable", detail, kind="bad-as-of")
