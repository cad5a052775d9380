"""`/v1/barometer`, `/v1/ratings`: levels of a region and of all below it, and of anybody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from services.evaluator.domain.figures.names import FigureId, Options
from services.evaluator.domain.figures.rendering import exact, for_people, words
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.figure_views import explain_href, level_body
from services.evaluator.entrypoints.figures_api import (
    Asked,
    check_seen,
    nobody,
    subject_of,
    unacceptable,
)
from services.evaluator.handlers.reckoner.measure_names import MeasureNames
from services.evaluator.handlers.reckoner.ranks import ranks_of
from services.evaluator.handlers.reckoner.ratings import counted
from services.evaluator.handlers.reckoner.reckoner import NobodyError, Reckoner, Row, Table
from services.evaluator.ports.book_sums import HistoryError
from shared.model.catalogue import EntityKind

router = APIRouter(prefix="/v1", tags=["barometer"])

_CHILDREN = {
    "regions": EntityKind.REGION,
    "enterprises": EntityKind.ENTERPRISE,
    "tags": EntityKind.TAG,
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "nobody of that name, or the key may not see it"},
    422: {"description": "no such period, rule or commit"},
}


@router.get("/barometer", summary="Levels of a region and of all below it", responses=_RESPONSES)
async def barometer(
    request: Request,
    caller: Caller,
    options: Asked,
    region: Annotated[str, Query(examples=["150000"])],
    period: Annotated[str, Query(description="cumulative", examples=["2025Q3"])],
    of: Annotated[str, Query(description="regions, enterprises or tags")] = "regions",
) -> JSONResponse:
    """Each target's level with colour, progress, change since the last period, and rank.

    `counts`: how many there are of each colour, by measure; `change`: better, worse, same, new or
    lost. Whoever has no target is listed without measures.
    """
    code = region.removeprefix("region:")
    check_seen(request, caller, subject_of(f"region:{code}"))
    kind = _CHILDREN.get(of)
    if kind is None:
        raise unacceptable(f"of: {of!r} is none of {', '.join(_CHILDREN)}")
    reckoner: Reckoner = request.state.reckoner
    try:
        table = await reckoner.barometer(code, period, options, kind)
        world = await reckoner.open(table.as_of)
    except NobodyError as error:
        raise nobody(str(error)) from error
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error
    return JSONResponse(_table(table, options, MeasureNames(world.records.indicators)))


@router.get("/ratings/{subject:path}", summary="All targets of a subject", responses=_RESPONSES)
async def ratings(
    request: Request,
    caller: Caller,
    options: Asked,
    subject: str,
    period: Annotated[str, Query(description="cumulative", examples=["2025Q3"])],
) -> JSONResponse:
    """Targets in force on the period's last day, each with its level or why it has none."""
    check_seen(request, caller, subject_of(subject))
    reckoner: Reckoner = request.state.reckoner
    try:
        world, row = await reckoner.ratings(subject, period, options)
    except NobodyError as error:
        raise nobody(str(error)) from error
    except (HistoryError, ValueError) as error:
        raise unacceptable(str(error)) from error
    said = MeasureNames(world.records.indicators)
    body = _row(row, replace(options, as_of=world.as_of), period, {}, said)
    return JSONResponse({"as_of": f"commit:{world.as_of}", "period": period, **body})


def _table(table: Table, options: Options, said: MeasureNames) -> dict[str, Any]:
    ranks, options = ranks_of(table.children), replace(options, as_of=table.as_of)
    by_measure: dict[str, list[Any]] = {}
    for row in table.children:
        for judged, _ in row.judged:
            by_measure.setdefault(judged.target.measure, []).append(judged)
    return {
        "as_of": f"commit:{table.as_of}",
        "region": table.own.who.key,
        "region_name": table.own.who.name,
        "period": table.period,
        "before": table.before,
        "own": _row(table.own, options, table.period, {}, said),
        "items": [_row(row, options, table.period, ranks, said) for row in table.children],
        "counts": {measure: counted(found) for measure, found in sorted(by_measure.items())},
        "rankings": _rankings(table.children, ranks),
    }


def _row(
    row: Row,
    options: Options,
    period: str,
    ranks: dict[tuple[str, str], int],
    said: MeasureNames,
) -> dict[str, Any]:
    measures = []
    for judged, change in row.judged:
        name = FigureId(
            subject=row.who.subject,
            measure=f"target:{judged.target.code}",
            period=period,
            options=options,
        )
        actual = judged.rating.actual
        measures.append(
            {
                "measure": judged.target.measure,
                "measure_label": words(said.label(judged.target.measure)),
                "figure": str(name),
                "value": exact(actual.value) if actual else None,
                "shown": for_people(actual.value, actual.unit) if actual else None,
                "unit": actual.unit if actual else judged.target.unit,
                "rank": ranks.get((row.who.key, judged.target.code)),
                **level_body(judged, change),
                "reasons": [words(said.reason(reason)) for reason in judged.rating.reasons],
                "explain": explain_href(name),
            }
        )
    return {"subject": row.who.key, "name": row.who.name, "measures": measures}


def _rankings(
    rows: Sequence[Row], ranks: dict[tuple[str, str], int]
) -> dict[str, list[dict[str, Any]]]:
    """By measure, the best first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for judged, _ in row.judged:
            place = ranks.get((row.who.key, judged.target.code))
            if place is not None:
                listed = found.setdefault(judged.target.measure, [])
                listed.append({"rank": place, "subject": row.who.key, "name": row.who.name})
    return {
        measure: sorted(listed, key=lambda one: (one["rank"], one["subject"]))
        for measure, listed in sorted(found.items())
    }
