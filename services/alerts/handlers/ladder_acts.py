"""What people do on the ladder: steps issued and answered, gates decided, consultations held."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.alerts.domain.ladder import consultations, steps
from services.alerts.domain.ladder.consultations import Consultation, Task
from services.alerts.domain.ladder.documents import By, decided_document
from services.alerts.domain.ladder.gates import Decision, decide, gate_key, gate_of, turned
from services.alerts.domain.ladder.review import Case, review, running
from services.alerts.domain.ladder.steps import Happening, Step
from services.alerts.domain.ladder.words import Confirmed
from services.alerts.handlers.ladder import (
    LadderDesk,
    Policies,
    occurred,
    policies,
    step_line,
)
from services.alerts.ports.journal import About
from services.alerts.ports.ladder import Change, Confirmation, LadderWork, Told

_ZONE = ZoneInfo("Asia/Shanghai")
_REMIND_DAYS = 2

Act = Callable[[Step, Policies, str], Happening]


class UnknownError(Exception):
    """There is nothing of that id."""


class UnconfirmedError(Exception):
    """A formal step was to be issued without a confirmed figure; says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderActs:
    """Each act is one transaction: the record, its line, and what follows from it."""

    desk: LadderDesk

    async def issue(
        self,
        key: UUID,
        *,
        document: str,
        issued_on: date | None = None,
        shown: Confirmation,
        by: By,
        now: datetime,
    ) -> Step:
        """Issue a step; `shown` are the figures that whoever issues it has seen.

        issued_on: the day of the document, today if left out. Raises UnknownError, RefusedError,
        UnconfirmedError.
        """

        def act(step: Step, rules: Policies, name: str) -> Happening:
            if needs_statistics(step) and shown.confirmed is None:
                raise UnconfirmedError(shown.missing)
            ladder = rules.of(step.regions)
            today = now.astimezone(ZoneInfo(ladder.zone)).date()
            on = _issued_on(issued_on, step, today)
            begins = running(ladder, on, step.days, self.desk.days)
            issued = steps.issue(step, by=name, at=now, begins=begins, document=document)
            figures = "；".join(figures_shown(shown))
            return replace(issued, step=replace(issued.step, figures=figures))

        return await self._act(key, act, by, now)

    async def answer(self, key: UUID, *, text: str, by: By, now: datetime) -> Step:
        """Write down the answer to a step."""
        return await self._act(
            key, lambda step, _, name: steps.answer(step, by=name, at=now, text=text), by, now
        )

    async def finish(self, key: UUID, *, remark: str, by: By, now: datetime) -> Step:
        """Take the answer to a step as sufficient."""
        return await self._act(
            key, lambda step, _, name: steps.finish(step, by=name, at=now, remark=remark), by, now
        )

    async def withdraw(self, key: UUID, *, reason: str, by: By, now: datetime) -> Step:
        """Take a step back."""
        return await self._act(
            key, lambda step, _, name: steps.withdraw(step, by=name, at=now, reason=reason), by, now
        )

    async def _act(self, key: UUID, act: Act, by: By, now: datetime) -> Step:
        rules = await policies(self.desk.shelf)
        async with self.desk.store.work() as work:
            step = await work.step(key)
            if step is None:
                raise UnknownError(str(key))
            done = act(step, rules, by.get("name", ""))
            followed = await self._following(work, rules, done.step, now)
            happened = [done, *followed]
            last = {one.step.id: one.step for one in happened}
            lines = [step_line(done, by), *(step_line(one, {}) for one in followed)]
            await work.write(Change(steps=tuple(last.values()), lines=lines))
        return last[key]

    async def _following(
        self, work: LadderWork, rules: Policies, changed: Step, now: datetime
    ) -> Sequence[Happening]:
        warning = (await work.warnings([changed.warning])).get(changed.warning)
        if warning is None:
            return ()
        found = [one for one in await work.steps([warning.id]) if one.id != changed.id]
        ladder = rules.of(warning.regions)
        case = Case(
            warning=warning,
            steps=(*found, changed),
            ladder=ladder,
            now=now,
            days=self.desk.days,
        )
        return review(case)

    async def decide(self, decision: Decision, chain: tuple[str, ...], by: By) -> None:
        """Record a decision about a gate; raises StillActiveError."""
        async with self.desk.store.work() as work:
            standing = await work.restrictions([decision.region])
            warnings = await work.warnings([one.warning for one in standing if one.warning])
            changed = decide(decision, standing, warnings)
            after = {one.id: one for one in (*standing, *changed)}
            before = gate_of((decision.region,), standing).state
            came = turned(before, gate_of((decision.region,), after.values()).state)
            position = await work.gate_entries(decision.region) + 1
            line = Told(
                about=About.GATE,
                key=gate_key(decision.region),
                position=position,
                kind=came.value,
                at=decision.at,
                document=decided_document(decision, came, before, chain, position, by),
            )
            await work.write(Change(restrictions=changed, decisions=(decision,), lines=(line,)))

    async def record(self, wanted: Consultation, by: By) -> Consultation:
        """Keep a consultation; its tasks' reminders are set."""
        today = wanted.recorded_at.astimezone(_ZONE).date()
        tasks = tuple(self._watched(task, today) for task in wanted.tasks)
        told = consultations.recorded(replace(wanted, tasks=tasks))
        async with self.desk.store.work() as work:
            await work.write(occurred([told], by))
        return told.consultation

    async def settle(
        self, key: UUID, number: int, *, dropped: bool, note: str, by: By, now: datetime
    ) -> Consultation:
        """A task of a consultation is done, or dropped; raises NoSuchTaskError, UnknownError."""
        async with self.desk.store.work() as work:
            found = await work.consultation(key)
            if found is None:
                raise UnknownError(str(key))
            name = by.get("name", "")
            came = consultations.settle(found, number, dropped=dropped, note=note, by=name, at=now)
            await work.write(occurred([came], by))
        return came.consultation

    def _watched(self, task: Task, today: date) -> Task:
        remind_on = task.due
        while self.desk.days(remind_on, _REMIND_DAYS)[0] > task.due:
            remind_on -= timedelta(days=1)
        return replace(task, watch_on=remind_on if remind_on > today else task.due)


def _issued_on(wanted: date | None, step: Step, today: date) -> date:
    on = wanted or today
    if not step.proposed_on <= on <= today:
        raise steps.RefusedError(
            f"a step that was proposed on {step.proposed_on} cannot be issued on {on} (today is "
            f"{today}): name a day from its proposal to today."
        )
    return on


def needs_statistics(step: Step) -> bool:
    """Whether the step may be issued on confirmed figures only."""
    return step.formal and step.rests_on is Confirmed.STATISTICS


def figures_shown(shown: Confirmation) -> Sequence[str]:
    """The figures that somebody saw when issuing, in words."""
    named = (("监测值", shown.monitored), ("确认值", shown.confirmed))
    return [
        f"{name}{figure.value} {figure.unit} {figure.period}".rstrip()
        for name, figure in named
        if figure
    ]
