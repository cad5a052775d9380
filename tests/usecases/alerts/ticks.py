"""What is written of jobs, in memory."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from services.alerts.domain.tick import Tick
from shared.kit.errors import Fenced


class MemoryTicks:
    """The port Ticks; `busy` holds the names that another copy is at."""

    def __init__(self) -> None:
        self.until: dict[str, datetime] = {}
        self.done: list[Tick] = []
        self.busy: set[str] = set()

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """One at a time."""
        if name in self.busy:
            yield False
            return
        self.busy.add(name)
        try:
            yield True
        finally:
            self.busy.discard(name)

    async def covered(self, name: str) -> datetime | None:
        """As it was written."""
        return self.until.get(name)

    async def cover(self, tick: Tick, known: datetime | None) -> None:
        """Compare and set."""
        if self.until.get(tick.name) != known:
            raise Fenced(tick.name)
        self.until[tick.name] = tick.end
        self.done.append(tick)

    async def all(self) -> Mapping[str, datetime]:
        """All of them."""
        return dict(self.until)
