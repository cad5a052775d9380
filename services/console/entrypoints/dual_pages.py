"""The pages of dual control: barometer, targets, tasks, figures with their origin, records."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.console.entrypoints import explaining, recorded
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.lights import light_of
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Refused, Visitor
from services.console.entrypoints.words import translate

router = APIRouter(include_in_schema=False)

_PAGE = "100"
_OPTIONS = ("scope", "series", "basis", "rule", "as_of")
_CHOICES = (
    ("scope", ("monitored", "whole")),
    ("series", ("calorific", "equivalent")),
    ("basis", ("gross", "net")),
)
"""Options of a figure that people switch between."""


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


def _asked(request: Request, names: Sequence[str]) -> Mapping[str, str]:
    query = request.query_params
    return {name: query[name] for name in names if query.get(name)}
