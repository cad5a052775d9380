"""Items: what can be told, namely warnings that hold or ended, and reminders of what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.alerts.domain.handling import Stage
from services.alerts.domain.labels import labels_of
from services.alerts.domain.warning import Warning
from shared.model.condition import Measure
from shared.model.instants import hour_iso
from shared.model.level import Level

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:qingyu:reminder")
_OF_STEPS = "step."
_OF_BRIEFS = "brief."
_SHA256 = "sha256:"
BRIEF_PUBLISHED = "brief.published"
"""The event of a brief that goes out."""
_ATTENDED = frozenset({Stage.ACKNOWLEDGED, Stage.RESPONDED, Stage.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that can be told; `warning` is None for what belongs to none.

    `event` is the type of a reminder and empty for a warning; `closed_because` why a person closed
    it; `period` the one that the level judges; `facts` are shown, never computed with. `told_by`:
    receivers that are told of a reminder in other groups, before those of the group that it is in.
    """

    id: UUID
    kind: str
    level: Level
    subject: str
    subject_name: str
    regions: tuple[str, ...]
    measure: Measure
    rule: str
    about: str
    about_name: str
    at: datetime
    labels: Mapping[str, str]
    warning: UUID | None = None
    event: str = ""
    holds: bool = True
    attended: bool = False
    closed_by: str = ""
    closed_because: str = ""
    period: str = ""
    since: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    told_by: tuple[str, ...] = ()


def item_of(warning: Warning) -> Item:
    """A warning as it stands."""
    closed = warning.handling.closed
    return Item(
        id=warning.id,
        kind=warning.kind.value,
        level=warning.level,
        subject=warning.subject,
        subject_name=warning.subject_name,
        regions=warning.regions,
        measure=warning.measure,
        rule=warning.rule,
        about=warning.about,
        about_name=warning.about_name,
        at=warning.changed_at,
        labels=labels_of(warning),
        warning=warning.id,
        holds=warning.is_open,
        attended=warning.handling.stage in _ATTENDED,
        closed_by=closed.by if closed else "",
        closed_because=closed.reason.value if closed else "",
        period=warning.period,
        since=hour_iso(warning.sequence[-1].hour) if warning.sequence else "",
        facts=_figures(warning),
    )


def _figures(warning: Warning) -> Mapping[str, str]:
    if not warning.sequence:
        return {}
    last = warning.sequence[-1]
    found = {
        "quantity": last.quantity,
        "line": last.line,
        "used_percent": last.used_percent,
        "unit": last.unit,
        "period": last.period,
    }
    return {name: value for name, value in found.items() if value}


def reminder_of(entry: int, key: UUID, document: Mapping[str, Any], at: datetime) -> Item:
    """An entry of the journal as something to be told once.

    `document` as the journal keeps it: what is missing counts as empty.
    """
    event = _text(document, "type")
    level = _level(document)
    measure = _measure(document)
    subject, about = _text(document, "subject"), _about(document)
    regions = _texts(document, "regions")
    labels = {
        "alertname": event.partition(".")[0],
        "event": event,
        "level": level.word,
        "measure": measure.value,
        "subject": subject,
        "region": regions[0] if regions else "",
        **_ladder(regions),
        "rule": _text(document, "rule"),
        "about": about,
        "step": _text(document, "step"),
        **{name: _text(document, name) for name in ("tier", "office") if name in document},
        **({"state": _text(document, "state")} if event.startswith(_OF_STEPS) else {}),
    }
    warning = _text(document, "warning")
    return Item(
        id=uuid5(_NAMESPACE, str(entry)),
        kind=_text(document, "kind") or event.partition(".")[0],
        level=level,
        subject=subject,
        subject_name=_text(document, "subject_name") or subject,
        regions=regions,
        measure=measure,
        rule=_text(document, "rule"),
        about=about,
        about_name=_text(document, "about_name") or about or _text(document, "title"),
        at=at,
        labels={name: value for name, value in labels.items() if value},
        warning=_uuid(warning) if warning else (key if event.startswith("warning.") else None),
        event=event,
        facts={name: text for name, text in _said(document).items() if text},
    )


def _said(document: Mapping[str, Any]) -> Mapping[str, str]:
    """What an entry says of a step, or of a task of a consultation."""
    task = document.get("task")
    of_task = task if isinstance(task, Mapping) else {}
    of_step = "step_name" in document
    why = _text(document, "why")
    # A gate has no step of its own: what it says is why it turned.
    of_gate = why if "state_before" in document else ""
    return {
        "step": (_text(document, "title") if of_step else "") or _text(document, "step") or of_gate,
        "step_en": _text(document, "title_en") if of_step else "",
        "task": _text(of_task, "title"),
        "assignee": _text(of_task, "assignee") or _text(document, "answers"),
        "due": _text(document, "due") or _text(of_task, "due") or _text(document, "issue_by"),
        "comment": _text(document, "comment") or ("" if of_gate else why),
        **(_of_brief(document) if _text(document, "type").startswith(_OF_BRIEFS) else {}),
    }


def _of_brief(document: Mapping[str, Any]) -> Mapping[str, str]:
    """What an entry says of a brief: where it is, its number, its files, and what is in its way."""
    key = _text(document, "brief")
    files = document.get("files")
    found = [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []
    hashes = {f"{_SHA256}{_text(one, 'name')}": _text(one, "sha256") for one in found}
    obstacles = [*_words(document, "waiting_for"), *_words(document, "findings")]
    return {
        "brief": key,
        "brief_kind": _text(document, "brief_kind"),
        "link": f"/briefs/{key}",
        "number": _text(document, "number"),
        "title_en": _text(document, "title_en"),
        "comment": _text(document, "comment") or "；".join(obstacles),
        **(hashes if _text(document, "type") == BRIEF_PUBLISHED else {}),
    }


def hashes_of(facts: Mapping[str, str]) -> Mapping[str, str]:
    """The files of a published brief that an item's facts name, with their sha256."""
    return {
        name.removeprefix(_SHA256): value
        for name, value in facts.items()
        if name.startswith(_SHA256)
    }


def _words(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = document.get(name)
    labels = found if isinstance(found, list) else []
    return tuple(_text(one, "zh") for one in labels if isinstance(one, Mapping))


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _texts(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = document.get(name)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def _about(document: Mapping[str, Any]) -> str:
    budget = document.get("budget")
    code = budget.get("code") if isinstance(budget, Mapping) else None
    return _text(document, "about") or (code if isinstance(code, str) else "")


def _level(document: Mapping[str, Any]) -> Level:
    try:
        return Level.of(_text(document, "level") or "none")
    except ValueError:
        return Level.NONE


def _measure(document: Mapping[str, Any]) -> Measure:
    try:
        return Measure(_text(document, "measure"))
    except ValueError:
        return Measure.DATA


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ladder(regions: Sequence[str]) -> Mapping[str, str]:
    found = {"province": "", "prefecture": "", "county": ""}
    for code in reversed(regions):
        tier = "province" if code.endswith("0000") else "prefecture"
        tier = tier if code.endswith("00") else "county"
        found[tier] = code
    return found


def item_document(item: Item, why: str = "") -> dict[str, object]:
    """An item as plain values; `why` says why it is muted."""
    document: dict[str, object] = {
        "id": str(item.id),
        "warning": str(item.warning) if item.warning else None,
        "event": item.event,
        "kind": item.kind,
        "level": item.level.word,
        "subject": item.subject,
        "subject_name": item.subject_name,
        "regions": list(item.regions),
        "measure": item.measure.value,
        "rule": item.rule,
        "about": item.about,
        "about_name": item.about_name,
        "since": item.since,
        "facts": dict(item.facts),
        "labels": dict(item.labels),
    }
    return {**document, "why": why} if why else document
