"""Rows of the desk: a warning, what it is about, how far people are with it, what is due next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from services.console.entrypoints.figures import grouped, number, rounded
from services.console.entrypoints.places import Places
from services.console.entrypoints.words import CHINESE, known, translate
from shared.model.condition import ConditionKind, Measure

Document = Mapping[str, Any]

KINDS = tuple(kind.value for kind in ConditionKind)
MEASURES = tuple(measure.value for measure in Measure)
STAGES = ("raised", "acknowledged", "responded", "returned", "closed")
STATES = ("open", "pending", "resolved", "closed")
GROUPED_BY = ("region", "measure", "kind", "level", "subject")
BUDGETED = frozenset({"used", "pace"})
RATED = frozenset({"barometer", "intensity", "indicator"})
ACTS = ("acknowledge", "comment", "assign", "respond", "return", "close", "reopen")

_OVER = ("resolved", "closed")
_HANDLED = ("acknowledged", "responded", "returned")
_BESIDE = frozenset({"silence", "consult"})
_DONE = frozenset({"answered", "done", "withdrawn", "lapsed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A step of the ladder that waits for somebody, and until when."""

    step: str
    kind: str
    state: str
    due: str
    provisional: bool
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Why nobody is told of a warning now."""

    by: str
    id: str
    owner: str
    reason: str
    until: str | None

    @property
    def link(self) -> str:
        """Where more of it is said."""
        match self.by:
            case "silence":
                return f"/silences?id={self.id}"
            case "inhibition" if self.id:
                return f"/warnings/{self.id}"
            case _:
                return "/silences"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A warning in the list."""

    id: str
    latest: int
    level: str
    kind: str
    measure: str
    rule: str
    subject: str
    subject_name: str
    about: str
    about_name: str
    figure: str
    period: str
    since: str | None
    zone: str
    state: str
    stage: str
    assignee: str
    mark: Mark | None
    deadline: Deadline | None
    entries: int
    changed_at: str | None
    may: frozenset[str]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to do about it."""
        return self.state in _OVER or self.stage == "closed"

    @property
    def ended(self) -> str:
        """How one that is over came to its end: by itself, or after people had handled it."""
        return "handled" if self.stage in _HANDLED else "calm"


def row_of(
    item: Document,
    deadlines: Mapping[str, Deadline],
    may: frozenset[str],
    language: str = CHINESE,
) -> DeskRow:
    """A warning as alerts lists it; `may`: what the visitor may do where it does not say so."""
    told = item.get("may")
    return DeskRow(
        id=str(item["id"]),
        latest=int(item.get("latest") or 0),
        level=str(item["level"]),
        kind=kind_of(item),
        measure=str(item.get("measure") or ""),
        rule=str(item["rule"]),
        subject=str(item["subject"]),
        subject_name=str(item["subject_name"]),
        about=about_of(item)[0],
        about_name=about_of(item)[1],
        figure=figure_of(item, language),
        period=period_of(item),
        since=item.get("since"),
        zone=zone_of(item),
        state=str(item["state"]),
        stage=stage_of(item),
        assignee=str(item.get("assignee") or ""),
        mark=mark_of(item.get("suppression")),
        deadline=deadlines.get(str(item["id"])),
        entries=int(item.get("entries") or 0),
        changed_at=item.get("changed_at"),
        may=may if told is None else _allowed(frozenset(told), may),
    )


def _allowed(told: frozenset[str], may: frozenset[str]) -> frozenset[str]:
    """What alerts allows about this warning, and what hangs on it for those who may do anything."""
    return told | (may & _BESIDE) if told else told


def kind_of(item: Document) -> str:
    """The kind of condition; the rule where the kind is not told."""
    return str(item.get("kind") or item["rule"])


def about_of(item: Document) -> tuple[str, str]:
    """Code and name of what is judged."""
    judged: Document = item.get("budget") or {}
    code = str(item.get("about") or judged.get("code") or "")
    return code, str(item.get("about_name") or judged.get("name") or code)


def zone_of(item: Document) -> str:
    """The zone that the warning's hours are told in."""
    return str((item.get("budget") or {}).get("zone") or item.get("zone") or "Asia/Shanghai")


def stage_of(item: Document) -> str:
    """How far people are with it."""
    return str(item.get("stage") or STAGES[0])


def period_of(item: Document) -> str:
    """The period that is judged."""
    steps: Sequence[Document] = item.get("sequence") or ()
    last = str(steps[-1].get("period") or "") if steps else ""
    return str(item.get("period") or last or (item.get("budget") or {}).get("period") or "")


def figure_of(item: Document, language: str = CHINESE) -> str:
    """The one number that says how bad it is: per cent, or value against limit."""
    evidence: Document = item.get("evidence") or {}
    percent = evidence.get("used_percent")
    steps: Sequence[Document] = item.get("sequence") or ()
    last: Document = steps[-1] if steps else {}
    percent = percent or last.get("used_percent")
    if number(percent) is not None:
        return f"{rounded(percent)} %"
    value = evidence.get("value") or last.get("quantity")
    if number(value) is None:
        return ""
    limit, unit = (
        evidence.get("limit") or last.get("line"),
        evidence.get("unit") or last.get("unit"),
    )
    is_task = kind_of(item) == "task"
    # Days are told when a level is reached; of a task that comes again, how many times.
    is_more = is_task and unit == "d" and item.get("state") in STATES[:2]
    unit = unit or ("times" if is_task else "")
    word = translate(language, f"unit_{unit}") if known(f"unit_{unit}") else unit
    against = f" / {grouped(limit)}" if limit and limit != "0" else ""
    return f"{'≥ ' if is_more else ''}{grouped(value)}{against}{f' {word}' if word else ''}"


def mark_of(suppression: Document | None) -> Mark | None:
    """The first reason why nobody is told of a warning; None if they are, or it is not known."""
    if not suppression or not suppression.get("by"):
        return None
    return Mark(
        by=str(suppression["by"]),
        id=str(suppression.get("id") or ""),
        owner=str(suppression.get("owner") or ""),
        reason=str(suppression.get("reason") or ""),
        until=suppression.get("until"),
    )


def deadlines_of(steps: Iterable[Document]) -> dict[str, Deadline]:
    """By warning, the step that is due first among those that wait for somebody."""
    found: dict[str, Deadline] = {}
    for step in steps:
        one = deadline_of(step)
        if step["state"] in _DONE or not one.due:
            continue
        before = found.get(str(step["warning"]))
        if before is None or one.due < before.due:
            found[str(step["warning"])] = one
    return found


def deadline_of(step: Document) -> Deadline:
    """When a step is due: its answer, or as long as nobody issued it, that."""
    return Deadline(
        step=str(step["id"]),
        kind=str(step["step"]),
        state=str(step["state"]),
        due=str(step.get("due") or step.get("issue_by") or ""),
        provisional=bool(step.get("provisional")),
        overdue=step["state"] == "overdue",
    )


def acts_of(me: Document | None) -> frozenset[str]:
    """What the visitor may do at all; nothing if it is not known."""
    return frozenset(str(one) for one in (me or {}).get("may") or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Warnings that have something in common: how many at each level, and the worst."""

    key: str
    name: str
    worst: str
    total: int
    levels: Mapping[str, int]
    query: str


def group_of(item: Document, by: str, places: Places) -> Group:
    """A group as alerts counts it."""
    key = str(item["key"])
    levels = {str(word): int(count) for word, count in item["levels"].items()}
    names = {"region": places.name(f"region:{key}"), "subject": places.name(key)}
    return Group(
        key=key,
        name=names.get(by, key),
        worst=str(item["worst"]),
        total=int(item["total"]),
        levels=levels,
        query=urlencode(item["filter"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What people have done about a warning, as it stands."""

    acknowledged_by: str
    acknowledged_at: str | None
    expires_at: str | None
    comment: str
    responded_by: str
    responded_at: str | None
    returned_at: str | None
    closed_by: str
    closed_at: str | None
    close_reason: str
    close_comment: str


def handling_of(item: Document) -> Handled:
    """Out of the warning's document."""
    handling: Document = item.get("handling") or item
    seen: Document = handling.get("acknowledged") or {}
    closed: Document = handling.get("closed") or {}
    return Handled(
        acknowledged_by=_person(seen.get("by")),
        acknowledged_at=seen.get("at"),
        expires_at=seen.get("expires_at"),
        comment=str(seen.get("comment") or ""),
        responded_by=_person(handling.get("responded_by")),
        responded_at=handling.get("responded_at"),
        returned_at=handling.get("returned_at"),
        closed_by=_person(closed.get("by")),
        closed_at=closed.get("at"),
        close_reason=str(closed.get("reason") or ""),
        close_comment=str(closed.get("comment") or ""),
    )


def _person(by: Any) -> str:
    """Who it was: a name, or a document with one."""
    return (
        str(by.get("name") or by.get("key_id") or "") if isinstance(by, Mapping) else str(by or "")
    )
