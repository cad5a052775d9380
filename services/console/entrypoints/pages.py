"""The pages: each gathers what the signed-in key may see, and hands it to a template."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking, ledger
from services.console.entrypoints.forecasting import ahead_of, outlook_of
from services.console.entrypoints.gathering import items_of, places_for
from services.console.entrypoints.render import page
from services.console.entrypoints.views import (
    LEVELS,
    budget_row,
    rank,
    shares,
    tree,
)
from services.console.entrypoints.visit import Found, Refused, Visit, Visitor
from services.console.entrypoints.words import translate
from shared.model.period import Period

router = APIRouter(include_in_schema=False)

_CHART_WORDS = (
    "complete", "partial", "missing", "estimated", "none", "notice", "yellow", "orange", "red",
    "rule_used", "rule_pace",
)  # fmt: skip


@router.get("/")
async def overview(request: Request, visit: Visitor) -> Response:
    """Counts by level, budgets by region, the latest warnings."""
    summary, budgets, latest, places = await asyncio.gather(
        visit.ask_for_part("alerts", "/v1/warnings/summary"),
        visit.ask_for_part("evaluator", "/v1/budgets"),
        visit.ask_for_part("alerts", "/v1/warnings", {"limit": "8"}),
        places_for(visit),
    )
    return page(
        request,
        "overview.html",
        visit=visit,
        summary=summary,
        levels=LEVELS,
        budgets=budgets,
        rows=tree(items_of(budgets), places),
        latest=latest,
        places=places,
        newest=_newest(summary),
    )


@router.get("/budgets")
async def budgets(request: Request, visit: Visitor) -> Response:
    """All budgets with their state, the worst first."""
    found, places = await asyncio.gather(visit.ask("evaluator", "/v1/budgets"), places_for(visit))
    rows = [budget_row(item, places) for item in found["items"]]
    rows.sort(key=lambda row: (-rank(row.worst), -row.bar, row.code))
    return page(request, "budgets.html", visit=visit, rows=rows)


@router.get("/books/{subject}")
async def books(request: Request, visit: Visitor, subject: str) -> Response:
    """A subject's books: the curve against the budget's line, and a table."""
    asked = {k: v for k, v in request.query_params.items() if v}
    all_budgets, found, places = await asyncio.gather(
        visit.ask_for_part("evaluator", "/v1/budgets"),
        visit.ask_for_part(
            "alerts", "/v1/warnings", {"subject": subject, "limit": "50", "full": "true"}
        ),
        places_for(visit),
    )
    own = [item for item in items_of(all_budgets) if item["subject"] == subject]
    budget = next((b for b in own if b["code"] == asked.get("budget")), own[0] if own else None)
    period = ledger.period_of(budget, request.state.clock())
    window = _window(asked, period, budget)
    path = f"/v1/books/{subject}"
    table, chart, findings, coming = await asyncio.gather(
        visit.ask("evaluator", path, window.params),
        visit.ask_for_part("evaluator", path, ledger.chart_params(period)),
        visit.ask_for_part("evaluator", "/v1/findings", {"subject": subject}),
        _forecast(visit, budget, asked.get("cut")),
    )
    lane = ledger.lane_of(table["items"], asked, budget)
    days = ledger.days_of(items_of(chart), lane, budget)
    marks = [one for one in items_of(found) if budget and _is_about(one, budget)]
    return page(
        request,
        "books.html",
        visit=visit,
        subject=subject,
        subject_name=places.name(subject),
        path_above=places.path(places.region_of(subject)),
        budgets=[budget_row(item, places) for item in own],
        budget=budget_row(budget, places) if budget else None,
        window=window,
        pattern=ledger.time_pattern(window.step),
        steps=ledger.STEPS,
        lanes=table["items"],
        lane=lane,
        hours=shares(lane["hours"]) if lane else [],
        drawings=ledger.drawings(
            days, period, budget, marks, _chart_words(visit), ahead_of(coming.data, period)
        )
        if days
        else (),
        coming=coming,
        outlook=outlook_of(coming.data, visit.language),
        chart=chart,
        findings=findings,
    )


@router.get("/catalogue")
async def catalogue(request: Request, visit: Visitor) -> Response:
    """The tree of regions with their enterprises."""
    places = await places_for(visit)
    return page(request, "catalogue.html", visit=visit, places=places)


async def _forecast(visit: Visit, budget: Mapping[str, Any] | None, cut: str | None) -> Found:
    """The budget's forecast now, or as it would have been when the day `cut` began."""
    if budget is None:
        return Found()
    params = {"budget": str(budget["code"]), **({"cut": cut} if cut else {})}
    return await visit.ask_for_part("evaluator", "/v1/forecasts", params)


def _is_about(warning: Mapping[str, Any], budget: Mapping[str, Any]) -> bool:
    """Whether a warning is of the budget's own: used or pace."""
    is_kind = desking.kind_of(warning) in desking.BUDGETED
    return is_kind and desking.about_of(warning)[0] == budget["code"]


def _newest(found: Found) -> int | None:
    return found.data["newest"] if found.data else None


def _window(
    asked: Mapping[str, str], period: Period, budget: Mapping[str, Any] | None
) -> ledger.Window:
    mark = ((budget or {}).get("state") or {}).get("watermark")
    try:
        return ledger.window_of(asked, period, datetime.fromisoformat(mark) if mark else None)
    except ValueError as error:
        raise Refused(422, str(error)) from error


def _chart_words(visit: Visit) -> dict[str, str]:
    return {word: translate(visit.language, word) for word in _CHART_WORDS}
