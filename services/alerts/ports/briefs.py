"""What briefs need from outside: the evaluator's figures, the journal, a press, and their store."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.alerts.domain.briefs.desking import Entry
from services.alerts.domain.briefs.document import Document, Edition, Language
from services.alerts.domain.briefs.facts import Before, Facts, Label, Situation
from services.alerts.domain.briefs.flow import Brief, File, State
from services.alerts.domain.briefs.numbering import Number
from services.alerts.domain.briefs.settings import BriefSettings
from services.alerts.domain.selection import Sight
from services.alerts.ports.journal import Line
from shared.model.instants import iso, to_us

Pages = Mapping[tuple[Language, Edition], Document]
"""A brief as it is shown, in each language and edition."""

Say = Callable[[str, int, int], None]
"""Told of how far a long piece of work is: what is being done, how much of it, of how much."""


class AskedInVainError(Exception):
    """The evaluator has no such figures: it knows no such region or period; `label` says why."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.zh)
        self.label = label


class CannotPrintError(Exception):
    """A brief cannot be written or printed as things are; `label` says why and what to do."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


class ClaimLostError(Exception):
    """Another copy makes the brief by now: nothing of this one's is written."""


class Situations(Protocol):
    """The figures of regions, as the evaluator tells them."""

    async def newest(self) -> int:
        """The newest finished commit; raises Unavailable."""
        ...

    async def knows(self, region: str) -> bool:
        """Whether there is a region of that code; asks for no figures, and is answered quickly.

        Raises AskedInVainError when the evaluator does not let itself be asked, and Unavailable
        when it does not answer.
        """
        ...

    async def of(
        self, region: str, period: str, *, commit: int, since: int | None = None
    ) -> Situation:
        """All figures as of the commit, with corrections since another one.

        Raises AskedInVainError, and Unavailable when the evaluator does not answer.
        """
        ...


class DeskHistory(Protocol):
    """The journal as briefs read it."""

    async def newest(self) -> int:
        """The id of the newest entry; 0 without any."""
        ...

    async def entries(self, region: str, upto: int) -> Sequence[Entry]:
        """Entries about the region and all below it with ids up to `upto`, in their order.

        Others may be among them; the domain leaves them out.
        """
        ...

    async def chain(self, region: str) -> tuple[str, ...]:
        """The region and those above it as a warning has told them; empty where none has."""
        ...

    async def tops(self) -> Sequence[str]:
        """The regions above which no warning has told of any."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Pages, and what is wrong with them (nothing, as a rule)."""

    pages: Pages
    findings: tuple[Label, ...] = ()


class Scribe(Protocol):
    """Writes briefs, and keeps what they are made of as bytes."""

    def sealed(self, facts: Facts) -> Facts:
        """The facts with their digest."""
        ...

    async def write(
        self, facts: Facts, languages: Sequence[Language], editions: Sequence[Edition]
    ) -> Written:
        """The pages in these languages and editions, read again by an independent reader.

        Raises CannotPrintError.
        """
        ...

    def keep(self, facts: Facts, pages: Pages) -> tuple[bytes, bytes]:
        """Facts and pages as canonical bytes."""
        ...

    def facts(self, kept: bytes) -> Facts:
        """The facts that were kept."""
        ...

    def pages(self, kept: bytes) -> Pages:
        """The pages that were kept."""
        ...

    def page(self, kept: bytes, language: Language, edition: Edition) -> bytes | None:
        """One of the pages that were kept, as JSON; None where there is no such page."""
        ...

    def figures(self, facts: bytes, pages: bytes) -> bytes:
        """The JSON file of all figures, from what `keep` gave."""
        ...


Key = tuple[Language, Edition, str]
"""A finished form: language, edition, and pdf, docx, xlsx or html."""


class Press(Protocol):
    """Makes the forms in which briefs go out; the same pages give the same bytes everywhere."""

    def get_ready(self) -> None:
        """There will soon be pages: load what forms need, without waiting for it."""
        ...

    async def forms(self, pages: Pages, say: Say) -> Mapping[Key, bytes]:
        """All forms of all pages; raises CannotPrintError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the making of a brief is."""

    step: str
    done: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A brief that this copy is to make. token: fences what it writes. attempt: from 1."""

    brief: Brief
    token: UUID
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What a revision is kept as: facts and pages as bytes, and its files."""

    facts: bytes
    pages: bytes
    files: tuple[tuple[File, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is written together. queue: it is to be made. token: ends the making under it."""

    brief: Brief
    lines: tuple[Line, ...] = ()
    revision: Revision | None = None
    queue: bool = False
    token: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFilter:
    """Filters that all must hold; None does not filter. `region` means the region's subtree."""

    region: str | None = None
    period: str | None = None
    state: State | None = None
    is_public: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A brief in a list. place: by which lists are ordered. sheets: of errata, and if published."""

    brief: Brief
    place: int
    sheets: tuple[tuple[UUID, bool], ...] = ()
    progress: Progress | None = None

    @property
    def corrected(self) -> bool:
        """Whether a sheet of errata about it was published."""
        return any(is_out for _, is_out in self.sheets)


class NumberTakenError(Exception):
    """Another brief was published under the number meanwhile: draw another one."""


class BriefWork(Protocol):
    """One transaction."""

    async def one(self, key: UUID) -> Brief | None:
        """The brief; nobody else changes it before this transaction ends."""
        ...

    async def write(self, change: Change) -> None:
        """Write the brief, its revision, and the journal last.

        Raises ClaimLostError if the token's claim is no longer held, NumberTakenError for a number
        that does not follow the last one of its region and year.
        """
        ...


class BriefStore(Protocol):
    """Where briefs are kept."""

    def work(self) -> AbstractAsyncContextManager[BriefWork]:
        """A transaction that commits when the block ends and is undone when it raises."""
        ...

    async def find(
        self, sight: Sight, wanted: BriefFilter, *, limit: int, below: int | None
    ) -> Sequence[Listed]:
        """Visible briefs, the newest first; those whose place is below `below`."""
        ...

    async def one(self, key: UUID) -> Listed | None:
        """One brief."""
        ...

    async def numbered(self, address: str) -> Listed | None:
        """The published brief of that address."""
        ...

    async def public(self, *, limit: int, below: int | None) -> Sequence[Listed]:
        """Published briefs with an edition for the public, the newest first."""
        ...

    async def revision(self, key: UUID) -> tuple[bytes, bytes] | None:
        """Facts and pages of its newest revision; None before it was made."""
        ...

    async def data(self, sha256: str) -> bytes | None:
        """The bytes of a file."""
        ...

    async def before(self, region: str, period: str, upto: int) -> Before | None:
        """The region's brief of the period that ended last before this one's end.

        Of those that were published up to an entry of the journal.
        """
        ...

    async def last_number(self, region: str, year: int) -> int:
        """The last number of the region's briefs of a year; 0 without any."""
        ...

    async def known(self, keys: Sequence[UUID]) -> frozenset[UUID]:
        """Which of these exist."""
        ...

    async def due(self, now: datetime, newest: int, *, limit: int) -> Sequence[Brief]:
        """Waiting and stopped ones that are worth another look now, the longest due first.

        What waits is (its patience may have ended), and what is stopped once the evaluator's commit
        `newest` has moved on; where a certain commit was asked for, that says the same for ever.
        """
        ...

    async def unchecked(self, commit: int, since: datetime, *, limit: int) -> Sequence[Brief]:
        """Published since then (no sheets) and not yet held against figures of that commit.

        The one looked at longest ago first.
        """
        ...

    async def checked(self, key: UUID, commit: int, at: datetime) -> None:
        """It was held against figures of that commit."""
        ...

    async def sheets(self, key: UUID) -> Sequence[Brief]:
        """All sheets of errata about a brief, the oldest first."""
        ...

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        """Ids and documents of the journal's entries about a brief, the oldest first."""
        ...

    async def claim(self, now: datetime, until: datetime, token: UUID) -> Claimed | None:
        """A brief to be made that nobody is at, and whose turn it is; from now on this copy's.

        Whoever asked for one waits for it: it comes before all that the calendar has asked for.
        """
        ...

    async def progress(self, key: UUID, token: UUID, progress: Progress, until: datetime) -> None:
        """Note how far it is and keep the claim; raises ClaimLostError without it."""
        ...

    async def put_off(
        self, key: UUID, token: UUID, progress: Progress, at: datetime, *, is_attempt: bool = True
    ) -> None:
        """It could not be made now: anybody may try again from `at` on.

        Without `is_attempt` it was not tried at all: somebody that it needs is away.
        """
        ...

    async def counts(self) -> Mapping[State, int]:
        """How many briefs are in each state."""
        ...


class SettingsShelf(Protocol):
    """The files of settings, and which region has which."""

    def known(self) -> Mapping[str, BriefSettings]:
        """All that come with the service, by name."""
        ...

    async def assignments(self) -> Mapping[str, str]:
        """Region -> name."""
        ...

    async def assign(self, region: str, name: str, by: str, at: datetime) -> None:
        """From now on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """A brief made again: its digest now, and each file's hash then and now."""

    digest: str
    again: str
    files: tuple[tuple[str, str, str | None], ...] = field(default=())


def before_of(brief: Brief) -> Before:
    """A published brief as the one before another; raises ValueError for one that is not out."""
    if brief.published_at is None:
        raise ValueError(f"brief {brief.id} is not published")
    return Before(
        number=number_of(brief).text,
        id=str(brief.id),
        published_at=iso(to_us(brief.published_at)),
        period=brief.period,
        commit=brief.commit or 0,
    )


def number_of(brief: Brief) -> Number:
    """The number of a published brief; raises ValueError for one that has none."""
    if brief.number is None:
        raise ValueError(f"brief {brief.id} has no number")
    return brief.number
