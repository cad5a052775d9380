"""Questions to Kafka's client: whatever happens inside it, only our own end ends us."""

import asyncio

import pytest

from shared.kit.kafka.connection import LostKafka, ask
from shared.kit.kafka.errors import Unavailable
from shared.kit.kafka.producer import Producer


async def dropped() -> None:
    """What the client does to those who wait when it loses the broker."""
    waiting = asyncio.get_running_loop().create_future()
    waiting.cancel()
    await waiting


class TestAQuestion:
    async def test_that_the_client_drops_is_a_lost_kafka(self) -> None:
        with pytest.raises(LostKafka, match="dropped"):
            await ask(dropped())

    async def test_ends_with_its_task(self) -> None:
        asking = asyncio.create_task(ask(asyncio.Event().wait()))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asking.cancelled()


class TestAProducer:
    async def test_that_is_dropped_says_unavailable(self) -> None:
        producer = Producer("127.0.0.1:1", "test")
        with pytest.raises(Unavailable, match="dropped"):
            await producer._bounded(dropped(), 5)
        assert producer.problem is not None
