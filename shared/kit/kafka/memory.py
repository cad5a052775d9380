"""A broker in memory for tests: it passes the same suite as Kafka and runs the same loop."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence

from aiokafka.partitioner import DefaultPartitioner

from shared.kit.backoff import Backoff
from shared.kit.clock import now_us
from shared.kit.kafka.compacted import OnCaughtUp, OnRecord, call
from shared.kit.kafka.delivery import Delivery, Pacing
from shared.kit.kafka.errors import Unavailable
from shared.kit.kafka.producer import Message
from shared.kit.kafka.records import Batch, BatchHandler, Record

_FAST = Backoff(first_s=0.001, most_s=0.01)
_REVOKE_WAIT_S = 5.0


class MemoryBroker:
    """Topics, their messages, and the groups that share them out."""

    def __init__(self, topics: Mapping[str, int] | None = None) -> None:
        self._logs: dict[str, list[list[Record]]] = {}
        self._groups: dict[tuple[str, str], list[MemoryConsumerLoop]] = {}
        self._rebalancing = asyncio.Lock()
        self._choose = DefaultPartitioner()
        self.arrived = asyncio.Event()
        self.available = True
        for name, partitions in (topics or {}).items():
            self.add_topic(name, partitions)

    def add_topic(self, name: str, partitions: int) -> None:
        """Create a topic; one that exists stays as it is."""
        self._logs.setdefault(name, [[] for _ in range(partitions)])

    def producer(self) -> "MemoryProducer":
        """Something to send with."""
        return MemoryProducer(self)

    def consumer_loop(
        self, topic: str, group: str, handler: BatchHandler, *, min_poll_s: float = 0.0
    ) -> "MemoryConsumerLoop":
        """A member of a group; it joins when it runs."""
        return MemoryConsumerLoop(self, topic, group, handler, min_poll_s=min_poll_s)

    def read_compacted(self, topic: str) -> "MemoryCompactedReader":
        """A reader of the whole of a topic with one partition."""
        return MemoryCompactedReader(self, topic)

    def log(self, topic: str, partition: int) -> Sequence[Record]:
        """Everything ever sent to a partition."""
        return self._logs[topic][partition]

    def append(self, message: Message) -> None:
        """Store one message; Unavailable if the broker is switched off or the topic unknown."""
        logs = self._logs.get(message.topic)
        if not self.available or logs is None:
            raise Unavailable(f"no broker, or no topic {message.topic}")
        everywhere = list(range(len(logs)))
        partition = message.partition
        if partition is None:
            partition = int(self._choose(message.key, everywhere, everywhere))
        logs[partition].append(
            Record(
                message.topic,
                partition,
                len(logs[partition]),
                message.key,
                message.value,
                tuple(message.headers),
                now_us() // 1000,
            )
        )

    def announce(self) -> None:
        """Wake whoever waits for messages."""
        self.arrived.set()
        self.arrived = asyncio.Event()

    async def join(self, member: "MemoryConsumerLoop") -> None:
        """Let a member into its group and share out the partitions anew."""
        self._groups.setdefault(member.group, []).append(member)
        await self._rebalance(member.group)

    async def leave(self, member: "MemoryConsumerLoop") -> None:
        """Let a member out of its group and share out the partitions anew."""
        self._groups[member.group].remove(member)
        await member.delivery.ownership.revoke()
        await self._rebalance(member.group)

    async def _rebalance(self, group: tuple[str, str]) -> None:
        async with self._rebalancing:
            members = list(self._groups[group])
            for member in members:
                await member.delivery.ownership.revoke()
            shares: list[set[int]] = [set() for _ in members]
            for partition, share in zip(
                range(len(self._logs[group[0]])), itertools.cycle(shares), strict=False
            ):
                share.add(partition)
            for member, share in zip(members, shares, strict=True):
                member.delivery.ownership.assign(frozenset(share))


class MemoryProducer:
    """Sends to the broker in memory; see Sender for the promises."""

    problem: str | None = None

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to disconnect from."""

    async def ping(self) -> None:
        """Raises Unavailable while the broker is switched off."""
        if not self._broker.available:
            raise Unavailable("the broker in memory is switched off")

    async def send(self, messages: Sequence[Message]) -> None:
        """Store all messages and wake the consumers."""
        for message in messages:
            self._broker.append(message)
        self._broker.announce()


class MemoryConsumerLoop:
    """The same delivery as from Kafka, from the broker in memory."""

    problem: str | None = None

    def __init__(
        self,
        broker: MemoryBroker,
        topic: str,
        group: str,
        handler: BatchHandler,
        *,
        min_poll_s: float,
    ) -> None:
        self._broker = broker
        self._topic = topic
        self.group = (topic, group)
        self.delivery = Delivery(
            handler,
            topic,
            pacing=Pacing(min_poll_s=min_poll_s),
            backoff=_FAST,
            revoke_wait_s=_REVOKE_WAIT_S,
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Deliver until stopping, as a member of the group."""
        await self._broker.join(self)
        try:
            await self.delivery.run(_MemorySource(self._broker, self._topic), stopping)
        finally:
            await self._broker.leave(self)


class _MemorySource:
    """Reads the logs of the broker from given offsets on."""

    def __init__(self, broker: MemoryBroker, topic: str) -> None:
        self._broker = broker
        self._topic = topic
        self._next: dict[int, int] = {}

    async def poll(self, wait_s: float) -> Batch:
        """See Source."""
        if not self._waiting() and wait_s > 0:
            try:
                async with asyncio.timeout(wait_s):
                    await self._broker.arrived.wait()
            except TimeoutError:
                return {}
        batch = self._waiting()
        for partition, records in batch.items():
            self._next[partition] = records[-1].offset + 1
        return batch

    def seek(self, positions: Mapping[int, int]) -> None:
        """See Source."""
        self._next = dict(positions)

    async def probe(self, positions: Mapping[int, int]) -> None:
        """See Source; memory is never away."""

    def measure(self, positions: Mapping[int, int]) -> None:
        """See Source; nobody watches a test's lag."""

    def _waiting(self) -> dict[int, Sequence[Record]]:
        if not self._broker.available:
            return {}
        found = {p: self._broker.log(self._topic, p)[offset:] for p, offset in self._next.items()}
        return {partition: records for partition, records in found.items() if records}


class MemoryCompactedReader:
    """Follows a topic of the broker in memory from its beginning."""

    def __init__(self, broker: MemoryBroker, topic: str) -> None:
        self._broker = broker
        self._source = _MemorySource(broker, topic)
        self._source.seek({0: 0})
        self._end = len(broker.log(topic, 0))
        self.caught_up = False

    @property
    def problem(self) -> str | None:
        """Not everything has been read yet, or None."""
        return None if self.caught_up else "not read to the end yet"

    async def run(
        self, stopping: asyncio.Event, on_record: OnRecord, on_caught_up: OnCaughtUp
    ) -> None:
        """Read until stopping; see CompactedReader."""
        stop = asyncio.create_task(stopping.wait())
        read = 0
        try:
            while not stopping.is_set():
                if not self.caught_up and read >= self._end:
                    self.caught_up = True
                    await call(on_caught_up())
                poll = asyncio.create_task(self._source.poll(1.0))
                await asyncio.wait({poll, stop}, return_when=asyncio.FIRST_COMPLETED)
                if not poll.done():
                    poll.cancel()
                    return
                for record in poll.result().get(0, ()):
                    await call(on_record(record))
                    read = record.offset + 1
        finally:
            stop.cancel()
