"""Which partitions are ours, since when, and whose turn it is to talk to the handler.

Every change starts a new epoch. Whoever takes messages notes the epoch; in a later one they are
worth nothing, because the new owner reads them again from the stored position.
"""

import asyncio
import logging

from shared.kit.kafka.records import BatchHandler
from shared.kit.metrics import counter

log = logging.getLogger(__name__)

_CHANGES = counter("qingyu_kafka_rebalances_total", "changes of partitions", ("topic",))


class Ownership:
    """The partitions of one handler; changed by the coordinator, read by the loop.

    `turn` is held while any method of the handler runs. `changed` is set at every change.
    `positions` are the offsets to read next, None until the handler has been asked for them.
    """

    def __init__(self, handler: BatchHandler, topic: str, revoke_wait_s: float) -> None:
        self._handler = handler
        self._topic = topic
        self._revoke_wait_s = revoke_wait_s
        self._untold: frozenset[int] = frozenset()
        self._failure: Exception | None = None
        self.turn = asyncio.Lock()
        self.changed = asyncio.Event()
        self.epoch = 0
        self.partitions: frozenset[int] = frozenset()
        self.positions: dict[int, int] | None = None

    def assign(self, partitions: frozenset[int]) -> None:
        """These are ours from now on; the loop asks for their positions before it reads."""
        self.partitions = partitions
        self.forget_positions()
        _CHANGES.labels(self._topic).inc()
        log.info(
            "partitions of %s: %s",
            self._topic,
            sorted(partitions),
            extra={"action": "partitions_assigned", "topic": self._topic},
        )

    async def revoke(self) -> None:
        """Give all partitions away, after the batch being handled, but not waiting for ever.

        A batch that runs longer than the wait is not stopped: comparing positions when it writes
        decides whether it was still in time. Never raises; the loop raises what went wrong.
        """
        self._untold |= self.partitions
        self.partitions = frozenset()
        self.forget_positions()
        try:
            async with asyncio.timeout(self._revoke_wait_s):
                await self.turn.acquire()
        except TimeoutError:
            log.warning(
                "a batch of %s is still being handled while its partitions are given away",
                self._topic,
                extra={"action": "revoked_while_handling", "topic": self._topic},
            )
            return
        try:
            await self.tell_revoked()
        except Exception as error:  # noqa: BLE001 - raised again by the loop
            self._failure = error
        finally:
            self.turn.release()

    async def tell_revoked(self) -> None:
        """Tell the handler, if it does not know yet; the caller holds the turn."""
        if self._untold:
            untold, self._untold = self._untold, frozenset()
            await self._handler.revoked(untold)

    def forget_positions(self) -> None:
        """Start a new epoch: what was read is worth nothing, the positions must be loaded."""
        self.epoch += 1
        self.positions = None
        self.changed.set()

    def raise_failure(self) -> None:
        """Raise what went wrong while partitions were given away, once."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
