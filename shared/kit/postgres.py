"""PostgreSQL: one transaction for one piece of work, and positions that cannot be overtaken."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.kit.errors import Fenced, Unavailable

__all__ = ["Database", "Fenced", "Positions", "Transaction", "Unavailable", "wait_for_schema"]

log = logging.getLogger(__name__)

_CONNECT_S = 5.0
_PING_S = 2.0
# Frozen half-way through a transaction, a process must not hold its locks for longer than this.
_IDLE_IN_TRANSACTION_MS = 5_000
# Class 08 connection lost, 53 out of resources, 57P0x shutting down or starting up; 25006 and
# 25P03 a server that turned read-only or cut us off; 40001 and 40P01 ask to try again.
_TRY_AGAIN_CLASSES = ("08", "53", "57P")
_TRY_AGAIN_STATES = ("25006", "25P03", "40001", "40P01", "55P03")


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction, reachable through SQLAlchemy (`sql`) and through asyncpg (`raw`).

    With `raw`, JSON is written as text and read as Python objects.
    """

    sql: AsyncConnection
    raw: "asyncpg.Connection[asyncpg.Record]"


class Database:
    """A pool of connections; whoever opens a transaction commits once, by leaving the block."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str, *, application: str, pool_size: int = 8) -> "Database":
        """A pool for `postgresql://user:password@host:port/database`; connects when first used.

        `application` is the name PostgreSQL shows for these connections.
        """
        settings = {
            "application_name": application,
            "idle_in_transaction_session_timeout": str(_IDLE_IN_TRANSACTION_MS),
            "timezone": "UTC",
            "jit": "off",
        }
        engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            # The transaction below is asyncpg's own, so that both views of it are always inside.
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_CONNECT_S,
            pool_pre_ping=True,
            connect_args={"server_settings": settings, "timeout": _CONNECT_S},
        )
        return cls(engine)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Transaction]:
        """All or nothing: commits when the block ends, rolls back when it raises.

        Raises Unavailable when the connection is lost, the server is starting or stopping, or no
        connection is free. If it is lost during the commit, nobody knows whether it happened.
        """
        async with self._connection("read_committed", readonly=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Transaction]:
        """Read only, and everything read is of one moment; raises like `transaction`."""
        async with self._connection("repeatable_read", readonly=True) as transaction:
            yield transaction

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncGenerator[bool]:
        """Whether this block is the only one of that name in the whole database, until it ends.

        The lock is of the connection, not of a transaction: the block may take its time. Raises
        Unavailable when the connection is lost.
        """
        connected = False
        try:
            async with self._engine.connect() as sql:
                raw = await _driver_connection(sql)
                connected = True
                mine = bool(await raw.fetchval(_LOCK, name))
                try:
                    yield mine
                finally:
                    await _released(sql, raw, name if mine else None)
        except Exception as error:
            unavailable = _unavailable(error, connected=connected)
            if unavailable is None:
                raise
            raise unavailable from error

    async def ping(self) -> None:
        """Raises Unavailable unless the database answers within two seconds."""
        try:
            async with asyncio.timeout(_PING_S), self.reading() as tx:
                await tx.raw.fetchval("select 1")
        except TimeoutError as error:
            raise Unavailable(f"PostgreSQL did not answer within {_PING_S:g} s") from error

    async def close(self) -> None:
        """Close every connection; the object is of no use afterwards."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _connection(
        self, isolation: Literal["read_committed", "repeatable_read"], *, readonly: bool
    ) -> AsyncGenerator[Transaction]:
        connected = False
        try:
            async with self._engine.connect() as sql:
                raw = await _driver_connection(sql)
                connected = True
                try:
                    async with raw.transaction(isolation=isolation, readonly=readonly):
                        yield Transaction(sql=sql, raw=raw)
                finally:
                    if raw.is_closed():
                        await sql.invalidate()
        except Exception as error:
            unavailable = _unavailable(error, connected=connected)
            if unavailable is None:
                raise
            raise unavailable from error


class Positions:
    """How far each partition was taken over, kept in `<schema>.positions`.

    The table: topic text, partition int, next_offset bigint, primary key (topic, partition).
    """

    def __init__(self, schema: str) -> None:
        self._load = _LOAD_POSITIONS.format(schema=schema)
        self._advance = _ADVANCE_POSITIONS.format(schema=schema)

    async def load(self, tx: Transaction, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """The offset to read next for each partition; 0 for one never read."""
        wanted = sorted(partitions)
        rows = await tx.raw.fetch(self._load, topic, wanted)
        return dict.fromkeys(wanted, 0) | {row["partition"]: row["next_offset"] for row in rows}

    async def advance(
        self, tx: Transaction, topic: str, steps: Mapping[int, tuple[int, int]]
    ) -> None:
        """Move each partition from the expected to the next offset, or raise Fenced.

        `steps` maps partition -> (expected, next). After Fenced the transaction must be left by
        an exception, so that nothing of it stays.
        """
        partitions = sorted(steps)
        expected = [steps[partition][0] for partition in partitions]
        following = [steps[partition][1] for partition in partitions]
        moved = await tx.raw.fetchval(self._advance, topic, partitions, expected, following)
        if moved != len(partitions):
            raise Fenced(
                f"{topic}: {len(partitions) - (moved or 0)} of {len(partitions)} partitions were "
                "moved on by another process"
            )


async def wait_for_schema(
    db: Database, revision: str, *, wait_s: float = 60.0, retry_s: float = 0.5
) -> None:
    """Return when the migrations have reached `revision`; Unavailable if they do not in time.

    Revisions are numbered names (`0002_evaluator`), so a later one satisfies an earlier need.
    """
    try:
        async with asyncio.timeout(wait_s):
            while (current := await _schema_revision(db)) is None or current < revision:
                log.info(
                    "the database is at %s, waiting for %s",
                    current or "nothing",
                    revision,
                    extra={"action": "waiting_for_schema"},
                )
                await asyncio.sleep(retry_s)
    except TimeoutError as error:
        raise Unavailable(
            f"the database did not reach schema {revision} within {wait_s:g} s: run the migrations"
        ) from error


async def _schema_revision(db: Database) -> str | None:
    try:
        async with db.reading() as tx:
            found: str | None = await tx.raw.fetchval(
                "select max(version_num) from public.alembic_version"
            )
    except (Unavailable, asyncpg.UndefinedTableError):
        return None
    return found


_LOAD_POSITIONS = """
    select partition, next_offset from {schema}.positions
    where topic = $1 and partition = any($2::int[])
"""

# One statement for all partitions. A missing row counts as 0, so it is inserted only then; a row
# that is not where it was expected is touched by neither half and is missed in the count.
_ADVANCE_POSITIONS = """
    with step as (
        select * from unnest($2::int[], $3::bigint[], $4::bigint[])
            as s (partition, expected, next_offset)
    ), moved as (
        update {schema}.positions as p set next_offset = s.next_offset from step as s
        where p.topic = $1 and p.partition = s.partition and p.next_offset = s.expected
        returning 1
    ), begun as (
        insert into {schema}.positions (topic, partition, next_offset)
        select $1, s.partition, s.next_offset from step as s where s.expected = 0
        on conflict do nothing
        returning 1
    )
    select (select count(*) from moved) + (select count(*) from begun)
"""


_LOCK = "select pg_try_advisory_lock(hashtextextended($1, 0))"
_UNLOCK = "select pg_advisory_unlock(hashtextextended($1, 0))"


async def _released(
    sql: AsyncConnection, raw: "asyncpg.Connection[asyncpg.Record]", name: str | None
) -> None:
    """Gives a lock back; a connection that may still hold it is not used again."""
    clean = False
    try:
        if name is not None and not raw.is_closed():
            await raw.fetchval(_UNLOCK, name)
        clean = not raw.is_closed()
    finally:
        if not clean:
            await sql.invalidate()


async def _driver_connection(sql: AsyncConnection) -> "asyncpg.Connection[asyncpg.Record]":
    connection = (await sql.get_raw_connection()).driver_connection
    if connection is None:
        raise Unavailable("PostgreSQL: the connection was closed while it was handed out")
    typed: asyncpg.Connection[asyncpg.Record] = connection
    return typed


def _unavailable(error: Exception, *, connected: bool) -> Unavailable | None:
    """The one place that decides which failures mean "try again": None if this one does not."""
    if isinstance(error, PoolTimeout):
        return Unavailable("PostgreSQL: every connection of this process is in use")
    if isinstance(error, DBAPIError):
        lost, state = error.connection_invalidated, getattr(error.orig, "sqlstate", None)
    else:
        lost, state = _lost(error, connected=connected), getattr(error, "sqlstate", None)
    if lost or _worth_another_try(state):
        return Unavailable(f"PostgreSQL: {error}")
    return None


def _lost(error: Exception, *, connected: bool) -> bool:
    if isinstance(error, Unavailable):
        return False
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error)
    # While connecting, any failure of the network counts; later an OSError may be the caller's.
    network = ConnectionError if connected else OSError
    return isinstance(error, network | asyncpg.PostgresConnectionError)


def _worth_another_try(state: object) -> bool:
    return isinstance(state, str) and (
        state.startswith(_TRY_AGAIN_CLASSES) or state in _TRY_AGAIN_STATES
    )
