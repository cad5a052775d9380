"""Messages that belong to a transaction: stored with it, sent after it, never forgotten.

The table, in the schema of each service that uses it:

    <schema>.outbox(id bigint generated always as identity primary key, lanes int[] not null,
                    topic text not null, partition int, key bytea, value bytea,
                    headers jsonb not null, created_at timestamptz not null default now())

A row goes away after its message was acknowledged, a little later and many at once. A process
that dies before sends these messages again when it, or the next owner, starts: receivers must
recognise a repeated or an overtaken message by its number.
"""

import asyncio
import base64
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.errors import Unavailable
from shared.kit.kafka.producer import Message, Sender
from shared.kit.metrics import counter
from shared.kit.postgres import Database, Transaction

log = logging.getLogger(__name__)

_PUBLISHED = counter("qingyu_outbox_published_total", "messages sent from the outbox", ("schema",))
_LEFTOVERS = counter(
    "qingyu_outbox_leftovers_total", "messages found unsent at a start or a takeover", ("schema",)
)

_PAGE = 500
_DELETE_AT_ROWS = 500
_DELETE_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Staged:
    """A stored message that is still to be sent."""

    id: int
    message: Message


class Outbox:
    """One service's outbox.

    Lanes say whose messages these are: whoever takes over a lane sends what its last owner left.
    Two consumers of one service must not use the same numbers for different things.
    """

    def __init__(
        self, db: Database, schema: str, producer: Sender, *, backoff: Backoff | None = None
    ) -> None:
        self._db = db
        self._schema = schema
        self._producer = producer
        self._backoff = backoff or Backoff()
        self._condition = Condition(f"sending from the outbox of {schema}")
        self._stopping = asyncio.Event()
        self._sending = asyncio.Lock()
        self._sent: list[int] = []
        self._deleted_at = time.monotonic()

    @property
    def problem(self) -> str | None:
        """Why messages cannot be sent at present, None if they can."""
        return self._condition.problem

    async def put(
        self, tx: Transaction, messages: Sequence[Message], lanes: Collection[int]
    ) -> list[Staged]:
        """Store messages with the caller's transaction; publish them after it has committed."""
        if not messages:
            return []
        rows = await tx.raw.fetch(
            _PUT.format(schema=self._schema),
            sorted(lanes),
            [message.topic for message in messages],
            [message.partition for message in messages],
            [message.key for message in messages],
            [message.value for message in messages],
            [_headers_to_json(message.headers) for message in messages],
        )
        identifiers = sorted(row["id"] for row in rows)
        return [
            Staged(identifier, message)
            for identifier, message in zip(identifiers, messages, strict=True)
        ]

    async def publish(self, staged: Sequence[Staged]) -> None:
        """Send what was stored, in order; returns when all are acknowledged, or at a stop.

        While Kafka is away it tries again and again, and whoever publishes later waits behind, so
        the order is kept. After `stop` what is not sent stays in the table for the next start.
        """
        if not staged:
            return
        async with self._sending:
            if await self._until_sent([item.message for item in staged]):
                self._sent.extend(item.id for item in staged)
                await self._delete_when_due()

    async def publish_leftovers(self, lanes: Collection[int] | None) -> int:
        """Send what earlier owners of these lanes (None: all) left unsent; how many there were.

        Call it before anything new of these lanes is stored. Raises Unavailable if PostgreSQL is.
        """
        async with self._sending:
            await self._delete()
            total = last = 0
            while page := await self._page(lanes, last):
                if not await self._until_sent([item.message for item in page]):
                    break
                self._sent.extend(item.id for item in page)
                await self._delete()
                total, last = total + len(page), page[-1].id
        if total:
            _LEFTOVERS.labels(self._schema).inc(total)
            log.info(
                "sent %d messages left in the outbox", total, extra={"action": "leftovers_sent"}
            )
        return total

    async def tidy(self) -> None:
        """Delete the rows of acknowledged messages; call it when there is nothing else to do."""
        async with self._sending:
            await self._delete()

    async def stop(self) -> None:
        """Stop trying, then tidy. Register it as a closer, after the producer and the database."""
        self._stopping.set()
        try:
            await self.tidy()
        except Unavailable as error:
            log.warning("rows stay: %s", error, extra={"action": "outbox_not_cleared"})

    async def _until_sent(self, messages: Sequence[Message]) -> bool:
        """Send, trying again while Kafka is away; False if asked to stop before."""
        if not await self._until_done(lambda: self._producer.send(messages)):
            return False
        _PUBLISHED.labels(self._schema).inc(len(messages))
        return True

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> bool:
        for delay in self._backoff.delays():
            try:
                await work()
            except Unavailable as error:
                self._condition.down(str(error))
            else:
                self._condition.up()
                return True
            if await pause(delay, self._stopping):
                break
        return False

    async def _page(self, lanes: Collection[int] | None, after: int) -> list[Staged]:
        wanted = None if lanes is None else sorted(lanes)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_LEFT.format(schema=self._schema), wanted, after, _PAGE)
        return [Staged(row["id"], _message_of(row)) for row in rows]

    async def _delete_when_due(self) -> None:
        since = time.monotonic() - self._deleted_at
        if len(self._sent) >= _DELETE_AT_ROWS or since >= _DELETE_AFTER_S:
            try:
                await self._delete()
            except Unavailable as error:
                # The messages are out; their rows go with the next batch.
                log.warning("rows stay for now: %s", error, extra={"action": "outbox_not_cleared"})

    async def _delete(self) -> None:
        self._deleted_at = time.monotonic()
        if self._sent:
            async with self._db.transaction() as tx:
                await tx.raw.execute(
                    f"delete from {self._schema}.outbox where id = any($1::bigint[])", self._sent
                )
            self._sent.clear()


def _headers_to_json(headers: Sequence[tuple[str, bytes]]) -> str:
    return json.dumps([[name, base64.b64encode(value).decode()] for name, value in headers])


def _message_of(row: Any) -> Message:
    headers = tuple((name, base64.b64decode(text)) for name, text in json.loads(row["headers"]))
    return Message(row["topic"], row["value"], row["key"], row["partition"], headers)


_PUT = """
    insert into {schema}.outbox (lanes, topic, partition, key, value, headers)
    select $1::int[], m.topic, m.partition, m.key, m.value, m.headers::jsonb
    from unnest($2::text[], $3::int[], $4::bytea[], $5::bytea[], $6::text[])
        with ordinality as m (topic, partition, key, value, headers, nr)
    order by m.nr
    returning id
"""

_LEFT = """
    select id, topic, partition, key, value, headers::text as headers from {schema}.outbox
    where ($1::int[] is null or lanes && $1::int[]) and id > $2
    order by id limit $3
"""
