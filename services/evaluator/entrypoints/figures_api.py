"""`/v1/figures`, `/v1/explain`: any number, by name, and how it came about."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from services.evaluator.domain.budget import Series
from services.evaluator.domain.figures.names import (
    FOUR,
    Basis,
    FigureId,
    Options,
    Scope,
    parse_figure,
)
from services.evaluator.domain.subjects import regions_of
from services.evaluator.entrypoints.as_of import AsOf
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.explain_page import language_of, page, wants_page
from services.evaluator.entrypoints.figure_views import explanation, figure_body
from services.evaluator.handlers.reckoner.reckoner import Made, NobodyError, Reckoner
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.book_sums import HistoryError
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.instants import FOREVER_US
from shared.model.subject import Subject

router = APIRouter(prefix="/v1", tags=["figures"])

MOST_FIGURES = 2000
_RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "nobody of that name, or the key may not see it"},
    422: {"description": "no such measure, period or commit"},
}
_NAME = "SUBJECT/MEASURE/PERIOD, such as region:150000/energy-intensity/2025Q3"


def _options(
    as_of: AsOf,
    scope: Annotated[
        Scope | None, Query(description="of a region: key users, or the whole region")
    ] = None,
    series: Annotated[Series, Query(description="standard coal by")] = Series.CALORIFIC,
    basis: Annotated[Basis, Query(description="before or after exclusions")] = Basis.GROSS,
    rule: Annotated[str, Query(description="code of a rule set instead of the target's")] = "",
) -> Options:
    return Options(scope=scope, series=series, basis=basis, rule=rule, as_of=as_of)


Asked = Annotated[Options, Depends(_options)]


@router.get("/figures", summary="Several figures at once", responses=_RESPONSES)
async def several(
    request: Request,
    caller: Caller,
    options: Asked,
    subject: Annotated[list[str], Query(examples=[["region:150000"]])],
    period: Annotated[list[str], Query(examples=[["2025Q3", "2024Q3"]])],
    measure: Annotated[list[str], Query(description="the four if left out")] = [],  # noqa: B006
) -> JSONResponse:
    """Every measure of every subject for every period, all as of the same commit."""
    count = len(subject) * len(period) * len(measure or FOUR)
    if count > MOST_FIGURES:
        raise unacceptable(f"{count} figures are more than {MOST_FIGURES}: ask for fewer at once")
    wanted = [
        _read(f"{who}/{what}/{when}", options)
        for who in subject
        for what in measure or FOUR
        for when in period
    ]
    made = await reckon(request, caller, wanted)
    as_of = made[0].as_of if made else 0
    return JSONResponse({"as_of": f"commit:{as_of}", "items": [figure_body(one) for one in made]})


@router.get("/figures/{figure:path}", summary="One figure", responses=_RESPONSES)
async def one(request: Request, caller: Caller, options: Asked, figure: str) -> JSONResponse:
    """SUBJECT/MEASURE/PERIOD: its exact value, its level where it has one, what is missing.

    Measures: energy-total, energy-intensity, carbon-total, carbon-intensity, co2e, coverage …;
    carbon-measured, carbon-gap; account:LINE, statement:ITEM, level:ITEM, book:CARRIER, stack:NAME,
    unit-product:PRODUCT, limit:CODE, change:MEASURE, indicator:CODE, target:CODE, budget:CODE.
    """
    (made,) = await reckon(request, caller, [_read(figure, options)])
    return JSONResponse(figure_body(made))


@router.get(
    "/explain/{figure:path}",
    summary="How a figure came about, as JSON or as a page to print",
    responses={**_RESPONSES, 200: {"content": {"text/html": {}}}},
)
async def explain(
    request: Request,
    caller: Caller,
    options: Asked,
    figure: str,
    form: Annotated[str | None, Query(alias="format", description="json or html")] = None,
    lang: Annotated[str | None, Query(description="zh or en, for the page")] = None,
) -> Response:
    """Readings, quantities, factors, exclusions, the formula with the numbers put in.

    A rated figure also has target, rule, threshold and margin. Every leaf names the address whose
    answer contains it, and the place in it; no operand is the result itself.
    """
    (made,) = await reckon(request, caller, [_read(figure, options)])
    reckoner: Reckoner = request.state.reckoner
    found = explanation(made)
    found["readings"] = [asdict(heard) for heard in await reckoner.readings(made)]
    accepted = request.headers.get("accept", "")
    if wants_page(form, accepted):
        return page(found, language_of(lang, request.headers.get("accept-language", "")))
    return JSONResponse(found)


async def reckon(request: Request, caller: Principal, wanted: Sequence[FigureId]) -> list[Made]:
    """Figures for somebody who may see them; refusals as problems."""
    for subject in {name.subject for name in wanted}:
        check_seen(request, caller, subject)
    reckoner: Reckoner = request.state.reckoner
    try:
        return await reckoner.figures(wanted)
    except NobodyError as error:
        raise nobody(str(error)) from error
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error


def check_seen(request: Request, caller: Principal, subject: Subject) -> None:
    """Refuse what the key may not see as if it did not exist."""
    rulebook: Rulebook = request.state.rulebook
    regions = regions_of(rulebook.catalogue, subject, FOREVER_US - 1)
    if not may_read(caller, str(subject), regions):
        raise nobody(f"the catalogue has no {subject} that this key may see")


def subject_of(text: str) -> Subject:
    """The subject named; a problem if it is none."""
    try:
        return Subject.parse(text)
    except ValueError as error:
        raise unacceptable(str(error)) from error


def nobody(detail: str) -> Problem:
    """Nobody of that name."""
    return Problem(404, "Not found", f"{detail}.", kind="no-such-subject")


def unacceptable(detail: str) -> Problem:
    """Something in the question cannot be understood."""
    return Problem(422, "Some values are not acceptable", detail, kind="bad-figure")


def _read(text: str, options: Options) -> FigureId:
    try:
        return parse_figure(text, options)
    except ValueError as error:
        raise unacceptable(str(error)) from error
