"""The desk: the live list of warnings, groups of them, and the page of one of them."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking, evidence, laddering, telling
from services.console.entrypoints.gathering import items_of, places_for
from services.console.entrypoints.places import Places
from services.console.entrypoints.proving_kinds import sheet_of
from services.console.entrypoints.render import page
from services.console.entrypoints.views import LEVELS, over_line
from services.console.entrypoints.visit import Found, Refused, Visit, Visitor

router = APIRouter(include_in_schema=False)

FILTERS = (
    *("kind", "measure", "level", "stage", "state", "region", "assignee", "subject", "since"),
    *("about", "rule", "budget"),
)
_CHOSEN = ("kind", "measure", "level", "stage", "state", "region", "assignee", "since")
"""What the form has a field for; the others come by links and show as chips."""
_LIVE = ("subject", "region", "level", "rule", "budget", "kind", "measure")
_WHOLE_ROWS = {"limit": "50", "suppression": "true"}
_GROUPS = "100"
_ZONE = ZoneInfo("Asia/Shanghai")
_MOST_STEPS = "500"
_MOST_FIGURES = 8
ALL, MINE = "all", "mine"
_ME = "/v1/me"


@router.get("/warnings")
async def desk(request: Request, visit: Visitor) -> Response:
    """What is open, the newest change first; filters and view are the address."""
    filters = {n: request.query_params[n] for n in FILTERS if request.query_params.get(n)}
    by = request.query_params.get("by", "")
    me = await visit.ask_for_part("alerts", _ME)
    asked = _asked(filters, me)
    cursor = request.query_params.get("cursor")
    here = {"after" if by else "cursor": cursor} if cursor else {}
    found, summary, steps, places = await asyncio.gather(
        _listed(visit, by, {**asked, **here}),
        visit.ask_for_part("alerts", "/v1/warnings/summary", _counted(asked)),
        _waiting(visit) if not by else _nothing(),
        places_for(visit, enterprises=False),
    )
    deadlines = desking.deadlines_of(items_of(steps))
    may = desking.acts_of(me.data)
    return page(
        request,
        "desk.html",
        visit=visit,
        by=by if by in desking.GROUPED_BY else "",
        rows=[]
        if by
        else [desking.row_of(one, deadlines, may, visit.language) for one in found["items"]],
        groups=[desking.group_of(one, by, places) for one in found["items"]] if by else [],
        next=found.get("next"),
        summary=summary,
        steps=steps,
        levels=LEVELS,
        filters=filters,
        chips={n: v for n, v in filters.items() if n not in _CHOSEN},
        cursor=cursor,
        places=places,
        newest=found.get("newest") or (summary.data or {}).get("newest"),
        live_filters={n: filters[n] for n in _LIVE if n in filters},
        choices=desking,
    )


@router.get("/warnings/{warning}")
async def warning(request: Request, visit: Visitor, warning: UUID) -> Response:
    """One warning: evidence, what people did, who was told, what the ladder asks for."""
    of = {"warning": str(warning)}
    found, me, steps, notices, quiet, places = await asyncio.gather(
        visit.ask("alerts", f"/v1/warnings/{warning}"),
        visit.ask_for_part("alerts", _ME),
        visit.ask_for_part("alerts", "/v1/steps", of),
        visit.ask_for_part("alerts", "/v1/notices", {**of, "limit": "100"}),
        visit.ask_for_part("alerts", f"/v1/warnings/{warning}/suppression"),
        places_for(visit, enterprises=False),
    )
    row = desking.row_of(found, {}, desking.acts_of(me.data), visit.language)
    return page(
        request,
        "warning.html",
        visit=visit,
        warning=found,
        row=row,
        has_line=row.kind in desking.BUDGETED and "budget" in found and "evidence" in found,
        over=over_line(found["evidence"]) if "evidence" in found else None,
        facts=evidence.facts_of(found),
        sheet=sheet_of(
            found, row.kind, visit.language, row.zone, request.state.clock(), places.name
        ),
        handling=desking.handling_of(found),
        history=[evidence.entry_of(one, visit.language) for one in found["history"]],
        steps=steps,
        ladder=await _ladder(visit, steps, places),
        notices=notices,
        notice_rows=[telling.notice_of(one) for one in items_of(notices)],
        quiet=quiet,
        mark=desking.mark_of(quiet.data) or row.mark,
        path_above=places.path(found["regions"][0] if found["regions"] else None),
        newest=found["latest"],
        me=me,
        choices=desking,
    )


@router.get("/warnings/{warning}/attachments/{digest}")
async def attachment(visit: Visitor, warning: UUID, digest: str) -> Response:
    """A file of a response; browsers keep it, they do not show it."""
    return await passed_on(visit, f"/v1/warnings/{warning}/attachments/{_digest(digest)}")


async def passed_on(visit: Visit, path: str) -> Response:
    """A file as alerts names it, never as a page: whoever sent it may have meant harm."""
    disposition, content = await visit.fetch(path)
    safe = disposition if disposition.startswith("attachment") else "attachment"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": safe,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )


def _digest(text: str) -> str:
    if not text.isalnum():
        raise Refused(404, "There is no such file.")
    return text


def _asked(filters: Mapping[str, str], me: Found) -> dict[str, str]:
    """The filters as alerts takes them: open unless said otherwise, `mine` by name, days begun."""
    asked = {"state": "open", **filters}
    if asked["state"] == ALL:
        del asked["state"]
    if asked.get("assignee") == MINE:
        asked["assignee"] = str((me.data or {}).get("name") or MINE)
    if "since" in asked:
        asked["since"] = _instant(asked["since"])
    return asked


def _instant(text: str) -> str:
    """A day as the instant at which it begins in China; an instant as it is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return datetime(day.year, day.month, day.day, tzinfo=_ZONE).isoformat()


def _counted(asked: Mapping[str, str]) -> dict[str, str]:
    """Counts by level are of all levels, whichever is looked at."""
    return {name: value for name, value in asked.items() if name not in ("level", "state")}


async def _listed(visit: Visit, by: str, asked: Mapping[str, str]) -> dict[str, Any]:
    if by in desking.GROUPED_BY:
        params = {**asked, "by": by, "limit": _GROUPS}
        found: dict[str, Any] = await visit.ask("alerts", "/v1/warnings/groups", params)
    else:
        found = await visit.ask("alerts", "/v1/warnings", {**asked, **_WHOLE_ROWS})
    return found


async def _waiting(visit: Visit) -> Found:
    return await visit.ask_for_part("alerts", "/v1/steps", {"live": "true", "limit": _MOST_STEPS})


async def _ladder(visit: Visit, steps: Found, places: Places) -> list[laddering.StepRow]:
    """The steps; those that wait to be issued with the monitored and the confirmed figure."""
    items = items_of(steps)
    waiting = [one for one in items if one["state"] == "proposed"][:_MOST_FIGURES]
    found = await asyncio.gather(
        *(visit.ask_for_part("alerts", f"/v1/steps/{one['id']}") for one in waiting)
    )
    figures = {
        one["id"]: (answer.data or {}).get("figures")
        for one, answer in zip(waiting, found, strict=True)
    }
    return [laddering.step_of(one, visit.language, places, figures.get(one["id"])) for one in items]


async def _nothing() -> Found:
    return Found()
