"""The pages of dual control: barometer, targets, tasks, figures with their origin, records."""

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import explaining
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.lights import light_of
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Visitor

router = APIRouter(include_in_schema=False)

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


def _asked(request: Request, names: Sequence[str]) -> Mapping[str, str]:
    query = request.query_params
    return {name: query[name] for name in names if query.get(name)}
