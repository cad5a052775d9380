"""The loop that owns how messages are delivered: in order, one batch at a time, none skipped.

It is the same for Kafka and for the broker in memory; only the source of messages differs.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.errors import Fenced, Unavailable
from shared.kit.kafka.ownership import Ownership
from shared.kit.kafka.records import Batch, BatchHandler, Record, Source
from shared.kit.metrics import counter, histogram

log = logging.getLogger(__name__)

_BATCHES = counter("qingyu_kafka_batches_total", "batches handled", ("topic",))
_MESSAGES = counter("qingyu_kafka_messages_total", "messages handled", ("topic",))
_BYTES = counter("qingyu_kafka_bytes_total", "bytes of values handled", ("topic",))
_SECONDS = histogram("qingyu_kafka_batch_seconds", "from handing over to done", ("topic",))
_RETRIES = counter("qingyu_kafka_retries_total", "attempts repeated after an outage", ("topic",))
_FENCED = counter("qingyu_kafka_fenced_total", "attempts lost to another process", ("topic",))
_JUMPS = counter("qingyu_kafka_offset_jumps_total", "stored positions not found", ("topic",))

_IDLE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """When to wait a little for more: many small batches cost more than one larger.

    At least `min_poll_s` lies between the end of one batch and the start of the next, unless
    `enough_bytes` have come together. After a quiet moment the first message goes at once.
    """

    min_poll_s: float = 0.02
    enough_bytes: int = 1024 * 1024
    poll_s: float = 0.5

    def wait_for_more(self, since_last_s: float, gathered_bytes: int) -> float:
        """How many seconds to go on gathering; 0 means hand over now."""
        if gathered_bytes >= self.enough_bytes:
            return 0.0
        return max(self.min_poll_s - since_last_s, 0.0)


@dataclass(slots=True)
class Gathered:
    """Messages of one epoch, not yet handed over."""

    epoch: int = 0
    count: int = 0
    size: int = 0
    records: dict[int, list[Record]] = field(default_factory=dict)

    def add(self, epoch: int, batch: Batch) -> None:
        """Join a batch; if its epoch is another one, what was gathered before is worth nothing."""
        if epoch != self.epoch:
            self.epoch, self.count, self.size, self.records = epoch, 0, 0, {}
        for partition, records in batch.items():
            self.records.setdefault(partition, []).extend(records)
            self.count += len(records)
            self.size += sum(len(record.value or b"") for record in records)


class Delivery:
    """One handler and the state of delivering to it."""

    def __init__(
        self,
        handler: BatchHandler,
        topic: str,
        *,
        pacing: Pacing,
        backoff: Backoff,
        revoke_wait_s: float,
    ) -> None:
        self._handler = handler
        self._topic = topic
        self._pacing = pacing
        self._backoff = backoff
        self._condition = Condition(f"what {topic} is recorded in")
        self._fence_delays: Iterator[float] = backoff.delays()
        self._last_end = 0.0
        self._last_idle = 0.0
        self.ownership = Ownership(handler, topic, revoke_wait_s)

    @property
    def problem(self) -> str | None:
        """Why batches cannot be handled at present, None if they can."""
        return self._condition.problem

    async def run(self, source: Source, stopping: asyncio.Event) -> None:
        """Deliver until stopping; the batch being handled is finished first.

        Raises whatever the handler raises that is neither Unavailable nor Fenced, and whatever
        the source raises.
        """
        waking = asyncio.create_task(self._wake_on(stopping))
        try:
            while not stopping.is_set():
                self.ownership.changed.clear()
                await self._round(source, stopping)
        finally:
            waking.cancel()

    async def _wake_on(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self.ownership.changed.set()

    async def _round(self, source: Source, stopping: asyncio.Event) -> None:
        self.ownership.raise_failure()
        if self.ownership.positions is None:
            await self._settle(source, stopping)
            return
        gathered = await self._gather(source, stopping)
        if gathered.count:
            await self._hand_over(gathered, source, stopping)
        else:
            await self._rest(source)

    async def _settle(self, source: Source, stopping: asyncio.Event) -> None:
        """After a change: tell what is gone, ask where to read on, and read on there."""
        own = self.ownership
        epoch, partitions = own.epoch, own.partitions
        positions = dict.fromkeys(partitions, 0)

        async def ask() -> None:
            await own.tell_revoked()
            if partitions:
                stored = await self._handler.assigned(partitions)
                positions.update({p: offset for p, offset in stored.items() if p in partitions})

        if await self._attempt(ask, epoch, stopping) and own.epoch == epoch:
            own.positions = positions
            source.seek(positions)

    async def _gather(self, source: Source, stopping: asyncio.Event) -> Gathered:
        """One poll, and a little more of them while messages come in quick succession."""
        gathered = Gathered()
        gathered.add(*await self._poll(source, self._pacing.poll_s))
        while gathered.count and not stopping.is_set():
            since_last = time.monotonic() - self._last_end
            wait = self._pacing.wait_for_more(since_last, gathered.size)
            if wait <= 0:
                break
            # A few steps, not one poll per message: each poll costs a request to the broker.
            await asyncio.sleep(min(wait, self._pacing.min_poll_s / 4))
            gathered.add(*await self._poll(source, 0))
        return gathered

    async def _poll(self, source: Source, wait_s: float) -> tuple[int, Batch]:
        """Poll, but give up as soon as partitions change or the process is to stop."""
        poll = asyncio.create_task(self._take(source, wait_s))
        wake = asyncio.create_task(self.ownership.changed.wait())
        try:
            await asyncio.wait(
                {poll, wake}, timeout=wait_s + _IDLE_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            wake.cancel()
            if not poll.done():
                poll.cancel()
                await asyncio.wait({poll})
        return (self.ownership.epoch, {}) if poll.cancelled() else poll.result()

    async def _take(self, source: Source, wait_s: float) -> tuple[int, Batch]:
        batch = await source.poll(wait_s)
        # Without giving way since: these belong to this very epoch, if they are ours at all.
        ours = self.ownership.positions or {}
        return self.ownership.epoch, {p: batch[p] for p in batch if p in ours and batch[p]}

    async def _hand_over(self, gathered: Gathered, source: Source, stopping: asyncio.Event) -> None:
        own, records = self.ownership, gathered.records
        if own.epoch != gathered.epoch or own.positions is None:
            return
        for partition, messages in records.items():
            self._check_jump(partition, own.positions[partition], messages[0].offset)
        started = time.perf_counter()
        handled = await self._attempt(
            lambda: self._handler.handle(records), gathered.epoch, stopping
        )
        self._last_end = time.monotonic()
        if handled:
            self._count(gathered, time.perf_counter() - started)
            if own.epoch == gathered.epoch and own.positions is not None:
                own.positions.update({p: m[-1].offset + 1 for p, m in records.items()})
                source.measure(own.positions)

    async def _attempt(
        self, work: Callable[[], Awaitable[None]], epoch: int, stopping: asyncio.Event
    ) -> bool:
        """Try until it works; False if the epoch ended, another process won, or we stop.

        The turn is given back between attempts, so an outage does not hold up a rebalance.
        """
        for delay in self._backoff.delays():
            async with self.ownership.turn:
                if self.ownership.epoch != epoch:
                    return False
                try:
                    await work()
                except Unavailable as error:
                    self._condition.down(str(error))
                    _RETRIES.labels(self._topic).inc()
                except Fenced as error:
                    self._fenced(error)
                    break
                else:
                    self._condition.up()
                    return True
            if await pause(delay, stopping):
                return False
        await pause(next(self._fence_delays), stopping)
        return False

    async def _rest(self, source: Source) -> None:
        now = time.monotonic()
        if now - self._last_idle < _IDLE_S:
            return
        self._last_idle = now
        positions = self.ownership.positions
        await source.probe(positions or {})
        if positions:
            await self._idle()

    async def _idle(self) -> None:
        async with self.ownership.turn:
            if not self.ownership.positions:
                return
            try:
                await self._handler.idle()
            except Unavailable as error:
                self._condition.down(str(error))
            except Fenced as error:
                self._fenced(error)
            else:
                self._condition.up()

    def _fenced(self, error: Fenced) -> None:
        _FENCED.labels(self._topic).inc()
        log.warning("%s", error, extra={"action": "fenced", "topic": self._topic})
        self.ownership.forget_positions()

    def _check_jump(self, partition: int, expected: int, found: int) -> None:
        """Kafka starts elsewhere if a stored position is too old or from another life of it."""
        if found == expected:
            return
        _JUMPS.labels(self._topic).inc()
        log.log(
            logging.INFO if expected == 0 else logging.ERROR,
            "%s partition %d: offset %d was expected, the next one held is %d",
            self._topic,
            partition,
            expected,
            found,
            extra={"action": "offset_jump", "topic": self._topic, "partition": partition},
        )

    def _count(self, gathered: Gathered, seconds: float) -> None:
        self._fence_delays = self._backoff.delays()
        _BATCHES.labels(self._topic).inc()
        _MESSAGES.labels(self._topic).inc(gathered.count)
        _BYTES.labels(self._topic).inc(gathered.size)
        _SECONDS.labels(self._topic).observe(seconds)
