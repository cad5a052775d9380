"""A session frozen in the middle of a statement gives back its locks when others wait for them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from shared.kit.frozen import cut_frozen
from shared.kit.postgres import Database, Transaction, Unavailable
from tests.contract.tables import SCHEMA, count, create_tables

pytestmark = pytest.mark.real

_LOOKS = 1_000
_WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
async def db(empty_database_url: str) -> AsyncGenerator[Database]:
    database = await Database.open(empty_database_url, application="test", pool_size=4)
    await create_tables(database)
    yield database
    await database.close()


class _Frozen:
    """A transaction that holds the table and stands still while it copies into it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.copying, self._woken = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._run())

    def wake(self) -> None:
        self._woken.set()

    async def _run(self) -> None:
        async with self._db.transaction() as tx:
            await _lock(tx)
            await tx.raw.copy_records_to_table(
                "positions", records=self._rows(), schema_name=SCHEMA
            )

    async def _rows(self) -> AsyncIterator[tuple[str, int, int]]:
        yield ("a", 1, 2)
        self.copying.set()
        await self._woken.wait()


async def _lock(tx: Transaction) -> None:
    await tx.raw.execute(f"lock table {SCHEMA}.positions in exclusive mode")


async def _locked(db: Database) -> bool:
    async with db.transaction() as tx:
        await _lock(tx)
    return True


async def _somebody_waits(db: Database) -> None:
    for _ in range(_LOOKS):
        # Within one transaction PostgreSQL shows the sessions as they were at the first look.
        async with db.reading() as tx:
            if await tx.raw.fetch(_WAITING):
                return
            await tx.raw.execute("select pg_sleep(0.01)")
    pytest.fail("nobody waits")


async def test_it_is_ended_when_somebody_waits_for_it(db: Database) -> None:
    frozen = _Frozen(db)
    await frozen.copying.wait()
    waiting = asyncio.create_task(_locked(db))
    await _somebody_waits(db)
    assert await cut_frozen(db, patience_s=3600) == [], "it has its time"
    assert len(await cut_frozen(db, patience_s=0)) == 1
    assert await waiting
    frozen.wake()
    with pytest.raises(Unavailable):
        await frozen.task
    assert await count(db, "positions") == 0


async def test_it_is_left_alone_while_nobody_waits(db: Database) -> None:
    frozen = _Frozen(db)
    await frozen.copying.wait()
    assert await cut_frozen(db, patience_s=0) == []
    frozen.wake()
    await frozen.task
    assert await count(db, "positions") == 1
