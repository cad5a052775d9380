"""Tasks of plans that are overdue, worse the longer they are."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.evaluator.domain.conditions.policy import Policy
from services.evaluator.domain.conditions.seen import Seen
from services.evaluator.domain.conditions.spells import Spell, edges, levels
from services.evaluator.domain.records.task import Every, Task
from services.evaluator.domain.statistics.leaves import quoted
from services.evaluator.domain.targets.exactly import day, shown
from services.evaluator.domain.tasks.standing import Standing
from services.evaluator.handlers.conditions.source import NOBODY, Due, Look, midnight_us
from services.evaluator.handlers.conditions.targets import measure_of
from services.evaluator.handlers.tasks_desk import Kept, TasksDesk
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
        """Everybody when a day has begun anywhere, or when there is anything new of any task."""
        days = look.days_text()
        is_new = any(kind in _KINDS for kind, _ in news.records)
        return Due(subjects=None if is_new or days != mark else NOBODY, mark=days)

    async def subjects(self, look: Look) -> Collection[str]:
        """All whose plans have tasks."""
        return {kept.task.holder for kept in await self.desk.kept(look.today(), look.commit)}

    async def look(self, look: Look, subjects: Sequence[str]) -> Sequence[Seen]:
        """A condition for each task that was ever overdue, however often it is asked for."""
        found: list[Seen] = []
        for zone_name, holders in _by_zone(look, subjects).items():
            today = look.today(zone_name)
            kept = await self.desk.kept(today, look.commit)
            mine = [one for one in kept if one.task.holder in holders]
            found += [
                seen for one in mine if _is_recent(one, today) for seen in self._of(look, one)
            ]
        return found

    def _of(self, look: Look, kept: Kept) -> Iterator[Seen]:
        if kept.task.every is Every.ONCE:
            for one in kept.standings:
                yield from self._once(look, one)
        else:
            yield from self._again(look, kept)

    def _once(self, look: Look, one: Standing) -> Iterator[Seen]:
        zone_name = look.zone_of(one.task.holder)
        spells = self._spells(one, zone_name)
        for at_us, level in levels(spells):
            if at_us > look.now_us:
                return
            days = 0 if one.instance.due is None else _days(one.instance.due, at_us, zone_name)
            told = level is not Level.NONE
            yield replace(
                self._seen(look, one.task, level, at_us),
                value=f"{days}" if told else "",
                limit="0" if told else "",
                unit="d" if told else "",
                facts=_facts(one, days),
            )

    def _again(self, look: Look, kept: Kept) -> Iterator[Seen]:
        """One series for all times: at the level of the worst that is open, counting them."""
        zone_name = look.zone_of(kept.task.holder)
        by_name = {one.instance.name: one for one in kept.standings}
        spells = [s for one in kept.standings for s in self._spells(one, zone_name)]
        worst: Spell | None = None
        for at_us, lasting in edges(spells):
            if at_us > look.now_us:
                return
            worst = min(lasting, key=lambda one: (-one.level, one.since_us), default=worst)
            if worst is None:
                continue
            overdue = [by_name[name] for name in sorted({one.of for one in lasting})]
            yield replace(
                self._seen(look, kept.task, worst.level if lasting else Level.NONE, at_us),
                period=worst.of,
                value=f"{len(overdue)}" if overdue else "",
                limit="0" if overdue else "",
                facts=_facts_again(by_name[worst.of], overdue, look.today(zone_name)),
            )

    def _seen(self, look: Look, task: Task, level: Level, at_us: int) -> Seen:
        return Seen(
            kind=ConditionKind.TASK,
            subject=task.holder,
            about=task.code,
            about_name=task.name,
            rule=RULE,
            measure=self.measure_of(look, task),
            level=level,
            at_us=at_us,
        )

    def _spells(self, one: Standing, zone_name: str) -> Iterator[Spell]:
        ends, name = _ends(one), one.instance.name
        if one.instance.due is not None:
            for days, level in self.policy.task_days:
                first = one.instance.due + timedelta(days=days)
                yield _spell(first, ends, level, name, zone_name)
        for step in one.steps:
            due = day(step.milestone.due)
            if due is not None:
                done = min((at for at in (ends, step.done_on) if at), default=None)
                late = due + timedelta(days=1)
                yield _spell(late, done, self.policy.milestone, name, zone_name)

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


def _by_zone(look: Look, subjects: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in subjects:
        found.setdefault(look.zone_of(key), set()).add(key)
    return found


def _is_recent(kept: Kept, today: date) -> bool:
    """Whether any of its times is open, or was finished not long ago."""
    done = (one.done_on for one in kept.standings)
    return any(at is None or at > today - _REMEMBERED for at in done)


def _spell(first: date, ends: date | None, level: Level, of: str, zone_name: str) -> Spell:
    until = None if ends is None else midnight_us(ends, zone_name)
    return Spell(since_us=midnight_us(first, zone_name), until_us=until, level=level, of=of)


def _days(due: date, at_us: int, zone_name: str) -> int:
    """Whole days after the deadline at an instant; none before it."""
    return max(0, (at_us - midnight_us(due, zone_name)) // DAY_US)


def _facts_again(worst: Standing, overdue: Sequence[Standing], today: date) -> dict[str, Any]:
    """Also every time that is overdue, the oldest first, with the days until today."""
    return {
        **_facts(worst, worst.days_overdue),
        "times_overdue": len(overdue),
        "overdue": [
            {
                "instance": one.instance.name,
                "due": one.instance.due.isoformat() if one.instance.due else None,
                "days": max(0, (today - one.instance.due).days) if one.instance.due else 0,
                "percent": None if one.percent is None else shown(one.percent),
                "blocked": one.blocked,
            }
            for one in sorted(overdue, key=lambda one: one.instance.due or date.max)
        ],
    }


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
