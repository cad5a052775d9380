"""A ReadingStore in memory that commits at once or not at all, as PostgreSQL does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from services.evaluator.domain.totals import Totals
from services.evaluator.ports.bookkeeper import Block, Commit, OwnerHeads
from shared.kit.errors import Fenced
from shared.model.readings import Readings, empty, join


class MemoryReadingStore:
    """Keeps commits in lists; `sent` holds the totals in the order of their sending."""

    def __init__(self) -> None:
        self.number = 0
        self.blocks: list[Block] = []
        self.stored_heads: dict[int, OwnerHeads] = {}
        self.partition_of: dict[int, int] = {}
        self.next: dict[int, int] = {}
        self.sent: list[tuple[int, Totals]] = []
        self.findings: dict[tuple[int, int, int, int], bool] = {}
        self.loads = 0

    async def heads(self, owners: Sequence[int]) -> Mapping[int, OwnerHeads]:
        return {o: self.stored_heads[o] for o in owners if o in self.stored_heads}

    async def owners(self, partitions: Sequence[int]) -> Mapping[int, int]:
        return {
            owner: heads.catalogue_version
            for owner, heads in self.stored_heads.items()
            if self.partition_of[owner] in partitions
        }

    async def rows(self, owner: int, from_week: int | None) -> Readings:
        self.loads += 1
        parts = [
            block.rows
            for block in self.blocks
            if block.owner == owner and (from_week is None or block.week >= from_week)
        ]
        return join(parts) if parts else empty()

    async def commit(self, commit: Commit) -> int:
        for partition, (expected, _) in commit.positions.items():
            if self.next.get(partition, 0) != expected:
                raise Fenced(f"partition {partition} is not at {expected}")
        self.next |= {p: after for p, (_, after) in commit.positions.items()}
        self.blocks.extend(commit.blocks)
        self.stored_heads |= commit.heads
        self.partition_of |= commit.partition_of
        self._note(commit)
        self.sent.extend(
            (p, replace(totals, commit=self.number + totals.commit))
            for p, parts in commit.totals.items()
            for totals in parts
        )
        self.number += commit.numbers
        return self.number

    def _note(self, commit: Commit) -> None:
        for noticed, standing in ((commit.closed, False), (commit.opened, True)):
            columns = (noticed.point, noticed.kind, noticed.start, noticed.end)
            for key in zip(*(column.tolist() for column in columns), strict=True):
                self.findings[key] = standing

    async def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        return {p: self.next.get(p, 0) for p in partitions}

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """Nothing is ever left: commits send at once."""

    async def tidy(self) -> None:
        """Nothing is ever left."""


class Ledger:
    """Adds the totals up by subject, lane and hour."""

    def __init__(self) -> None:
        self.hours: dict[tuple[str, str, int], np.ndarray] = {}

    def add(self, totals: Totals) -> None:
        changes = totals.changes
        for i in range(len(changes)):
            key = (
                totals.subjects[changes.subject[i]],
                totals.lanes[changes.lane[i]].carrier,
                int(changes.hour[i]),
            )
            amounts = [changes.quantity[i], changes.estimated[i], changes.known[i]]
            self.hours[key] = self.hours.get(key, np.zeros(3, object)) + np.array(amounts, object)

    def of(self, subject: str) -> dict[int, tuple[int, int, int]]:
        return {
            hour: (int(v[0]), int(v[1]), int(v[2]))
            for (who, _, hour), v in sorted(self.hours.items())
            if who == subject and any(v)
        }
