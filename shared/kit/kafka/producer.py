"""Sending messages: every one acknowledged by all replicas, or the caller hears about it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared.kit.condition import Condition
from shared.kit.kafka.connection import DROPPED, is_cancelled
from shared.kit.kafka.errors import InvalidMessage, Unavailable
from shared.kit.metrics import counter, histogram

log = logging.getLogger(__name__)

_SENT = counter("qingyu_kafka_sent_messages_total", "messages acknowledged by Kafka", ("topic",))
_SENT_BYTES = counter("qingyu_kafka_sent_bytes_total", "bytes of values acknowledged", ("topic",))
_FAILURES = counter("qingyu_kafka_send_failures_total", "sends that were not acknowledged in time")
_SECONDS = histogram("qingyu_kafka_send_seconds", "from handing over to the last acknowledgement")

# Batches for one partition are joined up to this size; it stays below the broker's default limit
# of one megabyte, and a single larger message still travels as a batch of its own.
_BATCH_BYTES = 512 * 1024
_MESSAGE_BYTES = 8 * 1024 * 1024
_PING_S = 2.0
_REQUEST_TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Message:
    """What to send: without a partition the key chooses one; headers are (name, bytes) pairs."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Sender(Protocol):
    """Anything messages can be handed to: Kafka, or the broker in memory."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Send all, in order for each partition; returns when all are acknowledged.

        Raises Unavailable if not all were acknowledged in time: any of them may have arrived, so
        sending again can duplicate. Raises InvalidMessage if one can never be sent.
        """


class Producer:
    """A connection for sending: idempotent, acknowledged by all in-sync replicas."""

    def __init__(self, bootstrap: str, client_id: str, *, wait_s: float = 10.0) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._wait_s = wait_s
        self._condition = Condition("kafka for sending")
        self._kafka: AIOKafkaProducer | None = None
        self._changing = asyncio.Lock()

    @property
    def problem(self) -> str | None:
        """What was wrong at the last attempt, None if it worked."""
        return self._condition.problem

    async def start(self) -> None:
        """Connect; raises Unavailable if that does not succeed in time."""
        await self._bounded(self._connected(), self._wait_s)

    async def stop(self) -> None:
        """Send what was handed over already, for a bounded time, then disconnect."""
        async with self._changing:
            kafka, self._kafka = self._kafka, None
            if kafka is not None:
                await _close(kafka, self._wait_s)

    async def send(self, messages: Sequence[Message]) -> None:
        """Send all and wait for every acknowledgement; see Sender for the promises."""
        if not messages:
            return
        started = time.perf_counter()
        await self._bounded(self._send(messages), self._wait_s)
        _SECONDS.observe(time.perf_counter() - started)
        _count(messages)

    async def ping(self) -> None:
        """Ask Kafka for its state; raises Unavailable if it does not answer in two seconds."""
        await self._bounded(self._ask(), _PING_S)

    async def _ask(self) -> None:
        kafka = await self._connected()
        await kafka.client.fetch_all_metadata()

    async def _send(self, messages: Sequence[Message]) -> None:
        kafka = await self._connected()
        acknowledgements: list[asyncio.Future[object]] = []
        for message in messages:
            acknowledgement = await kafka.send(
                message.topic,
                message.value,
                key=message.key,
                partition=message.partition,
                headers=list(message.headers),
            )
            acknowledgement.add_done_callback(_mark_retrieved)
            acknowledgements.append(acknowledgement)
        await asyncio.wait(acknowledgements)
        for acknowledgement in acknowledgements:
            acknowledgement.result()

    async def _bounded(self, work: Awaitable[object], wait_s: float) -> None:
        """Run with a time limit; every failure of Kafka becomes Unavailable."""
        try:
            async with asyncio.timeout(wait_s):
                await work
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            raise self._failed(DROPPED) from error
        except MessageSizeTooLargeError as error:
            raise InvalidMessage(f"the message is too large for Kafka: {error}") from error
        except TimeoutError as error:
            raise self._failed(f"Kafka did not answer within {wait_s:g} s") from error
        except (KafkaError, OSError) as error:
            if isinstance(error, KafkaError) and not error.retriable:
                await self._replace()
            raise self._failed(f"Kafka refused: {error!r}") from error
        self._condition.up()

    def _failed(self, reason: str) -> Unavailable:
        _FAILURES.inc()
        self._condition.down(reason)
        return Unavailable(reason)

    async def _connected(self) -> AIOKafkaProducer:
        if self._kafka is not None:
            return self._kafka
        async with self._changing:
            if self._kafka is None:
                self._kafka = await _open(self._bootstrap, self._client_id)
            return self._kafka

    async def _replace(self) -> None:
        """A fatal error (a lost sequence, a fenced producer) never heals: connect anew."""
        log.error("the connection is given up", extra={"action": "producer_replaced"})
        await self.stop()


async def _open(bootstrap: str, client_id: str) -> AIOKafkaProducer:
    kafka = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        client_id=client_id,
        enable_idempotence=True,
        acks="all",
        max_batch_size=_BATCH_BYTES,
        max_request_size=_MESSAGE_BYTES,
        request_timeout_ms=_REQUEST_TIMEOUT_MS,
    )
    try:
        await kafka.start()
    except BaseException:
        await kafka.stop()
        raise
    return kafka


async def _close(kafka: AIOKafkaProducer, wait_s: float) -> None:
    try:
        async with asyncio.timeout(wait_s):
            await kafka.stop()
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        log.warning(DROPPED, extra={"action": "producer_closed"})
    except (TimeoutError, KafkaError) as error:
        log.warning("closed with unsent messages: %r", error, extra={"action": "producer_closed"})


def _mark_retrieved(acknowledgement: "asyncio.Future[object]") -> None:
    """The caller may have given up waiting; an error nobody reads is not worth a complaint."""
    if not acknowledgement.cancelled():
        acknowledgement.exception()


def _count(messages: Sequence[Message]) -> None:
    for message in messages:
        _SENT.labels(message.topic).inc()
        _SENT_BYTES.labels(message.topic).inc(len(message.value or b""))
