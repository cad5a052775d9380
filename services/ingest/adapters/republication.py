"""Does the topic say what the tables say? If not, as after a loss of Kafka, it is told again."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from services.ingest.adapters.catalogue_store import PostgresCatalogue
from services.ingest.adapters.key_store import PostgresKeys, body_of
from services.ingest.adapters.publication import Publication
from shared.contracts.catalogue import VERSION_KEY, encode_entity
from shared.contracts.keys import encode_key
from shared.contracts.topics import CATALOGUE, KEYS
from shared.kit.backoff import Backoff, pause
from shared.kit.errors import Unavailable
from shared.kit.kafka.compacted import OnCaughtUp, OnRecord
from shared.kit.kafka.records import Record
from shared.model.catalogue import Catalogue

log = logging.getLogger(__name__)

_LATEST_ARRIVAL_S = 30.0


class Reader(Protocol):
    """Reads a compacted topic from its beginning."""

    async def run(
        self, stopping: asyncio.Event, on_record: OnRecord, on_caught_up: OnCaughtUp
    ) -> None:
        """Read until stopping."""


async def either(first: asyncio.Event, second: asyncio.Event) -> None:
    """Wait until one of two events is set."""
    waiting = [asyncio.create_task(first.wait()), asyncio.create_task(second.wait())]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


async def newest(reader: Reader, stopping: asyncio.Event) -> dict[bytes, bytes] | None:
    """The last value of each key on the topic; None if stopped before all was read."""
    found: dict[bytes, bytes] = {}
    done = asyncio.Event()

    def remember(record: Record) -> None:
        if record.key is not None and record.value is not None:
            found[record.key] = record.value

    reading = asyncio.create_task(reader.run(done, remember, done.set))
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({reading, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            done.set()
            await reading
            return None
        await reading
        return found
    finally:
        stop.cancel()


class Republisher:
    """Compares both topics with the tables: at the start, and when a send was given up.

    What was given up may still arrive, after something newer that another copy has sent.
    """

    def __init__(
        self,
        catalogue: PostgresCatalogue,
        keys: PostgresKeys,
        publication: Publication,
        reader: Callable[[str], Reader],
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._publication = publication
        self._reader = reader

    async def run(self, stopping: asyncio.Event) -> None:
        """Compare and mend whenever there is a doubt, until stopping."""
        while not stopping.is_set():
            await self._settle(stopping)
            await either(self._publication.doubt, stopping)
            # By then whatever was given up has arrived or never will.
            await pause(_LATEST_ARRIVAL_S, stopping)
            self._publication.doubt.clear()

    async def _settle(self, stopping: asyncio.Event) -> None:
        for delay in Backoff().delays():
            try:
                await self.compare(stopping)
            except Unavailable as error:
                log.info("comparing later: %s", error, extra={"action": "comparison_put_off"})
                if await pause(delay, stopping):
                    return
            else:
                return

    async def compare(self, stopping: asyncio.Event) -> None:
        """Stage whatever the topics lack or hold otherwise; raises Unavailable."""
        entries = await newest(self._reader(CATALOGUE.name), stopping)
        keys = await newest(self._reader(KEYS.name), stopping)
        if entries is None or keys is None:
            return
        known = await self._catalogue.newer(Catalogue())
        expected = dict(encode_entity(entity) for entity in known.entities.values())
        wrong = differing(CATALOGUE.name, entries, expected)
        if wrong or (known.version and version_on(entries) != known.version):
            await self._catalogue.stage_again(wrong)
        expected = dict(encode_key(body_of(key)) for key in await self._keys.all())
        if wrong := differing(KEYS.name, keys, expected):
            await self._keys.stage_again(wrong)
        self._publication.wake()


def differing(
    topic: str, there: Mapping[bytes, bytes], expected: Mapping[bytes, bytes]
) -> frozenset[str]:
    """Keys whose entry the topic lacks or holds otherwise."""
    wrong = frozenset(key.decode() for key, value in expected.items() if there.get(key) != value)
    if wrong:
        log.warning(
            "%s differs from the tables in %d entries: publishing them again",
            topic,
            len(wrong),
            extra={"action": "republished", "topic": topic, "entries": len(wrong)},
        )
    return wrong


def version_on(entries: Mapping[bytes, bytes]) -> int | None:
    """The version that the topic ends with; None if it has none."""
    value = entries.get(VERSION_KEY)
    if value is None:
        return None
    version: int = msgspec.json.decode(value)["version"]
    return version
