"""Who was told what, when and how; who is to be told, and what a warning would lead to."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from services.console.entrypoints.gathering import items_of
from services.console.entrypoints.render import page
from services.console.entrypoints.visit import Found, Refused, Visitor

router = APIRouter(include_in_schema=False)

Document = Mapping[str, Any]

CHANNELS = (
    *("email", "webhook", "sms", "wecom", "dingtalk", "feishu", "apprise", "stream", "kafka"),
    "alertmanager",
)
STATES = ("waiting", "delivered", "failed")
_FILTERS = ("warning", "recipient", "channel", "state")
_PAGE = "100"
_INHERITED = ("group_by", "group_wait", "group_interval", "repeat_interval")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice at one address."""

    id: str
    recipient: str
    title: str
    channel: str
    state: str
    reason: str
    level: str
    at: str | None
    attempts: int
    status: str
    detail: str
    next_at: str | None
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One route of the tree; `passed` is the matcher at which a tested warning went by."""

    depth: int
    place: str
    receiver: str
    matchers: tuple[str, ...]
    group_by: str
    timing: tuple[tuple[str, str], ...]
    goes_on: bool
    quiet: tuple[str, ...]
    active: tuple[str, ...]


def notice_of(item: Document) -> NoticeRow:
    """A notice as the log lists it."""
    told: Document = item.get("document") or {}
    rendered: Document = item.get("rendered") or {}
    status = item.get("last_status")
    return NoticeRow(
        id=str(item["number"]),
        recipient=str(item["recipient"]),
        title=str(told.get("recipient_title") or item["recipient"]),
        channel=str(item["channel"]),
        state=str(item["state"]),
        reason=str(item["reason"]),
        level=str(item["level"]),
        at=item["created_at"],
        attempts=int(item["attempts"]),
        status="" if status is None else str(status),
        detail=str(item.get("last_detail") or ""),
        next_at=item.get("next_at"),
        subject=str(rendered.get("subject") or rendered.get("title") or ""),
    )


def routes_of(route: Document, place: str = "0", depth: int = 0) -> Iterator[RouteRow]:
    """The tree, each route below the one that it belongs to."""
    matchers = route.get("matchers") or ()
    many = [matchers] if isinstance(matchers, str) else matchers
    yield RouteRow(
        depth=depth,
        place=place,
        receiver=str(route.get("receiver") or ""),
        matchers=(*(str(one) for one in many), *_narrowed(route)),
        group_by=_listed(route.get("group_by")),
        timing=tuple((n, str(route[n])) for n in _INHERITED[1:] if route.get(n)),
        goes_on=bool(route.get("continue")),
        quiet=_texts(route.get("mute_time_intervals")),
        active=_texts(route.get("active_time_intervals")),
    )
    for number, child in enumerate(route.get("routes") or ()):
        yield from routes_of(child, f"{place}.{number}", depth + 1)


def _narrowed(route: Document) -> Iterator[str]:
    """What a route asks for beside its matchers."""
    if route.get("min_level"):
        yield f"level ≥ {route['min_level']}"
    if route.get("events"):
        yield f"event: {_listed(route['events'])}"


@router.get("/notices")
async def notices(request: Request, visit: Visitor) -> Response:
    """The log, the newest first; filters are the address."""
    asked = request.query_params
    filters = {n: asked[n] for n in _FILTERS if asked.get(n)}
    here = {"cursor": asked["cursor"]} if asked.get("cursor") else {}
    found = await visit.ask("alerts", "/v1/notices", {**filters, **here, "limit": _PAGE})
    return page(
        request,
        "notices.html",
        visit=visit,
        rows=[notice_of(one) for one in found["items"]],
        next=found.get("next"),
        filters=filters,
        channels=CHANNELS,
        states=STATES,
    )


@router.get("/notices/{notice}")
async def notice(request: Request, visit: Visitor, notice: str) -> Response:
    """One notice with every attempt and answer."""
    found = await visit.ask("alerts", f"/v1/notices/{quote(notice, safe='')}")
    return page(
        request,
        "notice.html",
        visit=visit,
        row=notice_of(found),
        log=found["log"],
        warnings=_warnings(found["document"]),
        text=_text(found["rendered"]),
    )


@router.get("/routes")
async def routes(request: Request, visit: Visitor) -> Response:
    """The tree of routes and the contacts; with labels, where a warning would go."""
    labels = request.query_params.get("labels", "")
    found, contacts, tested = await asyncio.gather(
        visit.ask("alerts", "/v1/routes"),
        visit.ask_for_part("alerts", "/v1/contacts"),
        _tested(visit, labels),
    )
    return page(
        request,
        "routes.html",
        visit=visit,
        unanswered=found["unanswered"],
        rows=list(routes_of(found["document"])),
        contacts=contacts,
        people=items_of(contacts),
        labels=labels,
        tested=tested,
    )


async def _tested(visit: Visitor, labels: str) -> Found:
    if not labels.strip():
        return Found()
    return await visit.do_for_part("/v1/routes/test", {"labels": labels_of(labels)})


def labels_of(text: str) -> dict[str, str]:
    """Labels as people write them, one a line or blank between: `level=red region=150200`."""
    found = {}
    for word in text.split():
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise Refused(422, f"{word!r}: name=value")
        found[name] = value.strip('"')
    return found


def _warnings(told: Document) -> list[Document]:
    return [*(told.get("firing") or ()), *(told.get("resolved") or ())]


def _text(rendered: Document) -> str:
    return str(rendered.get("text") or rendered.get("plain") or rendered.get("body") or "")


def _listed(value: Any) -> str:
    return ", ".join(_texts(value))


def _texts(value: Any) -> tuple[str, ...]:
    many: Sequence[Any] = [value] if isinstance(value, str) else value or ()
    return tuple(str(one) for one in many)
