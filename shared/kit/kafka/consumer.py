"""Receiving from Kafka: groups share out partitions, positions are kept by the handler.

The loop survives Kafka or the handler's database going away: it says so once, shows it as a
problem, and goes on where it was when they are back.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.kafka.compacted import CompactedReader, read_compacted
from shared.kit.kafka.connection import LostKafka, ask, close, record_of
from shared.kit.kafka.delivery import Delivery, Pacing
from shared.kit.kafka.ownership import Ownership
from shared.kit.kafka.records import Batch, BatchHandler, Record
from shared.kit.metrics import gauge

__all__ = [
    "BatchHandler",
    "CompactedReader",
    "ConsumerLoop",
    "Membership",
    "Record",
    "read_compacted",
]

log = logging.getLogger(__name__)

_LAG = gauge("qingyu_kafka_lag", "messages not yet handled", ("topic", "group", "partition"))

# A request waits at the broker for new messages only this long: a partition that has just been
# drained joins the next request, so this is the longest it can be left out.
_FETCH_WAIT_MS = 100
_STALLED_PROBES = 15
_MAX_POLL_INTERVAL_MS = 30 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How a member of a group shows that it lives, and how it comes back after an outage.

    A member that is silent for `session_timeout_s` loses its partitions; everybody has
    `rebalance_s` to finish the batch at hand when partitions are shared out anew.
    """

    session_timeout_s: float = 10.0
    heartbeat_s: float = 3.0
    rebalance_s: float = 30.0
    backoff: Backoff = field(default_factory=Backoff)


class ConsumerLoop:
    """Delivers one topic to one handler as a member of a group, until told to stop."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        group: str,
        handler: BatchHandler,
        *,
        client_id: str,
        max_bytes: int = 8 * 1024 * 1024,
        min_poll_s: float = 0.02,
        membership: Membership | None = None,
    ) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._group = group
        self._client_id = client_id
        self._max_bytes = max_bytes
        self._membership = membership or Membership()
        self._condition = Condition(f"kafka for {topic}")
        self._delivery = Delivery(
            handler,
            topic,
            pacing=Pacing(min_poll_s=min_poll_s, enough_bytes=max_bytes // 8),
            backoff=self._membership.backoff,
            # Below the rebalance timeout, so that the group does not go on without us.
            revoke_wait_s=self._membership.rebalance_s * 2 / 3,
        )

    @property
    def problem(self) -> str | None:
        """What keeps messages from being handled at present, None if nothing does."""
        return self._condition.problem or self._delivery.problem

    async def run(self, stopping: asyncio.Event) -> None:
        """Deliver until stopping; raises what the handler raises beyond its instructions."""
        delays = self._membership.backoff.delays()
        while not stopping.is_set():
            try:
                await self._session(stopping)
            except LostKafka as lost:
                self._condition.down(str(lost))
                if not lost.while_connecting:
                    delays = self._membership.backoff.delays()
                await pause(next(delays), stopping)

    async def _session(self, stopping: asyncio.Event) -> None:
        """One life of the client: it is replaced as a whole when it breaks beyond repair."""
        consumer = self._client()
        source = _KafkaSource(consumer, self._topic, self._group, self._condition)
        try:
            await ask(consumer.start(), while_connecting=True)
            self._condition.up()
            consumer.subscribe([self._topic], listener=_Listener(self._delivery.ownership))
            await self._delivery.run(source, stopping)
        finally:
            await self._delivery.ownership.revoke()
            await close(consumer)

    def _client(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_bytes=self._max_bytes,
            max_partition_fetch_bytes=max(self._max_bytes // 4, 1024 * 1024),
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            session_timeout_ms=round(self._membership.session_timeout_s * 1000),
            heartbeat_interval_ms=round(self._membership.heartbeat_s * 1000),
            rebalance_timeout_ms=round(self._membership.rebalance_s * 1000),
            max_poll_interval_ms=_MAX_POLL_INTERVAL_MS,
        )


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Passes changes of partitions on from the client's coordinator."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Called before every rebalance, with everything we had."""
        if revoked:
            await self._ownership.revoke()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Called after every rebalance, with everything we have now."""
        self._ownership.assign(frozenset(tp.partition for tp in assigned))


class _KafkaSource:
    """Messages of one client, and how far behind it is."""

    def __init__(
        self, consumer: AIOKafkaConsumer, topic: str, group: str, condition: Condition
    ) -> None:
        self._consumer = consumer
        self._topic = topic
        self._group = group
        self._condition = condition
        self._lags: set[int] = set()
        self._stalled = 0

    async def poll(self, wait_s: float) -> Batch:
        """See Source; nothing gives way after the client has handed out its messages."""
        try:
            fetched: Mapping[TopicPartition, list[ConsumerRecord]] = await self._consumer.getmany(
                timeout_ms=round(wait_s * 1000)
            )
        except KafkaError as error:
            raise LostKafka(f"Kafka: {error!r}") from error
        if fetched:
            self._stalled = 0
            self._condition.up()
        return {
            tp.partition: [record_of(message) for message in messages]
            for tp, messages in fetched.items()
        }

    def seek(self, positions: Mapping[int, int]) -> None:
        """See Source."""
        for partition in self._lags - positions.keys():
            _LAG.remove(self._topic, self._group, str(partition))
        self._lags &= positions.keys()
        try:
            for partition, offset in positions.items():
                self._consumer.seek(TopicPartition(self._topic, partition), offset)
        except KafkaError as error:
            raise LostKafka(f"Kafka: {error!r}") from error

    def measure(self, positions: Mapping[int, int]) -> None:
        """See Source."""
        for partition, offset in positions.items():
            end = self._consumer.highwater(TopicPartition(self._topic, partition))
            if end is not None:
                self._set_lag(partition, end - offset)

    async def probe(self, positions: Mapping[int, int]) -> None:
        """Ask for the ends of the partitions; raises LostKafka if messages wait but none come."""
        partitions = [TopicPartition(self._topic, partition) for partition in positions]
        try:
            if not partitions:
                await ask(self._consumer.topics())
                self._condition.up()
                return
            ends: Mapping[TopicPartition, int] = await ask(self._consumer.end_offsets(partitions))
        except LostKafka as lost:
            self._condition.down(str(lost))
            return
        self._condition.up()
        lags = {tp.partition: end - positions[tp.partition] for tp, end in ends.items()}
        for partition, lag in lags.items():
            self._set_lag(partition, lag)
        self._stalled = self._stalled + 1 if any(lag > 0 for lag in lags.values()) else 0
        if self._stalled > _STALLED_PROBES:
            raise LostKafka(f"messages of {self._topic} wait, but none arrive")

    def _set_lag(self, partition: int, lag: int) -> None:
        self._lags.add(partition)
        _LAG.labels(self._topic, self._group, str(partition)).set(max(lag, 0))
