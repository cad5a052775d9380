"""The pages of dual control: barometer, targets, tasks, figures with their origin, records."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.console.entrypoints import barometers, explaining, recorded, targeting, tasking
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.ledger import DEFAULT_ZONE
from services.console.entrypoints.lights import light_of
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Refused, Visitor
from services.console.entrypoints.words import ENGLISH, translate

router = APIRouter(include_in_schema=False)

_PAGE = "100"
_MOST_TARGETS = "500"
_OPTIONS = ("scope", "series", "basis", "rule", "as_of")
_CHOICES = (
    ("scope", ("monitored", "whole")),
    ("series", ("calorific", "equivalent")),
    ("basis", ("gross", "net")),
)
"""Options of a figure that people switch between."""


@router.get("/barometer")
async def barometer(request: Request, visit: Visitor) -> Response:
    """The lights of a region and of all below it; region and period are the address."""
    today = _today(request)
    places = await places_for(visit, enterprises=False)
    roots = places.children(None)
    region = request.query_params.get("region") or (roots[0].code if roots else "")
    period = request.query_params.get("period") or barometers.last_period(today)
    of = request.query_params.get("of") or barometers.KINDS[0]
    options = _asked(request, _OPTIONS)
    params = {"region": region, "period": period, "of": of, **options}
    found = await visit.ask("evaluator", "/v1/barometer", params)
    return page(
        request,
        "barometer.html",
        visit=visit,
        table=barometers.barometer_of(found, visit.language),
        region=region,
        of=of,
        kinds=barometers.KINDS,
        options=options,
        offered=barometers.periods_offered(today, period),
        places=places,
        shown_regions={one.code for depth, one in places.walk() if depth < 3},
        path_above=places.path(region),
    )


@router.get("/figures/{figure:path}")
async def figure(request: Request, visit: Visitor, figure: str) -> Response:
    """One figure: its value, its level, every step and every leaf; made to be printed too."""
    asked = _asked(request, _OPTIONS)
    found, places = await asyncio.gather(
        visit.ask("evaluator", f"/v1/explain/{figure}", {**asked, "format": "json"}),
        places_for(visit, enterprises=False),
    )
    subject = str(found["subject"])
    return page(
        request,
        "figure.html",
        visit=visit,
        found=found,
        line=explaining.line_of(found["tree"], visit.language),
        leaves=explaining.leaves_of(found, visit.language),
        level=light_of(found.get("level"), visit.language),
        options=found.get("options") or {},
        choices=_CHOICES if subject.startswith("region:") else _CHOICES[1:],
        path_above=places.path(places.region_of(subject)),
    )


@router.get("/targets")
async def targets(request: Request, visit: Visitor) -> Response:
    """Targets as they stand today, each part below its whole."""
    filters = _asked(request, ("holder", "region", "measure", "state"))
    params = {**filters, **_asked(request, ("after",)), "limit": _MOST_TARGETS}
    found = await visit.ask("evaluator", "/v1/targets", params)
    rows = targeting.rows_of(found["items"])
    return page(
        request,
        "targets.html",
        visit=visit,
        rows=rows,
        filters=filters,
        next=found.get("next"),
    )


@router.get("/targets/{code}")
async def target(request: Request, visit: Visitor, code: str) -> Response:
    """One target: its tree, how the parts add up, its way, its rating and its versions."""
    path = f"/v1/targets/{quote(code, safe='')}"
    found = await visit.ask("evaluator", path)
    today = _today(request)
    rating = targeting.rating_figure(found, today)
    tree, way, rated, places = await asyncio.gather(
        visit.ask_for_part("evaluator", f"{path}/tree"),
        visit.ask_for_part("evaluator", f"{path}/path"),
        visit.ask_for_part("evaluator", f"/v1/explain/{rating}", {"format": "json"}),
        places_for(visit, enterprises=False),
    )
    return page(
        request,
        "target.html",
        visit=visit,
        row=targeting.row_of(found, 0, {}),
        path_above=places.path(places.region_of(str(found["holder"]))),
        rating_link=targeting.rating_link(found, today),
        light=light_of((rated.data or {}).get("level"), visit.language),
        tree=tree,
        branches=targeting.branches_of((tree.data or {}).get("nodes", ()), str(found["form"])),
        divisions=targeting.divisions_of((tree.data or {}).get("sums", ())),
        facts=targeting.facts_of(found, partial(translate, visit.language)),
        steps=targeting.steps_of(way.data or {}),
        versions=found.get("versions", ()),
    )


@router.get("/tasks")
async def tasks(request: Request, visit: Visitor) -> Response:
    """The list of tasks with departments and deadlines, and the emission inventories."""
    filters = _asked(request, ("holder", "region", "department", "state"))
    scope = _asked(request, ("holder", "region"))
    params = {**filters, **_asked(request, ("after",)), "limit": _MOST_TARGETS}
    found, summary, inventories = await asyncio.gather(
        visit.ask("evaluator", "/v1/tasks", params),
        visit.ask_for_part("evaluator", "/v1/tasks/summary", scope),
        visit.ask_for_part("evaluator", "/v1/inventories", scope),
    )
    return page(
        request,
        "tasks.html",
        visit=visit,
        rows=tasking.rows_of(found["items"], english=visit.language == ENGLISH),
        tally=tasking.tally_of(summary.data),
        states=tasking.STATES,
        inventories=inventories,
        filters=filters,
        next=found.get("next"),
    )


@router.get("/records")
async def all_records(visit: Visitor) -> Response:  # noqa: ARG001 - only for who is signed in
    """The first of the lists."""
    return RedirectResponse(f"/records/{recorded.KINDS[0]}", status_code=303)


@router.get("/records/{kind}")
async def records(request: Request, visit: Visitor, kind: str) -> Response:
    """Records of one kind, or with `key` all versions of one of them, the newest first."""
    if kind not in recorded.KINDS:
        raise Refused(404, "")
    filters = _asked(request, ("subject", "key"))
    if "key" in filters:
        path, params = f"/v1/{kind}/history", {"key": filters["key"]}
    else:
        path, params = f"/v1/{kind}", {**_asked(request, ("subject", "after")), "limit": _PAGE}
    found = await visit.ask("evaluator", path, params)
    items = reversed(found["items"]) if "key" in filters else found["items"]
    word = partial(translate, visit.language)
    return page(
        request,
        "records.html",
        visit=visit,
        kind=kind,
        kinds=recorded.KINDS,
        columns=recorded.columns_of(kind),
        rows=[recorded.row_of(kind, item, word) for item in items],
        filters=filters,
        next=found.get("next"),
    )


def _today(request: Request) -> date:
    moment: datetime = request.state.clock()
    return moment.astimezone(ZoneInfo(DEFAULT_ZONE)).date()


def _asked(request: Request, names: Sequence[str]) -> Mapping[str, str]:
    query = request.query_params
    return {name: query[name] for name in names if query.get(name)}
