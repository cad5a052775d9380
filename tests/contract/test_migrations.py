"""Migrations: from nothing to the newest, once, whoever comes first."""

import asyncio

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from deploy.migrations.run import FOLDER, current_revision, upgrade
from shared.kit.postgres import Database, wait_for_schema

pytestmark = pytest.mark.real


def history() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


def newest() -> str:
    (head,) = history().get_heads()
    return head


def test_the_history_is_one_line_of_numbered_names() -> None:
    revisions = [script.revision for script in history().walk_revisions()][::-1]
    assert revisions == sorted(revisions)
    assert [name[:4] for name in revisions] == [f"{n:04}" for n in range(1, len(revisions) + 1)]
    assert max(map(len, revisions)) <= 32, "the version table holds 32 characters"


async def test_a_new_database_is_at_none(empty_database_url: str) -> None:
    assert await asyncio.to_thread(current_revision, empty_database_url) is None


async def test_several_at_once_end_at_the_newest(empty_database_url: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(upgrade, empty_database_url) for _ in range(3)))
    assert await asyncio.to_thread(current_revision, empty_database_url) == newest()
    db = await Database.open(empty_database_url, application="test")
    await wait_for_schema(db, newest(), wait_s=1.0)
    await db.close()


async def test_every_service_has_its_positions_and_outbox_in_the_agreed_shape(
    database: Database,
) -> None:
    async with database.reading() as tx:
        rows = await tx.raw.fetch(
            "select table_schema, table_name, string_agg(column_name, ' ' order by column_name) "
            "as columns from information_schema.columns "
            "where table_name in ('positions', 'outbox') group by 1, 2"
        )
    shapes = {"positions": "next_offset partition topic"}
    shapes["outbox"] = "created_at headers id key lanes partition topic value"
    assert rows
    for row in rows:
        assert row["columns"] == shapes[row["table_name"]], row["table_schema"]
