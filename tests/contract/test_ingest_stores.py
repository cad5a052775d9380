"""The suites of ingest's stores, on the fakes and on PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest

from services.ingest.adapters.catalogue_store import PostgresCatalogue
from services.ingest.adapters.key_store import PostgresKeys
from services.ingest.adapters.publication import Publication
from services.ingest.domain.catalogue.planning import Change
from services.ingest.domain.keys import Key
from services.ingest.ports import CatalogueStore, KeyStore, Outdated
from shared.kit.kafka.memory import MemoryBroker
from shared.kit.postgres import Database
from shared.model.access import Role
from shared.model.catalogue import Catalogue, EntityKind, Record
from shared.model.condition import Measure
from shared.model.instants import BEGINNING_US, FOREVER_US
from tests.usecases.ingest.memory import MemoryCatalogue, MemoryKeys


def record(version: int, name: str, start: int = BEGINNING_US) -> Record:
    return Record(
        valid_from=start,
        valid_to=FOREVER_US,
        version=version,
        recorded_at=1_000 + version,
        attributes={"name": name, "number": 7, "flag": True, "nothing": None},
    )


def change(code: str, *records: Record, number: int | None = None) -> Change:
    return Change(kind=EntityKind.TAG, code=code, number=number, records=records)


async def commit(store: CatalogueStore, base: int, *changes: Change) -> int:
    return await store.commit(base, 1_001 + base, changes, by="key", files=["a.yaml"])


class CatalogueStoreSuite:
    """What every CatalogueStore keeps."""

    @pytest.fixture
    def store(self) -> CatalogueStore:
        raise AssertionError("a subclass gives the store")

    async def test_it_begins_empty(self, store: CatalogueStore) -> None:
        assert await store.version() == 0
        assert (await store.newer(Catalogue())).entities == {}

    async def test_what_is_committed_is_read_back(self, store: CatalogueStore) -> None:
        written = change("b", record(1, "x"), record(1, "y", start=3_600_000_000))
        assert await commit(store, 0, change("a", record(1, "甲")), written) == 1
        catalogue = await store.newer(Catalogue())
        assert catalogue.version == await store.version() == 1
        assert set(catalogue.entities) == {"tag:a", "tag:b"}
        assert catalogue.entities["tag:a"].records == (record(1, "甲"),)
        assert catalogue.entities["tag:b"].records == written.records

    async def test_numbers_differ_and_stay(self, store: CatalogueStore) -> None:
        await commit(store, 0, change("a", record(1, "x")), change("b", record(1, "x")))
        first = await store.newer(Catalogue())
        numbers = {key: entity.number for key, entity in first.entities.items()}
        assert len(set(numbers.values())) == 2
        await commit(store, 1, change("a", record(2, "y"), number=numbers["tag:a"]))
        second = await store.newer(first)
        assert {key: entity.number for key, entity in second.entities.items()} == numbers
        assert [r.version for r in second.entities["tag:a"].records] == [1, 2]
        assert second == await store.newer(Catalogue())

    async def test_a_plan_for_an_older_version_is_outdated(self, store: CatalogueStore) -> None:
        await commit(store, 0, change("a", record(1, "x")))
        with pytest.raises(Outdated):
            await commit(store, 0, change("b", record(1, "x")))
        assert "tag:b" not in (await store.newer(Catalogue())).entities

    async def test_of_two_at_once_one_is_outdated(self, store: CatalogueStore) -> None:
        results = await asyncio.gather(
            commit(store, 0, change("a", record(1, "x"))),
            commit(store, 0, change("b", record(1, "x"))),
            return_exceptions=True,
        )
        assert sorted(map(str, map(type, results))) == sorted(map(str, (int, Outdated)))

    async def test_what_is_known_already_is_given_back(self, store: CatalogueStore) -> None:
        await commit(store, 0, change("a", record(1, "x")))
        known = await store.newer(Catalogue())
        assert await store.newer(known) is known


def key(name: str, sha256: str | None = None) -> Key:
    return Key(
        id=name,
        name=f"key {name}",
        sha256=sha256 or f"hash of {name}",
        role=Role.SENDER,
        scope=("enterprise:x", "region:y"),
        created_at=5,
    )


class KeyStoreSuite:
    """What every KeyStore keeps."""

    @pytest.fixture
    def store(self) -> KeyStore:
        raise AssertionError("a subclass gives the store")

    async def test_what_is_added_is_listed(self, store: KeyStore) -> None:
        assert await store.all() == ()
        assert await store.add(key("a"))
        assert await store.add(key("b"))
        assert await store.all() == (key("a"), key("b"))

    async def test_nothing_is_added_twice(self, store: KeyStore) -> None:
        assert await store.add(key("a"))
        assert not await store.add(key("a", sha256="other"))
        assert not await store.add(key("b", sha256="hash of a"))
        assert await store.all() == (key("a"),)

    async def test_revoking_keeps_the_first_instant(self, store: KeyStore) -> None:
        await store.add(key("a"))
        first = await store.revoke("a", 10)
        second = await store.revoke("a", 20)
        assert first == second
        assert second is not None
        assert second.revoked_at == 10
        assert await store.revoke("b", 10) is None

    async def test_a_whole_list_is_written_or_nothing(self, store: KeyStore) -> None:
        old, gone = replace(key("a"), managed_by="list"), replace(key("b"), managed_by="list")
        await store.write(add=(old, gone), change=(), revoke=())
        changed = replace(old, role=Role.REGULATOR, measures=frozenset({Measure.CARBON}))
        revoked = replace(gone, revoked_at=7)
        instead = replace(key("c"), name=gone.name, managed_by="list")
        assert await store.write(add=(instead,), change=(changed,), revoke=(revoked,))
        assert set(await store.all()) == {changed, revoked, instead}

    async def test_what_is_in_the_way_lets_nothing_through(self, store: KeyStore) -> None:
        known = replace(key("a"), managed_by="list")
        await store.write(add=(known,), change=(), revoke=())
        same_name = replace(key("b"), name=known.name, managed_by="list")
        fine = replace(key("c"), managed_by="list")
        assert not await store.write(add=(fine, same_name), change=(), revoke=())
        await store.revoke("a", 9)
        assert not await store.write(add=(fine,), change=(known,), revoke=())
        assert [one.id for one in await store.all()] == ["a"]

    async def test_every_change_gives_another_generation(self, store: KeyStore) -> None:
        seen = [await store.generation()]
        await store.add(key("a"))
        seen.append(await store.generation())
        await store.add(key("b"))
        seen.append(await store.generation())
        await store.revoke("a", 10)
        seen.append(await store.generation())
        assert len(set(seen)) == 4
        assert await store.generation() == seen[-1]


class TestMemoryCatalogue(CatalogueStoreSuite):
    @pytest.fixture
    def store(self) -> CatalogueStore:
        return MemoryCatalogue()


class TestMemoryKeys(KeyStoreSuite):
    @pytest.fixture
    def store(self) -> KeyStore:
        return MemoryKeys()


def publication(database: Database) -> Publication:
    broker = MemoryBroker({"catalogue.v1": 1, "keys.v1": 1})
    return Publication(database, broker.producer())


@pytest.mark.real
class TestPostgresCatalogue(CatalogueStoreSuite):
    @pytest.fixture
    def store(self, database: Database) -> CatalogueStore:
        return PostgresCatalogue(database, publication(database))


@pytest.mark.real
class TestPostgresKeys(KeyStoreSuite):
    @pytest.fixture
    def store(self, database: Database) -> KeyStore:
        return PostgresKeys(database, publication(database))

    async def test_what_is_not_understood_gives_no_rights(
        self, store: KeyStore, database: Database
    ) -> None:
        await store.add(key("a"))
        await store.add(key("b"))
        await store.add(key("c"))
        async with database.transaction() as tx:
            await tx.raw.execute("update ingest.keys set role = 'emperor' where id = 'a'")
            await tx.raw.execute("update ingest.keys set measures = '{water}' where id = 'b'")
        assert await store.all() == (key("c"),)
        assert await store.revoke("a", 7) is None
