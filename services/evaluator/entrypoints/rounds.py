"""Work that is done again and again beside the service's own, by one copy of it at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from shared.kit.errors import Unavailable

Alone = Callable[[str], AbstractAsyncContextManager[bool]]
"""Enters a block of that name; False when another process is in it."""

log = logging.getLogger(__name__)


class Rounds:
    """Does the work, rests, and does it again; what failed waits for the next."""

    def __init__(
        self, name: str, work: Callable[[], Awaitable[object]], alone: Alone, *, rest_s: float
    ) -> None:
        """alone: a round that another copy is doing is left to that.

        rest_s: seconds between the end of one round and the beginning of the next.
        """
        self._name = name
        self._alone = alone
        self._work = work
        self._rest_s = rest_s

    async def run(self, stopping: asyncio.Event) -> None:
        """Go round until told to stop; a stop does not wait for the round that is going on."""
        stop = asyncio.ensure_future(stopping.wait())
        while not stop.done():
            doing = asyncio.ensure_future(self._round())
            await asyncio.wait({doing, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                doing.cancel()
                await asyncio.wait({doing})
                return
            await doing
            await asyncio.wait({stop}, timeout=self._rest_s)

    async def _round(self) -> None:
        try:
            async with self._alone(self._name) as mine:
                if mine:
                    await self._work()
        except Unavailable as error:
            log.warning("%s: %s", self._name, error, extra={"action": "round_put_off"})
        except Exception:
            # Beside the service's own work: a mistake here must not end that.
            log.exception("%s failed", self._name, extra={"action": "round_failed"})
