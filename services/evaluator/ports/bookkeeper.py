"""What the bookkeeper needs: a store of readings, heads and positions that commits at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.evaluator.domain.booking import Heads, Noticed
from services.evaluator.domain.totals import Totals
from shared.model.readings import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerHeads:
    """The heads of one owner's points and the catalogue version that booked them."""

    heads: Heads
    catalogue_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Readings of one owner and one week (number of 7 days since 1970) to keep for ever."""

    owner: int
    week: int
    rows: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """All that one batch writes, in one transaction or not at all.

    numbers: how many commit numbers it takes. positions: partition -> (offset expected, next
    offset). totals: by partition of their topic, numbered from 1 to `numbers`; the store moves
    these up, all by the same, to numbers above every one drawn before.
    partition_of: the partition of readings of every owner in `heads`.
    """

    numbers: int
    positions: Mapping[int, tuple[int, int]]
    blocks: Sequence[Block]
    heads: Mapping[int, OwnerHeads]
    partition_of: Mapping[int, int]
    opened: Noticed
    closed: Noticed
    totals: Mapping[int, Sequence[Totals]]


class ReadingStore(Protocol):
    """Readings, heads and positions, owned by the evaluator."""

    async def heads(self, owners: Sequence[int]) -> Mapping[int, OwnerHeads]:
        """The heads of those owners that have any. Raises Unavailable."""

    async def owners(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Owners with readings in these partitions -> the catalogue version that booked them."""

    async def rows(self, owner: int, from_week: int | None) -> Readings:
        """All rows of an owner from a week on (None: from the first), in the order of commits."""

    async def commit(self, commit: Commit) -> int:
        """Write it all, then hand the totals over to Kafka; the (highest) number of the commit.

        The number is drawn within the transaction: whoever waits for the transactions that are
        open has seen all numbers drawn before (see Register.commit_at).

        Raises Fenced when another process has moved a position on, Unavailable when the database
        cannot be reached (then nobody knows whether the commit happened).
        """


class Inbox(Protocol):
    """How far the topic of readings was taken over, and what was left unsent on the way."""

    async def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """The stored offset to read next of each partition. Raises Unavailable."""

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """Send what an earlier holder of these partitions committed but did not send."""

    async def tidy(self) -> None:
        """Clear away what was sent and acknowledged."""
