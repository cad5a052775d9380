"""The postman of one channel: takes notices to their addresses, several at the same time."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import (
    Patience,
    Result,
    Said,
    Sending,
    decide_sending,
)
from services.alerts.ports.telling import Outbox, Settled, Way

_MOMENT_S = 0.01
_WITHOUT_TARGET = (ChannelKind.STREAM, ChannelKind.KAFKA)
_NOWHERE = Said(
    result=Result.REJECTED, detail="the contact has no such address any more", arrived=False
)


class Postman:
    """Keeps up to `at_once` notices under way; what was answered is written with the next claim."""

    def __init__(
        self,
        channel: ChannelKind,
        outbox: Outbox,
        way: Way,
        patience: Patience,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
        *,
        at_once: int,
    ) -> None:
        """`chance` gives numbers in [0, 1)."""
        self.channel = channel
        self._outbox = outbox
        self._way = way
        self._patience = patience
        self._clock = clock
        self._chance = chance
        self._at_once = at_once
        self._under_way: set[asyncio.Task[Settled]] = set()
        self._answered: list[Settled] = []

    @property
    def under_way(self) -> int:
        """How many are being sent or still have to be written."""
        return len(self._under_way) + len(self._answered)

    async def round(self, copy: int | None) -> tuple[Settled, ...]:
        """Write what was answered and claim more; what was written.

        Without a `copy` (this one is not known to be alive) nothing more is claimed.
        """
        self._collect()
        settled = tuple(self._answered)
        free = self._at_once - len(self._under_way) if copy is not None else 0
        if not settled and free <= 0:
            return ()
        claimed = await self._outbox.exchange(
            self.channel, settled, copy or 0, self._clock(), limit=free
        )
        del self._answered[: len(settled)]
        for sending in claimed:
            self._under_way.add(asyncio.create_task(self._send(sending)))
        return settled

    async def some_answer(self, longest_s: float) -> None:
        """Wait until anything that is under way was answered, and a moment for the others.

        Answers that come at about the same time are written together.
        """
        if not self._under_way:
            return
        _, left = await asyncio.wait(
            self._under_way, timeout=longest_s, return_when=asyncio.FIRST_COMPLETED
        )
        if left:
            await asyncio.wait(left, timeout=_MOMENT_S)

    async def finish(self) -> tuple[Settled, ...]:
        """Wait for what is under way and write it; nothing more is claimed."""
        if self._under_way:
            await asyncio.wait(self._under_way)
        return await self.round(None)

    def _collect(self) -> None:
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        self._answered.extend(task.result() for task in done)

    async def _send(self, sending: Sending) -> Settled:
        if sending.address.target or self.channel in _WITHOUT_TARGET:
            said = await self._way.send(sending, self._clock())
        else:
            said = _NOWHERE
        outcome = decide_sending(self._patience, sending, said, self._clock(), self._chance())
        return Settled(sending=sending, said=said, outcome=outcome)
