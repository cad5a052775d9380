"""How good the warnings are: by rule and region, what they were worth and how soon they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking
from services.console.entrypoints.gathering import places_for
from services.console.entrypoints.places import Places
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Found, Refused, Visit, Visitor

router = APIRouter(include_in_schema=False)

Document = Mapping[str, Any]

_FILTERS = ("by", "kind", "measure", "region", "rule", "from", "to")
_REPLAYED = ("kind", "region", "year", "yellow", "orange", "red", "hold_hours")
REPLAYABLE = ("used", "pace", "barometer")
_THRESHOLDS = ("yellow", "orange", "red")
_HOUR_S, _DAY_S = 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """A rule in a region; shares are per cent of the warnings, for the bars."""

    kind: str
    rule: str
    measure: str
    region: str
    region_name: str
    raised: int
    confirmed: int
    false: int
    confirmed_share: float
    false_share: float
    came_true: int | None
    unanswered: int
    open: int
    overdue_steps: int
    lead: str
    acknowledged: str
    noisy: bool
    why: str


def quality_of(item: Document, places: Places) -> QualityRow:
    """A line as alerts counts it."""
    raised, warnings = int(item["raised"]), int(item["warnings"])
    region = str(item.get("region") or "")
    return QualityRow(
        kind=str(item.get("kind") or ""),
        rule=str(item.get("rule") or ""),
        measure=str(item["measure"]),
        region=region,
        region_name=places.name(f"region:{region}") if region else "",
        raised=raised,
        confirmed=int(item["confirmed"]),
        false=int(item["false"]),
        confirmed_share=_share(int(item["confirmed"]), warnings),
        false_share=_share(int(item["false"]), warnings),
        came_true=item["came_true"],
        unanswered=int(item["unanswered"]),
        open=int(item["open"]),
        overdue_steps=int(item["overdue_steps"]),
        lead=span(item["lead_seconds"]),
        acknowledged=span(item["acknowledge_seconds"]),
        noisy=bool(item.get("noisy")),
        why=str(item.get("why") or ""),
    )


def _share(part: int, whole: int) -> float:
    return round(min(100.0, 100 * part / whole), 1) if whole else 0.0


def span(seconds: float | None) -> str:
    """Seconds as people say them: `3.5 d`, `2.0 h`, `12 min`; empty for nothing."""
    if seconds is None:
        return ""
    if abs(seconds) >= _DAY_S:
        return f"{seconds / _DAY_S:.1f} d"
    return f"{seconds / _HOUR_S:.1f} h" if abs(seconds) >= _HOUR_S else f"{seconds / 60:.0f} min"


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
        begin=found["from"],
        end=found["to"],
        span=span,
        years=_years(request.state.clock().year),
    )


async def _replay(visit: Visit, asked: Mapping[str, str]) -> Found:
    """The past judged by the numbers given, and what was raised in truth."""
    if "year" not in asked:
        return Found()
    if not asked["year"].isdecimal():
        raise Refused(422, f"{asked['year']!r}: 2025")
    thresholds = {level: asked[level] for level in _THRESHOLDS if asked.get(level)}
    hours = asked.get("hold_hours", "")
    document = {
        "kind": asked.get("kind", REPLAYABLE[0]),
        "year": int(asked["year"]),
        **({"thresholds": thresholds} if thresholds else {}),
        **({"hold_seconds": int(hours) * _HOUR_S} if hours.isdecimal() else {}),
        **({"region": asked["region"]} if "region" in asked else {}),
    }
    return await visit.do_for_part("/v1/quality/replay", document)


def _years(this: int) -> Sequence[str]:
    return [str(year) for year in range(this - 1, this - 6, -1)]
