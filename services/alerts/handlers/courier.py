"""The courier: takes what is due at one endpoint there, and writes down what was answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts.domain.delivery import Delivery, Endpoint, Result, RetryPolicy, decide
from services.alerts.ports.warnings import Channel, DeliveryLog, Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Sends a handful at a time to one endpoint; `chance` gives numbers in [0, 1)."""

    log: DeliveryLog
    channel: Channel
    policy: RetryPolicy
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    handful: int
    lease: timedelta

    async def round(self, endpoint: Endpoint) -> tuple[Result, ...]:
        """One round: claim, send all at once, settle; the results, none if nothing was due.

        A crash after sending leaves the claim to run out: the same event is then sent again under
        the same id.
        """
        due = await self.log.claim(endpoint.id, self.clock(), limit=self.handful, lease=self.lease)
        if not due:
            return ()
        settled = await asyncio.gather(*(self._send(endpoint, delivery) for delivery in due))
        await self.log.settle(settled, self.clock())
        return tuple(one.decision.result for one in settled)

    async def _send(self, endpoint: Endpoint, delivery: Delivery) -> Settled:
        answer = await self.channel.send(endpoint, delivery, self.clock())
        decision = decide(self.policy, delivery.attempt, answer, self.clock(), self.chance())
        return Settled(delivery=delivery, answer=answer, decision=decision)
