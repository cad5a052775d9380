"""The pages of situation briefs (形势分析): made, looked at, remarked on, approved, published."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from services.console.entrypoints import barometers, briefing, desking
from services.console.entrypoints.desk_pages import passed_on
from services.console.entrypoints.gathering import items_of, places_for
from services.console.entrypoints.ledger import DEFAULT_ZONE
from services.console.entrypoints.lights import text_of
from services.console.entrypoints.places import Places
from services.console.entrypoints.posting import Posted, carried_out, to, undone
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Found, Refused, Visit, Visitor
from services.console.entrypoints.words import LANGUAGES, translate
from shared.kit.errors import Unavailable

router = APIRouter(include_in_schema=False)

_FILTERS = ("region", "period", "state")
_PAGE = "50"
_MOST = "200"
_ME = "/v1/me"
_REMARK = "remark_"
_NO_SETTINGS = frozenset({"region", "own", "known"})
_SHEET = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"

Act = Literal["approve", "return", "publish"]
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "approve": ("comment",),
    "return": ("reason",),
    "publish": (),
}


@router.get("/briefs")
async def briefs(request: Request, visit: Visitor) -> Response:
    """All briefs, the newest first; the filters are the address."""
    filters = _chosen(request, _FILTERS)
    here = _chosen(request, ("after",))
    found, me, places = await asyncio.gather(
        visit.ask("alerts", "/v1/briefs", {**filters, **here, "limit": _PAGE}),
        visit.ask_for_part("alerts", _ME),
        places_for(visit, enterprises=False),
    )
    may = desking.acts_of(me.data)
    offered, last = _periods(request, filters.get("period", ""))
    return page(
        request,
        "briefs.html",
        visit=visit,
        rows=[briefing.brief_of(one, visit.language, places, may) for one in found["items"]],
        next=found.get("next"),
        cursor=here.get("after", ""),
        filters=filters,
        places=places,
        states=briefing.STATES,
        periods=offered,
        last_period=last,
        may_make=briefing.ACT in may,
    )


@router.post("/briefs")
async def make(request: Request, visit: Visitor, form: Posted) -> Response:
    """Have a brief made, or its draft made anew; its page shows how far it is."""
    document: dict[str, object] = {**form.only("region", "period", "as_of")}
    languages = [one for one in LANGUAGES if form.get(f"language_{one}")]
    if languages:
        document["languages"] = languages
    try:
        made = await visit.do("/v1/briefs", document)
    except (Refused, Unavailable) as error:
        return undone(request, visit, form, error, back="/briefs")
    return to(f"/briefs/{made['id']}", "brief_make")


@router.get("/briefs/compare")
async def compare(request: Request, visit: Visitor) -> Response:
    """Two briefs side by side: the figures that differ; both are the address."""
    asked = _chosen(request, ("a", "b", "region"))
    of_region = {"region": asked["region"]} if "region" in asked else {}
    listed, places = await asyncio.gather(
        visit.ask("alerts", "/v1/briefs", {**of_region, "limit": _MOST}),
        places_for(visit, enterprises=False),
    )
    rows = [briefing.brief_of(one, visit.language, places, ()) for one in listed["items"]]
    found = Found()
    if "a" in asked and "b" in asked:
        params = {"a": asked["a"], "b": asked["b"]}
        found = await visit.ask_for_part("alerts", "/v1/briefs/compare", params)
    return page(
        request,
        "brief_compare.html",
        visit=visit,
        choices=[row for row in rows if row.is_written],
        asked=asked,
        chosen={row.id: row for row in rows},
        found=found,
        passages=briefing.passages_of(briefing.differences_of(_items(found), visit.language)),
    )


@router.get("/briefs/settings")
async def settings(request: Request, visit: Visitor) -> Response:
    """When and how a region's briefs are made; the region is the address."""
    me, places = await asyncio.gather(
        visit.ask_for_part("alerts", _ME), places_for(visit, enterprises=False)
    )
    region = request.query_params.get("region") or _first(places)
    path = f"/v1/briefs/settings/{quote(region, safe='')}"
    found = await visit.ask_for_part("alerts", path) if region else Found()
    return page(
        request,
        "brief_settings.html",
        visit=visit,
        region=region,
        places=places,
        found=found,
        facts=_settings(found.data or {}, visit.language),
        may_set=briefing.ACT in desking.acts_of(me.data),
    )


@router.post("/briefs/settings")
async def set_settings(request: Request, visit: Visitor, form: Posted) -> Response:
    """Give a region other settings."""
    region = form.get("region")
    work = visit.put(f"/v1/briefs/settings/{quote(region, safe='')}", form.only("name"))
    back = f"/briefs/settings?region={quote(region)}"
    return await carried_out(request, visit, form, work, back=back, done="brief_settings")


@router.get("/briefs/{brief}")
async def one(request: Request, visit: Visitor, brief: UUID) -> Response:
    """A brief: how far it is or what it waits for, a preview, files, remarks, what to do next."""
    at = f"/v1/briefs/{brief}"
    found, me, places = await asyncio.gather(
        visit.ask("alerts", at),
        visit.ask_for_part("alerts", _ME),
        places_for(visit, enterprises=False),
    )
    may = desking.acts_of(me.data)
    row = briefing.brief_of(found, visit.language, places, may)
    language, edition = _view(request, visit, row)
    sections, errata, history, others = await asyncio.gather(
        _sections(visit, row, language),
        visit.ask_for_part("alerts", f"{at}/errata"),
        visit.ask_for_part("alerts", f"{at}/history"),
        visit.ask_for_part("alerts", "/v1/briefs", {"region": row.region, "limit": _MOST}),
    )
    near = [briefing.brief_of(each, visit.language, places, ()) for each in items_of(others)]
    return page(
        request,
        "brief.html",
        visit=visit,
        row=row,
        language_of_text=language,
        edition=edition,
        preview=row.shown(language, edition),
        sections=sections,
        deeds=briefing.deeds_of(_items(history)),
        sheets=[_sheet(each, visit, places) for each in _items(errata)],
        changes=briefing.differences_of(found.get("changes") or (), visit.language),
        may_act=briefing.ACT in may,
        others=[each for each in near if each.is_written and each.id != row.id],
    )


@router.get("/briefs/{brief}/text")
async def text(request: Request, visit: Visitor, brief: UUID) -> Response:
    """The whole text with its tables as a page: for narrow screens, and to copy from."""
    found, places = await asyncio.gather(
        visit.ask("alerts", f"/v1/briefs/{brief}"), places_for(visit, enterprises=False)
    )
    row = briefing.brief_of(found, visit.language, places, ())
    language, edition = _view(request, visit, row)
    document = await visit.ask(
        "alerts", f"/v1/briefs/{brief}/document", {"lang": language, "edition": edition}
    )
    return page(
        request,
        "brief_text.html",
        visit=visit,
        row=row,
        document=document,
        blocks=[(briefing.kind_of(block), block) for block in document["blocks"]],
        language_of_text=language,
        edition=edition,
    )


@router.get("/briefs/{brief}/preview/{name}")
async def preview(visit: Visitor, brief: UUID, name: str) -> Response:
    """The HTML form for the frame on the brief's page: it can load and run nothing."""
    if not name.endswith(".html"):
        raise Refused(404, "There is no such page.")
    _, content = await visit.fetch(f"/v1/briefs/{brief}/files/{quote(name, safe='')}")
    return Response(
        content,
        media_type="text/html",
        headers={
            "Content-Security-Policy": f"{_SHEET}; frame-ancestors 'self'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@router.get("/briefs/{brief}/files/{name}")
async def file(visit: Visitor, brief: UUID, name: str) -> Response:
    """A finished file, to be kept."""
    return await passed_on(visit, f"/v1/briefs/{brief}/files/{quote(name, safe='')}")


@router.post("/briefs/{brief}/remarks")
async def remarks(request: Request, visit: Visitor, brief: UUID, form: Posted) -> Response:
    """What people write into a draft: all sections at once, of the revision that they saw."""
    written = {
        name.removeprefix(_REMARK): said
        for name, said in form.fields.items()
        if name.startswith(_REMARK)
    }
    work = visit.put(f"/v1/briefs/{brief}/remarks", written, revision=form.get("revision"))
    back = f"/briefs/{brief}#remarks"
    return await carried_out(request, visit, form, work, back=back, done="brief_remarks")


@router.post("/briefs/{brief}/{act}")
async def act(request: Request, visit: Visitor, brief: UUID, act: Act, form: Posted) -> Response:
    """Approve, send back or publish."""
    back = f"/briefs/{brief}"
    if act == "publish" and not form.get("confirmed"):
        unsure = Refused(422, translate(visit.language, "brief_publish_unconfirmed"))
        return undone(request, visit, form, unsure, back=back)
    document, revision = form.only(*_FIELDS[act]), form.get("revision")
    work = visit.do(f"/v1/briefs/{brief}/{act}", document, revision=revision)
    return await carried_out(request, visit, form, work, back=back, done=f"brief_{act}")


async def _sections(
    visit: Visit, row: briefing.BriefRow, language: str
) -> tuple[briefing.Section, ...]:
    """What can be remarked on: the sections of the text, where there is one."""
    if not row.is_written:
        return ()
    if row.is_errata:
        words = translate(visit.language, "brief_explanation")
        return briefing.explanation_of(row.remarks, words)
    params = {"lang": language, "edition": "office"}
    found = await visit.ask_for_part("alerts", f"/v1/briefs/{row.id}/document", params)
    return briefing.sections_of(found.data, row.remarks)


def _view(request: Request, visit: Visit, row: briefing.BriefRow) -> tuple[str, str]:
    """Language and edition to look at: as asked for, else the page's language if there is one."""
    edition = request.query_params.get("edition", "")
    edition = edition if edition in briefing.EDITIONS else briefing.EDITIONS[0]
    wanted = request.query_params.get("text", visit.language)
    there = [language for language, one in row.views if one == edition]
    return (wanted if wanted in there or not there else there[0]), edition


def _sheet(item: Mapping[str, Any], visit: Visit, places: Places) -> tuple[Any, Any]:
    """An errata sheet with what it corrects."""
    row = briefing.brief_of(item, visit.language, places, ())
    return row, briefing.differences_of(item.get("changes") or (), visit.language)


def _items(found: Found) -> list[Any]:
    """The items of an answer that is a list, with or without its cover."""
    data = found.data or []
    return list(data["items"]) if isinstance(data, Mapping) else list(data)


def _settings(
    found: Mapping[str, Any], language: str, before: str = ""
) -> list[tuple[str, list[str]]]:
    """Settings as names with their values, those inside others with both names."""
    rows: list[tuple[str, list[str]]] = []
    for name, value in found.items():
        if name in _NO_SETTINGS:
            continue
        if isinstance(value, Mapping) and set(value) != {"zh", "en"}:
            rows += _settings(value, language, f"{before}{name}.")
        else:
            rows.append((f"{before}{name}", _values(value, language)))
    return rows


def _values(value: object, language: str) -> list[str]:
    if isinstance(value, Mapping):
        return [text_of(value, language) or "–"]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return [str(one) for one in value]
    return ["–" if value in (None, "") else str(value)]


def _periods(request: Request, asked: str) -> tuple[list[str], str]:
    moment: datetime = request.state.clock()
    today = moment.astimezone(ZoneInfo(DEFAULT_ZONE)).date()
    last = barometers.last_period(today)
    return barometers.periods_offered(today, asked or last), last


def _first(places: Places) -> str:
    roots = places.children(None)
    return roots[0].code if roots else ""


def _chosen(request: Request, names: Iterable[str]) -> dict[str, str]:
    query = request.query_params
    return {name: query[name] for name in names if query.get(name)}
