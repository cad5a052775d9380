"""What a warning rests on and what has happened to it, as lines in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from services.console.entrypoints.explaining import link_of
from services.console.entrypoints.figures import grouped, local, number
from services.console.entrypoints.lights import text_of
from services.console.entrypoints.words import CHINESE, known, translate

Document = Mapping[str, Any]

_INSTANTS = frozenset({"expires_at"})
_CHANGES = frozenset(
    {"raised", "raised_level", "lowered", "resolved", "reopened", "corrected", "renewed"}
)
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What belongs to the facts of a condition: its levels over time, and where more is said."""

    steps: tuple[Document, ...]
    link: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry of a history: of the condition, of a person, or of a step."""

    type: str
    kind: str
    of_condition: bool
    level: str
    before: str
    position: int
    hour: str | None
    noticed_at: str | None
    zone: str
    period: str
    by: str
    role: str
    comment: str
    details: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, str], ...]
    figures: tuple[str, ...]
    gone: tuple[Document, ...]
    instead: tuple[Document, ...]
    source: tuple[tuple[str, str], ...]


def facts_of(warning: Document) -> Facts:
    """How the level went, and the console's pages about the facts that a condition came with."""
    facts: Document = warning.get("facts") or {}
    links: Document = facts.get("links") or {}
    pages = ((str(name), page_of(str(href))) for name, href in links.items())
    return Facts(
        steps=tuple(reversed(warning.get("sequence") or ())),
        link=page_of(str(facts.get("explain") or facts.get("figure") or "")),
        links=tuple((name, page) for name, page in pages if page),
    )


def page_of(href: str) -> str:
    """The console's page about an address of the API, also where it only has one near to it."""
    if not href.startswith("/v1/"):
        return ""
    parts = urlsplit(href)
    head, _, rest = parts.path.removeprefix("/v1/").partition("/")
    asked = dict(parse_qsl(parts.query))
    match head:
        case "targets" if rest:
            return f"/targets/{rest.partition('/')[0]}"
        case "findings" | "forecasts" if (asked.get("subject") or rest).startswith("point:"):
            return ""
        case "findings" | "forecasts" if asked.get("subject") or rest:
            return f"/books/{quote(asked.get('subject') or rest, safe=':')}"
        case "tasks":
            return "/tasks"
        case _:
            return link_of(href)


def entry_of(entry: Document, language: str) -> HistoryLine:
    """An entry as alerts gives it."""
    family, _, kind = str(entry["type"]).partition(".")
    by = entry.get("by")
    person: Document = by if isinstance(by, Mapping) else {"name": by or ""}
    return HistoryLine(
        type=str(entry["type"]),
        kind=kind,
        of_condition=family == "warning" and kind in _CHANGES,
        level=str(entry.get("level") or "none"),
        before=str(entry.get("level_before") or "none"),
        position=int(entry.get("position") or 0),
        hour=entry.get("hour"),
        noticed_at=entry.get("noticed_at"),
        zone=str((entry.get("budget") or {}).get("zone") or "Asia/Shanghai"),
        period=str((entry.get("figures") or {}).get("period") or ""),
        by=str(person.get("name") or person.get("key_id") or ""),
        role=str(person.get("role") or ""),
        comment=str(entry.get("comment") or entry.get("text") or ""),
        details=_details(entry, language),
        files=_files(entry),
        figures=_figures(entry, language),
        gone=tuple(entry.get("gone") or ()),
        instead=tuple(entry.get("instead") or ()),
        source=_source(entry, language),
    )


def _details(entry: Document, language: str) -> tuple[tuple[str, str], ...]:
    """What a person's act says beside its comment."""
    names = ("assignee", "reason", "measures", "expires_at", "responded_by")
    return tuple(
        (n, local(entry[n], None) if n in _INSTANTS else _shown(entry[n], language))
        for n in names
        if entry.get(n)
    )


def _files(entry: Document) -> tuple[tuple[str, str, str], ...]:
    """Address, name and size of each attachment."""
    return tuple(
        (
            f"/warnings/{entry['warning']}/attachments/{one['sha256']}",
            str(one.get("name") or one["sha256"][:12]),
            str(one.get("size") or ""),
        )
        for one in entry.get("attachments") or ()
    )


def _figures(entry: Document, language: str) -> tuple[str, ...]:
    """Value, limit and share at that moment."""
    figures: Document = entry.get("figures") or {}
    unit = figures.get("unit") or (entry.get("evidence") or {}).get("unit") or ""
    unit = translate(language, f"unit_{unit}") if known(f"unit_{unit}") else unit
    value = f"{grouped(figures['quantity'])} {unit}".strip() if figures.get("quantity") else ""
    # That nothing at all is allowed goes without saying.
    line = grouped(figures["line"]) if figures.get("line") not in (None, "", "0") else ""
    percent = figures.get("used_percent")
    return (value, line, f"{percent} %" if number(percent) is not None else "") if figures else ()


def _source(entry: Document, language: str) -> tuple[tuple[str, str], ...]:
    """Which judgement an entry comes from, and what it was made for."""
    made: Document = entry.get("assessment") or {}
    said = (("assessment", made.get("number")), ("commit", made.get("commit")))
    cause = causes_of(str(made.get("cause") or ""), language)
    return tuple((name, str(value)) for name, value in (*said, ("recomputed", cause)) if value)


def causes_of(cause: str, language: str) -> str:
    """What a judgement was made for, in words."""
    words = (
        translate(language, f"cause_{one}") if known(f"cause_{one}") else one
        for one in cause.split("+")
    )
    return ("、" if language == CHINESE else ", ").join(words)


def _shown(value: Any, language: str) -> str:
    """A value of any shape on one line."""
    if isinstance(value, Mapping):
        if "zh" in value or "en" in value:
            return text_of(value, language)
        text = "; ".join(f"{name} {_shown(one, language)}" for name, one in value.items() if one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        text = ", ".join(_shown(one, language) for one in value)
    elif isinstance(value, str) and number(value) is not None:
        text = grouped(value)
    else:
        text = str(value)
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
