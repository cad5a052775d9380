"""The two brokers behind one face, and handlers that note what they were given."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Protocol

from shared.kit.errors import Fenced
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.compacted import OnCaughtUp, OnRecord, read_compacted
from shared.kit.kafka.consumer import ConsumerLoop, Membership
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.kafka.producer import Producer, Sender
from shared.kit.kafka.records import Batch, BatchHandler, Record

_numbers = count(1)
PATIENCE_S = 30.0


class Loop(Protocol):
    """Something that delivers to a handler until told to stop."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Deliver."""


class Reader(Protocol):
    """Something that reads the whole of a compacted topic."""

    async def run(
        self, stopping: asyncio.Event, on_record: OnRecord, on_caught_up: OnCaughtUp
    ) -> None:
        """Read."""


class Broker(Protocol):
    """What the suite needs of a broker."""

    sender: Sender

    async def new_topic(self, partitions: int) -> str:
        """A topic nobody has used."""

    def loop(self, topic: str, handler: BatchHandler) -> Loop:
        """A member of the only group of that topic."""

    def reader(self, topic: str) -> Reader:
        """A reader of a topic with one partition."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self._broker = MemoryBroker()
        self.sender: Sender = self._broker.producer()

    async def new_topic(self, partitions: int) -> str:
        name = f"topic-{next(_numbers)}"
        self._broker.add_topic(name, partitions)
        return name

    def loop(self, topic: str, handler: BatchHandler) -> Loop:
        return self._broker.consumer_loop(topic, "group", handler)

    def reader(self, topic: str) -> Reader:
        return self._broker.read_compacted(topic)


class RealKafka:
    """The real thing."""

    def __init__(self, bootstrap: str, producer: Producer) -> None:
        self._bootstrap = bootstrap
        self.sender: Sender = producer

    async def new_topic(self, partitions: int) -> str:
        name = f"topic-{next(_numbers)}"
        await ensure_topics(self._bootstrap, [TopicSpec(name=name, partitions=partitions)], 1)
        return name

    def loop(self, topic: str, handler: BatchHandler) -> Loop:
        quick = Membership(session_timeout_s=6.0, heartbeat_s=0.2)
        return ConsumerLoop(
            self._bootstrap, topic, f"of-{topic}", handler, client_id="test", membership=quick
        )

    def reader(self, topic: str) -> Reader:
        return read_compacted(self._bootstrap, topic, client_id="test")


class Store:
    """Positions and what was recorded with them, as one transaction in PostgreSQL keeps them."""

    def __init__(self) -> None:
        self.positions: dict[int, int] = {}
        self.recorded: list[Record] = []
        self.grown = asyncio.Event()

    def record(self, batch: Batch, expected: Mapping[int, int]) -> None:
        """All or nothing; Fenced if a position is not where it was expected."""
        if any(self.positions.get(p, 0) != expected[p] for p in batch):
            raise Fenced("moved on by another")
        for partition, records in batch.items():
            self.positions[partition] = records[-1].offset + 1
            self.recorded.extend(records)
        self.grown.set()

    async def until(self, number: int) -> None:
        """Wait until that many records were recorded."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.recorded) < number:
                self.grown.clear()
                await self.grown.wait()

    def values(self) -> list[bytes | None]:
        """What was recorded, in order."""
        return [record.value for record in self.recorded]


class Noting:
    """A handler that records in a store; `before` may fail or wait before it does."""

    def __init__(
        self, store: Store, before: Callable[[Batch], Awaitable[None]] | None = None
    ) -> None:
        self._store = store
        self._before = before
        self._expected: dict[int, int] = {}
        self.calls: list[tuple[str, frozenset[int]]] = []
        self.changed = asyncio.Event()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        self._expected = {p: self._store.positions.get(p, 0) for p in partitions}
        self._note("assigned", partitions)
        return self._expected

    async def revoked(self, partitions: frozenset[int]) -> None:
        self._note("revoked", partitions)

    async def handle(self, records: Batch) -> None:
        self._note("handle", frozenset(records))
        if self._before is not None:
            await self._before(records)
        self._store.record(records, self._expected)
        self._expected |= {p: messages[-1].offset + 1 for p, messages in records.items()}

    async def idle(self) -> None:
        self._note("idle", frozenset())

    async def until(self, word: str, partitions: int | None = None) -> None:
        """Wait until the last call but `idle` was this one, with that many partitions."""
        async with asyncio.timeout(PATIENCE_S):
            while not self._is_last(word, partitions):
                self.changed.clear()
                await self.changed.wait()

    def words(self) -> list[str]:
        """The calls in order."""
        return [word for word, _ in self.calls]

    def _is_last(self, word: str, partitions: int | None) -> bool:
        calls = [call for call in self.calls if word == "idle" or call[0] != "idle"]
        return bool(calls) and calls[-1][0] == word and partitions in (None, len(calls[-1][1]))

    def _note(self, word: str, partitions: frozenset[int]) -> None:
        self.calls.append((word, partitions))
        self.changed.set()


@asynccontextmanager
async def running(loop: Loop) -> AsyncGenerator["asyncio.Task[None]"]:
    """The loop runs inside the block, and has stopped in order after it."""
    stopping = asyncio.Event()
    task = asyncio.create_task(loop.run(stopping))
    try:
        yield task
    finally:
        stopping.set()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()):
        raise error
