"""Bring a database to the newest revision, or say which one it is at.

deploy.migrations.run.upgrade("postgresql://user:password@host:port/database")
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

#: Where the revisions are.
FOLDER = Path(__file__).parent

# Any fixed number: whoever holds this lock migrates, everybody else waits for it to finish.
_LOCK = 7_046_029_254_386_353_131


def upgrade(url: str, revision: str = "head") -> None:
    """Run every revision that is missing, all in one transaction: all of them or none.

    Several processes may call this at once; one works, the others wait and find nothing to do.
    Not to be called from a running event loop: use `asyncio.to_thread(upgrade, url)` there.
    """
    asyncio.run(_upgrade(url, revision))


def current_revision(url: str) -> str | None:
    """The revision the database is at, None if it was never migrated."""
    return asyncio.run(_current_revision(url))


async def _upgrade(url: str, revision: str) -> None:
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"select pg_advisory_xact_lock({_LOCK})"))
            await connection.run_sync(_run, revision)
    finally:
        await engine.dispose()


async def _current_revision(url: str) -> str | None:
    engine = _engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_found)
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _found(connection: Connection) -> str | None:
    options = {"version_table_schema": "public"}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _engine(url: str) -> AsyncEngine:
    address = make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+asyncpg")
    return create_async_engine(address, poolclass=NullPool)
