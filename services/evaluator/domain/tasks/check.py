"""Whether tasks, reports of progress and inventories make sense beside what is known."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.inventory import Inventory
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.task import Every, Task
from services.evaluator.domain.targets.exactly import added, day, shown
from services.evaluator.domain.targets.holders import holder_fault
from services.evaluator.domain.tasks.instances import instances
from shared.model.catalogue import Catalogue

_CODE = re.compile(r"[\w.\-]{1,64}")
_LINK = re.compile(r"(https?|file|urn):\S+")


def check_tasks(drafts: Sequence[Task], catalogue: Catalogue) -> tuple[Wrong, ...]:
    """Every fault of the tasks."""
    return tuple(
        Wrong(key=task.code, field=field, message=message)
        for task in drafts
        for field, message in (*_task(task, catalogue), *_milestones(task))
    )


def _task(task: Task, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if not _CODE.fullmatch(task.code):
        yield "code", f"{task.code!r} is not a code: up to 64 letters, digits, dots, - or _"
    if not task.name.strip():
        yield "name", "is missing"
    why = holder_fault(task.holder, catalogue)
    if why:
        yield "holder", why
    for field in ("deadline", "begins", "dropped"):
        text = getattr(task, field)
        if text and day(text) is None:
            yield field, f"{text!r} is not a date such as 2025-12-31"
    begins, deadline = day(task.begins), day(task.deadline)
    if task.every is not Every.ONCE and begins is None:
        yield "begins", f"a task for every {task.every} says from which day on"
    if begins and deadline and begins > deadline:
        yield "begins", f"{begins} comes after the deadline {deadline}"
    if not 0 <= task.due_after <= 3660:
        yield "due_after", f"{task.due_after} days are no sensible respite"
    if task.due_after and task.every is Every.ONCE:
        yield "due_after", "is for tasks that fall due again and again: set the deadline itself"


def _milestones(task: Task) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for i, step in enumerate(task.milestones):
        if not _CODE.fullmatch(step.code):
            yield f"milestones.{i}.code", f"{step.code!r} is not a code"
        if step.code in seen:
            yield f"milestones.{i}.code", f"{step.code} stands here twice"
        seen.add(step.code)
        due, deadline = day(step.due), day(task.deadline)
        if due is None:
            yield f"milestones.{i}.due", f"{step.due!r} is not a date such as 2025-12-31"
        elif deadline is not None and due > deadline:
            yield f"milestones.{i}.due", f"{due} comes after the task's deadline {deadline}"
    if task.milestones and task.every is not Every.ONCE:
        yield "milestones", "a task that falls due again and again has no milestones"


def check_progress(
    drafts: Iterable[Progress], tasks: Mapping[str, Task], today: date
) -> tuple[Wrong, ...]:
    """Every fault of the reports; `tasks`: by code."""
    return tuple(
        Wrong(key=report.key, field=field, message=message)
        for report in drafts
        for field, message in _report(report, tasks.get(report.task), today)
    )


def _report(report: Progress, task: Task | None, today: date) -> Iterator[tuple[str, str]]:
    on = day(report.on)
    if on is None:
        yield "on", f"{report.on!r} is not a date such as 2025-03-31"
    elif on > today:
        yield "on", f"{on} is still to come (today is {today}): report what has been done"
    if report.percent is not None and not 0 <= report.percent <= 100:
        yield "percent", f"{shown(report.percent)} is not between 0 and 100"
    if report.percent is None and report.state is None and not report.text.strip():
        yield "state", "says nothing: give a percentage, a state or a text"
    for i, link in enumerate(report.evidence):
        if not _LINK.fullmatch(link):
            yield f"evidence.{i}", f"{link!r} is no address such as https://…"
    if task is None:
        yield "task", f"there is no task {report.task!r}"
        return
    if report.milestone and report.milestone not in {m.code for m in task.milestones}:
        yield "milestone", f"{task.code} has no milestone {report.milestone!r}"
    names = [one.name for one in instances(task, today)]
    if report.instance not in names:
        yield "instance", _no_instance(task, report.instance, names)


def _no_instance(task: Task, name: str, names: Sequence[str]) -> str:
    if task.every is Every.ONCE:
        return f"{task.code} is asked for once: leave this out"
    if not names:
        return f"{task.code} has not begun yet"
    return f"{task.code} has no {name!r}: its instances are {', '.join(names[-4:])} and earlier"


def check_inventories(
    drafts: Iterable[Inventory], catalogue: Catalogue, today: date
) -> tuple[Wrong, ...]:
    """Every fault of the inventories."""
    return tuple(
        Wrong(key=one.key, field=field, message=message)
        for one in drafts
        for field, message in _inventory(one, catalogue, today)
    )


def _inventory(one: Inventory, catalogue: Catalogue, today: date) -> Iterator[tuple[str, str]]:
    why = holder_fault(one.holder, catalogue)
    if why:
        yield "holder", why
    if not 1990 <= one.year <= today.year:
        yield "year", f"{one.year} is no year from 1990 to {today.year}"
    if one.on and day(one.on) is None:
        yield "on", f"{one.on!r} is not a date such as 2025-06-30"
    amounts = (
        *((f"gases.{gas}", value) for gas, value in one.gases.items()),
        ("sinks", one.sinks),
    )
    for field, value in amounts:
        if value is not None and value < 0:
            yield field, f"{shown(value)} is below zero"
    parts = added(one.sectors.values())
    if one.sectors and one.total is not None and parts != added((one.total,)):
        yield (
            "total",
            f"the sectors add up to {shown(parts)} tCO2e, but the total is {shown(one.total)}",
        )
