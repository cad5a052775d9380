"""Talking to a Kafka client: a limit to every wait, and one error for "it is gone"."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from shared.kit.kafka.records import Record

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

_ANSWER_S = 5.0

DROPPED = "Kafka: the client has dropped the question"


class LostKafka(Exception):  # noqa: N818 - a state, passed to whoever opens the next connection
    """The client cannot go on; a new one has to be opened."""

    def __init__(self, reason: str, *, while_connecting: bool = False) -> None:
        super().__init__(reason)
        self.while_connecting = while_connecting


async def ask(question: Awaitable[_Answer], *, while_connecting: bool = False) -> _Answer:
    """The answer of Kafka; LostKafka if there is none within five seconds."""
    try:
        async with asyncio.timeout(_ANSWER_S):
            return await question
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        raise LostKafka(DROPPED, while_connecting=while_connecting) from error
    except TimeoutError as error:
        raise LostKafka(
            f"Kafka did not answer within {_ANSWER_S:g} s", while_connecting=while_connecting
        ) from error
    except (KafkaError, OSError) as error:
        raise LostKafka(f"Kafka: {error!r}", while_connecting=while_connecting) from error


def is_cancelled() -> bool:
    """Whether somebody wants this task to end.

    The client cancels what waits inside it when it loses the broker, and the cancellation comes out
    of our await as if it were meant for us.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def close(consumer: AIOKafkaConsumer) -> None:
    """Leave the group and disconnect; a broker that is away is not waited for."""
    try:
        await ask(consumer.stop())
    except LostKafka as lost:
        log.warning("left without saying goodbye: %s", lost, extra={"action": "consumer_closed"})


def record_of(message: "ConsumerRecord[Any, Any]") -> Record:
    """Our record of a message, independent of the client."""
    return Record(
        message.topic,
        message.partition,
        message.offset,
        message.key,
        message.value,
        message.headers,
        message.timestamp,
    )
