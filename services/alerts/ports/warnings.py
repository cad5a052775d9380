"""What the alerts service needs from outside, said as promises that any technology can keep."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.alerts.domain.delivery import Answer, Decision, Delivery, Endpoint
from services.alerts.domain.hearing import Heard, Known
from services.alerts.domain.selection import Selection, Sight, Told
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from shared.model.level import Level

Moves = Mapping[int, tuple[int, int]]
"""By partition of the topic: the position expected now, and the one to write."""


class DeskWork(Protocol):
    """One transaction: all that is written in it becomes true together, or not at all."""

    async def known(self, series: Collection[str], warnings: Collection[UUID]) -> Known:
        """The newest numbers of the series and the warnings that exist; absent ones left out.

        Nobody else changes these warnings before this transaction ends.
        """
        ...

    async def due(self, until: datetime, *, limit: int) -> tuple[Warning, ...]:
        """At most `limit` warnings that time alone changes by `until`, those due first.

        Held as by `known`; those that somebody else holds are left out.
        """
        ...

    async def taking(self) -> None:
        """From here to the end of the transaction, nobody else takes alerts of somebody else's."""
        ...

    async def write(self, heard: Heard) -> int | None:
        """Write numbers, warnings and entries, and make each entry due at every endpoint.

        The new id of the last entry, or None without entries. Ids grow in the order of commits.
        """
        ...

    async def move(self, topic: str, moves: Moves) -> None:
        """Compare and set the positions; raises when another process has moved one."""
        ...


class Desk(Protocol):
    """Where warnings are written."""

    def work(self) -> AbstractAsyncContextManager[DeskWork]:
        """A transaction that commits when the block ends and is undone when it raises."""
        ...

    async def positions(self, topic: str, partitions: Collection[int]) -> Mapping[int, int]:
        """The next offset to read of each partition of the topic; 0 where nothing has been read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What followers of the journal need of an entry: its id, its type, and its document as JSON.

    `warning` is the id of what it is about, a warning or something else.
    """

    id: int
    warning: UUID
    type: str
    noticed_at: datetime
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Happened):
    """An entry as stored, with what filters look at.

    `hash` covers the entry and, through the hash of the one before, all entries before it.
    `is_whole`: what stands beside the document, which the hash does not cover, is what the
    document says.
    """

    told: Told
    about: About
    position: int
    hash: bytes
    is_whole: bool = True


class By(StrEnum):
    """What warnings can be grouped by."""

    REGION = "region"
    """The nearest region that the subject is in."""
    MEASURE = "measure"
    KIND = "kind"
    LEVEL = "level"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How many open warnings of a group stand at each level; `newest` is its newest entry."""

    key: str
    counts: Mapping[Level, int]
    newest: int

    @property
    def worst(self) -> Level:
        """The highest level in the group."""
        return max((level for level, n in self.counts.items() if n), default=Level.NONE)

    @property
    def total(self) -> int:
        """How many warnings."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Some of the groups, and how many groups and warnings there are in all."""

    items: tuple[Group, ...]
    groups: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A warning in a list; `latest` is the id of its newest entry, by which lists are ordered.

    One that nobody was told of has a place of its own below zero.
    """

    warning: Warning
    latest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Warnings, newest change first; `newest` is the newest entry of all at that moment."""

    items: tuple[Listed, ...]
    more: bool
    newest: int


class Archive(Protocol):
    """Where warnings are read."""

    async def find(
        self, sight: Sight, selection: Selection, *, limit: int, below: int | None
    ) -> Page:
        """At most `limit` visible warnings, those whose newest entry is below `below`."""
        ...

    async def warning(self, key: UUID) -> Listed | None:
        """One warning, or None."""
        ...

    async def groups(
        self, sight: Sight, selection: Selection, by: By, *, limit: int, skip: int = 0
    ) -> Groups:
        """The visible warnings that are open (or as the selection says) in groups.

        The worst first, then the largest; at most `limit`, without the first `skip`.
        """
        ...

    async def history(self, key: UUID) -> tuple[Written, ...]:
        """All entries of the warning, oldest first; of anything else by its id as well."""
        ...

    async def hash_of(self, entry: int) -> bytes | None:
        """The hash of the newest entry at or below that id; None without any."""
        ...

    async def after(self, entry: int, *, limit: int) -> tuple[Written, ...]:
        """At most `limit` entries with an id above `entry`, in order; none is ever left out."""
        ...

    async def newest(self) -> int:
        """The id of the newest entry; 0 without any."""
        ...

    async def pointed_at(self) -> int:
        """The highest id of an entry that anything else has kept: there was one like that."""
        ...

    async def count(self, sight: Sight, selection: Selection) -> Mapping[Level, int]:
        """How many visible warnings are open at each level above none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a warning; `sha256` is the hash of its bytes, as hex digits."""

    sha256: str
    name: str
    content_type: str
    size: int
    at: datetime
    by: str


class Attachments(Protocol):
    """Where files are kept that responses are proved with."""

    async def keep(self, warning: UUID, attachment: Attachment, data: bytes, *, most: int) -> bool:
        """Keep a file with a warning; the same again changes nothing.

        False when the warning has `most` files already.
        """
        ...

    async def of(self, warning: UUID) -> Mapping[str, Attachment]:
        """The files of a warning by their hashes."""
        ...

    async def data(self, warning: UUID, sha256: str) -> tuple[Attachment, bytes] | None:
        """A file of a warning, or None."""
        ...


class Endpoints(Protocol):
    """Where webhooks are sent."""

    async def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint: entries from now on are due there."""
        ...

    async def remove(self, key: UUID, at: datetime) -> bool:
        """Send nothing there any more, waiting deliveries included; False if there is none."""
        ...

    async def all(self) -> tuple[Endpoint, ...]:
        """The endpoints that have not been removed, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A delivery as the log shows it; `next_at` is None once it was acknowledged."""

    entry: int
    warning: UUID
    type: str
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is to be written of one attempt."""

    delivery: Delivery
    answer: Answer
    decision: Decision


class DeliveryLog(Protocol):
    """What is due where. Several processes may claim at once: nobody gets what another holds."""

    async def claim(
        self, endpoint: UUID, now: datetime, *, limit: int, lease: timedelta
    ) -> tuple[Delivery, ...]:
        """Take due deliveries, at most one a warning and always its oldest unacknowledged.

        They are due again after the lease, should nobody settle them.
        """
        ...

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write outcomes; one whose delivery was claimed again in the meantime is not written."""
        ...

    async def next_due(self, endpoint: UUID) -> datetime | None:
        """When the next delivery of the endpoint is due, or None if nothing waits."""
        ...

    async def waiting(self) -> Mapping[UUID, int]:
        """How many deliveries wait at each endpoint that has any."""
        ...

    async def log(
        self, endpoint: UUID, *, waiting: bool | None, limit: int, below: int | None
    ) -> tuple[Logged, ...]:
        """The newest deliveries of the endpoint, those of entries below `below`."""
        ...


class Channel(Protocol):
    """The way to an endpoint."""

    async def send(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> Answer:
        """Send once; whatever goes wrong is in the answer, nothing is raised."""
        ...
