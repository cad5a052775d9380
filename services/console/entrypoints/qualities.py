"""How good the warnings are: by rule and region, what they were worth and how soon they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking
from services.console.entrypoints.figures import number
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.places import Places
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Found, Refused, Visit, Visitor

router = APIRouter(include_in_schema=False)

Document = Mapping[str, Any]

_FILTERS = ("kind", "measure", "region", "rule", "from", "to")
_REPLAYED = ("rule", "region", "year", "yellow", "orange", "red")
REPLAYABLE = ("used", "pace", "barometer")
_THRESHOLDS = ("yellow", "orange", "red")
_HOUR_S, _DAY_S = 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """A rule in a region; shares are per cent of what was raised, for the bars."""

    kind: str
    rule: str
    region: str
    region_name: str
    raised: int
    confirmed: int
    false: int
    confirmed_share: float
    false_share: float
    lead: str
    acknowledged: str
    noisy: bool
    why: str


def quality_of(item: Document, places: Places) -> QualityRow:
    """A line as alerts counts it."""
    raised = int(item["raised"])
    region = str(item.get("region") or "")
    return QualityRow(
        kind=str(item.get("kind") or ""),
        rule=str(item.get("rule") or ""),
        region=region,
        region_name=places.name(f"region:{region}") if region else "",
        raised=raised,
        confirmed=int(item.get("confirmed") or 0),
        false=int(item.get("false") or 0),
        confirmed_share=_share(item.get("confirmed"), raised),
        false_share=_share(item.get("false"), raised),
        lead=_span(item.get("lead_seconds")),
        acknowledged=_span(item.get("acknowledge_seconds")),
        noisy=bool(item.get("noisy")),
        why=str(item.get("why") or ""),
    )


def _share(part: Any, whole: int) -> float:
    return round(min(100.0, 100 * int(part or 0) / whole), 1) if whole else 0.0


def _span(seconds: Any) -> str:
    """Seconds as people say them: `3.5 d`, `2.0 h`; a dash for nothing."""
    value = number(str(seconds)) if seconds is not None else None
    if value is None:
        return ""
    if value >= _DAY_S:
        return f"{value / Decimal(_DAY_S):.1f} d"
    return f"{value / Decimal(_HOUR_S):.1f} h" if value >= _HOUR_S else f"{value / 60:.0f} min"


@router.get("/quality")
async def quality(request: Request, visit: Visitor) -> Response:
    """The table; with a year to replay, what a rule would have raised in it."""
    asked = request.query_params
    filters = {n: asked[n] for n in _FILTERS if asked.get(n)}
    replayed = {n: asked[f"replay_{n}"] for n in _REPLAYED if asked.get(f"replay_{n}")}
    found = await visit.ask("alerts", "/v1/quality", filters)
    places = await places_for(visit, enterprises=False)
    rows = [quality_of(one, places) for one in found["items"]]
    replay = await _replay(visit, replayed)
    return page(
        request,
        "quality.html",
        visit=visit,
        rows=rows,
        noisy=[row for row in rows if row.noisy],
        filters=filters,
        replayed=replayed,
        replay=replay,
        places=places,
        choices=desking,
        replayable=REPLAYABLE,
        years=_years(request.state.clock().year),
    )


async def _replay(visit: Visit, asked: Mapping[str, str]) -> Found:
    """The past judged twice: by the numbers given, and by those in force."""
    if "year" not in asked:
        return Found()
    if not asked["year"].isdecimal():
        raise Refused(422, f"{asked['year']!r}: 2025")
    thresholds = {level: asked[level] for level in _THRESHOLDS if asked.get(level)}
    document = {
        "rule": asked.get("rule", REPLAYABLE[0]),
        "from": f"{asked['year']}-01-01",
        "to": f"{int(asked['year']) + 1}-01-01",
        **({"thresholds": thresholds} if thresholds else {}),
        **({"region": asked["region"]} if "region" in asked else {}),
    }
    return await visit.do_for_part("/v1/replays", document, service="evaluator")


def _years(this: int) -> Sequence[str]:
    return [str(year) for year in range(this - 1, this - 6, -1)]
