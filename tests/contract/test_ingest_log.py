"""The reading log: what ingest appends is what the evaluator decodes, in memory and in Kafka."""

import numpy as np
import pytest

from services.ingest.adapters.reading_log import KafkaReadingLog
from services.ingest.ports import Bundle
from shared.contracts.readings import ReadingsAdmitted, decode
from shared.contracts.topics import READINGS
from shared.kit.kafka.admin import TopicSpec, ensure_topics
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.kafka.producer import Producer
from shared.model.readings import Readings
from tests.usecases.ingest.parts import house

BROKEN = "127.0.0.1:9"


def readings(first: int, count: int) -> Readings:
    numbers = np.arange(first, first + count)
    return Readings(
        point=numbers.astype(np.uint32),
        at=numbers * 900_000_000,
        value=numbers * 7,
        revision=np.zeros(count, np.uint32),
        flags=np.zeros(count, np.uint8),
    )


async def append(log: KafkaReadingLog) -> None:
    bundles = (Bundle(1, readings(0, 3)), Bundle(2, readings(10, 20_000)))
    await log.append(bundles, catalogue_version=4, received_at_us=99, correlation_id="abc")


def check(messages: list[ReadingsAdmitted]) -> None:
    assert [len(message.readings) for message in messages] == [3, 20_000]
    assert {message.correlation_id for message in messages} == {"abc"}
    assert {message.catalogue_version for message in messages} == {4}
    assert messages[1].readings.value[-1] == 7 * 20_009


async def test_in_memory() -> None:
    broker = MemoryBroker({READINGS.name: 3})
    await append(KafkaReadingLog(broker.producer()))
    check([decode(broker.log(READINGS.name, partition)[0].value or b"") for partition in (1, 2)])


@pytest.mark.real
async def test_in_kafka(kafka_bootstrap: str) -> None:
    spec = TopicSpec(name=READINGS.name, partitions=12, configs=READINGS.configs)
    await ensure_topics(kafka_bootstrap, [spec], 1)
    producer = Producer(kafka_bootstrap, "test")
    try:
        await append(KafkaReadingLog(producer))
    finally:
        await producer.stop()


async def test_kafka_away_is_503_and_nothing_is_taken() -> None:
    producer = Producer(BROKEN, "test", wait_s=0.3)
    try:
        async with house(real_log=KafkaReadingLog(producer)) as here:
            row = {"point": "m1", "at": "2026-03-01T08:00:00Z", "value": "1"}
            answer = await here.call("POST", "/v1/readings", json=[row])
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
    finally:
        await producer.stop()
