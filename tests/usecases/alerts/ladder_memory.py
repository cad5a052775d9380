"""The ladder's stores in memory; they pass the same suite as PostgreSQL."""

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import msgspec

from services.alerts.adapters.ladder_codec import encode
from services.alerts.adapters.ladder_policy import read_ladder, shipped
from services.alerts.domain.ladder.consultations import Consultation
from services.alerts.domain.ladder.gates import Decision, Restriction, gate_key
from services.alerts.domain.ladder.hours import OfficeDay
from services.alerts.domain.ladder.policy import Ladder
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from services.alerts.ports.ladder import Change, Confirmation, Read, StepFilter, Stored, Told
from shared.kit.errors import Fenced, Unavailable
from shared.model.condition import Measure
from shared.model.level import Level


@dataclass(slots=True)
class State:
    """Everything that PostgreSQL would hold."""

    warnings: dict[UUID, Warning] = field(default_factory=dict)
    steps: dict[UUID, Step] = field(default_factory=dict)
    restrictions: dict[UUID, Restriction] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    consultations: dict[UUID, Consultation] = field(default_factory=dict)
    journal: list[tuple[About, UUID, str, str]] = field(default_factory=list)
    position: int = 0
    ruled: int = 0


class MemoryLadder:
    """The ports LadderStore and LadderShelf over one state."""

    def __init__(self) -> None:
        self.state = State()
        self.own: dict[str, Stored] = {}
        self.regions: dict[str, str] = {}
        self.assigned: list[tuple[str, str, str, datetime]] = []
        self.changes = 0

    def happen(self, warning: Warning, kind: str = "raised") -> None:
        """A warning is as it is now, and the journal has an entry of it."""
        self.state.warnings[warning.id] = warning
        self.state.journal.append((About.WARNING, warning.id, kind, "{}"))

    @property
    def told(self) -> list[str]:
        """The types of all entries."""
        return [f"{about}.{kind}" for about, _, kind, _ in self.state.journal]

    @asynccontextmanager
    async def work(self) -> AsyncIterator["MemoryLadderWork"]:
        attempt = deepcopy(self.state)
        yield MemoryLadderWork(attempt)
        self.state = attempt

    async def position(self) -> int:
        return self.state.position

    async def ruled(self) -> int:
        return self.state.ruled

    async def ruling(self) -> int:
        return self.changes

    async def find(
        self, sight: Sight, wanted: StepFilter, *, limit: int, offset: int
    ) -> Sequence[Step]:
        found = [
            step
            for step in self.state.steps.values()
            if _visible(sight, step.subject, step.regions, step.measure) and _fits(wanted, step)
        ]
        found.sort(key=lambda s: (s.due or s.issue_by or s.proposed_on, s.proposed_at, s.id))
        return found[offset : offset + limit]

    async def one(self, key: UUID) -> Step | None:
        return self.state.steps.get(key)

    async def warning(self, key: UUID) -> Warning | None:
        return self.state.warnings.get(key)

    async def standing(self, regions: Collection[str] | None) -> Sequence[Restriction]:
        return sorted(
            (
                one
                for one in self.state.restrictions.values()
                if one.state > 0 and (regions is None or one.region in regions)
            ),
            key=lambda one: (one.region, one.id),
        )

    async def decisions(self, region: str) -> Sequence[Decision]:
        found = [one for one in self.state.decisions if one.region == region]
        return sorted(found, key=lambda one: one.at, reverse=True)

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        return [
            (number, data.encode())
            for number, (_, of, _, data) in enumerate(self.state.journal, 1)
            if of == key
        ]

    async def known_chain(self, region: str) -> tuple[str, ...]:
        found = [w.regions for w in self.state.warnings.values() if region in w.regions]
        nearest = min(found, key=lambda regions: regions.index(region), default=())
        return nearest[nearest.index(region) :] if nearest else ()

    async def consultations(
        self, sight: Sight, *, region: str | None, is_open: bool | None, limit: int
    ) -> Sequence[Consultation]:
        found = [
            one
            for one in self.state.consultations.values()
            if _visible(sight, f"region:{one.region}", one.regions, one.measure)
            and (region is None or region in one.regions)
            and is_open in (None, one.is_open)
        ]
        return sorted(found, key=lambda one: (one.held_at, one.id), reverse=True)[:limit]

    async def consultation(self, key: UUID) -> Consultation | None:
        return self.state.consultations.get(key)

    async def ladders(self) -> Mapping[str, Stored]:
        return {**shipped(), **self.own}

    async def put(self, ladder: Ladder, text: str, by: str, at: datetime) -> int:
        before = self.own.get(ladder.name)
        version = before.version + 1 if before else 1
        self.changes += 1
        self.own[ladder.name] = Stored(
            ladder=read_ladder(text), text=text, version=version, by=by, at=at
        )
        return version

    async def assignments(self) -> Mapping[str, str]:
        return dict(sorted(self.regions.items()))

    async def assign(self, region: str, name: str, by: str, at: datetime) -> None:
        self.regions[region] = name
        self.changes += 1
        self.assigned.append((region, name, by, at))


class MemoryLadderWork:
    """One transaction on a copy of the state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def journal(self, after: int, *, limit: int) -> Read | None:
        found = self._state.journal[after : after + limit]
        if not found:
            return None
        keys = frozenset(key for about, key, _, _ in found if about is About.WARNING)
        return Read(upto=after + len(found), warnings=keys)

    async def warnings(
        self, keys: Collection[UUID], least: Level = Level.NONE
    ) -> Mapping[UUID, Warning]:
        state = self._state
        with_steps = {step.warning for step in state.steps.values()}
        return {
            key: state.warnings[key]
            for key in keys
            if key in state.warnings and (state.warnings[key].level >= least or key in with_steps)
        }

    async def steps(self, warnings: Collection[UUID]) -> Sequence[Step]:
        found = [step for step in self._state.steps.values() if step.warning in warnings]
        return sorted(found, key=lambda step: (step.proposed_at, step.id))

    async def step(self, key: UUID) -> Step | None:
        return self._state.steps.get(key)

    async def watched(self, day: OfficeDay, *, limit: int) -> Collection[UUID]:
        found = [
            step
            for step in self._state.steps.values()
            if step.watch_on
            and step.watch_on <= day.on
            and (step.watch_on < day.on or step.due != step.watch_on or day.closed)
        ]
        return {step.warning for step in found[:limit]}

    async def restrictions(self, regions: Collection[str]) -> Sequence[Restriction]:
        found = [one for one in self._state.restrictions.values() if one.region in regions]
        return sorted(found, key=lambda one: one.id)

    async def gate_entries(self, region: str) -> int:
        return sum(1 for _, key, _, _ in self._state.journal if key == gate_key(region))

    async def consultation(self, key: UUID) -> Consultation | None:
        return self._state.consultations.get(key)

    async def waiting_consultations(self, today: date, *, limit: int) -> Sequence[Consultation]:
        found = self._state.consultations.values()
        return [one for one in found if one.watch_on and one.watch_on <= today][:limit]

    async def write(self, change: Change) -> None:
        state = self._state
        # What cannot be stored must fail here as it would there.
        state.steps |= {s.id: msgspec.json.decode(encode(s), type=Step) for s in change.steps}
        state.restrictions |= {one.id: one for one in change.restrictions}
        state.decisions += change.decisions
        state.consultations |= {one.id: one for one in change.consultations}
        state.journal += [_entry(one) for one in change.lines]

    async def move(self, expected: int, following: int) -> None:
        if self._state.position != expected:
            raise Fenced("the journal was followed by another")
        self._state.position = following

    async def open_warnings(self, after: UUID | None, *, limit: int) -> Sequence[UUID]:
        found = sorted(key for key, one in self._state.warnings.items() if one.is_open)
        return [key for key in found if after is None or key > after][:limit]

    async def ruled_by(self, expected: int, ruling: int) -> None:
        if self._state.ruled != expected:
            raise Fenced("another has seen to the ruling")
        self._state.ruled = ruling


def _entry(told: Told) -> tuple[About, UUID, str, str]:
    text = encode(told.document)
    document = json.loads(text)
    needed = ("type", "subject", "regions", "measure", "kind", "rule", "level", "level_before")
    assert all(name in document for name in (*needed, "about", "noticed_at")), document
    assert document["type"] == f"{told.about}.{told.kind}"
    return told.about, told.key, told.kind, text


def _visible(sight: Sight, subject: str, regions: Sequence[str], measure: Measure) -> bool:
    reached = sight.everything or subject in sight.subjects or set(sight.regions) & set(regions)
    return bool(reached) and measure in sight.measures


def _fits(wanted: StepFilter, step: Step) -> bool:
    return (
        wanted.warning in (None, step.warning)
        and (wanted.region is None or wanted.region in step.regions)
        and wanted.state in (None, step.state)
        and wanted.kind in (None, step.kind)
        and (wanted.state or wanted.live in (None, step.state.is_live))
        and (wanted.due_before is None or (step.due is not None and step.due < wanted.due_before))
    ) is not False


class Figures:
    """The port Confirmations: says what it was told to, and to whom."""

    def __init__(self, answer: Confirmation | None = None) -> None:
        """None: nobody answers."""
        self.answer = answer
        self.asked: list[tuple[UUID, bool, str]] = []

    async def of(self, step: Step, warning: Warning | None, key: str) -> Confirmation:
        self.asked.append((step.id, warning is not None, key))
        if self.answer is None:
            raise Unavailable("the evaluator does not answer")
        return self.answer
