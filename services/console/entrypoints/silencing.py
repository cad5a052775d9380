"""Silences: a form, what it would hide, and only then the silence; the list and quiet times."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import desking
from services.console.entrypoints.gathering import items_of, places_for
from services.console.entrypoints.posting import Posted, carried_out
from services.console.entrypoints.render import page
from services.console.entrypoints.views import LEVELS
from services.console.entrypoints.visit import Refused, Visitor
from services.console.entrypoints.words import known, translate
from shared.model.instants import iso, to_us

router = APIRouter(include_in_schema=False)

Document = Mapping[str, Any]

HOURS = (1, 2, 4, 8, 24, 72, 168, 720)
STATES = ("pending_approval", "pending", "active", "expired")
ACTS = ("approve", "expire")
_DAY = 24
_MOST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow:
    """A silence in the list; `acts` is what the visitor may do with it."""

    id: str
    state: str
    matchers: tuple[str, ...]
    owner: str
    reason: str
    starts_at: str | None
    ends_at: str | None
    count: int
    grave: int
    approved_by: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a silence would hide now."""

    count: int
    grave: int
    needs_second: bool
    levels: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, int], ...]
    warnings: tuple[Document, ...]


def silence_of(item: Document) -> SilenceRow:
    """A silence as alerts lists it."""
    approval: Document = item.get("approval") or {}
    reach: Document = item["reach"]
    return SilenceRow(
        id=str(item["id"]),
        state=str(item["state"]),
        matchers=tuple(str(one) for one in item["matchers"]),
        owner=_name(item.get("owner")),
        reason=str(item.get("reason") or ""),
        starts_at=item.get("starts_at"),
        ends_at=item.get("ends_at"),
        count=reach["count"],
        grave=reach["grave"],
        approved_by=_name(approval.get("by")),
        acts=tuple(one for one in ACTS if one in item["may"]),
    )


def preview_of(found: Document, names: Mapping[str, str]) -> Preview:
    """The answer to `what would this hide?`; `names` of regions by code."""
    levels, regions = found["levels"], found["regions"]
    return Preview(
        count=int(found["count"]),
        grave=int(found["grave"]),
        needs_second=bool(found["needs_approval"]),
        levels=tuple((word, int(levels[word])) for word in LEVELS if levels.get(word)),
        regions=tuple((names.get(code, code), int(count)) for code, count in regions.items()),
        warnings=tuple(found["warnings"]),
    )


def interval_text(interval: Document, language: str) -> str:
    """One stretch of a quiet time on a line: times of day first, then days, months, the place."""
    times = ", ".join(f"{one['start_time']}–{one['end_time']}" for one in interval.get("times", ()))
    days = [
        f"{translate(language, f'interval_{name}')} "
        f"{', '.join(_days(str(one), language) for one in interval[name])}"
        for name in ("weekdays", "days_of_month", "months", "years")
        if interval.get(name)
    ]
    rest = [translate(language, "interval_holidays")] if interval.get("holidays") else []
    place = [str(interval["location"])] if interval.get("location") else []
    return " · ".join(word for word in (times, *days, *rest, *place) if word)


def _days(text: str, language: str) -> str:
    """A day or months, or some in a row (`monday:friday`), with the days of the week in words."""
    words = (
        translate(language, f"weekday_{one}") if known(f"weekday_{one}") else one
        for one in text.split(":")
    )
    return "–".join(words)


def matchers_for(warning: Document) -> str:
    """Just this warning, one matcher a line."""
    told = (
        ("alertname", desking.kind_of(warning)),
        ("subject", warning["subject"]),
        ("about", desking.about_of(warning)[0]),
        ("rule", warning["rule"]),
    )
    return "\n".join(f'{name}="{_quoted(str(value))}"' for name, value in told if value)


@router.get("/silences")
async def silences(request: Request, visit: Visitor) -> Response:
    """All that is kept quiet, by whom, until when; quiet times beside it."""
    state = request.query_params.get("state", "")
    params = {"state": state} if state in STATES else {}
    found, quiet, me = await asyncio.gather(
        visit.ask("alerts", "/v1/silences", params),
        visit.ask_for_part("alerts", "/v1/quiet-times"),
        visit.ask_for_part("alerts", "/v1/me"),
    )
    may = desking.acts_of(me.data)
    return page(
        request,
        "silences.html",
        visit=visit,
        rows=[silence_of(one) for one in found["items"]],
        quiet=quiet,
        quiet_times=items_of(quiet),
        interval_text=partial(interval_text, language=visit.language),
        state=state,
        states=STATES,
        chosen=request.query_params.get("id", ""),
        may_silence="silence" in may,
    )


@router.get("/silences/new")
async def new(request: Request, visit: Visitor) -> Response:
    """The form; with `warning`, filled in for just that one."""
    asked = request.query_params
    matchers = asked.get("matchers", "")
    if not matchers and asked.get("warning"):
        found = await visit.ask("alerts", f"/v1/warnings/{_uuid(asked['warning'])}")
        matchers = matchers_for(found)
    return page(
        request,
        "silence_new.html",
        visit=visit,
        matchers=matchers,
        hours=_hours(asked.get("hours", "")),
        reason=asked.get("reason", ""),
        offered=HOURS,
        warning=asked.get("warning", ""),
    )


@router.get("/silences/preview")
async def preview(request: Request, visit: Visitor) -> Response:
    """What it would hide, before it hides anything."""
    asked = request.query_params
    lines = [line.strip() for line in asked.get("matchers", "").splitlines() if line.strip()]
    hours = _hours(asked.get("hours", ""))
    ends = request.state.clock() + timedelta(hours=hours)
    found, places = await asyncio.gather(
        visit.do_for_part("/v1/silences/preview", {"matchers": lines}),
        places_for(visit, enterprises=False),
    )
    names = {code: region.name for code, region in places.regions.items()}
    return page(
        request,
        "silence_preview.html",
        visit=visit,
        status=found.status,
        found=found,
        preview=preview_of(found.data, names) if found.data else None,
        matchers="\n".join(lines),
        lines=lines,
        hours=hours,
        ends=iso(to_us(ends)),
        reason=asked.get("reason", "").strip()[:_MOST_REASON],
        warning=asked.get("warning", ""),
    )


@router.post("/silences")
async def make(request: Request, visit: Visitor, form: Posted) -> Response:
    """Make it, as it was previewed; the time begins now."""
    ends = request.state.clock() + timedelta(hours=_hours(form.get("hours")))
    document = {
        "matchers": form.lines("matchers"),
        "ends_at": iso(to_us(ends)),
        "reason": form.get("reason"),
    }
    work = visit.do("/v1/silences", document)
    return await carried_out(request, visit, form, work, back="/silences", done="silence")


@router.post("/silences/{silence}/{act}")
async def decide(
    request: Request, visit: Visitor, silence: UUID, act: Literal["approve", "expire"], form: Posted
) -> Response:
    """Be the second person, or end it."""
    work = visit.do(f"/v1/silences/{silence}/{act}", form.only("comment"))
    return await carried_out(request, visit, form, work, back="/silences", done=f"silence_{act}")


def _hours(text: str) -> int:
    """Hours of a form: from one to thirty days, a working day's length where nothing is said."""
    if not text:
        return 4
    if not text.isdecimal() or not 1 <= int(text[:4]) <= 30 * _DAY:
        raise Refused(422, f"{text!r}: 1–720 h")
    return int(text[:4])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused(404, str(error)) from error


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _name(by: Any) -> str:
    return (
        str(by.get("name") or by.get("key_id") or "") if isinstance(by, Mapping) else str(by or "")
    )
