"""What the store of sign-ins promises: the same suite in memory and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.console.adapters.sign_ins import PostgresSignIns
from services.console.entrypoints.needs import SignIns
from shared.kit.postgres import Database
from tests.unit.console.memory import MemorySignIns

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LIFE = timedelta(hours=1)
KEY = "qy_ab12cd34_secret"


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def sign_ins(request: pytest.FixtureRequest) -> SignIns:
    if request.param == "memory":
        return MemorySignIns()
    return PostgresSignIns(request.getfixturevalue("database"))


class TestALink:
    async def test_gives_its_key_once(self, sign_ins: SignIns) -> None:
        token = await sign_ins.offer(KEY, NOW, LIFE)
        found = await asyncio.gather(*(sign_ins.redeem(token, NOW) for _ in range(3)))
        assert sorted(found, key=str) == [None, None, KEY]

    async def test_is_of_no_use_when_its_life_is_over(self, sign_ins: SignIns) -> None:
        token = await sign_ins.offer(KEY, NOW, LIFE)
        assert await sign_ins.redeem(token, NOW + LIFE) is None

    async def test_is_no_session(self, sign_ins: SignIns) -> None:
        token = await sign_ins.offer(KEY, NOW, LIFE)
        assert await sign_ins.key_of(token, NOW) is None


class TestASession:
    async def test_gives_its_key_until_its_life_is_over(self, sign_ins: SignIns) -> None:
        session = await sign_ins.begin(KEY, NOW, LIFE)
        for _ in range(2):
            assert await sign_ins.key_of(session, NOW) == KEY
        assert await sign_ins.key_of(session, NOW + LIFE) is None

    async def test_gives_nothing_once_it_was_ended(self, sign_ins: SignIns) -> None:
        session = await sign_ins.begin(KEY, NOW, LIFE)
        await sign_ins.end(session)
        assert await sign_ins.key_of(session, NOW) is None

    async def test_is_no_link(self, sign_ins: SignIns) -> None:
        session = await sign_ins.begin(KEY, NOW, LIFE)
        assert await sign_ins.redeem(session, NOW) is None

    async def test_that_was_made_up_gives_nothing(self, sign_ins: SignIns) -> None:
        assert await sign_ins.key_of("made-up", NOW) is None


@pytest.mark.real
async def test_the_table_alone_does_not_give_the_key_away(database: Database) -> None:
    sign_ins = PostgresSignIns(database)
    secret = await sign_ins.begin(KEY, NOW, LIFE)
    async with database.reading() as tx:
        (row,) = await tx.raw.fetch("SELECT hash, sealed FROM console.sign_ins")
    assert KEY.encode() not in row["sealed"]
    assert secret.encode() not in row["hash"]
