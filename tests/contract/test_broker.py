"""What a broker promises: the same suite for Kafka and for the broker in memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator

import pytest

from shared.kit.errors import Unavailable
from shared.kit.kafka.dead_letters import DeadLetterLimit, DeadLetters
from shared.kit.kafka.errors import TooManyInvalid
from shared.kit.kafka.producer import Message, Producer
from shared.kit.kafka.records import Batch, Record
from tests.contract.brokers import (
    PATIENCE_S,
    Broker,
    InMemory,
    Noting,
    RealKafka,
    Store,
    running,
)


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.real)])
async def broker(request: pytest.FixtureRequest) -> AsyncGenerator[Broker]:
    if request.param == "memory":
        yield InMemory()
        return
    bootstrap: str = request.getfixturevalue("kafka_bootstrap")
    producer = Producer(bootstrap, "test", wait_s=3.0)
    await producer.start()
    yield RealKafka(bootstrap, producer)
    await producer.stop()


def numbered(topic: str, number: int, partition: int | None = 0) -> list[Message]:
    return [Message(topic, b"%d" % n, b"key-%d" % n, partition) for n in range(number)]


class TestAMessage:
    async def test_arrives_as_it_was_sent(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(2), Store()
        await broker.sender.send([Message(topic, b"value", b"key", 1, (("name", b"\x00\xff"),))])
        async with running(broker.loop(topic, Noting(store))):
            await store.until(1)
        (record,) = store.recorded
        assert (record.topic, record.partition, record.offset) == (topic, 1, 0)
        assert (record.key, record.value) == (b"key", b"value")
        assert record.headers == (("name", b"\x00\xff"),)
        assert record.timestamp_ms > 1_600_000_000_000

    async def test_keeps_its_place_among_those_of_its_partition(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()
        await broker.sender.send(numbered(topic, 500))
        async with running(broker.loop(topic, Noting(store))):
            await store.until(500)
        assert store.values() == [b"%d" % n for n in range(500)]

    async def test_goes_where_others_of_its_key_go(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(4), Store()
        await broker.sender.send(numbered(topic, 40, None) + numbered(topic, 40, None))
        async with running(broker.loop(topic, Noting(store))):
            await store.until(80)
        places = {(record.key, record.partition) for record in store.recorded}
        assert len(places) == 40
        assert len({partition for _, partition in places}) > 1

    async def test_may_be_large(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()
        large = bytes(900_000)
        await broker.sender.send([Message(topic, large), Message(topic, large)])
        async with running(broker.loop(topic, Noting(store))):
            await store.until(2)
        assert store.values() == [large, large]

    async def test_is_refused_when_the_topic_does_not_exist(self, broker: Broker) -> None:
        with pytest.raises(Unavailable):
            await broker.sender.send([Message("no-such-topic", b"value")])


class TestABatch:
    async def test_begins_at_the_stored_position(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()
        store.positions[0] = 7
        await broker.sender.send(numbered(topic, 10))
        async with running(broker.loop(topic, Noting(store))):
            await store.until(3)
        assert store.values() == [b"7", b"8", b"9"]

    async def test_is_handed_over_again_after_an_outage(self, broker: Broker) -> None:
        topic, store, attempts = await broker.new_topic(1), Store(), list[Batch]()

        async def fails_twice(batch: Batch) -> None:
            attempts.append(batch)
            if len(attempts) < 3:
                raise Unavailable("no database")

        await broker.sender.send(numbered(topic, 5))
        async with running(broker.loop(topic, Noting(store, fails_twice))):
            await store.until(5)
        assert len(attempts) == 3
        assert attempts[0] == attempts[1] == attempts[2]

    async def test_is_read_again_from_the_stored_position_after_fencing(
        self, broker: Broker
    ) -> None:
        topic, store = await broker.new_topic(1), Store()
        overtaken = asyncio.Event()

        async def is_overtaken_once(batch: Batch) -> None:
            if not overtaken.is_set():
                store.positions[0] = 3
                overtaken.set()

        handler = Noting(store, is_overtaken_once)
        await broker.sender.send(numbered(topic, 5))
        async with running(broker.loop(topic, handler)):
            await store.until(2)
        assert store.values() == [b"3", b"4"]
        assert handler.words().count("assigned") == 2

    async def test_that_fails_otherwise_ends_the_loop(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()

        async def is_a_bug(batch: Batch) -> None:
            raise LookupError("a bug")

        await broker.sender.send(numbered(topic, 1))
        with pytest.raises(LookupError, match="a bug"):
            async with running(broker.loop(topic, Noting(store, is_a_bug))) as task:
                await asyncio.wait({task}, timeout=PATIENCE_S)

    async def test_at_hand_is_finished_when_asked_to_stop(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()
        begun, finish = asyncio.Event(), asyncio.Event()

        async def takes_long(batch: Batch) -> None:
            begun.set()
            await finish.wait()

        await broker.sender.send(numbered(topic, 1))
        async with running(broker.loop(topic, Noting(store, takes_long))):
            await begun.wait()
            asyncio.get_running_loop().call_soon(finish.set)
        assert store.values() == [b"0"]


class TestAGroup:
    async def test_shares_out_the_partitions(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(4), Store()
        first, second = Noting(store), Noting(store)
        async with running(broker.loop(topic, first)):
            await first.until("assigned", 4)
            async with running(broker.loop(topic, second)):
                await first.until("assigned", 2)
                await second.until("assigned", 2)
                assert first.calls[-1][1] | second.calls[-1][1] == {0, 1, 2, 3}

    async def test_handles_everything_once_while_members_come_and_go(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(4), Store()
        first, second = Noting(store), Noting(store)

        async def send(first_number: int) -> None:
            for n in range(first_number, first_number + 100):
                await broker.sender.send([Message(topic, b"%d" % n, None, n % 4)])

        async with running(broker.loop(topic, first)):
            await send(0)
            async with running(broker.loop(topic, second)):
                await asyncio.gather(send(100), second.until("assigned", 2))
                await asyncio.gather(send(200), second.until("handle"))
            await send(300)
            await store.until(400)
        assert Counter(store.values()) == {b"%d" % n: 1 for n in range(400)}
        for partition in range(4):
            offsets = [r.offset for r in store.recorded if r.partition == partition]
            assert offsets == sorted(offsets)

    async def test_waits_for_the_batch_at_hand_before_it_gives_a_partition_away(
        self, broker: Broker
    ) -> None:
        topic, store = await broker.new_topic(2), Store()
        begun, finish = asyncio.Event(), asyncio.Event()

        async def takes_long(batch: Batch) -> None:
            begun.set()
            await finish.wait()

        first, second = Noting(store, takes_long), Noting(store)
        await broker.sender.send(numbered(topic, 2, 0) + numbered(topic, 2, 1))
        async with running(broker.loop(topic, first)):
            await begun.wait()
            async with running(broker.loop(topic, second)):
                await asyncio.sleep(0)
                assert "assigned" not in second.words()
                finish.set()
                await second.until("assigned", 1)
                await store.until(4)
        assert Counter(store.values()) == {b"0": 2, b"1": 2}
        handled = [word for word in first.words() if word in ("handle", "revoked")]
        assert handled[:2] == ["handle", "revoked"]

    async def test_tells_a_handler_what_it_loses_when_it_stops(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(2), Store()
        handler = Noting(store)
        async with running(broker.loop(topic, handler)):
            await handler.until("assigned", 2)
        assert handler.calls[-1] == ("revoked", frozenset({0, 1}))

    async def test_calls_idle_while_nothing_arrives(self, broker: Broker) -> None:
        topic = await broker.new_topic(1)
        handler = Noting(Store())
        async with running(broker.loop(topic, handler)):
            await handler.until("idle")


class TestACompactedTopic:
    async def test_is_read_from_its_beginning_and_followed(self, broker: Broker) -> None:
        topic = await broker.new_topic(1)
        await broker.sender.send([Message(topic, b"1", b"a"), Message(topic, b"2", b"b")])
        seen: list[Record] = []
        caught_up, third = asyncio.Event(), asyncio.Event()

        def note(record: Record) -> None:
            seen.append(record)
            if record.value is None:
                third.set()

        reader, stopping = broker.reader(topic), asyncio.Event()
        task = asyncio.create_task(reader.run(stopping, note, caught_up.set))
        async with asyncio.timeout(PATIENCE_S):
            await caught_up.wait()
            assert [(r.key, r.value) for r in seen] == [(b"a", b"1"), (b"b", b"2")]
            await broker.sender.send([Message(topic, None, b"a")])
            await third.wait()
            stopping.set()
            await task
        assert (seen[-1].key, seen[-1].value) == (b"a", None)

    async def test_that_is_empty_is_caught_up_at_once(self, broker: Broker) -> None:
        reader, stopping = broker.reader(await broker.new_topic(1)), asyncio.Event()

        async def caught_up() -> None:
            stopping.set()

        async with asyncio.timeout(PATIENCE_S):
            await reader.run(stopping, lambda _: None, caught_up)


class TestADeadLetter:
    async def test_carries_the_original_and_the_reason(self, broker: Broker) -> None:
        topic, store = await broker.new_topic(1), Store()
        letters = DeadLetters(broker.sender, topic, limit=DeadLetterLimit(most=1))
        bad = Record("readings", 3, 42, b"key", b"\xffnonsense", (("id", b"7"),), 0)
        await letters.put(bad, "not a reading")
        async with running(broker.loop(topic, Noting(store))):
            await store.until(1)
        (letter,) = store.recorded
        assert (letter.key, letter.value) == (b"key", b"\xffnonsense")
        assert dict(letter.headers) == {
            "id": b"7",
            "reason": b"not a reading",
            "topic": b"readings",
            "partition": b"3",
            "offset": b"42",
        }

    async def test_too_many_of_them_stop_the_process(self, broker: Broker) -> None:
        topic = await broker.new_topic(1)
        letters = DeadLetters(broker.sender, topic, limit=DeadLetterLimit(most=1))
        bad = Record("readings", 0, 0, None, None, (), 0)
        await letters.put(bad, "not a reading")
        with pytest.raises(TooManyInvalid, match="more than 1 messages"):
            await letters.put(bad, "not a reading either")
