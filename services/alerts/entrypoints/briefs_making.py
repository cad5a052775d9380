"""The task that makes the briefs that were asked for, one at a time in each copy."""

import asyncio
import logging
from collections.abc import Callable
from time import perf_counter

from services.alerts.domain.briefs.flow import State
from services.alerts.handlers.briefs.making import Maker
from services.alerts.ports.briefs import BriefStore, ClaimLostError
from shared.kit.backoff import Backoff, pause
from shared.kit.errors import Unavailable
from shared.kit.metrics import counter, gauge, histogram

log = logging.getLogger(__name__)

_MADE = counter("qingyu_alerts_briefs_made_total", "briefs that were made, by outcome", ("state",))
_SECONDS = histogram("qingyu_alerts_brief_seconds", "how long the making of a brief takes")
_STANDING = gauge("qingyu_alerts_briefs", "briefs in each state", ("state",))
_LOOK_S = 2.0


class Bindery:
    """Makes briefs at every word, and looks now and then without one."""

    def __init__(self, maker: Maker, store: BriefStore, word: Callable[[], None]) -> None:
        """`word` is said when something was added to the journal."""
        self._maker = maker
        self._store = store
        self._word = word
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something to make."""
        self._woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; a brief that is being made then is made anew elsewhere, or later."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                self._woken.clear()
                while not stopping.is_set() and await self._one():
                    pass
                await self._count()
                delays = Backoff().delays()
                await self._wait(stopping)
            except (Unavailable, ClaimLostError) as error:
                log.info("briefs: %s", error, extra={"action": "briefs_put_off"})
                await pause(next(delays), stopping)

    async def _one(self) -> bool:
        begun = perf_counter()
        made = await self._maker.round()
        if made is None:
            return False
        _SECONDS.observe(perf_counter() - begun)
        _MADE.labels(made.state.value).inc()
        self._word()
        return True

    async def _count(self) -> None:
        counts = await self._store.counts()
        for state in State:
            _STANDING.labels(state.value).set(counts.get(state, 0))

    async def _wait(self, stopping: asyncio.Event) -> None:
        waiting = [
            asyncio.create_task(self._woken.wait()),
            asyncio.create_task(stopping.wait()),
        ]
        try:
            await asyncio.wait(waiting, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
