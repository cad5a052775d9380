"""Everything of a made-up province into an empty database, table by table, with its time told.

PostgreSQL runs alone meanwhile: the services find the tables as if they had filled them, and
ingest publishes the catalogue when it starts.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg

from deploy.bench.province import catalogue, copying, ledgers, shelves, statements
from deploy.bench.province.estate import Estate
from deploy.bench.province.ledgers import Ledgers
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.shelves import COMMIT, VERSION, Shelves
from deploy.bench.province.size import Size
from deploy.local import postgres
from deploy.local.ports import free_port
from deploy.local.process import Running, spawn, wait_ready
from deploy.migrations.run import upgrade
from shared.contracts.topics import READINGS, TOTALS
from shared.kit.clock import now_us

_FOR_LOADING = {
    # What is copied into a table that was emptied in the same transaction need not be logged.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "60min",
}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load came to: seconds, bytes on the disk, and rows by table."""

    seconds: float
    disk_bytes: int
    rows: dict[str, int]


def load(size: Size, data_dir: Path, say: Say) -> Loaded:
    """Fill the database of a folder in which no system has run yet. Raises PartError.

    A system that is then started on the folder has it all.
    """
    began = time.monotonic()
    data_dir.mkdir(parents=True, exist_ok=True)
    folder, port = data_dir.resolve() / "postgres", free_port()
    server = _alone(folder, port)
    try:
        url = postgres.url(folder, port)
        upgrade(url)
        rows = asyncio.run(_load(Estate(size), url, say))
    finally:
        server.stop()
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Loaded(seconds=time.monotonic() - began, disk_bytes=used, rows=rows)


def _alone(folder: Path, port: int) -> Running:
    """PostgreSQL with settings for loading; the next start has the usual ones."""
    plan = postgres.prepare(folder, port)
    more = [part for key, value in _FOR_LOADING.items() for part in ("-c", f"{key}={value}")]
    plan = replace(plan, argv=(*plan.argv, *more))
    running = Running(plan, spawn(plan).process)
    try:
        wait_ready(running)
    except BaseException:
        running.stop()
        raise
    return running


class _Tables:
    """A connection that fills tables one after another, and says how long each took."""

    def __init__(self, connection: Any, say: Say) -> None:
        self._connection = connection
        self._say = say
        self.rows: dict[str, int] = {}

    async def fill(
        self, table: str, columns: Sequence[str], *parts: AsyncIterator[bytes], binary: bool
    ) -> None:
        """Empty the table, then copy every part into it, all in one transaction."""
        began = time.monotonic()
        schema, _, name = table.partition(".")
        async with self._connection.transaction():
            await self._connection.execute(f"truncate {table} cascade")
            done = [
                await self._connection.copy_to_table(
                    name,
                    schema_name=schema,
                    columns=columns,
                    source=part,
                    **({"format": "binary"} if binary else {}),
                )
                for part in parts
            ]
        self.rows[table] = sum(int(words.split()[1]) for words in done)
        seconds = time.monotonic() - began
        self._say(f"{table}: {self.rows[table]:,} rows in {seconds:.0f} s")

    async def execute(self, *statements: str) -> None:
        """Statements without rows."""
        for statement in statements:
            await self._connection.execute(statement)


async def _load(estate: Estate, url: str, say: Say) -> dict[str, int]:
    connection = await asyncpg.connect(url, command_timeout=None)
    try:
        tables = _Tables(connection, say)
        await _fill_ingest(tables, estate)
        await _fill_evaluator(tables, estate)
        await tables.execute("analyze")
    finally:
        await connection.close()
    return tables.rows


async def _fill_ingest(tables: _Tables, estate: Estate) -> None:
    versions = f"{VERSION}\t{now_us()}\tprovince\t{{province}}\n"
    columns = ("version", "recorded_at", "key_id", "files")
    await tables.fill("ingest.versions", columns, copying.lines([versions]), binary=False)
    entities = copying.lines(catalogue.entities(estate))
    await tables.fill("ingest.entities", catalogue.ENTITIES, entities, binary=False)
    records = copying.lines(catalogue.records(estate))
    await tables.fill("ingest.records", catalogue.RECORDS, records, binary=False)
    numbers = "pg_get_serial_sequence('ingest.entities', 'number')"
    await tables.execute(f"select setval({numbers}, {estate.numbers.end - 1})")


async def _fill_evaluator(tables: _Tables, estate: Estate) -> None:
    quantities = Quantities(estate)
    books, readings = Ledgers(estate, quantities), Shelves(estate, quantities)
    months: list[str] = []
    await tables.fill(
        "evaluator.books",
        ledgers.BOOKS,
        copying.stream(books.of_enterprises(months)),
        copying.stream(books.of_the_rest(months)),
        binary=True,
    )
    await tables.fill("evaluator.months", ledgers.MONTHS, copying.lines(months), binary=False)
    blocks = copying.stream(readings.blocks())
    await tables.fill("evaluator.reading_blocks", shelves.BLOCKS, blocks, binary=True)
    heads = copying.stream(readings.heads(READINGS.partitions))
    await tables.fill("evaluator.heads", shelves.HEADS, heads, binary=True)
    counts = copying.stream(readings.counts())
    await tables.fill("evaluator.reading_counts", shelves.COUNTS, counts, binary=True)
    frontiers = copying.stream(ledgers.frontiers(estate, TOTALS.partitions))
    await tables.fill("evaluator.frontiers", ledgers.FRONTIERS, frontiers, binary=True)
    register = copying.lines(statements.register(estate))
    await tables.fill("evaluator.register", statements.REGISTER, register, binary=False)
    await tables.execute(
        "insert into evaluator.commits (n, kind) "
        f"values ({COMMIT}, 'readings'), ({statements.COMMIT}, 'register')",
        f"select setval('evaluator.next_commit', {statements.COMMIT})",
        f"update evaluator.history_begins set commit_n = {COMMIT}",
        f"update evaluator.register_revision set n = {statements.COMMIT}",
    )
