"""Briefs in memory over the one journal of a scenario."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from services.alerts.adapters.briefs.desk_history import _entry
from services.alerts.domain.briefs.desking import Entry
from services.alerts.domain.briefs.facts import Before
from services.alerts.ports.journal import About
from tests.usecases.alerts.briefs_memory import MemoryBriefs
from tests.usecases.scenarios.stores import Store

_READ = frozenset({About.WARNING, About.STEP, About.CONSULTATION, About.GATE})


class JournaledBriefs(MemoryBriefs):
    """What is told of briefs stands in the journal of all else."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    @asynccontextmanager
    async def work(self) -> AsyncIterator[MemoryBriefs._Work]:
        """The journal last."""
        told = len(self.journal)
        async with super().work() as work:
            yield work
        for line in self.journal[told:]:
            self._store.append(line.about, line.key, line.kind, line.at, line.data)

    async def before(self, region: str, period: str, upto: int) -> Before | None:
        """Places among briefs are not those in the whole journal."""
        known = self._store.state.history[:upto]
        return await super().before(region, period, sum(one.about is About.BRIEF for one in known))


class ScenarioDesk:
    """The port DeskHistory over the scenario's journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def newest(self) -> int:
        """Ids are places."""
        return len(self._store.state.history)

    async def entries(self, region: str, upto: int) -> Sequence[Entry]:
        """As the real one reads them."""
        return [
            _entry(
                {
                    "id": one.id,
                    "about": one.about.value,
                    "warning": one.warning,
                    "kind": one.type.partition(".")[2],
                    "noticed_at": one.noticed_at,
                    "data": one.data,
                }
            )
            for one in self._store.state.history[:upto]
            if one.about in _READ and region in one.told.regions
        ]

    async def chain(self, region: str) -> tuple[str, ...]:
        """As the warnings tell."""
        told = (one.regions for one in self._store.state.warnings.values())
        chains = (one[one.index(region) :] for one in told if region in one)
        return next(chains, ())

    async def tops(self) -> Sequence[str]:
        """As the warnings tell."""
        return sorted({one.regions[-1] for one in self._store.state.warnings.values()})
