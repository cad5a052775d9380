"""The ladder at work: follows the journal, lets time pass, and writes what the ladders say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.alerts.domain.ladder.consultations import Consultation, Occurrence, pass_time
from services.alerts.domain.ladder.documents import (
    By,
    happening_document,
    occurrence_document,
    turned_document,
)
from services.alerts.domain.ladder.gates import (
    Restriction,
    Turned,
    gate_key,
    gate_of,
    tighten,
    turned,
)
from services.alerts.domain.ladder.hours import office_day
from services.alerts.domain.ladder.policy import DEFAULT, Ladder
from services.alerts.domain.ladder.review import Case, WorkingDays, review
from services.alerts.domain.ladder.steps import Happening, Step
from services.alerts.domain.ladder.words import GateState
from services.alerts.domain.tick import Tick
from services.alerts.ports.journal import About
from services.alerts.ports.ladder import (
    Change,
    LadderShelf,
    LadderStore,
    LadderWork,
    Told,
)
from shared.model.level import Level

ENTRIES_AT_ONCE = 500
_AT_ONCE = 200
_ZONE = ZoneInfo("Asia/Shanghai")
_AGAIN_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Which ladder holds where."""

    ladders: Mapping[str, Ladder]
    assignments: Mapping[str, str]

    def of(self, regions: Sequence[str]) -> Ladder:
        """The ladder of the nearest region that has one."""
        names = [self.assignments[code] for code in regions if code in self.assignments]
        return self.ladders[next((name for name in names if name in self.ladders), DEFAULT)]

    @property
    def least(self) -> Level:
        """The lowest level that any rule speaks of."""
        levels = [rule.level for ladder in self.ladders.values() for rule in ladder.rules]
        return min(levels, default=Level.RED)


async def policies(shelf: LadderShelf) -> Policies:
    """The ladders as they stand."""
    stored = await shelf.ladders()
    return Policies(
        ladders={name: one.ladder for name, one in stored.items()},
        assignments=await shelf.assignments(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderDesk:
    """Gather, calculate, apply: one transaction a batch."""

    store: LadderStore
    shelf: LadderShelf
    days: WorkingDays

    async def follow(self, now: datetime) -> int:
        """Read the next entries of the journal and act on them; how many lines were written.

        -1 when there was nothing to read. Raises what the port raises when another copy was here.
        """
        resettled = await self._resettle(now)
        position = await self.store.position()
        rules = await policies(self.shelf)
        async with self.store.work() as work:
            read = await work.journal(position, limit=ENTRIES_AT_ONCE)
            if read is None:
                return resettled or -1
            change = await self.reviewed(work, rules, read.warnings, now)
            await work.write(change)
            await work.move(position, read.upto)
        return resettled + len(change.lines)

    async def _resettle(self, now: datetime) -> int:
        """Other ladders came into force: all that is open is seen by them; how many lines."""
        ruling, applied = await self.shelf.ruling(), await self.store.ruled()
        if ruling == applied:
            return 0
        rules = await policies(self.shelf)
        after: UUID | None = None
        lines = 0
        while True:
            async with self.store.work() as work:
                keys = await work.open_warnings(after, limit=_AT_ONCE)
                if not keys:
                    await work.ruled_by(applied, ruling)
                    return lines
                change = await self.reviewed(work, rules, keys, now)
                await work.write(change)
            after, lines = keys[-1], lines + len(change.lines)

    async def deadlines(self, tick: Tick) -> None:
        """Everything that time alone does up to the tick's end; the same tick twice does no more.

        Days that were missed are not told one by one: what is overdue is told once.
        """
        while await self._some_deadlines(tick.end):
            continue
        while await self._some_tasks(tick.end):
            continue

    async def _some_deadlines(self, now: datetime) -> bool:
        rules = await policies(self.shelf)
        async with self.store.work() as work:
            keys = await work.watched(office_day(now, _ZONE.key), limit=_AT_ONCE)
            change = await self.reviewed(work, rules, keys, now)
            await work.write(change)
        return bool(keys) and bool(change.steps)

    async def _some_tasks(self, now: datetime) -> bool:
        today = now.astimezone(_ZONE).date()
        again, _ = self.days(today, _AGAIN_DAYS)
        async with self.store.work() as work:
            day = office_day(now, _ZONE.key)
            waiting = await work.waiting_consultations(day.on, limit=_AT_ONCE)
            found = [came for one in waiting for came in pass_time(one, day, again, now)]
            await work.write(occurred(found))
        return bool(found)

    async def reviewed(
        self, work: LadderWork, rules: Policies, keys: Collection[UUID], now: datetime
    ) -> Change:
        """What follows for these warnings; nothing is written here."""
        warnings = await work.warnings(keys, rules.least)
        steps = _by_warning(await work.steps(warnings))
        cases = [
            Case(
                warning=warning,
                steps=tuple(steps.get(key, ())),
                ladder=rules.of(warning.regions),
                now=now,
                days=self.days,
            )
            for key, warning in sorted(warnings.items())
        ]
        happened = [one for case in cases for one in review(case)]
        gates = await tightened(work, cases, now)
        told = [step_line(one, {}) for one in happened]
        last = {one.step.id: one.step for one in happened}
        return replace(gates, steps=tuple(last.values()), lines=(*told, *gates.lines))


def _by_warning(steps: Iterable[Step]) -> Mapping[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = {}
    for step in steps:
        found.setdefault(step.warning, []).append(step)
    return found


async def tightened(work: LadderWork, cases: Sequence[Case], now: datetime) -> Change:
    """The gates that these cases close."""
    closing = [case for case in cases if any(plan.barrier for plan in case.ladder.steps)]
    regions = {case.warning.regions[0] for case in closing if case.warning.regions}
    if not regions:
        return Change()
    known = {one.id: one for one in await work.restrictions(regions)}
    lines: list[Told] = []
    changed: dict[UUID, Restriction] = {}
    entries = {region: await work.gate_entries(region) for region in sorted(regions)}
    for case in closing:
        for one in tighten(case, tuple(known.values())):
            before = gate_of((one.region,), known.values()).state
            known[one.id] = changed[one.id] = one
            after = gate_of((one.region,), known.values()).state
            entries[one.region] += 1
            lines.append(_gate_line(one, before, after, now, entries[one.region]))
    return Change(restrictions=tuple(changed.values()), lines=lines)


def _gate_line(
    one: Restriction, before: GateState, after: GateState, now: datetime, position: int
) -> Told:
    # Another reason for what stands already is told as what it is: a restriction.
    came = turned(before, after)
    if came is Turned.DECIDED:
        came = turned(GateState.OPEN, after)
    return Told(
        about=About.GATE,
        key=gate_key(one.region),
        position=position,
        kind=came.value,
        at=now,
        document=turned_document(one, came, before, now, position),
    )


def step_line(one: Happening, by: By) -> Told:
    """A line about a step."""
    return Told(
        about=About.STEP,
        key=one.step.id,
        position=one.step.entries,
        kind=one.did.value,
        at=one.at,
        document=happening_document(one, by),
    )


def occurred(found: Sequence[Occurrence], by: By | None = None) -> Change:
    """What occurrences write."""
    last: dict[UUID, Consultation] = {one.consultation.id: one.consultation for one in found}
    lines = [
        Told(
            about=About.CONSULTATION,
            key=one.consultation.id,
            position=one.consultation.entries,
            kind=one.came.value,
            at=one.at,
            document=occurrence_document(one, by or {}),
        )
        for one in found
    ]
    return Change(consultations=tuple(last.values()), lines=lines)


RHYTHM = timedelta(minutes=1)
"""How often time passes for the ladder."""
