"""What telling needs from outside: groups and notices kept, ways to recipients, what mutes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.alerts.domain.suppression.explaining import Suppression
from services.alerts.domain.telling.contacts import ChannelKind, Contact
from services.alerts.domain.telling.deciding import Decision, Last, Reason
from services.alerts.domain.telling.items import Item
from services.alerts.domain.telling.notice import Document, Muted, Notice
from services.alerts.domain.telling.routes import Group, Route
from services.alerts.domain.telling.sending import Outcome, Said, Sending, State
from services.alerts.domain.warning import Warning
from services.alerts.ports.warnings import Happened
from shared.model.level import Level

JOURNAL = "journal:telling"
ROUTES = "routes:telling"
"""Names of the positions: how far the journal was followed, which version of routes is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An item's place in a group. `holds` as far as this group is concerned."""

    group: UUID
    item: UUID
    holds: bool
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An item put into a group; `timing` says when the group is looked at because of it."""

    group: Group
    item: UUID
    level: Level
    wait: timedelta
    interval: timedelta
    event: Item | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An item that was told in one group and is now in another: what was told of it is known."""

    item: UUID
    source: UUID
    target: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the follower makes of a batch.

    `ended`: seats whose item no longer belongs there; it is told as resolved. `removed`: seats that
    vanish without a word, because the routes have changed; `moves` says where their items went.
    """

    placed: tuple[Placed, ...] = ()
    ended: tuple[Seat, ...] = ()
    removed: tuple[Seat, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A member as it is stored; `event` is the reminder, None for a warning."""

    item: UUID
    holds: bool
    level: Level
    event: Item | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A group that is due, with its members and what each contact was told last."""

    group: Group
    members: tuple[Kept, ...]
    last: Mapping[str, Last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was decided for a contact, as it is remembered."""

    group: UUID
    contact: str
    last: Last | None
    decision: Decision
    muted: tuple[Muted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice made ready for one address of its recipient."""

    notice: Notice
    address: str
    channel: ChannelKind
    rendered: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A notice that goes into the digest of a later moment."""

    contact: str
    due_at: datetime
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All that a round of looking at groups writes. `due`: when each is looked at next."""

    now: datetime
    due: Mapping[UUID, datetime | None] = field(default_factory=dict)
    over: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    gone: frozenset[UUID] = frozenset()
    judged: tuple[Judged, ...] = ()
    letters: tuple[Letter, ...] = ()
    held: tuple[Holding, ...] = ()
    lately: Mapping[str, tuple[datetime, int]] = field(default_factory=dict)


class TellingWork(Protocol):
    """One transaction of telling: everything in it becomes true together, or not at all."""

    async def position(self, name: str) -> int:
        """A position; 0 for one never written."""
        ...

    async def move(self, name: str, expected: int, new: int) -> None:
        """Compare and set; raises when another process has moved it."""
        ...

    async def entries(self, after: int, limit: int) -> tuple[Happened, ...]:
        """Entries of the journal with an id above `after`, in order; none is ever left out."""
        ...

    async def warnings(self, keys: Collection[UUID]) -> Mapping[UUID, Warning]:
        """The warnings as they stand; absent ones are left out."""
        ...

    async def open_warnings(self, after: UUID | None, limit: int) -> tuple[Warning, ...]:
        """Open warnings in the order of their ids, those after `after`."""
        ...

    async def seats(self, items: Collection[UUID]) -> tuple[Seat, ...]:
        """Where the items sit now."""
        ...

    async def strays(self, routes: Collection[str]) -> tuple[tuple[Seat, Item], ...]:
        """Reminders not told yet in groups of other routes than these."""
        ...

    async def place(self, placement: Placement, now: datetime) -> None:
        """Write a placement; groups it touches become due."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Groups due at `now`, left alone by others until the transaction ends."""
        ...

    async def lately(self, contacts: Collection[str]) -> Mapping[str, tuple[datetime, int]]:
        """For each contact that has any: since when, how many notices."""
        ...

    async def held(self, now: datetime, limit: int) -> Mapping[str, tuple[Document, ...]]:
        """Take out what was held back and is due, by contact, oldest first."""
        ...

    async def told_since(
        self, contacts: Collection[str], since: datetime
    ) -> Mapping[tuple[str, UUID], datetime]:
        """When contacts were last told of a warning at once, if they were after `since`."""
        ...

    async def write(self, results: Results) -> None:
        """Write what a round decided."""
        ...


class Telling(Protocol):
    """Where groups, and what was told of them, are kept."""

    def work(self) -> AbstractAsyncContextManager[TellingWork]:
        """A transaction that commits when the block ends and is undone when it raises."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next group or digest is due."""
        ...


class Hush(Protocol):
    """What mutes."""

    async def of(self, warnings: Iterable[Warning], now: datetime) -> Mapping[UUID, Suppression]:
        """Why nobody is told of each of the warnings that are suppressed now."""
        ...

    async def quiet(self, now: datetime) -> frozenset[str]:
        """The names of the times that are now, as routes speak of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Routes in force; version 0 is the policy file's."""

    version: int
    root: Route
    document: Document


class Directory(Protocol):
    """Routes and contacts as people have set them."""

    async def ruling(self) -> Ruling:
        """The routes in force."""
        ...

    async def rule(self, document: Document, root: Route, by: str, now: datetime) -> Ruling:
        """Put other routes in force."""
        ...

    async def contacts(self) -> tuple[Contact, ...]:
        """All contacts, by name."""
        ...

    async def keep(self, contact: Contact, by: str, now: datetime) -> None:
        """Add or replace a contact; the groups that it hears of become due."""
        ...

    async def drop(self, name: str) -> bool:
        """Remove a contact with what waits for it; False if there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What is to be written of one attempt."""

    sending: Sending
    said: Said
    outcome: Outcome


class Outbox(Protocol):
    """Notices at addresses. Several copies may claim at once: nobody gets what another holds."""

    async def exchange(
        self,
        channel: ChannelKind,
        settled: Sequence[Settled],
        copy: int,
        now: datetime,
        *,
        limit: int,
    ) -> tuple[Sending, ...]:
        """Write outcomes and claim what is due, in one transaction.

        Of each address and group only the oldest that waits is claimed, so that notices arrive in
        order. An outcome is not written if its notice was claimed again in the meantime.
        """
        ...

    async def free(self) -> int:
        """Give back what copies hold that are no longer alive; how many."""
        ...

    async def put(self, letters: Sequence[Letter]) -> tuple[int, ...]:
        """Make letters due that no group stands behind; their numbers."""
        ...

    async def waiting(self) -> tuple[int, datetime | None]:
        """How many wait, and since when the oldest does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A notice at an address as the log shows it."""

    number: int
    notice: UUID
    recipient: str
    address: str
    channel: ChannelKind
    reason: Reason
    level: Level
    state: State
    created_at: datetime
    attempts: int
    next_at: datetime | None
    last_at: datetime | None
    last_status: int | None
    last_detail: str
    document: Document
    rendered: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One line of the log of attempts: `step` is begun or answered."""

    attempt: int
    step: str
    at: datetime
    copy: int
    repeats: bool
    result: str
    status: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters of the log that all must hold; None does not filter."""

    warning: UUID | None = None
    recipient: str | None = None
    channel: ChannelKind | None = None
    state: State | None = None


class NoticeLog(Protocol):
    """Where it is read what became of notices."""

    async def find(
        self, wanted: Wanted, *, limit: int, below: int | None = None, after: int | None = None
    ) -> tuple[Noted, ...]:
        """Newest first below `below`; or, given `after`, oldest first behind it."""
        ...

    async def one(self, number: int) -> tuple[Noted, tuple[Attempt, ...]] | None:
        """A notice with all its attempts, or None."""
        ...

    async def newest(self) -> int:
        """The number of the newest notice; 0 without any."""
        ...


class Way(Protocol):
    """The way to addresses of one channel."""

    async def send(self, sending: Sending, now: datetime, /) -> Said:
        """Send once; whatever goes wrong is in what is said, nothing is raised."""
        ...


class Renderer(Protocol):
    """Makes of a notice what a channel carries."""

    def render(self, contact: Contact, channel: ChannelKind, document: Document) -> Document:
        """Subject and texts, in the contact's language; the same for the same notice."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file that goes with a notice."""

    name: str
    media_type: str
    data: bytes


class Enclosures(Protocol):
    """The files that go with notices by mail."""

    async def of(self, document: Document) -> Sequence[Enclosed]:
        """Those of one notice; raises Unavailable."""
        ...
