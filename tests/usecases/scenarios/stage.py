"""A scenario is played: moment after moment, and what differs from what it says is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from services.alerts.domain.chain import BEGINNING, first_broken
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.warning import Warning
from shared.model.instants import to_us
from tests.usecases.scenarios.acts import ACTS
from tests.usecases.scenarios.checks import differing, untold
from tests.usecases.scenarios.office import Office
from tests.usecases.scenarios.people import OPERATOR, key_of
from tests.usecases.scenarios.script import Scenario, instant, length, local, read
from tests.usecases.scenarios.works import Works

_AFTER_MIDNIGHT = timedelta(minutes=5)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened: what differs from the file, and what was raised, proposed and used."""

    scenario: Scenario
    faults: tuple[str, ...]
    kinds: frozenset[str]
    steps: frozenset[str]
    channels: frozenset[str]
    journal: frozenset[str]


@dataclass(slots=True)
class Clock:
    """The scenario's time."""

    now: datetime

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


@dataclass(slots=True)
class Stage:
    """Everything of one scenario. `told`: how many notices were looked at already."""

    scenario: Scenario
    clock: Clock
    works: Works
    office: Office
    http: httpx.AsyncClient
    looks_at: datetime
    told: int = 0
    named: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def of(cls, scenario: Scenario) -> "Stage":
        """Nothing has happened yet."""
        clock = Clock(instant(scenario.start))
        works = Works(scenario.place, lambda: to_us(clock.now))
        office = Office(scenario, clock)
        await works.open()
        await office.open(scenario)
        http = office.client(works.figures(office.keys))
        return cls(scenario, clock, works, office, http, clock.now)

    async def play(self) -> list[str]:
        """All moments; what differs."""
        faults: list[str] = []
        at = self.clock.now
        for moment in self.scenario.moments:
            at = instant(moment.at, at)
            assert at >= self.clock.now, f"{moment.at} lies before the moment before it"
            await self._pass_time(at)
            faults += [f"{local(at)}: {fault}" for fault in await differing(self, moment)]
            for act in moment.do:
                ((word, body),) = act.items()
                await ACTS[word](self, body)
                self.office.happened = at
            await self._work(look=True)
        return [*faults, *(f"at the end: {fault}" for fault in (*untold(self), *self._broken()))]

    async def _pass_time(self, end: datetime) -> None:
        """Time goes from one instant at which anything is due to the next."""
        while self.clock.now < end:
            until = min(self.office.next_change() or end, self._next_look(), end)
            self.office.pass_over(until)
            self.clock.now = min(self.office.next_due() or end, until)
            if self.clock.now == until:
                self.office.happened = until
            await self._work(look=self.clock.now in (self.looks_at, end))
        if self.clock.now == self.looks_at:
            await self._work(look=True)

    def _next_look(self) -> datetime:
        """When the evaluator looks next: in its rhythm from shortly after a midnight on."""
        every = length(self.scenario.evaluator_looks_every)
        if self.looks_at <= self.clock.now:
            midnight = instant(f"{self.clock.now:%Y-%m-%d}") + _AFTER_MIDNIGHT
            passed = (self.clock.now - midnight) // every + 1
            self.looks_at = midnight + passed * every
        return self.looks_at

    async def _work(self, *, look: bool) -> None:
        if look:
            await self.office.hear(*await self.works.work())
        await self.office.work()

    def _broken(self) -> Sequence[str]:
        history = self.office.store.state.history
        broken = first_broken(BEGINNING, ((w.id, w.data.decode(), w.hash) for w in history))
        return [f"the journal's chain breaks at {broken}"] if broken else []

    async def ask(self, body: Mapping[str, Any], method: str, path: str, sent: Any) -> Any:
        """Somebody calls the service; it must answer well, or refuse as the file says."""
        who = str(body.get("who", OPERATOR))
        headers = {"Authorization": f"Bearer {key_of(who)}"}
        answer = await self.http.request(method, path, json=sent, headers=headers)
        wanted = str(body.get("refused", ""))
        as_wanted = answer.is_success if not wanted else str(answer.status_code) == wanted
        assert as_wanted, f"{who}: {method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def warnings(self, name: str) -> list[Warning]:
        """All that `kind subject about` names; what is left out may be anything."""
        kind, subject, about = (*name.split(), "", "", "")[:3]
        return [
            one
            for one in self.office.store.state.warnings.values()
            if one.kind.value == kind
            and subject in ("", one.subject, one.labels.get("alertname"))
            and about in ("", one.about, one.labels.get("number"))
        ]

    def warning(self, name: str) -> Warning:
        """The one that is named."""
        found = self.warnings(name)
        assert len(found) == 1, f"{name}: {len(found)} among {self.all_warnings()}"
        return found[0]

    def all_warnings(self) -> list[str]:
        """How all are named."""
        return [
            f"{one.kind} {one.subject or one.labels.get('alertname', '')} {one.about} "
            f"({one.rule}) {one.level.word} {one.state}"
            for one in self.office.store.state.warnings.values()
        ]

    def steps(self, kind: str, of: str) -> list[Step]:
        """Steps of the kind about the warning that is named."""
        keys = {one.id for one in self.warnings(of)}
        steps = self.office.ladder.state.steps.values()
        return [one for one in steps if one.kind.value == kind and one.warning in keys]

    def step(self, kind: str, of: str) -> Step:
        """The newest of them."""
        found = self.steps(kind, of)
        assert found, f"no step {kind} of {of}"
        return max(found, key=lambda one: one.proposed_at)

    async def muted(self, warning: Warning) -> str:
        """What says why nobody is told of it now."""
        path = f"/v1/warnings/{warning.id}/suppression"
        found = await self.ask({}, "GET", path, None)
        return found["by"] or "nothing"

    def chain(self, region: str) -> tuple[str, ...]:
        """The region and those above it."""
        found = [region]
        while above := self.scenario.place.regions[found[-1]].within:
            found.append(above)
        return tuple(found)


_OUTCOMES: dict[Path, Outcome] = {}


async def outcome_of(path: Path) -> Outcome:
    """A file is played once for all tests that ask for it."""
    if path not in _OUTCOMES:
        stage = await Stage.of(read(path))
        faults = await stage.play()
        history = stage.office.store.state.history
        raised = {"warning.raised", "warning.reopened"}
        _OUTCOMES[path] = Outcome(
            scenario=stage.scenario,
            faults=tuple(faults),
            kinds=frozenset(one.told.kind for one in history if one.type in raised),
            steps=frozenset(one.kind.value for one in stage.office.ladder.state.steps.values()),
            channels=frozenset(one.channel for one in stage.office.sent if one.taken),
            journal=frozenset(one.type for one in history),
        )
    return _OUTCOMES[path]
