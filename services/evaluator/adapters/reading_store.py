"""Readings, heads, findings and positions on PostgreSQL; totals go out through the outbox."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from services.evaluator.adapters import reading_counts
from services.evaluator.adapters.totals_codec import encode
from services.evaluator.domain.booking import Heads, Noticed
from services.evaluator.ports.bookkeeper import Block, Commit, OwnerHeads
from shared.contracts.readings import decode_columns, encode_columns
from shared.contracts.topics import READINGS, TOTALS
from shared.kit.errors import Unavailable
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox, Staged
from shared.kit.postgres import Database, Positions, Transaction
from shared.model.readings import Readings, empty, join

SCHEMA = "evaluator"

_COUNTED_AFTER = 500
"""So many commits note their readings before the counts are added up."""


class PostgresReadingStore:
    """The ReadingStore on PostgreSQL; lanes of the outbox are the partitions of readings."""

    def __init__(self, db: Database, outbox: Outbox) -> None:
        """`outbox`: the one of the schema `evaluator`."""
        self._db = db
        self._outbox = outbox
        self._positions = Positions(SCHEMA)
        # An earlier process may have left some.
        self._noted = 1

    async def heads(self, owners: Sequence[int]) -> dict[int, OwnerHeads]:
        """See ReadingStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_HEADS, list(owners))
        return {
            row["owner"]: OwnerHeads(
                heads=Heads(
                    rows=decode_columns(row["body"], row["count"]),
                    older=np.frombuffer(row["older"], "<u4"),
                ),
                catalogue_version=row["catalogue_version"],
            )
            for row in rows
        }

    async def owners(self, partitions: Sequence[int]) -> dict[int, int]:
        """See ReadingStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_OWNERS, list(partitions))
        return {row["owner"]: row["catalogue_version"] for row in rows}

    async def rows(self, owner: int, from_week: int | None) -> Readings:
        """See ReadingStore."""
        return await self.rows_between(owner, from_week)

    async def rows_between(
        self,
        owner: int,
        from_week: int | None,
        to_week: int | None = None,
        as_of: int | None = None,
    ) -> Readings:
        """All rows of an owner in these weeks (both included), as far as commit `as_of` knew."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_ROWS, owner, from_week, to_week, as_of)
        parts = [decode_columns(row["body"], row["count"]) for row in rows]
        return join(parts) if parts else empty()

    async def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """The stored offset to read next of each partition of readings. Raises Unavailable."""
        async with self._db.reading() as tx:
            return await self._positions.load(tx, READINGS.name, partitions)

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """Send what an earlier holder of these partitions committed but did not send."""
        await self._outbox.publish_leftovers(partitions)

    async def commit(self, commit: Commit) -> int:
        """See ReadingStore."""
        async with self._db.transaction() as tx:
            await self._positions.advance(tx, READINGS.name, commit.positions)
            kind = "readings" if commit.blocks else "rules"
            number: int = await tx.raw.fetchval(_COMMIT, commit.numbers, kind)
            await _put_blocks(tx, commit.blocks, number)
            await _put_heads(tx, commit, number)
            await _put_findings(tx, commit.opened, commit.closed, number)
            staged = await self._stage(tx, commit, number - commit.numbers)
        self._noted += 1
        await self._outbox.publish(staged)
        if self._noted >= _COUNTED_AFTER:
            # The commit stands, whatever becomes of this.
            with suppress(Unavailable):
                await self.count()
        return number

    async def _stage(self, tx: Transaction, commit: Commit, up: int) -> list[Staged]:
        messages = [
            Message(
                TOTALS.name,
                encode(replace(totals, commit=totals.commit + up)),
                partition=partition,
            )
            for partition, parts in commit.totals.items()
            for totals in parts
        ]
        return await self._outbox.put(tx, messages, sorted(commit.positions))

    async def tidy(self) -> None:
        """Clear the outbox of what was acknowledged, and add up the counts of readings."""
        await self._outbox.tidy()
        await self.count()

    async def count(self) -> None:
        """Add up how many readings came in since the last time. Raises Unavailable."""
        if self._noted:
            await reading_counts.add_up(self._db)
            self._noted = 0


async def _put_blocks(tx: Transaction, blocks: Sequence[Block], number: int) -> None:
    if blocks:
        await tx.raw.copy_records_to_table(
            "reading_blocks",
            schema_name=SCHEMA,
            columns=("owner", "week", "commit_n", "count", "body"),
            records=[
                (b.owner, b.week, number, len(b.rows), encode_columns(b.rows)) for b in blocks
            ],
        )
        await reading_counts.note(tx, [block.rows for block in blocks])


async def _put_heads(tx: Transaction, commit: Commit, number: int) -> None:
    owners = sorted(commit.heads)
    heads = [commit.heads[owner] for owner in owners]
    await tx.raw.execute(
        _PUT_HEADS,
        owners,
        [commit.partition_of[owner] for owner in owners],
        [head.catalogue_version for head in heads],
        [len(head.heads.rows) for head in heads],
        [encode_columns(head.heads.rows) for head in heads],
        [head.heads.older.astype("<u4").tobytes() for head in heads],
        number,
    )


async def _put_findings(tx: Transaction, opened: Noticed, closed: Noticed, number: int) -> None:
    if len(closed):
        await tx.raw.execute(
            _END_FINDINGS,
            closed.point.tolist(),
            closed.kind.tolist(),
            closed.start.tolist(),
            number,
        )
    if len(opened):
        await tx.raw.copy_records_to_table(
            "findings",
            schema_name=SCHEMA,
            columns=("point", "kind", "start_us", "end_us", "commit_n"),
            records=zip(
                opened.point.tolist(),
                opened.kind.tolist(),
                opened.start.tolist(),
                opened.end.tolist(),
                [number] * len(opened),
                strict=True,
            ),
        )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_COMMIT = _sql("""
    insert into evaluator.commits (n, kind)
    select max(nextval('evaluator.next_commit')), $2 from generate_series(1, $1::int)
    returning n
""")

_HEADS = _sql("""
    select owner, catalogue_version, count, body, older from evaluator.heads
    where owner = any($1::int[])
""")

_OWNERS = _sql("""
    select owner, catalogue_version from evaluator.heads where partition = any($1::int[])
""")

_ROWS = _sql("""
    select count, body from evaluator.reading_blocks
    where owner = $1 and ($2::int is null or week >= $2) and ($3::int is null or week <= $3)
    and ($4::bigint is null or commit_n <= $4)
    order by commit_n, week
""")

_PUT_HEADS = _sql("""
    insert into evaluator.heads
        (owner, partition, catalogue_version, count, body, older, commit_n)
    select h.*, $7 from unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::bytea[],
        $6::bytea[]) as h (owner, partition, catalogue_version, count, body, older)
    on conflict (owner) do update set catalogue_version = excluded.catalogue_version,
        count = excluded.count, body = excluded.body, older = excluded.older,
        commit_n = excluded.commit_n
""")

_END_FINDINGS = _sql("""
    update evaluator.findings as f set ended_n = $4
    from unnest($1::int[], $2::int[], $3::bigint[]) as c (point, kind, start_us)
    where f.point = c.point and f.kind = c.kind and f.start_us = c.start_us and f.ended_n is null
""")
