"""Reference data from a compacted topic: all of it from the beginning, then every change."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.kafka.connection import LostKafka, ask, close, record_of
from shared.kit.kafka.records import Record

log = logging.getLogger(__name__)

OnRecord = Callable[[Record], Awaitable[None] | None]
OnCaughtUp = Callable[[], Awaitable[None] | None]

_PARTITION = 0
_POLL_MS = 1000
_MAX_RECORDS = 2000


def read_compacted(bootstrap: str, topic: str, *, client_id: str) -> "CompactedReader":
    """A reader of the whole of a topic with one partition."""
    return CompactedReader(bootstrap, topic, client_id=client_id)


class CompactedReader:
    """Follows a compacted topic without a group: every process reads everything."""

    def __init__(
        self, bootstrap: str, topic: str, *, client_id: str, backoff: Backoff | None = None
    ) -> None:
        self._bootstrap = bootstrap
        self._tp = TopicPartition(topic, _PARTITION)
        self._client_id = client_id
        self._backoff = backoff or Backoff()
        self._condition = Condition(f"kafka for {topic}")
        self._next = 0
        self.caught_up = False

    @property
    def problem(self) -> str | None:
        """What is wrong at present: Kafka is away, or not everything has been read yet."""
        if self._condition.problem:
            return self._condition.problem
        return None if self.caught_up else f"{self._tp.topic} has not been read to its end yet"

    async def run(
        self, stopping: asyncio.Event, on_record: OnRecord, on_caught_up: OnCaughtUp
    ) -> None:
        """Read until stopping; `on_caught_up` is called once, when everything older was read.

        Both may be plain functions or coroutines; what they raise ends the reader.
        """
        delays = self._backoff.delays()
        while not stopping.is_set():
            try:
                await self._session(stopping, on_record, on_caught_up)
            except LostKafka as lost:
                self._condition.down(str(lost))
                if not lost.while_connecting:
                    delays = self._backoff.delays()
                await pause(next(delays), stopping)

    async def _session(
        self, stopping: asyncio.Event, on_record: OnRecord, on_caught_up: OnCaughtUp
    ) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        try:
            consumer.assign([self._tp])
            await ask(consumer.start(), while_connecting=True)
            consumer.seek(self._tp, self._next)
            await self._follow(consumer, stopping, on_record, on_caught_up)
        finally:
            await close(consumer)

    async def _follow(
        self,
        consumer: AIOKafkaConsumer,
        stopping: asyncio.Event,
        on_record: OnRecord,
        on_caught_up: OnCaughtUp,
    ) -> None:
        end = await self._end(consumer)
        while not stopping.is_set():
            if not self.caught_up and self._next >= end:
                self.caught_up = True
                await call(on_caught_up())
            records = await self._poll(consumer, stopping)
            for record in records:
                await call(on_record(record))
            self._next = await ask(consumer.position(self._tp))
            if not records and not stopping.is_set():
                await self._end(consumer)

    async def _end(self, consumer: AIOKafkaConsumer) -> int:
        """Where the topic ends now; asking is also how we learn that Kafka is away."""
        ends: dict[TopicPartition, int] = await ask(consumer.end_offsets([self._tp]))
        self._condition.up()
        return ends[self._tp]

    async def _poll(self, consumer: AIOKafkaConsumer, stopping: asyncio.Event) -> list[Record]:
        poll = asyncio.create_task(consumer.getmany(timeout_ms=_POLL_MS, max_records=_MAX_RECORDS))
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({poll, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not poll.done():
                poll.cancel()
                await asyncio.wait({poll})
        if poll.cancelled():
            return []
        try:
            return [record_of(m) for messages in poll.result().values() for m in messages]
        except KafkaError as error:
            raise LostKafka(f"Kafka: {error!r}") from error


async def call(result: Awaitable[None] | None) -> None:
    """Finish what a plain function or a coroutine began."""
    if inspect.isawaitable(result):
        await result
