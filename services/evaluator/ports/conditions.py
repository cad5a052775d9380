"""What was told of conditions, and how far each source has looked."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from services.evaluator.domain.conditions.seen import Change, Series, Told
from services.evaluator.ports.register import RecordKind
from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A source has looked at all that commits up to `commit` have changed.

    mark: a word of the source's own, such as the last day that it has looked at; it gets it back.
    """

    commit: int
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionNews:
    """What was written since a commit.

    books: subjects whose books changed in months that had ended. records: kinds of records, with
    the subject that each concerns (empty for everybody).
    """

    books: frozenset[str] = frozenset()
    records: frozenset[tuple[RecordKind, str]] = frozenset()

    def of(self, *kinds: RecordKind) -> frozenset[str]:
        """Subjects of the new records of these kinds."""
        return frozenset(subject for kind, subject in self.records if kind in kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A change with what the catalogue says of its subject; regions: codes, nearest first."""

    change: Change
    subject_name: str
    regions: tuple[str, ...]
    made_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A told series as it is stored; id: its number in lists."""

    id: int
    told: Told
    made_at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which series are asked for; empty: any. levels: those that stand."""

    kinds: Collection[ConditionKind] = ()
    subjects: Collection[str] = ()
    measures: Collection[Measure] = ()
    levels: Collection[Level] = ()


Place = tuple[int, int]
"""Level and id after which a page begins: the worst level first, then as they were first told."""


class Conditions(Protocol):
    """The table of what was told. Everything raises Unavailable."""

    async def reached(self) -> Mapping[str, Reached]:
        """How far each source has come, by its name."""

    async def advance(self, source: str, reached: Reached) -> None:
        """The source has come so far."""

    async def news(self, after: int, upto: int, before_month: int) -> ConditionNews:
        """What commits in `(after, upto]` have written; of books months before that month only.

        before_month: year × 12 + month − 1 (at UTC+8).
        """

    async def told(
        self, kinds: Collection[ConditionKind], subjects: Sequence[str]
    ) -> Mapping[Series, Told]:
        """Everything told of these kinds and subjects."""

    async def standing(self, kinds: Collection[ConditionKind]) -> frozenset[str]:
        """Subjects of these kinds of which a warning stands."""

    async def tell(self, made: Sequence[Announcement]) -> None:
        """Store them with their messages, all or nothing, then send the messages.

        Raises ConflictError (ports.judge) when somebody else has told one of the series meanwhile.
        """

    async def send_leftovers(self) -> None:
        """Send what an earlier process stored and did not send."""

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Sequence[Kept]:
        """Series in the order of Place."""

    async def counts(self) -> Mapping[tuple[ConditionKind, Level], int]:
        """How many series there are by kind and the level that stands."""


class ConditionMeter(Protocol):
    """Numbers that an operator watches."""

    def round_of(self, source: str) -> AbstractContextManager[object]:
        """A source's part of a round goes on in the block: how long it takes counts."""

    def told(self, change: Change) -> None:
        """Something was told."""

    def failed(self, source: str) -> None:
        """A subject could not be looked at."""

    def series(self, counts: Mapping[tuple[ConditionKind, Level], int]) -> None:
        """So many series there are."""
