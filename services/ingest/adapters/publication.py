"""What was written goes out to the topics in the order in which it was written, by one at a time.

The topics are compacted: if an older state of an entity arrived after a newer one, it would be
the one that stays. So whoever publishes holds a lock of the database while he sends the oldest
rows, and deletes them before he lets go; a row that was sent and not deleted is sent again before
anything younger.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Sequence
from typing import Any

from shared.kit.backoff import Backoff, pause
from shared.kit.condition import Condition
from shared.kit.errors import Unavailable
from shared.kit.kafka.producer import Message, Sender
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database, Transaction

log = logging.getLogger(__name__)

_LANE = 0
_LOCK = "select pg_advisory_xact_lock(hashtext('ingest.publication'))"
_OLDEST = """
    select id, topic, partition, key, value, headers::text as headers
    from ingest.outbox order by id limit $1
"""
_PAGE = 200
# Less than the time after which PostgreSQL takes the lock from an idle transaction.
_SEND_S = 4.0
_LOOK_EVERY_S = 5.0


class Publication:
    """The outbox of the catalogue and the keys."""

    def __init__(self, db: Database, producer: Sender) -> None:
        self._db = db
        self._producer = producer
        self._outbox = Outbox(db, "ingest", producer)
        self._condition = Condition("publication of catalogue and keys")
        self._staged = asyncio.Event()
        self._published = asyncio.Event()
        self.doubt = asyncio.Event()
        """Set when a send was given up: nobody knows whether, or when, it still arrives."""

    @property
    def problem(self) -> str | None:
        """Why nothing can be published at present, or None."""
        return self._condition.problem

    async def stage(self, tx: Transaction, messages: Sequence[Message]) -> None:
        """Put messages into the caller's transaction; call `wake` when it has committed."""
        await self._outbox.put(tx, messages, (_LANE,))

    def wake(self) -> None:
        """Something has been staged."""
        self._published.clear()
        self._staged.set()

    async def settled(self, wait_s: float) -> bool:
        """Wait until nothing is staged any more; False if that takes longer."""
        try:
            async with asyncio.timeout(wait_s):
                await self._published.wait()
        except TimeoutError:
            return False
        return True

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish what is staged, by this copy or one that died, until stopping."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                await self.flush()
            except Unavailable as error:
                self._condition.down(str(error))
                self.doubt.set()
                await pause(next(delays), stopping)
                continue
            self._condition.up()
            delays = Backoff().delays()
            await self._wait(stopping)

    async def _wait(self, stopping: asyncio.Event) -> None:
        waiting = [
            asyncio.create_task(self._staged.wait()),
            asyncio.create_task(stopping.wait()),
        ]
        await asyncio.wait(waiting, timeout=_LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def flush(self) -> None:
        """Send everything that is staged; raises Unavailable."""
        self._staged.clear()
        while await self._send_page():
            pass
        if not self._staged.is_set():
            self._published.set()

    async def _send_page(self) -> bool:
        try:
            async with self._db.transaction() as tx, asyncio.timeout(_SEND_S):
                await tx.raw.execute(_LOCK)
                rows = await tx.raw.fetch(_OLDEST, _PAGE)
                await self._producer.send([_message(row) for row in rows])
                await tx.raw.execute(
                    "delete from ingest.outbox where id = any($1::bigint[])",
                    [row["id"] for row in rows],
                )
        except TimeoutError as error:
            raise Unavailable("Kafka did not acknowledge in time") from error
        return len(rows) == _PAGE


def _message(row: Any) -> Message:
    headers = tuple((name, base64.b64decode(text)) for name, text in json.loads(row["headers"]))
    return Message(row["topic"], row["value"], row["key"], row["partition"], headers)
