"""When a task falls due: once, or again for every month, quarter, half-year or year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from services.evaluator.domain.records.task import Every, Task
from services.evaluator.domain.targets.exactly import day

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
_MOST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One time that the task is asked for.

    name: the period (`2025`, `2025H1`, `2025Q3s`, `2025-07`), empty for a task that is asked for
    once. begins: the first day of the period, the task's own beginning for others; None if not
    known. due: the last day; None without a deadline.
    """

    name: str
    begins: date | None
    due: date | None


def instances(task: Task, until: date) -> tuple[Instance, ...]:
    """All instances that have begun by the day, oldest first.

    A task that is asked for once is always there.
    """
    begins, deadline = day(task.begins), day(task.deadline)
    if task.every is Every.ONCE:
        return (Instance(name="", begins=begins, due=deadline),)
    if begins is None:
        return ()
    return tuple(_periods(task, begins, min(until, deadline or until)))


def _periods(task: Task, first: date, last: date) -> Iterator[Instance]:
    """The calendar periods that touch the days from `first` to `last`, both included."""
    if first > last:
        return
    months = _MONTHS[task.every]
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    for _ in range(_MOST):
        if start > last:
            return
        end = _later(start, months)
        due = end - timedelta(days=1) + timedelta(days=task.due_after)
        yield Instance(name=name_of(task.every, start), begins=start, due=due)
        start = end


def _later(start: date, months: int) -> date:
    month0 = start.month - 1 + months
    return date(start.year + month0 // 12, month0 % 12 + 1, 1)


def name_of(every: Every, start: date) -> str:
    """The period beginning on a day, named as reporting periods are (a quarter: `2025Q3s`)."""
    match every:
        case Every.YEAR:
            return f"{start.year}"
        case Every.HALF_YEAR:
            return f"{start.year}H{(start.month + 5) // 6}"
        case Every.QUARTER:
            return f"{start.year}Q{(start.month + 2) // 3}s"
        case _:
            return f"{start.year}-{start.month:02}"
