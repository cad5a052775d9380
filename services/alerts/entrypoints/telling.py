"""The loops of telling: follow the journal, look at groups that are due, take notices there."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.deciding import Reason
from services.alerts.domain.telling.sending import Result
from services.alerts.handlers.placing import Follower
from services.alerts.handlers.postman import Postman
from services.alerts.handlers.telling import Teller, Told
from services.alerts.ports.telling import Outbox, Settled
from shared.kit.backoff import Backoff, first_of, pause
from shared.kit.clock import Clock
from shared.kit.errors import Fenced, Unavailable
from shared.kit.metrics import counter, gauge

log = logging.getLogger(__name__)

_DECISIONS = counter(
    "qingyu_alerts_notice_decisions_total", "decisions to tell somebody or not", ("reason",)
)
_NOTICES = counter(
    "qingyu_alerts_notices_total", "attempts at notices", ("channel", "result", "repeats")
)
_WAITING = gauge("qingyu_alerts_notices_waiting", "notices that have not arrived yet")
_OLDEST = gauge("qingyu_alerts_notices_oldest_seconds", "how long the oldest of them waits")
for _reason in Reason:
    _DECISIONS.labels(_reason.value)

# Other copies make things due: look at least this often.
_LOOK_S = 1.0
_POST_LOOK_S = 2.0
_ANSWER_S = 0.5
_FREE_S = 0.2
_COUNT_S = 10.0
_MOST_PAUSE_S = 0.2
_AWAY = (Unavailable, Fenced)


class Alive(Protocol):
    """The sign of life of this copy; `number` is None while it is not seen by the others."""

    @property
    def number(self) -> int | None:
        """What this copy claims under."""
        ...


class Tellers:
    """Everything of telling that runs beside the HTTP side."""

    def __init__(
        self,
        follower: Follower,
        teller: Teller,
        alone: Callable[[], AbstractAsyncContextManager[bool]],
        clock: Clock,
        on_told: Callable[[], None],
    ) -> None:
        """`alone` says whether this copy is the one that follows; `on_told` wakes the postmen."""
        self._follower = follower
        self._teller = teller
        self._alone = alone
        self._clock = clock
        self._on_told = on_told
        self._entries = asyncio.Event()
        self._groups = asyncio.Event()

    def word(self) -> None:
        """There are new entries in the journal."""
        self._entries.set()

    def look(self) -> None:
        """Groups may have become due: a contact or the routes have changed."""
        self._entries.set()
        self._groups.set()

    async def follow(self, stopping: asyncio.Event) -> None:
        """Follow the journal while no other copy does; between spells nothing is held."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                async with self._alone() as mine:
                    while mine and not stopping.is_set() and await self._step(stopping):
                        self._groups.set()
                delays = Backoff().delays()
                await first_of(self._entries, stopping, _LOOK_S)
            except _AWAY:
                await pause(next(delays), stopping)

    async def _step(self, stopping: asyncio.Event) -> bool:
        began = asyncio.get_running_loop().time()
        if not await self._follower.round(self._clock()):
            return False
        # In a storm of warnings those who take them in and ask for them come first: it follows for
        # half of the time at most.
        took = asyncio.get_running_loop().time() - began
        await pause(min(took, _MOST_PAUSE_S), stopping)
        return True

    async def tell(self, stopping: asyncio.Event) -> None:
        """Look at due groups; several copies share them."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                told = await self._teller.round(self._clock())
                delays = Backoff().delays()
                _note(told)
                if told.letters:
                    self._on_told()
                if not told.groups:
                    await first_of(self._groups, stopping, _LOOK_S)
            except _AWAY:
                await pause(next(delays), stopping)


def _note(told: Told) -> None:
    for contact, reason in told.reasons:
        _DECISIONS.labels(reason.value).inc()
        log.debug("%s: %s", contact, reason, extra={"action": "notice_decision"})
    if told.letters or told.held:
        log.info(
            "%d groups: %d notices, %d held back for digests",
            told.groups,
            told.letters,
            told.held,
            extra={"action": "told"},
        )


class Postmen:
    """One postman a channel, so that a slow channel holds up none but itself."""

    def __init__(
        self, make: Callable[[ChannelKind], Postman], outbox: Outbox, alive: Alive, clock: Clock
    ) -> None:
        self._postmen = [(make(channel), asyncio.Event()) for channel in ChannelKind]
        self._outbox = outbox
        self._alive = alive
        self._clock = clock
        for channel in ChannelKind:
            for result in Result:
                _NOTICES.labels(channel.value, result.value, "0")

    def word(self) -> None:
        """There are new notices."""
        for _, woken in self._postmen:
            woken.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; what is being sent then is finished first."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._free(stopping), name="free claims")
            for postman, woken in self._postmen:
                group.create_task(
                    self._serve(postman, woken, stopping), name=f"postman {postman.channel}"
                )

    async def count(self, stopping: asyncio.Event) -> None:
        """How many notices wait, and how long, every few seconds."""
        while True:
            try:
                waiting, oldest = await self._outbox.waiting()
                _WAITING.set(waiting)
                _OLDEST.set(_age(oldest, self._clock()))
            except Unavailable:
                pass  # the numbers stay as they were; /readyz says what is away
            if await pause(_COUNT_S, stopping):
                return

    async def _serve(self, postman: Postman, woken: asyncio.Event, stopping: asyncio.Event) -> None:
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                woken.clear()
                _count(postman.channel, await postman.round(self._alive.number))
                delays = Backoff().delays()
            except _AWAY:
                await pause(next(delays), stopping)
                continue
            if postman.under_way:
                await postman.some_answer(_ANSWER_S)
            else:
                await first_of(woken, stopping, _POST_LOOK_S)
        try:
            _count(postman.channel, await postman.finish())
        except _AWAY:
            log.warning("answers were not written: their notices will be marked as repeats")

    async def _free(self, stopping: asyncio.Event) -> None:
        while not await pause(_FREE_S, stopping):
            try:
                freed = await self._outbox.free()
            except _AWAY:
                continue
            if freed:
                log.info("%d notices of a copy that is gone", freed, extra={"action": "freed"})
                self.word()


def _age(oldest: datetime | None, now: datetime) -> float:
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _count(channel: ChannelKind, settled: Sequence[Settled]) -> None:
    for one in settled:
        repeats = "1" if one.sending.repeats else "0"
        _NOTICES.labels(channel.value, one.said.result.value, repeats).inc()
        if one.said.result is not Result.DELIVERED:
            log.warning(
                "notice %d to %s by %s: %s",
                one.sending.number,
                one.sending.recipient,
                channel,
                one.said.detail or one.said.result,
                extra={"action": "notice_not_taken", "notice": one.sending.number},
            )
