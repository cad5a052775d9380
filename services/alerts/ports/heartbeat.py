"""What the heartbeat needs from outside: what is left undone, and the way to whoever listens."""

from datetime import datetime
from typing import Protocol

from services.alerts.domain.heartbeat import Part


class Pulse(Protocol):
    """What each part of the service has left undone."""

    async def parts(self, now: datetime) -> tuple[Part, ...]:
        """All parts; raises when the database or the log of messages is away."""
        ...


class Listeners(Protocol):
    """Whoever notices when the signal does not come."""

    async def beat(self, now: datetime, journal: str) -> tuple[str, ...]:
        """Let all of them hear the signal; those that did not answer well, in a sentence each.

        `journal`: its newest entry as ID:HASH. Kept outside, it vouches for all before it.
        """
        ...
