"""`/v1/situations`: all figures of a region in a reporting period, for whoever writes a brief."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.figures_api import (
    check_seen,
    nobody,
    subject_of,
    unacceptable,
)
from services.evaluator.handlers.reckoner.reckoner import NobodyError
from services.evaluator.handlers.situation.situation import Asked, Situations
from services.evaluator.ports.book_sums import HistoryError
from shared.contracts.situation import encode
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import may_read
from shared.model.subject import SubjectKind

router = APIRouter(prefix="/v1/situations", tags=["situations"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    404: {"description": "no region of that name, or the key may not see it"},
    422: {"description": "no such period or commit"},
    503: {"description": "try again"},
}


@router.get(
    "/{region}",
    summary="The situation of a region in a reporting period",
    responses=_RESPONSES,
    response_class=Response,
)
async def situation(
    request: Request,
    caller: Caller,
    as_of: AsOf,
    region: str,
    period: Annotated[str, Query(examples=["2026Q3", "2026Q3s", "2026M7", "2026-2030"])],
    since: Annotated[
        str | None, Query(description="the commit of the brief before", examples=["commit:40"])
    ] = None,
) -> Response:
    """GDP, the four measures, levels, regions below, parts of the whole, enterprises, outlook,
    tasks, state of the data, and what is stated that does not add up.

    Exact values as decimals or as `n/d`; as of the same commit always the same bytes. Enterprises
    that the key may not see count in every sum, but have no row.
    """
    subject = subject_of(f"{SubjectKind.REGION}:{region.removeprefix('region:')}")
    check_seen(request, caller, subject)
    situations: Situations = request.state.situations
    try:
        asked = Asked(
            region=subject.code,
            period=period,
            as_of=as_of,
            since=_commit(since),
            sees=lambda key, regions: may_read(caller, key, regions),
        )
        found = await situations.of(asked)
    except NobodyError as error:
        raise nobody(str(error)) from error
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error
    except Unavailable as error:
        raise _away(error) from error
    return Response(encode(found), media_type="application/json")


def _commit(written: str | None) -> int | None:
    if written is None or not written.strip():
        return None
    number = written.strip().removeprefix("commit:")
    if not number.isascii() or not number.isdigit():
        raise ValueError(f"since: {written!r} is no commit: write commit:42")
    return int(number)


def _away(error: Unavailable) -> Problem:
    return Problem(
        503,
        "Not available now",
        f"The situation cannot be told now ({error}); please try again.",
        kind="situation-unavailable",
        headers={"Retry-After": "5"},
    )
