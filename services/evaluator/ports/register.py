"""The register: records that people make, versioned by commits and never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class RecordKind(StrEnum):
    """What the register holds; the value is its name in addresses and files."""

    STATEMENT = "statements"
    FACTOR = "factors"
    TARGET = "targets"
    RULE = "rules"
    INDICATOR = "indicators"
    LIMIT = "limits"
    METHOD = "methods"
    TASK = "tasks"
    PROGRESS = "progress"
    INVENTORY = "inventories"
    SHEET = "sheets"
    SCORE = "scores"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record about to be made: `body` is one of the dataclasses of `domain.records`.

    subject: `kind:code` of whom it concerns, empty for everybody. hours: first and end hour of what
    it is about, if it is about a time.
    """

    kind: RecordKind
    key: str
    subject: str
    body: Any
    hours: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record as it was made: its version of the key, and by which commit, when and by whom."""

    kind: RecordKind
    key: str
    version: int
    commit: int
    at_us: int
    by: str
    subject: str
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a put did: the commit (0 when nothing changed), the new entries, the rest was known."""

    commit: int
    entries: Sequence[Entry]
    unchanged: int


class Register(Protocol):
    """Records of every kind. `as_of` is a commit number; None means all that is known."""

    async def put(
        self, drafts: Sequence[Draft], by: str, *, based_on: Mapping[str, int] | None = None
    ) -> Taken:
        """Record all that differ from the newest version of their key, in one commit.

        based_on: key -> version that the caller looked at; raises ConflictError (ports.judge) when
        one of them is no longer the newest. Raises Unavailable.
        """

    async def find(
        self,
        kind: RecordKind,
        *,
        keys: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
    ) -> Sequence[Entry]:
        """The newest version of each record as of the commit, by key."""

    async def history(self, kind: RecordKind, key: str) -> Sequence[Entry]:
        """All versions of one record, oldest first."""

    async def commit_at(self, instant_us: int | None) -> int:
        """The last commit made at or before the instant (now if None), once all up to it are done.

        Every later answer for that number is the same.
        """

    async def revision(self) -> int:
        """The commit of the newest record; 0 without any."""
