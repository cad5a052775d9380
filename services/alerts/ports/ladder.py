"""What the ladder needs from outside: its records, confirmed figures, and letters."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.alerts.domain.ladder.consultations import Consultation
from services.alerts.domain.ladder.gates import Decision, Restriction
from services.alerts.domain.ladder.hours import OfficeDay
from services.alerts.domain.ladder.policy import Ladder
from services.alerts.domain.ladder.steps import Step
from services.alerts.domain.ladder.words import StepKind, StepState
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Warning
from services.alerts.ports.journal import About
from shared.model.level import Level


class BadLadderError(ValueError):
    """A ladder that cannot be used; `faults` are (line or None, place, reason)."""

    def __init__(self, found: Iterable[tuple[int | None, str, str]]) -> None:
        self.faults = tuple(found)
        super().__init__("; ".join(map(_said, self.faults)))


def _said(fault: tuple[int | None, str, str]) -> str:
    line, place, reason = fault
    where = f"line {line}, {place}" if line and place else place or f"line {line}"
    return f"{where}: {reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Entries of the journal that were read: up to which id, and the warnings they belong to."""

    upto: int
    warnings: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A ladder as it stands: shipped with the service, or put in its place by somebody."""

    ladder: Ladder
    text: str
    version: int
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFilter:
    """Filters that all must hold; None does not filter. `region` means the region's subtree."""

    warning: UUID | None = None
    region: str | None = None
    state: StepState | None = None
    kind: StepKind | None = None
    due_before: date | None = None
    live: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the journal, before it is written: `document` is its JSON."""

    about: About
    key: UUID
    position: int
    kind: str
    at: datetime
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to write together."""

    steps: Sequence[Step] = ()
    restrictions: Sequence[Restriction] = ()
    decisions: Sequence[Decision] = ()
    consultations: Sequence[Consultation] = ()
    lines: Sequence[Told] = ()


class LadderWork(Protocol):
    """One transaction, alone among those that change steps, gates and consultations."""

    async def journal(self, after: int, *, limit: int) -> Read | None:
        """The next entries of the journal, at most `limit`; None if there are none."""
        ...

    async def warnings(
        self, keys: Collection[UUID], least: Level = Level.NONE
    ) -> Mapping[UUID, Warning]:
        """The warnings that exist, those at `least` that level or with a step."""
        ...

    async def steps(self, warnings: Collection[UUID]) -> Sequence[Step]:
        """All steps about these warnings, in the order in which they were proposed."""
        ...

    async def step(self, key: UUID) -> Step | None:
        """One step."""
        ...

    async def watched(self, day: OfficeDay, *, limit: int) -> Collection[UUID]:
        """Warnings of steps that time has something to say of: days that came, deadlines over."""
        ...

    async def restrictions(self, regions: Collection[str]) -> Sequence[Restriction]:
        """All restrictions of these regions, open ones among them."""
        ...

    async def gate_entries(self, region: str) -> int:
        """How many lines of the journal the region's gate has."""
        ...

    async def consultation(self, key: UUID) -> Consultation | None:
        """One consultation."""
        ...

    async def waiting_consultations(self, today: date, *, limit: int) -> Sequence[Consultation]:
        """Consultations with a task that time has something to say of."""
        ...

    async def write(self, change: Change) -> None:
        """Write records and lines; records that exist are replaced."""
        ...

    async def move(self, expected: int, following: int) -> None:
        """Compare and set how far the journal was followed; raises when another was here."""
        ...

    async def open_warnings(self, after: UUID | None, *, limit: int) -> Sequence[UUID]:
        """Open warnings in the order of their ids, those behind `after`."""
        ...

    async def ruled_by(self, expected: int, ruling: int) -> None:
        """Compare and set which ruling open warnings were seen by; raises like `move`."""
        ...


class LadderStore(Protocol):
    """Where steps, gates and consultations are kept."""

    def work(self) -> AbstractAsyncContextManager[LadderWork]:
        """A transaction that commits when the block ends and is undone when it raises."""
        ...

    async def position(self) -> int:
        """How far the journal was followed: the id of the last entry seen."""
        ...

    async def ruled(self) -> int:
        """The ruling by which all open warnings have been seen."""
        ...

    async def find(
        self, sight: Sight, wanted: StepFilter, *, limit: int, offset: int
    ) -> Sequence[Step]:
        """Visible steps, those that are due first at the head, at most `limit`."""
        ...

    async def one(self, key: UUID) -> Step | None:
        """One step."""
        ...

    async def warning(self, key: UUID) -> Warning | None:
        """One warning."""
        ...

    async def standing(self, regions: Collection[str] | None) -> Sequence[Restriction]:
        """Restrictions that are not open; of all regions if none are named."""
        ...

    async def decisions(self, region: str) -> Sequence[Decision]:
        """All decisions about a region's gate, newest first."""
        ...

    async def history(self, key: UUID) -> Sequence[tuple[int, bytes]]:
        """Ids and documents of the journal's entries of a step, gate or consultation."""
        ...

    async def known_chain(self, region: str) -> tuple[str, ...]:
        """The region and its ancestors as some warning tells them; empty if none does."""
        ...

    async def consultations(
        self, sight: Sight, *, region: str | None, is_open: bool | None, limit: int
    ) -> Sequence[Consultation]:
        """Visible consultations, the latest first."""
        ...

    async def consultation(self, key: UUID) -> Consultation | None:
        """One consultation."""
        ...


LadderReader = Callable[[str], Ladder]
"""Reads a ladder as it is written; raises BadLadderError."""


class LadderShelf(Protocol):
    """Where ladders are kept, and which region has which."""

    async def ruling(self) -> int:
        """Another number whenever a ladder is put or given to a region; 0 at first."""
        ...

    async def ladders(self) -> Mapping[str, Stored]:
        """All ladders by name: shipped ones, and those put in their place."""
        ...

    async def put(self, ladder: Ladder, text: str, by: str, at: datetime) -> int:
        """Keep a ladder, its new version."""
        ...

    async def assignments(self) -> Mapping[str, str]:
        """Region -> name of its ladder; what lies below it has it too."""
        ...

    async def assign(self, region: str, name: str, by: str, at: datetime) -> None:
        """Give a region a ladder."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as it is shown beside a step; `source` is the address that explains it."""

    value: str
    unit: str
    period: str
    source: str
    level: Level | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The monitored figure and the confirmed one; without it, `missing` says what is.

    same_level: whether the confirmed figure bears at least the step's level; None if it has none.
    """

    monitored: Figure | None
    confirmed: Figure | None
    missing: str = ""
    same_level: bool | None = None


class Confirmations(Protocol):
    """Where confirmed figures are asked for."""

    async def of(self, step: Step, warning: Warning | None, key: str) -> Confirmation:
        """Both figures, as the holder of `key` may see them; raises when nobody answers."""
        ...


class Letters(Protocol):
    """Drafts letters."""

    def draft(self, kind: StepKind, facts: Mapping[str, object]) -> bytes:
        """The letter as DOCX."""
        ...
