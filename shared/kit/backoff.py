"""How long to wait before trying again: a little at first, then longer, never too long."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The policy; `delays()` hands out a fresh, endless sequence of waits in seconds."""

    first_s: float = 0.1
    most_s: float = 5.0

    def delays(self) -> Iterator[float]:
        """Doubling waits from the first up to the longest, for ever."""
        delay = self.first_s
        while True:
            yield delay
            delay = min(delay * 2, self.most_s)


async def pause(seconds: float, stopping: asyncio.Event) -> bool:
    """Wait that long, or less when asked to stop; True if asked to stop."""
    if not stopping.is_set():
        try:
            async with asyncio.timeout(seconds):
                await stopping.wait()
        except TimeoutError:
            return False
    return True


async def first_of(woken: asyncio.Event, stopping: asyncio.Event, longest_s: float) -> None:
    """Until woken, asked to stop, or that long; `woken` is cleared."""
    waits = {asyncio.ensure_future(event.wait()) for event in (woken, stopping)}
    try:
        await asyncio.wait(waits, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    woken.clear()
