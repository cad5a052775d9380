"""`/v1/limit-results`, `/v1/assessments`: products against limits, and score sheets filled in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.figures.rendering import document, words
from services.evaluator.domain.limits.ranking import Rank
from services.evaluator.domain.scoring.assessment import Assessment, ItemResult
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.figure_views import grade_body
from services.evaluator.entrypoints.figures_api import check_seen, subject_of, unacceptable
from services.evaluator.handlers.reckoner.assessing import Assessor, Graded
from services.evaluator.ports.book_sums import HistoryError
from shared.kit.web import Problem
from shared.model.access import Principal

router = APIRouter(prefix="/v1", tags=["assessments"])


@router.get("/limit-results", summary="Energy per unit of product against the limits")
async def limit_results(
    request: Request,
    caller: Caller,
    as_of: AsOf,
    subject: Annotated[list[str], Query(examples=[["enterprise:91150203DEMG00001K"]])],
    period: Annotated[str, Query(examples=["2025"])],
    limit: Annotated[str, Query(description="only this limit", examples=["clinker"])] = "",
) -> JSONResponse:
    """Grade 1 to 3, standing between benchmark and baseline, corrections, and rank among peers.

    The value is stated as `unit-energy` with the limit's code as qualifier, else the energy for
    each unit of the `product` of that qualifier.
    """
    for one in subject:
        check_seen(request, caller, subject_of(one))
    assessor: Assessor = request.state.assessor
    try:
        world, found = await assessor.graded(subject, period, as_of, limit)
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error
    items = [_graded(one) for one in found]
    return JSONResponse({"as_of": f"commit:{world.as_of}", "period": period, "items": items})


@router.get("/assessments", summary="A score sheet filled in for every holder")
async def assessments(
    request: Request,
    caller: Caller,
    as_of: AsOf,
    sheet: Annotated[str, Query(examples=["dual-control-yearly"])],
    period: Annotated[str, Query(examples=["2025"])],
) -> JSONResponse:
    """Points by item with evidence, vetoes, the result (超额完成 … 未完成), the order of holders.

    Target items come from ratings, the others from scores on record.
    """
    if not caller.sees_all:
        raise _all_only(caller)
    assessor: Assessor = request.state.assessor
    try:
        world, found, ranks = await assessor.assessed(sheet, period, as_of)
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error
    places = {rank.peer: rank for rank in ranks}
    items = [_assessment(one, places.get(one.holder)) for one in found]
    return JSONResponse(
        {"as_of": f"commit:{world.as_of}", "sheet": sheet, "period": period, "items": items}
    )


def _all_only(caller: Principal) -> Problem:
    return Problem(
        403,
        "Not allowed",
        f"The key {caller.name} sees a part of the country only; holders are ranked among all.",
        kind="not-allowed",
    )


def _graded(one: Graded) -> dict[str, Any]:
    result = one.result
    return {
        "subject": one.who.key,
        "name": one.who.name,
        **grade_body(one),
        "value": document(result.value),
        "limits": {str(number): document(bound) for number, bound in result.limits.items()},
        "margins": {str(number): document(margin) for number, margin in result.margins.items()},
        "rank": _rank(one.rank),
    }


def _rank(rank: Rank | None) -> dict[str, Any] | None:
    if rank is None:
        return None
    return {
        "place": rank.place,
        "ranked": rank.ranked,
        "tied": rank.tied,
        "behind": _maybe(rank.behind),
        "ahead_of": _maybe(rank.ahead_of),
    }


def _assessment(one: Assessment, rank: Rank | None) -> dict[str, Any]:
    return {
        "holder": one.holder,
        "sheet": one.sheet,
        "sheet_version": one.sheet_version,
        "total": document(one.total),
        "out_of": f"{one.out_of:f}",
        "percent": document(one.percent),
        "result": words(one.result) if one.result else None,
        "provisional": words(one.provisional),
        "vetoes": [words(veto) for veto in one.vetoes],
        "lacking": [words(reason) for reason in one.lacking],
        "items": [_item(item) for item in one.items],
        "rank": _rank(rank),
    }


def _item(item: ItemResult) -> dict[str, Any]:
    return {
        "item": item.item,
        "name": words(item.name),
        "points": document(item.points),
        "most": f"{item.most:f}",
        "completion": _maybe(item.completion),
        "vetoed": item.vetoed,
        "evidence": list(item.evidence),
        "by": item.by,
        "lacking": [words(reason) for reason in item.lacking],
    }


def _maybe(figure: Figure | None) -> dict[str, Any] | None:
    return document(figure) if figure is not None else None
