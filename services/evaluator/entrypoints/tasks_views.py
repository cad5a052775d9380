"""Tasks as they are answered, with how they stand on the day asked about."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.targets.exactly import shown
from services.evaluator.domain.tasks.standing import (
    Standing,
    Step,
    Tally,
    TaskState,
    behind,
    by_department,
    current,
    tally,
)
from services.evaluator.entrypoints.targets_views import named
from services.evaluator.entrypoints.tasks_shapes import (
    InstanceView,
    InventoryView,
    LateView,
    RecordedReport,
    ReportView,
    StepView,
    SummaryView,
    TallyView,
    TaskView,
)
from services.evaluator.handlers.tasks_desk import Kept
from services.evaluator.ports.register import Entry
from shared.model.catalogue import Catalogue
from shared.model.instants import iso

_SHOWN = (
    *("code", "name", "name_en", "holder", "lead", "joining", "deadline", "begins", "every"),
    *("serves", "plan", "clause", "source", "confidence", "note"),
)


def item(kept: Kept, catalogue: Catalogue) -> dict[str, Any]:
    """The fields of a TaskItem."""
    fields: dict[str, Any] = msgspec.to_builtins(kept.task)
    shown_one = current(kept.standings)
    late = [one for one in kept.standings if one.state is TaskState.OVERDUE]
    return {
        **{name: fields[name] for name in _SHOWN},
        "holder_name": named(catalogue, kept.task.holder),
        "current": instance(shown_one) if shown_one else None,
        "instances": len(kept.standings),
        "overdue": len(late),
        "version": kept.entry.version,
        "commit": kept.entry.commit,
    }


def view(kept: Kept, reports: Iterable[Entry], catalogue: Catalogue) -> TaskView:
    """One task with everything about it."""
    steps = kept.standings[-1].steps if kept.standings else ()
    return TaskView(
        **item(kept, catalogue),
        all=[instance(one) for one in kept.standings],
        milestones=[_step(step) for step in steps],
        reports=[_recorded(entry) for entry in reports],
    )


def instance(one: Standing) -> InstanceView:
    """How one instance stands."""
    return InstanceView(
        instance=one.instance.name,
        due=_day(one.instance.due),
        state=one.state.value,
        percent=_text(one.percent),
        done_on=_day(one.done_on),
        days_overdue=one.days_overdue,
        blocked=one.blocked,
        behind=one.is_behind,
        late_steps=list(one.late_steps),
        report=ReportView(**_report(one.last)) if one.last else None,
    )


def summary(found: list[Standing], on: date) -> SummaryView:
    """Counts, and what is behind."""
    return SummaryView(
        on=on.isoformat(),
        all=_tally("", tally(found)),
        departments=[_tally(name, one) for name, one in by_department(found).items()],
        joining=[
            _tally(name, one) for name, one in by_department(found, joining=True).items() if name
        ],
        behind=[_late(one) for one in behind(found)],
    )


def inventory(entry: Entry, catalogue: Catalogue) -> InventoryView:
    """An inventory as it is on record."""
    return InventoryView(
        **msgspec.to_builtins(entry.body),
        holder_name=named(catalogue, entry.body.holder),
        version=entry.version,
        commit=entry.commit,
        recorded_at=iso(entry.at_us),
        by=entry.by,
    )


def _step(step: Step) -> StepView:
    return StepView(
        code=step.milestone.code,
        name=step.milestone.name,
        name_en=step.milestone.name_en,
        due=step.milestone.due,
        state=step.state.value,
        done_on=_day(step.done_on),
    )


def _recorded(entry: Entry) -> RecordedReport:
    return RecordedReport(
        **_report(entry.body),
        version=entry.version,
        commit=entry.commit,
        recorded_at=iso(entry.at_us),
        recorded_by=entry.by,
    )


def _report(report: Progress) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(report)
    del fields["task"]
    return fields


def _late(one: Standing) -> LateView:
    return LateView(
        code=one.task.code,
        name=one.task.name,
        holder=one.task.holder,
        lead=list(one.task.lead),
        instance=instance(one),
    )


def _tally(department: str, counted: Tally) -> TallyView:
    return TallyView(
        department=department,
        total=counted.total,
        behind=counted.behind,
        counts={state.value: count for state, count in counted.counts.items()},
    )


def _day(found: date | None) -> str | None:
    return found.isoformat() if found else None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else shown(value)
