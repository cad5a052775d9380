"""Entries and changes as plain documents: what is stored, streamed and sent to webhooks."""

from services.alerts.domain.warning import Assessment, Change, Entry
from shared.model.instants import hour_iso, iso, to_us

_PREFIX = "warning."


def type_of(kind: str) -> str:
    """The event type of an entry of that kind, as in `warning.raised`."""
    return _PREFIX + kind


def change_document(change: Change) -> dict[str, str]:
    """A change as people and programs read it: its hour as an instant, its level as a word."""
    return {
        "hour": hour_iso(change.hour),
        "level": change.level.word,
        "quantity": change.quantity,
        "line": change.line,
        "used_percent": change.used_percent,
    }


def entry_document(entry: Entry) -> dict[str, object]:
    """An entry as it is stored, streamed and sent; it stands alone, with all its evidence."""
    made = entry.assessment
    return {
        "warning": str(entry.warning),
        "position": entry.position,
        "type": type_of(entry.kind),
        "subject": made.subject,
        "subject_name": made.subject_name,
        "regions": made.regions,
        "rule": made.rule,
        "level_before": entry.before.word,
        "level": entry.level.word,
        "hour": hour_iso(entry.hour),
        "noticed_at": iso(to_us(entry.noticed_at)),
        "figures": change_document(entry.figures) if entry.figures else None,
        "gone": [change_document(change) for change in entry.gone],
        "instead": [change_document(change) for change in entry.instead],
        **made.facts,
        "assessment": _assessment_document(made),
    }


def _assessment_document(made: Assessment) -> dict[str, object]:
    return {
        "id": made.id,
        "number": made.number,
        "commit": made.commit,
        "made_at": iso(to_us(made.made_at)),
        "cause": made.cause,
        "watermark": iso(to_us(made.watermark)),
        "correlation_id": made.correlation_id,
    }


def with_id(entry: int, data: bytes) -> bytes:
    """The document of a stored entry, its id in front."""
    return b'{"id":%d,' % entry + data[1:]
