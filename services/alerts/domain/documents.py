"""Entries and changes as plain documents: what is stored, streamed and sent to webhooks."""

from datetime import datetime
from functools import lru_cache

from services.alerts.domain.handling import By
from services.alerts.domain.warning import (
    BUDGET_KINDS,
    Assessment,
    Change,
    Entry,
    Line,
    Note,
    Warning,
)
from shared.model.condition import ConditionKind
from shared.model.instants import HOUR_US, iso, to_us

_PREFIX = "warning"

# Entries of a batch share most of their instants.
_iso = lru_cache(maxsize=4_096)(iso)


@lru_cache(maxsize=4_096)
def _said_at(instant: datetime) -> str:
    return iso(to_us(instant))


def type_of(kind: str, about: str = _PREFIX) -> str:
    """The event type of an entry of that kind, as in `warning.raised` or `step.issued`."""
    return f"{about}.{kind}"


def change_document(change: Change) -> dict[str, str]:
    """A change as people and programs read it: its hour as an instant, its level as a word.

    `period` and `unit` only where the judgement named them, `at` where it is not the hour's
    beginning.
    """
    found = {
        "hour": _iso(change.hour * HOUR_US),
        "level": change.level.word,
        "quantity": change.quantity,
        "line": change.line,
        "used_percent": change.used_percent,
    }
    if change.into_us:
        found["at"] = _iso(change.at_us)
    if change.period:
        found["period"] = change.period
    if change.unit:
        found["unit"] = change.unit
    return found


def line_document(line: Line) -> dict[str, object]:
    """A line of a history as it is stored, streamed and sent."""
    return entry_document(line) if isinstance(line, Entry) else note_document(line)


def entry_document(entry: Entry) -> dict[str, object]:
    """An entry as it is stored, streamed and sent; it stands alone, with all its evidence."""
    made = entry.assessment
    return {
        **_head(entry, made),
        "hour": _iso(entry.hour * HOUR_US),
        "at": _iso(entry.hour * HOUR_US + entry.into_us),
        "noticed_at": _said_at(entry.noticed_at),
        "figures": change_document(entry.figures) if entry.figures else None,
        "gone": [change_document(change) for change in entry.gone],
        "instead": [change_document(change) for change in entry.instead],
        **facts_document(made),
        "assessment": _assessment_document(made),
    }


def note_document(note: Note) -> dict[str, object]:
    """What people, or time, added: who, and what was said; without the evidence."""
    return {
        **_head(note, note.of),
        "hour": None,
        "at": _said_at(note.noticed_at),
        "noticed_at": _said_at(note.noticed_at),
        "figures": None,
        "gone": [],
        "instead": [],
        "stage": note.of.handling.stage.value,
        "by": by_document(note.by) if note.by else None,
        **note.said,
    }


def by_document(by: By) -> dict[str, str]:
    """Who did it."""
    return {"name": by.name, "key_id": by.key_id, "role": by.role}


def facts_document(of: Assessment | Warning) -> dict[str, object]:
    """The facts: those of budgets by their own names, all others under `facts`.

    An alert of somebody else's comes with its labels.
    """
    if of.kind in BUDGET_KINDS:
        return dict(of.facts)
    if of.kind is ConditionKind.EXTERNAL:
        return {"labels": dict(of.labels), "facts": dict(of.facts)}
    return {"facts": dict(of.facts)}


def _head(line: Line, of: Assessment | Warning) -> dict[str, object]:
    """What filters and access look at in every document of the journal."""
    return {
        "warning": str(line.warning),
        "position": line.position,
        "type": type_of(line.kind),
        "subject": of.subject,
        "subject_name": of.subject_name,
        "regions": of.regions,
        "measure": of.measure,
        "kind": of.kind,
        "rule": of.rule,
        "about": of.about,
        "about_name": of.about_name,
        "period": line.period,
        "level_before": line.before.word,
        "level": line.level.word,
    }


def _assessment_document(made: Assessment) -> dict[str, object]:
    return {
        "id": made.id,
        "number": made.number,
        "commit": made.commit,
        "made_at": _said_at(made.made_at),
        "cause": made.cause,
        "watermark": _said_at(made.watermark),
        "correlation_id": made.correlation_id,
    }


def with_id(entry: int, data: bytes) -> bytes:
    """The document of a stored entry, its id in front."""
    return b'{"id":%d,' % entry + data[1:]
