"""Notices as texts: a set of templates per language, filled in the same way every time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import jinja2

from services.alerts.domain.telling.contacts import OFFICE_ZONE, ChannelKind, Contact, Language
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.ends import End
from services.alerts.domain.telling.items import hashes_of
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.sending import DOCUMENT_CHANNELS
from services.alerts.domain.telling.words import (
    ENDS,
    MEASURES,
    end_phrase,
    event_word,
    kind_word,
    level_word,
)
from shared.model.condition import Measure
from shared.model.level import Level

_SHORT_ITEMS = 5
_COLOURS = {
    Level.NONE: "#2e7d32",
    Level.NOTICE: "#1565c0",
    Level.YELLOW: "#b28704",
    Level.ORANGE: "#d35400",
    Level.RED: "#c62828",
}


class Templates:
    """The port Renderer with jinja2; what comes from outside is escaped in HTML."""

    def __init__(self, public_url: str = "") -> None:
        """`public_url`: where people find the console; without it texts carry no links."""
        folder = resources.files("services.alerts").joinpath("data/notices")
        self._public_url = public_url.rstrip("/")
        self._jinja = jinja2.Environment(
            loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
            autoescape=lambda name: bool(name) and str(name).endswith(".html.j2"),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, contact: Contact, channel: ChannelKind, document: Document) -> Document:
        """Mail: subject, text and html; messengers: subject and text; documents need nothing."""
        if channel in DOCUMENT_CHANNELS:
            return {}
        view = self._view(contact.language, document)
        subject = self._fill(contact.language, "subject.j2", view)
        if channel is ChannelKind.EMAIL:
            return {
                "subject": subject,
                "text": self._fill(contact.language, "mail.txt.j2", view),
                "html": self._fill(contact.language, "mail.html.j2", view),
            }
        name = "sms.j2" if channel is ChannelKind.SMS else "short.j2"
        return {"subject": subject, "text": self._fill(contact.language, name, view)}

    def _fill(self, language: Language, name: str, view: Mapping[str, Any]) -> str:
        return self._jinja.get_template(f"{language}/{name}").render(view).strip()

    def _view(self, language: Language, document: Document) -> Mapping[str, Any]:
        reason = Reason(document["reason"])
        firing = [self._line(one, language) for one in document["firing"]]
        ended = [self._line(one, language) for one in _ends(document)]
        hows = {one["ended"] for one in ended}
        at = datetime.fromisoformat(document["at"]).astimezone(OFFICE_ZONE)
        return {
            "title": document["recipient_title"],
            "reason": reason.chinese if language is Language.ZH else _spaced(reason),
            "is_test": reason is Reason.TEST,
            "is_digest": reason is Reason.DIGEST,
            "asked_by": document.get("asked_by", ""),
            "firing": firing,
            "ended": ended,
            "ended_alike": hows.pop() if len(hows) == 1 else "",
            "ended_counts": list(_end_counts(_ends(document), language)),
            "muted": [self._line(one, language) for one in document["muted"]],
            "short": firing[:_SHORT_ITEMS],
            "total": sum(document["counts"].values()),
            "counts": list(_counts(document["counts"], language)),
            "more": document["more"],
            "group": document["group"],
            "at": at.strftime("%Y-%m-%d %H:%M"),
            "link": f"{self._public_url}/warnings" if self._public_url else "",
        }

    def _line(self, one: Document, language: Language) -> Mapping[str, Any]:
        level = Level.of(one["level"])
        measure = MEASURES[Measure(one["measure"])][language]
        facts = one["facts"]
        word = event_word(_event(one["event"], facts), language) if one["event"] else ""
        end = _end(one)
        used = facts.get("used_percent", "")
        seen = {
            "level": level_word(level, language) if _has_level(one, level, end) else "",
            "colour": _COLOURS[level],
            # Alerts of somebody else's need not say what they are about: then their name does.
            "subject": one["subject_name"] or one["subject"] or one["about_name"],
            "what": word or kind_word(one["kind"], language),
            "about": _titled(one["about_name"], facts, language),
            "measure": measure,
            "used": used,
            "quantity": f"{facts.get('quantity', '')} {facts.get('unit', '')}".strip(),
            "line": facts.get("line", ""),
            "period": facts.get("period", ""),
            "step": _named_step(facts, language),
            "task": facts.get("task", ""),
            "assignee": facts.get("assignee", ""),
            "due": facts.get("due", ""),
            "comment": facts.get("comment", ""),
            "since": _here(one["since"]),
            "why": one.get("why", ""),
            "ended": _ended(one, end, level, language) if end else "",
            "number": facts.get("number", ""),
            "files": list(hashes_of(facts).items()),
            "link": self._link(one),
        }
        return {**seen, "text": self._fill(language, "line.j2", {"one": seen})}

    def _link(self, one: Document) -> str:
        path = f"/warnings/{one['warning']}" if one["warning"] else one["facts"].get("link", "")
        return f"{self._public_url}{path}" if self._public_url and path else ""


def _event(event: str, facts: Mapping[str, str]) -> str:
    """What happened; sheets of errata go the ways of briefs, and are told as what they are."""
    thing, _, deed = event.partition(".")
    is_sheet = thing == "brief" and facts.get("brief_kind") == "errata" and deed != "errata"
    return f"errata.{deed}" if is_sheet else event


def _titled(name: str, facts: Mapping[str, str], language: Language) -> str:
    """What it is about, by its English title where there is one."""
    foreign = facts.get("title_en", "") if language is Language.EN else ""
    return foreign or name


def _ends(document: Document) -> list[Document]:
    # What earlier versions held back for digests does not say how it ended.
    plain = {"ended": End.RESOLVED.value, "ended_by": "", "ended_because": ""}
    return [{**plain, **one} for one in document["resolved"]]


def _end(one: Document) -> End | None:
    return End(one["ended"]) if one.get("ended") else None


def _has_level(one: Document, level: Level, end: End | None) -> bool:
    """A consultation or a decision has no level of its own; some endings name it themselves."""
    return bool(level or not one["event"]) and end not in {End.LOWERED, End.ELSEWHERE}


def _ended(one: Document, end: End, level: Level, language: Language) -> str:
    return end_phrase(end, level, one["ended_by"], one["ended_because"], language)


def _end_counts(ended: Sequence[Document], language: Language) -> Iterator[tuple[str, int]]:
    counts = Counter(one["ended"] for one in ended)
    for end in End:
        if counts[end.value]:
            yield ENDS[end][language], counts[end.value]


def _named_step(facts: Mapping[str, str], language: Language) -> str:
    foreign = facts.get("step_en", "") if language is Language.EN else ""
    return foreign or facts.get("step", "")


def _counts(counts: Mapping[str, int], language: Language) -> Iterator[tuple[str, int]]:
    for level in sorted(Level, reverse=True):
        if level and counts.get(level.word):
            yield level_word(level, language), counts[level.word]


def _here(instant: str) -> str:
    if not instant:
        return ""
    local = datetime.fromisoformat(instant).astimezone(OFFICE_ZONE)
    return local.strftime("%Y-%m-%d %H:%M")


def _spaced(reason: Reason) -> str:
    return reason.value.replace("_", " ")
