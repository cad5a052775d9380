"""When commits were made: in memory and on PostgreSQL alike."""

from collections.abc import Callable

import pytest

from services.evaluator.adapters.commit_times import PostgresCommitTimes
from services.evaluator.adapters.register_store import PostgresRegister
from services.evaluator.ports.commit_times import CommitTimes
from services.evaluator.ports.register import Register
from shared.kit.postgres import Database
from tests.contract.test_evaluator_register import gdp
from tests.usecases.evaluator.reckoning import Times
from tests.usecases.evaluator.register_pages import MemoryPages

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
