"""What scheduled work needs from outside: to be alone, and to know how far time is covered."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.alerts.domain.tick import Tick


class Ticks(Protocol):
    """How far each job has covered time, the same for all copies of the service."""

    def alone(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether nobody else does this job now, until the block ends."""
        ...

    async def covered(self, name: str) -> datetime | None:
        """Up to when the job has covered time; None before its first run."""
        ...

    async def cover(self, tick: Tick, known: datetime | None) -> None:
        """Write that the tick is done, compare and set: raises unless `known` still stands."""
        ...

    async def all(self) -> Mapping[str, datetime]:
        """Up to when each job has covered time."""
        ...
