"""Records as rows of a list: the columns that matter of each kind, and its versions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.entrypoints.figures import grouped

Document = Mapping[str, Any]

KINDS = (
    *("statements", "factors", "rules", "indicators", "limits", "methods", "sheets", "scores"),
)
"""What has a list here; targets and tasks have pages of their own."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "statements": ("subject", "item", "qualifier", "period", "value", "unit", "status", "source"),
    "factors": ("series", "item", "place", "value", "unit", "valid", "edition", "source"),
}
_OTHERS = ("key", "name", "unit", "source")
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One version of a record; `cells` are in the order of the kind's columns."""

    key: str
    cells: tuple[tuple[str, str], ...]
    version: int
    at: str | None
    by: str
    commit: int
    withdrawn: bool


def columns_of(kind: str) -> tuple[str, ...]:
    """The columns of a kind's list."""
    return _COLUMNS.get(kind, _OTHERS)


def row_of(kind: str, item: Document, translate: Callable[[str], str]) -> RecordRow:
    """A record as the evaluator lists it."""
    body: Document = item["body"]
    return RecordRow(
        key=item["key"],
        cells=tuple((name, _cell(name, item, body, translate)) for name in columns_of(kind)),
        version=item["version"],
        at=item.get("recorded_at"),
        by=item.get("by") or "–",
        commit=item["commit"],
        withdrawn="value" in body and body["value"] is None,
    )


def _cell(name: str, item: Document, body: Document, translate: Callable[[str], str]) -> str:
    match name:
        case "key":
            return str(item["key"])
        case "subject":
            return str(item.get("subject") or "–")
        case "value":
            value = body.get("value")
            return translate("withdrawn") if value is None else grouped(str(value))
        case "valid":
            return _validity(body)
        case "edition":
            return str(body.get("version") or "–")
        case "item" | "status":
            return translate(str(body.get(name) or "–"))
        case "source":
            confidence = f" ({body['confidence']})" if body.get("confidence") else ""
            return f"{_short(body.get('source'))}{confidence}"
        case _:
            return _short(body.get(name))


def _validity(body: Document) -> str:
    first, end = str(body.get("valid_from") or ""), str(body.get("valid_to") or "")
    return f"{first}/{end}" if first or end else "–"


def _short(value: Any) -> str:
    """A word or a list of words, cut when it is long; a dash for nothing."""
    listed: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value]
    text = ", ".join(str(one) for one in listed if one not in (None, ""))
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text or "–"
