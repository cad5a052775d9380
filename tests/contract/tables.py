"""A schema of its own with the kit's tables, as every service's migration creates them."""

from shared.kit.postgres import Database

SCHEMA = "kit"

_TABLES = f"""
create schema {SCHEMA};
create table {SCHEMA}.positions (
    topic text not null, partition int not null, next_offset bigint not null,
    primary key (topic, partition)
);
create table {SCHEMA}.outbox (
    id bigint generated always as identity primary key, lanes int[] not null,
    topic text not null, partition int, key bytea, value bytea, headers jsonb not null,
    created_at timestamptz not null default now()
);
"""


async def create_tables(db: Database) -> None:
    """Create the schema and its tables."""
    async with db.transaction() as tx:
        await tx.raw.execute(_TABLES)


async def count(db: Database, table: str) -> int:
    """How many rows a table of the schema has."""
    async with db.reading() as tx:
        found: int = await tx.raw.fetchval(f"select count(*) from {SCHEMA}.{table}")
        return found
