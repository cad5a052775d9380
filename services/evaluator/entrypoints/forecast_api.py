"""`/v1/forecasts`: where a period will end, and when its budget runs out."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.subjects import entity_of, name_of, regions_of
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.forecast_shapes import ForecastView
from services.evaluator.entrypoints.forecast_views import view_of
from services.evaluator.handlers.forecast_days import ENERGY_TOTAL, Wanted
from services.evaluator.handlers.forecaster import Forecasts
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.forecast import ForecasterBusyError
from shared.kit.errors import Unavailable
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.instants import FOREVER_US
from shared.model.subject import Subject

router = APIRouter(prefix="/v1/forecasts", tags=["forecasts"])

Cut = Annotated[
    date | None,
    Query(description="as seen when this day begins; without one, after the last known day"),
]


@router.get(
    "",
    summary="The forecast of a budget",
    responses={404: {"description": "there is none, or the key may not see it"}},
)
async def of_budget(
    request: Request,
    caller: Caller,
    budget: Annotated[str, Query(description="the budget's code")],
    cut: Cut = None,
) -> ForecastView:
    """The period's end, the day on which the budget runs out, and how probable exceeding it is."""
    return await _answer(request, _of_budget(request, await _budget(request, caller, budget)), cut)


@router.get(
    "/{subject:path}",
    summary="The forecast of a subject's measure, or of one of its budgets",
    responses={
        404: {"description": "nobody of that name, or the key may not see it"},
        422: {"description": "no such measure or period"},
        503: {"description": "try again"},
    },
)
async def of_subject(
    request: Request,
    caller: Caller,
    subject: str,
    measure: Annotated[
        str,
        Query(
            description="energy-total, carbon-total or a carrier's code", examples=["electricity"]
        ),
    ] = ENERGY_TOTAL,
    period: Annotated[str | None, Query(description="this year by default")] = None,
    budget: Annotated[str | None, Query(description="a code, instead of both")] = None,
    cut: Cut = None,
) -> ForecastView:
    """An estimate with an interval, the method's errors, and the reason when there is none.

    `state` is `refused` when the history is too short; that is an answer, not a fault.
    """
    if budget is not None:
        found = await _budget(request, caller, budget)
        if str(found.subject) != subject:
            raise _unknown(f"The budget {budget} is not one of {subject}, but of {found.subject}.")
        return await _answer(request, _of_budget(request, found), cut)
    holder = _subject(request, caller, subject)
    forecasts: Forecasts = request.state.forecasts
    try:
        wanted = forecasts.wanted(holder, measure, period)
    except ValueError as error:
        raise Problem(
            422, "Some values are not acceptable", str(error), kind="bad-forecast"
        ) from error
    return await _answer(request, wanted, cut)


async def _answer(request: Request, wanted: Wanted, cut: date | None) -> ForecastView:
    forecasts: Forecasts = request.state.forecasts
    try:
        answer = await forecasts.answer(wanted, cut)
    except (ForecasterBusyError, Unavailable) as error:
        raise Problem(
            503,
            "Not available now",
            f"The forecast cannot be made now ({error}); please try again.",
            kind="forecast-unavailable",
            headers={"Retry-After": "5"},
        ) from error
    return view_of(answer, name_of(_rulebook(request).catalogue, wanted.subject))


def _of_budget(request: Request, budget: Budget) -> Wanted:
    forecasts: Forecasts = request.state.forecasts
    return forecasts.wanted_for(budget)


async def _budget(request: Request, caller: Principal, code: str) -> Budget:
    desk: BudgetDesk = request.state.budgets
    budget = (await desk.budgets()).get(code)
    if budget is None or not _may_see(request, caller, budget.subject):
        raise _unknown(
            f"There is no budget {code} that this key may see; GET /v1/budgets lists those there "
            "are."
        )
    return budget


def _subject(request: Request, caller: Principal, written: str) -> Subject:
    try:
        subject = Subject.parse(written)
    except ValueError as error:
        raise Problem(
            422, "Some values are not acceptable", str(error), kind="bad-subject"
        ) from error
    known = entity_of(_rulebook(request).catalogue, subject) is not None
    if not known or not _may_see(request, caller, subject):
        raise _unknown(f"The catalogue has no {written} that this key may see.")
    return subject


def _may_see(request: Request, caller: Principal, subject: Subject) -> bool:
    regions = regions_of(_rulebook(request).catalogue, subject, FOREVER_US - 1)
    return may_read(caller, str(subject), regions)


def _rulebook(request: Request) -> Rulebook:
    rulebook: Rulebook = request.state.rulebook
    return rulebook


def _unknown(detail: str) -> Problem:
    return Problem(404, "Not found", detail, kind="no-such-forecast")
