"""The embedded servers keep what they acknowledged, however they end, and start again."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local import kafka, postgres
from deploy.local.kafka import RunningKafka
from deploy.local.postgres import RunningPostgres

pytestmark = pytest.mark.real

TOPIC = "kept"


class Servers:
    """Starts servers in one folder, and ends the last one after the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[RunningPostgres | RunningKafka] = []

    def postgres(self, port: int | None = None) -> RunningPostgres:
        running = postgres.start(self.folder / "postgres", port)
        self._running.append(running)
        return running

    def kafka(self, port: int | None = None) -> RunningKafka:
        running = kafka.start(self.folder / "kafka", port)
        self._running.append(running)
        return running

    def stop(self) -> None:
        for running in self._running:
            running.stop()


@pytest.fixture
def servers(tmp_path: Path) -> Generator[Servers]:
    starting = Servers(tmp_path)
    yield starting
    starting.stop()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        found: object = await connection.fetchval(query)
        return found
    finally:
        await connection.close()


class TestPostgres:
    async def test_keeps_what_was_committed_through_kills_and_stops(self, servers: Servers) -> None:
        first = servers.postgres()
        await execute(first.url, "create table kept (number int); insert into kept values (7)")
        first.kill()
        second = servers.postgres(first.port)
        assert second.url == first.url
        assert await value(second.url, "select number from kept") == 7
        os.kill(second.pid, signal.SIGKILL)  # the others of its group notice by themselves
        third = servers.postgres()
        assert await value(third.url, "select number from kept") == 7
        assert third.stop() == 0
        assert await value(servers.postgres().url, "select number from kept") == 7

    async def test_takes_the_folder_over_from_one_that_still_runs(self, servers: Servers) -> None:
        first = servers.postgres()
        await execute(first.url, "create table kept (number int)")
        second = servers.postgres()
        assert not first.alive()
        assert await value(second.url, "select count(*) from kept") == 0

    async def test_is_told_to_lose_nothing_and_to_listen_here_only(self, servers: Servers) -> None:
        url = servers.postgres().url
        wanted = {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
        }
        assert {name: await value(url, f"show {name}") for name in wanted} == wanted

    async def test_has_what_the_services_may_count_on(self, servers: Servers) -> None:
        url = servers.postgres().url
        for extension in ("ltree", "btree_gist", "pg_stat_statements"):
            await execute(url, f"create extension {extension}")
        assert str(await value(url, "show server_version")).startswith("18.")

    async def test_asks_for_the_password(self, servers: Servers) -> None:
        url = servers.postgres().url
        password = (servers.folder / "postgres" / "password").read_text(encoding="ascii")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await value(url.replace(password, "guessed"), "select 1")

    async def test_finishes_what_an_interrupted_first_start_began(self, servers: Servers) -> None:
        half = servers.folder / "postgres" / "cluster.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n", encoding="ascii")
        assert await value(servers.postgres().url, "select 1") == 1


async def create(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    finally:
        await admin.close()


async def send(bootstrap: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, max_request_size=10 * 1024 * 1024
    )
    await producer.start()
    try:
        for one in values:
            await producer.send_and_wait(TOPIC, one)
    finally:
        await producer.stop()


async def read(bootstrap: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, 0)])
        await consumer.seek_to_beginning()
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


class TestKafka:
    async def test_keeps_what_it_acknowledged_through_kills_and_stops(
        self, servers: Servers
    ) -> None:
        first = servers.kafka()
        await create(first.bootstrap)
        await send(first.bootstrap, b"one", b"two")
        first.kill()
        second = servers.kafka(first.port)
        assert second.bootstrap == first.bootstrap
        await send(second.bootstrap, b"three")
        second.stop()
        third = servers.kafka()
        assert await read(third.bootstrap, 3) == [b"one", b"two", b"three"]

    async def test_takes_the_folder_over_from_one_that_still_runs(self, servers: Servers) -> None:
        first = servers.kafka()
        await create(first.bootstrap)
        await send(first.bootstrap, b"one")
        second = servers.kafka()
        assert not first.alive()
        assert await read(second.bootstrap, 1) == [b"one"]

    async def test_takes_large_messages_and_makes_no_topics_by_itself(
        self, servers: Servers
    ) -> None:
        bootstrap = servers.kafka().bootstrap
        await create(bootstrap)
        large = os.urandom(9 * 1024 * 1024)
        await send(bootstrap, large)
        assert await read(bootstrap, 1) == [large]
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        try:
            assert await admin.list_topics() == [TOPIC]
        finally:
            await admin.close()

    async def test_serves_from_a_folder_with_any_name(self, servers: Servers) -> None:
        servers.folder = servers.folder / "数据 of ours"
        bootstrap = servers.kafka().bootstrap
        await create(bootstrap)
        await send(bootstrap, b"one")
        assert await read(bootstrap, 1) == [b"one"]
