"""Steps, gates and consultations as plain documents: what is written down, streamed and answered.

Every entry has what filters and access look at: type, subject, regions, measure, kind, rule, level.
"""

from collections.abc import Mapping
from datetime import date, datetime

from services.alerts.domain.ladder.consultations import Consultation, Occurrence, Task
from services.alerts.domain.ladder.gates import Decision, Gate, Restriction, Turned
from services.alerts.domain.ladder.steps import Happening, Step
from services.alerts.domain.ladder.words import GateState
from shared.model.instants import iso, to_us
from shared.model.level import Level

Document = dict[str, object]
By = Mapping[str, str]
"""Who did it: name, key_id, role; empty for the system itself."""


def step_document(step: Step) -> Document:
    """A step as people and programs read it."""
    return {
        "id": str(step.id),
        "warning": str(step.warning),
        "ladder": step.ladder,
        "code": step.code,
        "step": step.kind.value,
        "step_name": step.kind.chinese,
        "title": step.title,
        "title_en": step.title_en,
        "clause": step.clause,
        "formal": step.formal,
        "rests_on": step.rests_on.value,
        "reasons": step.reasons,
        "state": step.state.value,
        "subject": step.subject,
        "subject_name": step.subject_name,
        "regions": step.regions,
        "measure": step.measure.value,
        "kind": step.condition.value,
        "about": step.about,
        "about_name": step.about_name,
        "rule": step.rule,
        "level": step.level.word,
        "period": step.occasion.period,
        "office": step.office,
        "department": step.department,
        "answers": step.answers,
        "demands": step.demands,
        "days": step.days,
        "proposed_at": iso(to_us(step.proposed_at)),
        "issue_by": _day(step.issue_by),
        "issued_at": _instant(step.issued_at),
        "issued_by": step.issued_by,
        "issued_on": _day(step.issued_on),
        "document": step.document,
        "due": _day(step.due),
        "provisional": step.provisional,
        "answer": step.answer,
        "answered_at": _instant(step.answered_at),
        "answered_by": step.answered_by,
        "ended_at": _instant(step.ended_at),
        "ended_by": step.ended_by,
        "remark": step.remark,
        "follows": str(step.follows) if step.follows else None,
        "followed_by": str(step.followed_by) if step.followed_by else None,
        "entries": step.entries,
    }


def happening_document(one: Happening, by: By) -> Document:
    """An entry about a step, which it names `step_id`: the entry has an id of its own."""
    step = one.step
    told = step_document(step)
    told["step_id"] = told.pop("id")
    return {
        "type": f"step.{one.did.value}",
        "level_before": step.level.word,
        "noticed_at": iso(to_us(one.at)),
        "position": step.entries,
        "why": one.why,
        **({"by": dict(by)} if by else {}),
        **told,
    }


def restriction_document(one: Restriction) -> Document:
    """What holds up projects."""
    return {
        "id": str(one.id),
        "region": one.region,
        "warning": str(one.warning) if one.warning else None,
        "step": one.code,
        "state": one.state.word,
        "projects": one.projects,
        "exempt": one.exempt,
        "offset": [measure.value for measure in one.offset],
        "clause": one.clause,
        "ladder": one.ladder,
        "measure": one.measure.value,
        "level": one.level.word,
        "since": iso(to_us(one.since)),
        "why": one.why,
        "decision": str(one.decision) if one.decision else None,
    }


def gate_document(gate: Gate) -> Document:
    """How a region stands, by what, since when."""
    by = gate.by
    return {
        "region": gate.region,
        "state": gate.state.word,
        "state_name": gate.state.chinese,
        "projects": gate.projects,
        "exempt": gate.exempt,
        "offset": [measure.value for measure in gate.offset],
        "offset_required": bool(gate.offset),
        "since": iso(to_us(by.since)) if by else None,
        "of": gate.of,
        "inherited": gate.of != gate.region,
        "warning": str(by.warning) if by and by.warning else None,
        "clause": by.clause if by else "",
        "why": by.why if by else "",
        "restrictions": [restriction_document(one) for one in gate.restrictions],
    }


def turned_document(
    one: Restriction, turned: Turned, before: GateState, at: datetime, position: int
) -> Document:
    """An entry about a gate that a warning has turned."""
    return {
        "type": f"gate.{turned.value}",
        **_of_region(one.region, one.regions, one.subject_name),
        "measure": one.measure.value,
        "kind": "",
        "rule": "",
        "level": one.level.word,
        "level_before": Level.NONE.word,
        "about": "",
        "noticed_at": iso(to_us(at)),
        "position": position,
        "state_before": before.word,
        "why": one.why,
        "warning": str(one.warning) if one.warning else None,
        "restriction": restriction_document(one),
    }


def decision_document(decision: Decision) -> Document:
    """A decision about a gate."""
    return {
        "id": str(decision.id),
        "region": decision.region,
        "state": decision.state.word,
        "reason": decision.reason,
        "document": decision.document,
        "warnings": [str(key) for key in decision.warnings],
        "projects": decision.projects,
        "by": decision.by,
        "at": iso(to_us(decision.at)),
    }


def decided_document(
    decision: Decision,
    turned: Turned,
    before: GateState,
    chain: tuple[str, ...],
    position: int,
    by: By,
) -> Document:
    """An entry about a gate that a person has turned."""
    return {
        "type": f"gate.{turned.value}",
        **_of_region(decision.region, chain, ""),
        "measure": "data",
        "kind": "",
        "rule": "",
        "level": Level.NONE.word,
        "level_before": Level.NONE.word,
        "about": "",
        "noticed_at": iso(to_us(decision.at)),
        "position": position,
        "state_before": before.word,
        "why": decision.reason,
        "decision": decision_document(decision),
        "by": dict(by),
    }


def consultation_document(one: Consultation) -> Document:
    """A consultation with its tasks."""
    return {
        "id": str(one.id),
        "title": one.title,
        "held_at": iso(to_us(one.held_at)),
        "region": one.region,
        "regions": one.regions,
        "measure": one.measure.value,
        "state": "open" if one.is_open else "done",
        "participants": one.participants,
        "decisions": one.decisions,
        "tasks": [task_document(task) for task in one.tasks],
        "warnings": [str(key) for key in one.warnings],
        "steps": [str(key) for key in one.steps],
        "note": one.note,
        "recorded_at": iso(to_us(one.recorded_at)),
        "recorded_by": one.recorded_by,
        "entries": one.entries,
    }


def task_document(task: Task) -> Document:
    """One task of a consultation."""
    return {
        "number": task.number,
        "title": task.title,
        "assignee": task.assignee,
        "due": task.due.isoformat(),
        "provisional": task.provisional,
        "state": task.state.value,
        "note": task.note,
        "changed_at": _instant(task.changed_at),
        "changed_by": task.changed_by,
    }


def occurrence_document(one: Occurrence, by: By) -> Document:
    """An entry about a consultation."""
    record = one.consultation
    return {
        "type": f"consultation.{one.came.value}",
        **_of_region(record.region, record.regions, ""),
        "measure": record.measure.value,
        "kind": "",
        "rule": "",
        "level": Level.NONE.word,
        "level_before": Level.NONE.word,
        "about": "",
        "noticed_at": iso(to_us(one.at)),
        "position": record.entries,
        "why": one.why,
        "consultation": str(record.id),
        "title": record.title,
        "task": task_document(one.task) if one.task else None,
        **({"by": dict(by)} if by else {}),
    }


def _of_region(region: str, regions: tuple[str, ...], name: str) -> Document:
    return {"subject": f"region:{region}", "subject_name": name or region, "regions": regions}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(instant: datetime | None) -> str | None:
    return iso(to_us(instant)) if instant else None
