"""Where unreadable messages go, with the reason; too many of them mean the fault is ours."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kit.clock import Clock, now
from shared.kit.kafka.errors import TooManyInvalid
from shared.kit.kafka.producer import Message, Sender
from shared.kit.kafka.records import Record
from shared.kit.metrics import counter

log = logging.getLogger(__name__)

_PUT = counter("qingyu_kafka_dead_letters_total", "messages put aside as unreadable", ("topic",))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterLimit:
    """At most `most` unreadable messages within `window_s` seconds."""

    most: int = 100
    window_s: float = 60.0

    def begin(self) -> "DeadLetterCount":
        """A fresh count under this limit."""
        return DeadLetterCount(self)


class DeadLetterCount:
    """How many were put aside lately."""

    def __init__(self, limit: DeadLetterLimit) -> None:
        self._limit = limit
        self._window = timedelta(seconds=limit.window_s)
        self._times: deque[datetime] = deque()

    def may_put(self, at: datetime) -> bool:
        """Whether one more is still within the limit."""
        while self._times and self._times[0] <= at - self._window:
            self._times.popleft()
        return len(self._times) < self._limit.most

    def did_put(self, at: datetime) -> None:
        """One more was put aside."""
        self._times.append(at)


class DeadLetters:
    """Puts messages aside on a topic of their own, unchanged, for people to look at."""

    def __init__(
        self, producer: Sender, topic: str, *, limit: DeadLetterLimit, clock: Clock = now
    ) -> None:
        self._producer = producer
        self._topic = topic
        self._limit = limit
        self._count = limit.begin()
        self._clock = clock

    async def put(self, record: Record, reason: str) -> None:
        """Put one aside and return when Kafka has it.

        Raises TooManyInvalid beyond the limit, and Unavailable like any sending.
        """
        at = self._clock()
        if not self._count.may_put(at):
            raise TooManyInvalid(
                f"more than {self._limit.most} messages within {self._limit.window_s:g} s were "
                f"unreadable, the last one of {record.topic}: {reason}"
            )
        await self._producer.send([_letter(self._topic, record, reason)])
        self._count.did_put(at)
        _PUT.labels(record.topic).inc()
        log.error(
            "unreadable: %s",
            reason,
            extra={
                "action": "dead_letter",
                "topic": record.topic,
                "partition": record.partition,
                "offset": record.offset,
            },
        )


def _letter(topic: str, record: Record, reason: str) -> Message:
    return Message(
        topic,
        # Without a value the letter would mean "this key is gone".
        record.value or b"",
        key=record.key,
        headers=(
            *record.headers,
            ("reason", reason.encode()),
            ("topic", record.topic.encode()),
            ("partition", str(record.partition).encode()),
            ("offset", str(record.offset).encode()),
        ),
    )
