"""What the machine itself can do with the same readings: PostgreSQL with rows, Kafka bare."""

import asyncio
import io
import logging
import time
from dataclasses import dataclass
from typing import Any

import asyncpg
import numpy as np
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.bench.figures import Spread, spread
from deploy.bench.workload import ENTERPRISES, INTERVAL_S, POINTS, points_of, registers
from shared.kit.kafka.admin import TopicSpec, ensure_topics

_ROWS_A_BATCH = 10_000
_TOPIC = "bench.round-trip"
_PARTITIONS = 12
_IN_FLIGHT = 48
_FIRST_US = 631_123_200_000_000
"""2020-01-01 in PostgreSQL's count, which begins in 2000."""

_TABLE = """
drop schema if exists bench cascade;
create schema bench;
create table bench.readings (
  point int not null, at timestamptz not null, revision int not null, value bigint not null,
  primary key (point, at, revision));
"""
_STAGE = "create temp table stage (like bench.readings) on commit delete rows"
_MERGE = """
insert into bench.readings select * from stage
on conflict (point, at, revision) do update set value = excluded.value
where readings.value is distinct from excluded.value
"""
_ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("l0", ">i4"),
        ("point", ">i4"),
        ("l1", ">i4"),
        ("at", ">i8"),
        ("l2", ">i4"),
        ("revision", ">i4"),
        ("l3", ">i4"),
        ("value", ">i8"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsLimit:
    """Readings a second as rows, through staged binary COPY and INSERT ON CONFLICT."""

    readings: int
    seconds: float

    @property
    def rate(self) -> float:
        """Readings a second."""
        return self.readings / self.seconds


async def rows_limit(url: str, seconds: float) -> RowsLimit:
    """Measure PostgreSQL in a schema of its own, which is dropped afterwards."""
    database: Any = await asyncpg.connect(url)
    try:
        await database.execute(_TABLE)
        await database.execute(_STAGE)
        done, quarter = 0, 0
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            async with database.transaction():
                source = io.BytesIO(copy_text(quarter))
                await database.copy_to_table("stage", source=source, format="binary")
                await database.execute(_MERGE)
            done += _ROWS_A_BATCH
            quarter += _ROWS_A_BATCH // (ENTERPRISES * POINTS)
        return RowsLimit(readings=done, seconds=time.monotonic() - begun)
    finally:
        await database.execute("drop schema if exists bench cascade")
        await database.close()


def copy_text(quarter: int) -> bytes:
    """10,000 readings (all points at two quarters) in PostgreSQL's binary COPY format."""
    points = np.concatenate([points_of(number) for number in range(ENTERPRISES)])
    rows = np.zeros((_ROWS_A_BATCH // len(points), len(points)), _ROW)
    rows["columns"], rows["l0"], rows["l1"], rows["l2"], rows["l3"] = 4, 4, 8, 4, 8
    rows["point"] = points
    for index in range(len(rows)):
        rows["at"][index] = _FIRST_US + (quarter + index) * INTERVAL_S * 1_000_000
        rows["value"][index] = registers(points, quarter + index)
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaLimit:
    """Messages produced with acks=all and consumed again, flat out, and one at a time."""

    messages: int
    size: int
    seconds: float
    round_trip: Spread | None

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def bytes_rate(self) -> float:
        """Bytes a second."""
        return self.rate * self.size


async def kafka_limit(bootstrap: str, seconds: float, size: int) -> KafkaLimit:
    """Measure Kafka with messages of `size` bytes on a topic of its own."""
    # A partition that has just got its leader is no news.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    spec = TopicSpec(name=_TOPIC, partitions=_PARTITIONS, configs={"retention.ms": "60000"})
    await ensure_topics(bootstrap, (spec,), 1)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=512 * 1024
    )
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await producer.start()
    await consumer.start()
    try:
        partitions = [TopicPartition(_TOPIC, number) for number in range(_PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        begun = time.monotonic()
        sent = await _flat_out(producer, consumer, seconds, size)
        took = time.monotonic() - begun
        trips = [await _one(producer, consumer, size) for _ in range(100)]
        return KafkaLimit(messages=sent, size=size, seconds=took, round_trip=spread(trips))
    finally:
        await producer.stop()
        await consumer.stop()


async def _flat_out(
    producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, seconds: float, size: int
) -> int:
    """How many messages went there and back: all that were acknowledged have been read again."""
    value, sent, received = bytes(size), 0, 0
    end = time.monotonic() + seconds

    async def produce() -> None:
        nonlocal sent
        while time.monotonic() < end:
            waiting = [
                await producer.send(_TOPIC, value, partition=number % _PARTITIONS)
                for number in range(_IN_FLIGHT)
            ]
            await asyncio.gather(*waiting)
            sent += len(waiting)

    producing = asyncio.create_task(produce())
    while not producing.done() or received < sent:
        found = await consumer.getmany(timeout_ms=100)
        received += sum(map(len, found.values()))
    await producing
    return sent


async def _one(producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, size: int) -> float:
    begun = time.monotonic()
    await producer.send_and_wait(_TOPIC, bytes(size), partition=0)
    await consumer.getone()
    return time.monotonic() - begun
