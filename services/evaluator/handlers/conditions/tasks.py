"""Tasks of plans that are overdue, worse the longer they are."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.seen import Seen
from services.evaluator.domain.conditions.spells import Spell, levels
from services.evaluator.domain.records.task import Task
from services.evaluator.domain.statistics.leaves import quoted
from services.evaluator.domain.targets.exactly import day, shown
from services.evaluator.domain.tasks.standing import Standing
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look, midnight_us
from services.evaluator.handlers.conditions.targets import measure_of
from services.evaluator.handlers.tasks_desk import TasksDesk
from services.evaluator.ports.conditions import ConditionNews
from services.evaluator.ports.register import RecordKind
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import DAY_US
from shared.model.level import Level

RULE = "deadline"
_KINDS = (RecordKind.TASK, RecordKind.PROGRESS)
_REMEMBERED = timedelta(days=400)
"""What was finished longer ago is not looked at any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSource:
    """Looks at every task on every day."""

    desk: TasksDesk
    policy: Policy
    name: str = "tasks"
    kinds: Collection[ConditionKind] = (ConditionKind.TASK,)

    async def due(self, look: Look, news: ConditionNews, mark: str) -> Due:
        """Everybody when a day has begun, or when there is anything new of any task."""
        today = look.today().isoformat()
        is_new = any(kind in _KINDS for kind, _ in news.records)
        return Due(subjects=None if is_new or today != mark else NOBODY, mark=today)

    async def subjects(self, look: Look) -> Collection[str]:
        """All whose plans have tasks."""
        return {kept.task.holder for kept in await self.desk.kept(look.today(), look.commit)}

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """A condition for each task, or each time that it was asked for, that was ever overdue."""
        today, wanted = look.today(), frozenset(subjects)
        return [
            seen
            for kept in await self.desk.kept(today, look.commit)
            if kept.task.holder in wanted
            for standing in kept.standings
            if standing.done_on is None or standing.done_on > today - _REMEMBERED
            for seen in self._seen(look, standing)
        ]

    def _seen(self, look: Look, one: Standing) -> Iterator[Seen]:
        found = [(at, level) for at, level in levels(self._spells(one)) if at <= look.now_us]
        for at_us, level in found:
            days = _days(one, at_us)
            yield Seen(
                kind=ConditionKind.TASK,
                subject=one.task.holder,
                about="/".join(part for part in (one.task.code, one.instance.name) if part),
                about_name=one.task.name,
                rule=RULE,
                measure=self.measure_of(look, one.task),
                level=level,
                at_us=at_us,
                period=one.instance.name,
                value="" if level is Level.NONE else f"{days}",
                limit="" if level is Level.NONE else "0",
                unit="" if level is Level.NONE else "d",
                facts=_facts(one, days),
            )

    def _spells(self, one: Standing) -> Iterator[Spell]:
        ends = _ends(one)
        if one.instance.due is not None:
            for days, level in self.policy.task_days:
                yield _spell(one.instance.due + timedelta(days=days), ends, level)
        for step in one.steps:
            due = day(step.milestone.due)
            if due is not None:
                done = min((at for at in (ends, step.done_on) if at), default=None)
                yield _spell(due + timedelta(days=1), done, self.policy.milestone)

    def measure_of(self, look: Look, task: Task) -> Measure:
        """Whose concern a task is: by its lead departments, else by what it serves."""
        told = self.policy.tasks.of(task.lead)
        if told is not self.policy.tasks.otherwise:
            return told
        targets = look.world.records.targets
        served = {
            measure_of(self.policy, targets[code][-1].body)
            if code in targets
            else self.policy.indicators.of((code,))
            for code in task.serves
        }
        return served.pop() if len(served) == 1 else told


def _ends(one: Standing) -> date | None:
    """The day since which nobody waits for it any more."""
    dropped = day(one.task.dropped)
    return min((at for at in (one.done_on, dropped) if at is not None), default=None)


def _spell(first: date, ends: date | None, level: Level) -> Spell:
    until = None if ends is None else midnight_us(ends)
    return Spell(since_us=midnight_us(first), until_us=until, level=level)


def _days(one: Standing, at_us: int) -> int:
    """Whole days after the deadline at an instant; of a task not overdue, none."""
    due = one.instance.due
    return 0 if due is None else max(0, (at_us - midnight_us(due)) // DAY_US)


def _facts(one: Standing, days: int) -> dict[str, Any]:
    task = one.task
    return {
        "label": {"zh": task.name, "en": task.name_en or task.code},
        "task": {
            "code": task.code,
            "instance": one.instance.name,
            "due": one.instance.due.isoformat() if one.instance.due else None,
            "lead": list(task.lead),
            "joining": list(task.joining),
            "serves": list(task.serves),
            "plan": task.plan,
            "clause": task.clause,
            "href": f"/v1/tasks/{quoted(task.code)}",
        },
        "state": one.state.value,
        "days_overdue": days,
        "percent": None if one.percent is None else shown(one.percent),
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "blocked": one.blocked,
        "late_steps": list(one.late_steps),
    }
