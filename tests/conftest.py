"""What many tests share: a clean environment, and one real PostgreSQL and Kafka a session."""

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from itertools import count

import asyncpg
import pytest
from hypothesis import settings

from deploy.local import kafka, postgres
from deploy.migrations.run import upgrade
from shared.kit.postgres import Database

_OURS = ("QINGYU_", "PG")
_TEMPLATE = "qingyu_template"
_numbers = count(1)

# How long an example takes says how busy the machine is, not whether the code is right. Each run
# draws other examples, so that thirty of a property are enough for one.
settings.register_profile("qingyu", deadline=None, max_examples=30)
settings.load_profile("qingyu")


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Generator[None]:
    """Settings of the person who runs the tests must not decide how they end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_OURS):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a PostgreSQL of this session, with an empty database."""
    server = postgres.start(tmp_path_factory.mktemp("postgres"))
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a Kafka of this session, without topics."""
    broker = kafka.start(tmp_path_factory.mktemp("kafka"))
    try:
        yield broker.bootstrap
    finally:
        broker.stop()


@pytest.fixture(scope="module")
async def empty_database_url(postgres_url: str) -> AsyncGenerator[str]:
    """The address of a fresh database without any tables that the tests of one module share."""
    name = f"qingyu_test_{next(_numbers)}"
    await _execute(postgres_url, f"create database {name}")
    yield _sibling(postgres_url, name)
    await _execute(postgres_url, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
async def template_database(postgres_url: str) -> str:
    """The name of a migrated database that others are copied from; nobody connects to it."""
    await _execute(postgres_url, f"create database {_TEMPLATE}")
    await asyncio.to_thread(upgrade, _sibling(postgres_url, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture
async def database_url(postgres_url: str, template_database: str) -> AsyncGenerator[str]:
    """The address of a fresh, migrated database for one test."""
    name = f"qingyu_test_{next(_numbers)}"
    await _execute(postgres_url, f"create database {name} template {template_database}")
    yield _sibling(postgres_url, name)
    await _execute(postgres_url, f"drop database {name} with (force)")


@pytest.fixture(scope="module")
async def module_database_url(postgres_url: str, template_database: str) -> AsyncGenerator[str]:
    """The address of a fresh, migrated database that the tests of one module share."""
    name = f"qingyu_test_{next(_numbers)}"
    await _execute(postgres_url, f"create database {name} template {template_database}")
    yield _sibling(postgres_url, name)
    await _execute(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """A pool of connections to a fresh, migrated database for one test."""
    db = await Database.open(database_url, application="test", pool_size=4)
    yield db
    await db.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _sibling(url: str, database: str) -> str:
    return f"{url.rpartition('/')[0]}/{database}"
