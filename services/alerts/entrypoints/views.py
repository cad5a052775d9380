"""Warnings as people and programs read them: short in lists, whole by themselves."""

from collections.abc import Mapping
from datetime import datetime

from services.alerts.domain.documents import change_document, facts_document
from services.alerts.domain.handling import Handling
from services.alerts.domain.suppression.explaining import Suppression
from services.alerts.domain.warning import BUDGET_KINDS, Warning
from services.alerts.ports.warnings import Listed
from shared.model.access import Act, Principal, may_act
from shared.model.instants import iso, to_us

_ZONE = "Asia/Shanghai"
"""Where nothing else is said, times are told as the office reads them."""

_ACTS = (
    Act.ACKNOWLEDGE,
    Act.COMMENT,
    Act.ASSIGN,
    Act.RESPOND,
    Act.RETURN,
    Act.CLOSE,
    Act.REOPEN,
)


def listed_document(one: Listed) -> dict[str, object]:
    """A warning in a list: what it is and where it stands; of the figures only the latest."""
    warning = one.warning
    return {
        **_head(one),
        "budget": {
            "code": warning.about,
            "name": warning.about_name,
            "zone": _fact(warning, "budget", "zone") or warning.facts.get("zone") or _ZONE,
        },
        "evidence": _figures(warning),
    }


def warning_document(one: Listed) -> dict[str, object]:
    """A warning with all its figures and what people did about it."""
    warning = one.warning
    return {
        **listed_document(one),
        "condition": {"holding": warning.condition.value, "due_at": _instant(warning.due_at)},
        "handling": handling_document(warning.handling, warning.expires_at),
        "sequence": [change_document(change) for change in warning.sequence],
        **facts_document(warning),
    }


def handling_document(handling: Handling, expires_at: datetime | None) -> dict[str, object]:
    """What people did, as it stands; the history tells how it came.

    `expires_at`: when the acknowledgement does, if it does.
    """
    seen, closed = handling.acknowledged, handling.closed
    return {
        "stage": handling.stage.value,
        "assignee": handling.assignee,
        "acknowledged": seen
        and {
            "by": seen.by,
            "at": _instant(seen.at),
            "expires_at": _instant(expires_at),
            "comment": seen.comment,
        },
        "responded_by": handling.responded_by,
        "responded_at": _instant(handling.responded_at),
        "returned_at": _instant(handling.returned_at),
        "closed": closed
        and {
            "by": closed.by,
            "at": _instant(closed.at),
            "reason": closed.reason.value,
            "comment": closed.comment,
        },
    }


def suppression_document(found: Suppression) -> dict[str, object]:
    """Why nobody is told of a warning now: the first reason."""
    return {
        "by": found.by.value,
        "id": found.id,
        "owner": found.owner,
        "reason": found.reason,
        "until": _instant(found.until),
    }


def allowed(caller: Principal, warning: Warning) -> list[str]:
    """What the caller may do about the warning, whatever state it is in."""
    place = (warning.subject, warning.regions, warning.measure)
    return [act.value for act in _ACTS if may_act(caller, act, *place)]


def _head(one: Listed) -> dict[str, object]:
    warning = one.warning
    return {
        "id": str(warning.id),
        "subject": warning.subject,
        "subject_name": warning.subject_name,
        "regions": warning.regions,
        "kind": warning.kind.value,
        "measure": warning.measure.value,
        "rule": warning.rule,
        "about": warning.about,
        "about_name": warning.about_name,
        "period": warning.period,
        "state": warning.state.value,
        "stage": warning.handling.stage.value,
        "assignee": warning.handling.assignee,
        "level": warning.level.word,
        "highest": warning.highest.word,
        "since": iso(warning.sequence[-1].at_us) if warning.sequence else None,
        "opened_at": _instant(warning.opened_at),
        "changed_at": _instant(warning.changed_at),
        "watermark": _instant(warning.watermark),
        "entries": warning.entries,
        "latest": one.latest,
    }


def _figures(warning: Warning) -> dict[str, object]:
    """How far the limit is used up: a budget as last judged, all else at its last change."""
    if warning.kind in BUDGET_KINDS:
        return {
            "used_percent": _fact(warning, "evidence", "used_percent"),
            "over_line_percent": _fact(warning, "evidence", "over_line_percent"),
        }
    last = warning.sequence[-1] if warning.sequence else None
    return {
        "used_percent": (last.used_percent or None) if last else None,
        "over_line_percent": None,
        "value": last.quantity if last else "",
        "limit": last.line if last else "",
        "unit": last.unit if last else "",
    }


def _fact(warning: Warning, table: str, name: str) -> object:
    found = warning.facts.get(table)
    return found.get(name) if isinstance(found, Mapping) else None


def _instant(at: datetime | None) -> str | None:
    return iso(to_us(at)) if at else None
