"""Work that is done again and again beside the service's own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from shared.kit.errors import Unavailable

log = logging.getLogger(__name__)


class Rounds:
    """Does the work, rests, and does it again; what failed waits for the next."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], *, rest_s: float) -> None:
        """rest_s: seconds between the end of one round and the beginning of the next."""
        self._name = name
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
            await self._work()
        except Unavailable as error:
            log.warning("%s: %s", self._name, error, extra={"action": "round_put_off"})
        except Exception:
            # Beside the service's own work: a mistake here must not end that.
            log.exception("%s failed", self._name, extra={"action": "round_failed"})
