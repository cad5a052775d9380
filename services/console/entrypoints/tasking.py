"""Tasks as the page shows them: who leads, until when, how far, and what is overdue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

STATES = ("not-started", "in-progress", "overdue", "done", "done-late", "dropped")
_FINISHED = frozenset({"done", "done-late", "dropped"})
_NO_INSTANCE: Document = {"state": "not-started"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task with the instance that needs most attention."""

    code: str
    name: str
    clause: str
    holder_name: str
    lead: str
    joining: str
    due: str
    instance: str
    every: str
    state: str
    overdue: bool
    blocked: bool
    finished: bool
    days_overdue: int
    percent: str | None
    report: str
    late_steps: tuple[str, ...]
    serves: tuple[str, ...]


def rows_of(items: Sequence[Document], *, english: bool) -> list[TaskRow]:
    """The tasks as the evaluator lists them, those that are overdue first."""
    rows = [_row(item, english) for item in items]
    return sorted(rows, key=lambda row: (not row.overdue, row.finished, row.due or "9", row.code))


def _row(item: Document, english: bool) -> TaskRow:
    current: Document = item.get("current") or _NO_INSTANCE
    report: Document = current.get("report") or {}
    said = [report.get("on"), report.get("text"), report.get("by")]
    return TaskRow(
        code=str(item["code"]),
        name=str((english and item.get("name_en")) or item["name"]),
        clause=str(item.get("clause") or ""),
        holder_name=str(item.get("holder_name") or item["holder"]),
        lead="、".join(item.get("lead") or ()),
        joining="、".join(item.get("joining") or ()),
        due=str(current.get("due") or item.get("deadline") or ""),
        instance=str(current.get("instance") or ""),
        every=str(item.get("every") or "once"),
        state=str(current["state"]),
        overdue=current["state"] == "overdue",
        blocked=bool(current.get("blocked")),
        finished=current["state"] in _FINISHED,
        days_overdue=int(current.get("days_overdue") or 0),
        percent=current.get("percent"),
        report=" · ".join(str(word) for word in said if word),
        late_steps=tuple(current.get("late_steps") or ()),
        serves=tuple(item.get("serves") or ()),
    )


def tally_of(summary: Document | None) -> list[tuple[str, int]]:
    """How many instances are in which state, in the order of states."""
    counts: Document = ((summary or {}).get("all") or {}).get("counts") or {}
    return [(state, int(counts[state])) for state in STATES if counts.get(state)]
