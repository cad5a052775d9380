"""A small province that answers what its situation is; enterprises, tasks and data are left out."""

from collections.abc import Mapping
from typing import Any

from services.evaluator.adapters.holidays import chinese_calendar
from services.evaluator.adapters.stated_parts_file import load_words
from services.evaluator.domain.budget import Budget
from services.evaluator.entrypoints import as_of, situation_api
from services.evaluator.handlers.situation.ground import Ground, Parts, Population
from services.evaluator.handlers.situation.situation import Situations
from shared.contracts import situation as told
from shared.model.catalogue import Catalogue
from shared.model.instants import to_us
from tests.usecases.evaluator.reckoning import Province
from tests.usecases.evaluator.register_pages import MemoryPages


class Instants:
    """The CommitInstants over a register in memory."""

    def __init__(self, memory: MemoryPages) -> None:
        self._memory = memory

    async def made_at(self, commit: int) -> int | None:
        """See CommitInstants."""
        instants = [one.at_us for one in self._memory.entries if one.commit <= commit]
        return max(instants, default=None)


class Granted:
    """Budgets as a test grants them."""

    def __init__(self) -> None:
        self.all: dict[str, Budget] = {}

    async def budgets(self) -> Mapping[str, Budget]:
        """See Budgets."""
        return self.all


async def nobody(ground: Ground) -> Population:
    return Population(groupings=(), users=told.Users())


async def no_tasks(ground: Ground) -> told.Tasks:
    return told.Tasks()


async def no_data(ground: Ground) -> told.DataState:
    return told.DataState()


class Briefed(Province):
    """The province with `/v1/situations`."""

    def __init__(self, known: Catalogue | None = None) -> None:
        super().__init__(known)
        self.granted = Granted()
        situations = Situations(
            gatherer=self.gatherer,
            reckoner=self.reckoner,
            instants=Instants(self.memory),
            reader=self.books,
            budgets=self.granted,
            calendars=chinese_calendar,
            words=load_words(),
            parts=Parts(population=nobody, tasks=no_tasks, data=no_data),
        )
        self.client = self.client_of(situation_api.router, as_of.router, situations=situations)

    def now(self, instant: Any) -> None:
        """The next commit is made at that instant."""
        self.memory.at_us = to_us(instant)

    async def situation(self, period: str, region: str = "150000", **more: str) -> told.Situation:
        """The situation as it is answered."""
        answer = await self.get(f"/v1/situations/{region}", period=period, **more)
        assert answer.status_code == 200, answer.text
        return told.decode(answer.content)
