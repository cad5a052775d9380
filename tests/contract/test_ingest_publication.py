"""What the tables hold reaches the topics, in order, whatever happens in between."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from services.ingest.adapters.catalogue_store import PostgresCatalogue
from services.ingest.adapters.key_store import PostgresKeys
from services.ingest.adapters.publication import Publication
from services.ingest.adapters.republication import Republisher
from shared.contracts.catalogue import CatalogueReader
from shared.contracts.keys import decode_key
from shared.contracts.topics import CATALOGUE, KEYS
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.kafka.producer import Message
from shared.kit.postgres import Database
from shared.model.catalogue import Catalogue
from tests.contract.test_ingest_stores import change, commit, key, record

pytestmark = pytest.mark.real


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of the service, as far as publishing goes."""

    broker: MemoryBroker
    publication: Publication
    catalogue: PostgresCatalogue
    keys: PostgresKeys

    def republisher(self) -> Republisher:
        return Republisher(self.catalogue, self.keys, self.publication, self.broker.read_compacted)

    def read(self) -> Catalogue:
        """The catalogue as a service would read it from the topic."""
        reader = CatalogueReader()
        for message in self.broker.log(CATALOGUE.name, 0):
            reader.feed(message.key, message.value)
        return reader.catalogue


def new_broker() -> MemoryBroker:
    return MemoryBroker({CATALOGUE.name: 1, KEYS.name: 1})


def copy(database: Database, broker: MemoryBroker) -> Copy:
    publication = Publication(database, broker.producer())
    return Copy(
        broker=broker,
        publication=publication,
        catalogue=PostgresCatalogue(database, publication),
        keys=PostgresKeys(database, publication),
    )


@pytest.fixture
def one(database: Database) -> Copy:
    return copy(database, new_broker())


@asynccontextmanager
async def publishing(here: Copy) -> AsyncGenerator[None]:
    """While the copy publishes in the background."""
    stopping = asyncio.Event()
    task = asyncio.create_task(here.publication.run(stopping))
    yield
    stopping.set()
    await task


async def test_a_version_is_read_whole(one: Copy) -> None:
    await commit(one.catalogue, 0, change("a", record(1, "x")), change("b", record(1, "y")))
    await one.publication.flush()
    assert one.read() == await one.catalogue.newer(Catalogue())
    assert one.broker.log(CATALOGUE.name, 0)[-1].key == b"version"


async def test_nothing_is_sent_twice_when_all_goes_well(one: Copy) -> None:
    await commit(one.catalogue, 0, change("a", record(1, "x")))
    await one.publication.flush()
    await one.publication.flush()
    assert len(one.broker.log(CATALOGUE.name, 0)) == 2


async def test_what_could_not_be_sent_is_sent_before_what_is_newer(
    one: Copy, database: Database
) -> None:
    one.broker.available = False
    await commit(one.catalogue, 0, change("a", record(1, "x")))
    # The copy that wrote it dies; another one goes on.
    one.broker.available = True
    other = copy(database, one.broker)
    known = await other.catalogue.newer(Catalogue())
    number = known.entities["tag:a"].number
    await commit(other.catalogue, 1, change("a", record(2, "y"), number=number))
    await other.publication.flush()
    lengths = [len(m.value or b"") for m in one.broker.log(CATALOGUE.name, 0) if m.key == b"tag:a"]
    assert lengths == sorted(lengths)
    assert other.read() == await other.catalogue.newer(Catalogue())


async def test_many_entities_go_out_in_pages(one: Copy) -> None:
    await commit(one.catalogue, 0, *(change(f"t{n}", record(1, "x")) for n in range(450)))
    await one.publication.flush()
    assert len(one.read().entities) == 450


async def test_publishing_goes_on_when_kafka_is_back(one: Copy) -> None:
    one.broker.available = False
    async with publishing(one):
        await commit(one.catalogue, 0, change("a", record(1, "x")))
        one.publication.wake()
        assert not await one.publication.settled(0.05)
        one.broker.available = True
        assert await one.publication.settled(20)
    assert one.publication.problem is None
    assert one.read().version == 1


async def test_two_copies_send_nothing_in_between(one: Copy, database: Database) -> None:
    other = copy(database, one.broker)
    for version in range(6):
        writer = (one, other)[version % 2]
        known = await writer.catalogue.newer(Catalogue())
        entity = known.entities.get("tag:a")
        number = entity.number if entity else None
        await commit(
            writer.catalogue, version, change("a", record(version + 1, str(version)), number=number)
        )
        await asyncio.gather(one.publication.flush(), other.publication.flush())
    assert one.read() == await one.catalogue.newer(Catalogue())


async def test_an_empty_kafka_is_filled_again(one: Copy, database: Database) -> None:
    await commit(one.catalogue, 0, change("a", record(1, "x")), change("b", record(1, "y")))
    await one.keys.add(key("k"))
    await one.publication.flush()
    fresh = copy(database, new_broker())
    await fresh.republisher().compare(asyncio.Event())
    await fresh.publication.flush()
    assert fresh.read() == await one.catalogue.newer(Catalogue())
    bodies = [decode_key(m.value or b"") for m in fresh.broker.log(KEYS.name, 0)]
    assert [(body.id, body.sha256) for body in bodies] == [("k", "hash of k")]


async def test_a_topic_that_is_as_it_should_be_is_left_alone(one: Copy) -> None:
    await commit(one.catalogue, 0, change("a", record(1, "x")))
    await one.keys.add(key("k"))
    await one.publication.flush()
    await one.republisher().compare(asyncio.Event())
    await one.publication.flush()
    assert len(one.broker.log(CATALOGUE.name, 0)) == 2
    assert len(one.broker.log(KEYS.name, 0)) == 1


async def test_a_revoked_key_is_told(one: Copy) -> None:
    await one.keys.add(key("k"))
    await one.keys.revoke("k", 9)
    await one.publication.flush()
    last = one.broker.log(KEYS.name, 0)[-1]
    assert decode_key(last.value or b"").revoked_at == 9


async def test_an_overtaken_message_takes_nothing_back(one: Copy) -> None:
    await commit(one.catalogue, 0, change("a", record(1, "x")))
    await one.publication.flush()
    number = (await one.catalogue.newer(Catalogue())).entities["tag:a"].number
    await commit(one.catalogue, 1, change("a", record(2, "y"), number=number))
    await one.publication.flush()
    late = one.broker.log(CATALOGUE.name, 0)[0]
    one.broker.append(Message(CATALOGUE.name, late.value, key=late.key, partition=0))
    await commit(one.catalogue, 2, change("b", record(3, "z")))
    await one.publication.flush()
    assert one.read() == await one.catalogue.newer(Catalogue())
    # On a topic that is compacted the late message would be all there is: it is mended.
    await one.republisher().compare(asyncio.Event())
    await one.publication.flush()
    last = [m.value for m in one.broker.log(CATALOGUE.name, 0) if m.key == b"tag:a"][-1]
    assert last != late.value
