"""Kafka or PostgreSQL is killed and comes back: nothing is lost, nothing is recorded twice."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path

import pytest

from deploy.local import kafka, postgres
from deploy.local.ports import free_port
from shared.kit.backoff import Backoff
from shared.kit.errors import Unavailable
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.consumer import ConsumerLoop, Membership
from shared.kit.kafka.producer import Message, Producer
from shared.kit.kafka.records import Batch, BatchHandler
from shared.kit.postgres import Database, Positions
from tests.contract.brokers import PATIENCE_S, Noting, Store, running
from tests.contract.tables import SCHEMA, create_tables

pytestmark = pytest.mark.real

QUICK = Backoff(first_s=0.05, most_s=0.2)


class Said(logging.Handler):
    """Lets a test wait until a certain action was logged."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "action", "") == self._action:
            self._event.set()

    async def wait(self) -> None:
        """Return once it was logged."""
        async with asyncio.timeout(PATIENCE_S):
            await self._event.wait()


@pytest.fixture
def lost() -> Generator[Said]:
    said = Said("dependency_lost")
    logging.getLogger("shared.kit").addHandler(said)
    yield said
    logging.getLogger("shared.kit").removeHandler(said)


def consumer(bootstrap: str, topic: str, handler: BatchHandler) -> ConsumerLoop:
    membership = Membership(session_timeout_s=6.0, heartbeat_s=0.5, backoff=QUICK)
    return ConsumerLoop(bootstrap, topic, topic, handler, client_id="test", membership=membership)


async def send_all(producer: Producer, topic: str, first: int) -> None:
    """Send ten messages, trying again as long as it takes."""
    async with asyncio.timeout(PATIENCE_S):
        for n in range(first, first + 10):
            while True:
                try:
                    await producer.send([Message(topic, b"%d" % n)])
                    break
                except Unavailable:
                    await asyncio.sleep(0)


async def test_kafka_comes_back(tmp_path: Path, lost: Said) -> None:
    port, topic, store = free_port(), "outages", Store()
    broker = await asyncio.to_thread(kafka.start, tmp_path, port)
    bootstrap = broker.bootstrap
    producer = Producer(bootstrap, "test", wait_s=2.0)
    loop = consumer(bootstrap, topic, Noting(store))
    try:
        await ensure_topics(bootstrap, [TopicSpec(name=topic, partitions=2)], 1)
        async with running(loop):
            await send_all(producer, topic, 0)
            await store.until(10)
            broker.kill()
            await lost.wait()
            assert "Kafka" in (loop.problem or "")
            with pytest.raises(Unavailable):
                await producer.ping()
            broker = await asyncio.to_thread(kafka.start, tmp_path, port)
            await send_all(producer, topic, 10)
            await store.until(20)
        assert loop.problem is None
        assert set(store.values()) == {b"%d" % n for n in range(20)}
        places = Counter((record.partition, record.offset) for record in store.recorded)
        assert set(places.values()) == {1}
        await producer.stop()
    finally:
        broker.stop()


class Recording:
    """Writes messages and positions in one transaction, as every service does."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._positions = Positions(SCHEMA)
        self._next: dict[int, int] = {}
        self.grown = asyncio.Event()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        async with self._db.reading() as tx:
            self._next = await self._positions.load(tx, "outages", partitions)
        return self._next

    async def revoked(self, partitions: frozenset[int]) -> None:
        """Nothing is kept in memory."""

    async def idle(self) -> None:
        """Nothing else is to do."""

    async def handle(self, records: Batch) -> None:
        after = {p: messages[-1].offset + 1 for p, messages in records.items()}
        rows = [(int(r.value or b"0"),) for messages in records.values() for r in messages]
        async with self._db.transaction() as tx:
            steps = {p: (self._next[p], offset) for p, offset in after.items()}
            await self._positions.advance(tx, "outages", steps)
            await tx.raw.executemany(f"insert into {SCHEMA}.heard values ($1)", rows)
        self._next |= after
        self.grown.set()

    async def until(self, number: int) -> None:
        """Wait until that many messages are in the database."""
        async with asyncio.timeout(PATIENCE_S):
            while len(await self.heard()) < number:
                self.grown.clear()
                await self.grown.wait()

    async def heard(self) -> list[int]:
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(f"select n from {SCHEMA}.heard order by n")
        return [row["n"] for row in rows]


@pytest.fixture
async def producer(kafka_bootstrap: str) -> AsyncGenerator[Producer]:
    await ensure_topics(kafka_bootstrap, [TopicSpec(name="outages", partitions=2)], 1)
    found = Producer(kafka_bootstrap, "test")
    yield found
    await found.stop()


async def test_postgresql_comes_back(
    tmp_path: Path, lost: Said, kafka_bootstrap: str, producer: Producer
) -> None:
    port = free_port()
    server = await asyncio.to_thread(postgres.start, tmp_path, port)
    db = await Database.open(server.url, application="test")
    try:
        await create_tables(db)
        async with db.transaction() as tx:
            await tx.raw.execute(f"create table {SCHEMA}.heard (n int)")
        handler = Recording(db)
        loop = consumer(kafka_bootstrap, "outages", handler)
        async with running(loop):
            await send_all(producer, "outages", 0)
            await handler.until(10)
            server.kill()
            await send_all(producer, "outages", 10)
            await lost.wait()
            assert "PostgreSQL" in (loop.problem or "")
            server = await asyncio.to_thread(postgres.start, tmp_path, port)
            await handler.until(20)
        assert await handler.heard() == list(range(20))
    finally:
        await db.close()
        server.stop()
