"""What the database promises: transactions, positions nobody overtakes, honest failures."""

import asyncio
from collections.abc import AsyncGenerator

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from deploy.local.ports import free_port
from shared.kit.errors import Fenced, Unavailable
from shared.kit.postgres import Database, Positions, wait_for_schema
from tests.contract.tables import SCHEMA, count, create_tables

pytestmark = pytest.mark.real

POSITIONS = Positions(SCHEMA)
TOPIC = "readings.v1"


@pytest.fixture(scope="module")
async def db(empty_database_url: str) -> AsyncGenerator[Database]:
    database = await Database.open(empty_database_url, application="test", pool_size=4)
    await create_tables(database)
    yield database
    await database.close()


@pytest.fixture(autouse=True)
async def no_positions(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.raw.execute(f"truncate {SCHEMA}.positions")


async def load(db: Database, *partitions: int) -> dict[int, int]:
    async with db.reading() as tx:
        return await POSITIONS.load(tx, TOPIC, partitions)


async def advance(db: Database, steps: dict[int, tuple[int, int]]) -> None:
    async with db.transaction() as tx:
        await POSITIONS.advance(tx, TOPIC, steps)


class TestATransaction:
    async def test_shows_both_drivers_the_same(self, db: Database) -> None:
        async with db.transaction() as tx:
            await tx.sql.execute(
                text(f"insert into {SCHEMA}.positions values ('a', 1, 2)"),
            )
            assert await tx.raw.fetchval(f"select next_offset from {SCHEMA}.positions") == 2
            await tx.raw.execute(f"insert into {SCHEMA}.positions values ('a', 2, 3)")
            found = await tx.sql.execute(text(f"select count(*) from {SCHEMA}.positions"))
            assert found.scalar_one() == 2
        assert await count(db, "positions") == 2

    async def test_leaves_nothing_when_it_fails(self, db: Database) -> None:
        async def fails() -> None:
            async with db.transaction() as tx:
                await tx.raw.execute(f"insert into {SCHEMA}.positions values ('a', 1, 2)")
                await tx.sql.execute(text(f"insert into {SCHEMA}.positions values ('a', 2, 2)"))
                raise LookupError

        with pytest.raises(LookupError):
            await fails()
        assert await count(db, "positions") == 0

    async def test_for_reading_refuses_to_write(self, db: Database) -> None:
        with pytest.raises(Unavailable, match="read-only"):
            async with db.reading() as tx:
                await tx.raw.execute(f"insert into {SCHEMA}.positions values ('a', 1, 2)")

    async def test_for_reading_sees_one_moment(self, db: Database) -> None:
        async with db.reading() as tx:
            assert await POSITIONS.load(tx, TOPIC, [1]) == {1: 0}
            await advance(db, {1: (0, 5)})
            assert await POSITIONS.load(tx, TOPIC, [1]) == {1: 0}

    async def test_has_a_limit_to_idling(self, db: Database) -> None:
        async with db.reading() as tx:
            limit = await tx.raw.fetchval("show idle_in_transaction_session_timeout")
        assert limit == "5s"

    async def test_passes_a_mistake_on_as_it_is(self, db: Database) -> None:
        with pytest.raises(asyncpg.UndefinedTableError):
            async with db.transaction() as tx:
                await tx.raw.execute("select * from no_such_table")


class TestPositions:
    async def test_begin_at_zero(self, db: Database) -> None:
        assert await load(db, 0, 5) == {0: 0, 5: 0}

    async def test_move_on_from_where_they_are(self, db: Database) -> None:
        await advance(db, {0: (0, 3), 1: (0, 4)})
        await advance(db, {0: (3, 9)})
        assert await load(db, 0, 1, 2) == {0: 9, 1: 4, 2: 0}

    @pytest.mark.parametrize("expected", [0, 2, 4, 99])
    async def test_elsewhere_fence_and_change_nothing(self, db: Database, expected: int) -> None:
        await advance(db, {0: (0, 3)})
        with pytest.raises(Fenced, match="1 of 2 partitions"):
            await advance(db, {0: (expected, 9), 1: (0, 9)})
        assert await load(db, 0, 1) == {0: 3, 1: 0}

    async def test_never_stored_fence_whoever_expects_more(self, db: Database) -> None:
        with pytest.raises(Fenced):
            await advance(db, {0: (5, 9)})

    async def test_let_only_one_of_two_at_once_pass(self, db: Database) -> None:
        await advance(db, {0: (0, 3), 1: (0, 3)})
        results = await asyncio.gather(
            *(advance(db, {0: (3, 4 + n), 1: (3, 4 + n)}) for n in range(4)),
            return_exceptions=True,
        )
        assert [type(result) for result in results if result is not None] == [Fenced] * 3
        found = await load(db, 0, 1)
        assert found[0] == found[1]
        assert found[0] in range(4, 8)

    async def test_at_zero_let_only_one_of_two_at_once_pass(self, db: Database) -> None:
        results = await asyncio.gather(
            *(advance(db, {0: (0, 4 + n)}) for n in range(4)), return_exceptions=True
        )
        assert [type(result) for result in results if result is not None] == [Fenced] * 3

    async def test_of_other_topics_are_others(self, db: Database) -> None:
        await advance(db, {0: (0, 3)})
        async with db.reading() as tx:
            assert await POSITIONS.load(tx, "totals.v1", [0]) == {0: 0}

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        steps=st.lists(
            st.dictionaries(
                st.integers(0, 3), st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1
            ),
            max_size=6,
        )
    )
    def test_behave_like_a_dictionary(
        self, steps: list[dict[int, tuple[int, int]]], empty_database_url: str
    ) -> None:
        asyncio.run(_compare(empty_database_url, steps))


async def _compare(url: str, steps: list[dict[int, tuple[int, int]]]) -> None:
    model = dict.fromkeys(range(4), 0)
    db = await Database.open(url, application="test", pool_size=1)
    try:
        async with db.transaction() as tx:
            await tx.raw.execute(f"truncate {SCHEMA}.positions")
        for step in steps:
            if all(model[p] == expected for p, (expected, _) in step.items()):
                await advance(db, step)
                model |= {p: following for p, (_, following) in step.items()}
            else:
                with pytest.raises(Fenced):
                    await advance(db, step)
        assert await load(db, 0, 1, 2, 3) == model
    finally:
        await db.close()


class TestAFailure:
    async def test_is_unavailable_when_nobody_listens(self) -> None:
        db = await Database.open(
            f"postgresql://nobody@127.0.0.1:{free_port()}/nothing", application="test"
        )
        with pytest.raises(Unavailable, match="PostgreSQL"):
            await db.ping()
        await db.close()

    async def test_is_unavailable_when_the_connection_is_cut(self, db: Database) -> None:
        async def is_cut() -> None:
            async with db.transaction() as tx:
                own = await tx.raw.fetchval("select pg_backend_pid()")
                async with db.transaction() as other:
                    await other.raw.fetchval("select pg_terminate_backend($1, 5000)", own)
                await tx.raw.fetchval("select 1")

        with pytest.raises(Unavailable):
            await is_cut()
        await db.ping()

    async def test_is_unavailable_when_cut_between_transactions_only_for_a_moment(
        self, db: Database
    ) -> None:
        async with db.transaction() as tx:
            await tx.raw.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        for _ in range(4):
            await db.ping()

    async def test_is_unavailable_when_every_connection_is_in_use(
        self, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.kit.postgres._CONNECT_S", 0.1)
        db = await Database.open(empty_database_url, application="test", pool_size=1)
        async with db.transaction():
            with pytest.raises(Unavailable, match="in use"):
                await db.ping()
        await db.close()

    async def test_of_a_deadlock_asks_to_try_again(self, db: Database) -> None:
        await advance(db, {0: (0, 1), 1: (0, 1)})
        both = asyncio.Barrier(2)

        async def lock(first: int, second: int) -> None:
            lock_row = f"select 1 from {SCHEMA}.positions where partition = $1 for update"
            async with db.transaction() as tx:
                await tx.raw.execute(lock_row, first)
                await both.wait()
                await tx.raw.execute(lock_row, second)

        results = await asyncio.gather(lock(0, 1), lock(1, 0), return_exceptions=True)
        assert [type(result) for result in results if result is not None] == [Unavailable]


class TestTheSchema:
    async def test_is_waited_for(self, db: Database) -> None:
        waiting = asyncio.create_task(wait_for_schema(db, "0002_evaluator", retry_s=0.01))
        async with db.transaction() as tx:
            await tx.raw.execute("create table public.alembic_version (version_num text)")
            await tx.raw.execute("insert into public.alembic_version values ('0003_alerts')")
        await waiting

    async def test_that_is_too_old_is_named(self, db: Database) -> None:
        with pytest.raises(Unavailable, match="9999_future"):
            await wait_for_schema(db, "9999_future", wait_s=0.1, retry_s=0.01)
