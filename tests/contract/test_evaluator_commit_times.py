"""When commits were made: in memory and on PostgreSQL alike."""

from collections.abc import Callable

import pytest

from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.ports.commit_times import CommitInstants, CommitTimes
from services.evaluator.ports.register import Register
from shared.kit.postgres import Database
from tests.contract.test_evaluator_register import gdp
from tests.usecases.evaluator.reckoning import Times
from tests.usecases.evaluator.register_pages import MemoryPages
from tests.usecases.evaluator.situations import Instants

Pair = tuple[Register, CommitTimes]


@pytest.fixture
def in_memory() -> Pair:
    pages = MemoryPages()
    return pages, Times(pages)


@pytest.fixture
def on_postgres(database: Database) -> Pair:
    return PostgresRegister(database), PostgresCommitTimes(database)


@pytest.fixture(params=["in_memory", pytest.param("on_postgres", marks=pytest.mark.real)])
def pair(request: pytest.FixtureRequest) -> Pair:
    chosen: Callable[[str], Pair] = request.getfixturevalue
    return chosen(request.param)


async def test_a_commit_is_passed_when_another_one_is_made(pair: Pair) -> None:
    register, times = pair
    first = (await register.put([gdp("1")], "test")).commit
    assert await times.passed_at(first) is None
    second = (await register.put([gdp("2")], "test")).commit
    at = await times.passed_at(first)
    assert at is not None
    assert await register.commit_at(at) >= first
    assert await register.commit_at(at - 1) < first
    assert await times.passed_at(second) is None


@pytest.fixture
def instants_in_memory() -> tuple[Register, CommitInstants]:
    pages = MemoryPages()
    return pages, Instants(pages)


@pytest.fixture
def instants_on_postgres(database: Database) -> tuple[Register, CommitInstants]:
    return PostgresRegister(database), PostgresCommitTimes(database)


@pytest.fixture(
    params=["instants_in_memory", pytest.param("instants_on_postgres", marks=pytest.mark.real)]
)
def instants(request: pytest.FixtureRequest) -> tuple[Register, CommitInstants]:
    chosen: Callable[[str], tuple[Register, CommitInstants]] = request.getfixturevalue
    return chosen(request.param)


async def test_the_newest_commit_has_an_instant_that_stays(
    instants: tuple[Register, CommitInstants],
) -> None:
    register, times = instants
    assert await times.made_at(1) is None
    first = (await register.put([gdp("1")], "test")).commit
    at = await times.made_at(first)
    assert at is not None
    second = (await register.put([gdp("2")], "test")).commit
    later = await times.made_at(second)
    assert later is not None
    assert later >= at
    assert await times.made_at(first) == at
