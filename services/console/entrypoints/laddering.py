"""Steps of the ladder, gates and consultations as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.entrypoints.explaining import link_of
from services.console.entrypoints.figures import grouped, number
from services.console.entrypoints.lights import text_of
from services.console.entrypoints.places import Places
from services.console.entrypoints.proving import unit_of

Document = Mapping[str, Any]

STEP_KINDS = (
    *("notice", "circular", "talk", "supervision", "appraisal", "emergency"),
    *("inspection", "discredit", "green_price", "gate", "consultation"),
)
STEP_STATES = ("proposed", "issued", "overdue", "answered", "done", "withdrawn", "lapsed")
GATE_STATES = ("open", "slowed", "restricted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure beside another: value with unit and period, and where it is explained."""

    text: str
    period: str
    level: str
    link: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The monitored figure and the confirmed one; without the latter, what is missing."""

    monitored: Reading | None
    confirmed: Reading | None
    missing: str
    same_level: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step with its deadline; `acts` is what may be done with it next.

    `due` is the last day of an issued step; of a proposed one, that by which it is to be issued.
    """

    id: str
    warning: str
    kind: str
    title: str
    state: str
    level: str
    subject_name: str
    about_name: str
    period: str
    office: str
    answers: str
    clause: str
    formal: bool
    due: str
    provisional: bool
    proposed_at: str | None
    issued_at: str | None
    issued_by: str
    document: str
    reasons: tuple[str, ...]
    demands: tuple[str, ...]
    answer: str
    answered_by: str
    remark: str
    beside: Beside | None
    acts: tuple[str, ...]

    @property
    def overdue(self) -> bool:
        """Whether its deadline has passed without an answer."""
        return self.state == "overdue"

    @property
    def is_proposed(self) -> bool:
        """Whether it waits for somebody to issue it."""
        return self.state == "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """How far a region is open to projects, since when, because of what."""

    region: str
    name: str
    state: str
    projects: tuple[str, ...]
    exempt: tuple[str, ...]
    offset: tuple[str, ...]
    since: str | None
    warning: str
    why: str
    clause: str
    inherited_from: str
    causes: tuple[Document, ...]
    known: tuple[str, ...]
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task of a consultation."""

    number: int
    title: str
    assignee: str
    due: str
    provisional: bool
    state: str
    note: str
    changed_by: str

    @property
    def overdue(self) -> bool:
        """Whether its day has passed."""
        return self.state == "overdue"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in ("open", "overdue")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationRow:
    """A consultation with its tasks."""

    id: str
    title: str
    held_at: str | None
    region: str
    region_name: str
    measure: str
    state: str
    participants: tuple[str, ...]
    decisions: tuple[str, ...]
    tasks: tuple[TaskLine, ...]
    warnings: tuple[str, ...]
    note: str
    recorded_by: str

    @property
    def left(self) -> int:
        """How many tasks are still to be done."""
        return sum(task.is_open for task in self.tasks)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(task.overdue for task in self.tasks)


def step_of(
    item: Document, language: str, places: Places, figures: Document | None = None
) -> StepRow:
    """A step as alerts lists it; `figures`: what a request for the one adds to it."""
    state = str(item["state"])
    return StepRow(
        id=str(item["id"]),
        warning=str(item["warning"]),
        kind=str(item["step"]),
        title=str((language == "en" and item.get("title_en")) or item["title"]),
        state=state,
        level=str(item.get("level") or "none"),
        subject_name=str(item.get("subject_name") or item["subject"]),
        about_name=str(item.get("about_name") or ""),
        period=str(item.get("period") or ""),
        office=" ".join(one for one in (_place(item, places), item.get("department")) if one),
        answers=str(item.get("answers") or ""),
        clause=str(item.get("clause") or ""),
        formal=bool(item.get("formal")),
        due=str(item.get("due") or (state == "proposed" and item.get("issue_by")) or ""),
        provisional=bool(item.get("provisional")),
        proposed_at=item.get("proposed_at"),
        issued_at=item.get("issued_at"),
        issued_by=str(item.get("issued_by") or ""),
        document=str(item.get("document") or ""),
        reasons=tuple(text_of(one, language) for one in item.get("reasons") or ()),
        demands=tuple(text_of(one, language) for one in item.get("demands") or ()),
        answer=str(item.get("answer") or ""),
        answered_by=str(item.get("answered_by") or ""),
        remark=str(item.get("remark") or ""),
        beside=beside_of(figures, language),
        acts=tuple(str(one) for one in item.get("may") or ()),
    )


def _place(item: Document, places: Places) -> str:
    """The region whose administration acts: by its name where it is known."""
    return places.name(f"region:{item['office']}") if item.get("office") else ""


def beside_of(found: Document | None, language: str) -> Beside | None:
    """Monitored beside confirmed, as a step's own document tells them; None if it does not."""
    if not found:
        return None
    return Beside(
        monitored=_reading(found.get("monitored"), language),
        confirmed=_reading(found.get("confirmed"), language),
        missing=str(found.get("missing") or ""),
        same_level=found.get("same_level"),
    )


def _reading(figure: Document | None, language: str) -> Reading | None:
    if not figure:
        return None
    value = str(figure["value"])
    shown = grouped(value) if number(value) is not None else value
    return Reading(
        text=f"{shown} {unit_of(figure.get('unit'), language)}".strip(),
        period=str(figure.get("period") or ""),
        level=str(figure.get("level") or ""),
        link=link_of(str(figure.get("source") or "")),
        remarks=tuple(str(one) for one in figure.get("remarks") or ()),
    )


def gate_of(item: Document, places: Places) -> GateRow:
    """A gate as alerts answers."""
    region = str(item["region"])
    source = str(item.get("of") or "")
    causes = tuple(item.get("restrictions") or ())
    return GateRow(
        region=region,
        name=places.name(f"region:{region}"),
        state=str(item["state"]),
        projects=tuple(str(one) for one in item.get("projects") or ()),
        exempt=tuple(str(one) for one in item.get("exempt") or ()),
        offset=tuple(str(one) for one in item.get("offset") or ()),
        since=item.get("since"),
        warning=str(item.get("warning") or ""),
        why=str(item.get("why") or ""),
        clause=str(item.get("clause") or ""),
        inherited_from=places.name(f"region:{source}") if item.get("inherited") else "",
        causes=causes,
        known=tuple(dict.fromkeys(str(one["warning"]) for one in causes if one.get("warning"))),
        may_decide="decide" in (item.get("may") or ()),
    )


def consultation_of(item: Document, places: Places) -> ConsultationRow:
    """A consultation as alerts gives it."""
    region = str(item.get("region") or "")
    return ConsultationRow(
        id=str(item["id"]),
        title=str(item["title"]),
        held_at=item.get("held_at"),
        region=region,
        region_name=places.name(f"region:{region}"),
        measure=str(item.get("measure") or ""),
        state=str(item["state"]),
        participants=_texts(item.get("participants")),
        decisions=_texts(item.get("decisions")),
        tasks=tuple(_task(one) for one in item.get("tasks") or ()),
        warnings=_texts(item.get("warnings")),
        note=str(item.get("note") or ""),
        recorded_by=str(item.get("recorded_by") or ""),
    )


def _task(item: Document) -> TaskLine:
    return TaskLine(
        number=int(item["number"]),
        title=str(item["title"]),
        assignee=str(item.get("assignee") or ""),
        due=str(item.get("due") or ""),
        provisional=bool(item.get("provisional")),
        state=str(item["state"]),
        note=str(item.get("note") or ""),
        changed_by=str(item.get("changed_by") or ""),
    )


def _texts(found: Sequence[Any] | None) -> tuple[str, ...]:
    return tuple(str(one) for one in found or ())
