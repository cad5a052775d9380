"""`/v1/points/{code}/readings`: the readings of one point as they were sent."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller
from services.evaluator.handlers.judge_books import Holder, Library
from services.evaluator.ports.point_readings import PointReadings, ReadingsOfPoints
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.exact import text
from shared.model.instants import BEGINNING_US, FOREVER_US, HOUR_US, iso, to_us
from shared.model.period import hour_of_day
from shared.model.readings import Mark, Readings

router = APIRouter(prefix="/v1/points", tags=["points"])

_WHEN = "a date in the point's zone, or an instant with its offset"
_BITS = {Mark.ESTIMATED: "estimated", Mark.BAD: "bad", Mark.NULL: "withdrawn"}
_CHANGES = {Mark.CHANGE_END: "change-end", Mark.CHANGE_START: "change-start"}


class ReadingView(BaseModel):
    """One reading; `value` is null where it was withdrawn or not stated."""

    at: str
    value: str | None = Field(description="exact decimal", examples=["521199.76"])
    revision: int
    flags: list[str] = Field(examples=[["estimated"]])


class ReadingPage(BaseModel):
    """Readings by their times."""

    point: str
    owner: str
    as_of: int | None
    items: list[ReadingView]
    next: str | None = Field(description="pass it as `from` for the next page")


@router.get(
    "/{code}/readings",
    summary="The readings of one point",
    responses={404: {"description": "no such point, or the key may not see it"}},
)
async def readings(
    request: Request,
    *,
    caller: Caller,
    code: str,
    as_of: AsOf,
    from_: Annotated[str | None, Query(alias="from", description=_WHEN)] = None,
    to: Annotated[str | None, Query(description=f"{_WHEN}; not included")] = None,
    every: Annotated[
        bool, Query(description="also readings that a later revision has replaced")
    ] = False,
    limit: Annotated[int, Query(ge=1, le=50_000)] = 1_000,
) -> ReadingPage:
    """Those that count. A page may be a little longer than `limit`: no instant is cut in two."""
    holder = _holder(request, caller, code)
    first, end = _us("from", from_, holder, BEGINNING_US), _us("to", to, holder, FOREVER_US)
    if first >= end:
        raise _unacceptable("the end lies before the beginning, or at it")
    source: ReadingsOfPoints = request.state.readings
    found = await source.readings(code, first, end, as_of=as_of, every=every)
    if found is None:
        raise _unknown(code)
    rows, following = _cut(found.rows, limit)
    return ReadingPage(
        point=code,
        owner=str(holder.subject),
        as_of=as_of,
        items=_views(PointReadings(decimals=found.decimals, rows=rows)),
        next=following,
    )


def _cut(rows: Readings, limit: int) -> tuple[Readings, str | None]:
    """The first rows, and the instant of the first one left out."""
    if len(rows) <= limit:
        return rows, None
    at = rows.at.tolist()
    while limit < len(at) and at[limit] == at[limit - 1]:
        limit += 1
    return rows.take(slice(limit)), iso(at[limit]) if limit < len(at) else None


def _views(found: PointReadings) -> list[ReadingView]:
    rows = found.rows
    columns = (rows.at, rows.value, rows.revision, rows.flags)
    return [
        ReadingView(
            at=iso(at),
            value=None if flags & (Mark.NULL | Mark.UNSTATED) else text(value, found.decimals),
            revision=revision,
            flags=[name for bit, name in (_BITS | _CHANGES).items() if flags & bit],
        )
        for at, value, revision, flags in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _holder(request: Request, caller: Principal, code: str) -> Holder:
    library: Library = request.state.library
    holder = library.holder(f"point:{code}")
    if holder is None or not may_read(caller, str(holder.subject), holder.regions):
        raise _unknown(code)
    return holder


def _unknown(code: str) -> Problem:
    return Problem(
        404,
        "Not found",
        f"The catalogue has no point {code} that this key may see.",
        kind="no-such-point",
    )


def _us(field: str, written: str | None, holder: Holder, otherwise: int) -> int:
    if written is None or not written.strip():
        return otherwise
    # A plus sign that was not escaped arrives as a blank.
    text_ = written.strip().replace(" ", "+")
    try:
        if "T" not in text_:
            return hour_of_day(date.fromisoformat(text_), holder.zone) * HOUR_US
        found = datetime.fromisoformat(text_)
    except ValueError as error:
        raise _unacceptable(f"{field}: {written!r} is not {_WHEN}") from error
    if found.tzinfo is None:
        raise _unacceptable(f"{field}: {written!r} has no offset: write {_WHEN}")
    return to_us(found)


def _unacceptable(detail: str) -> Problem:
    return Problem(422, "Some values are not acceptable", detail, kind="bad-time")
