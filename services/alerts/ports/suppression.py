"""What suppression needs from outside: silences, quiet times and the warnings that are open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.alerts.domain.matchers import Matchers
from services.alerts.domain.suppression.quiet import QuietTime
from services.alerts.domain.suppression.shown import Shown
from services.alerts.domain.suppression.silences import Happened, Silence
from services.alerts.domain.warning import Warning


class OvertakenError(Exception):
    """Somebody else changed the silence in the meantime: read it and decide again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the journal is to say: `document` as `silence_document` makes it."""

    kind: Happened
    at: datetime
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A silence to write; `silence.entries` is what was read, it grows by the lines written.

    A new one has 0. Without lines only what was measured is kept.
    """

    silence: Silence
    lines: tuple[Line, ...] = ()


class Silences(Protocol):
    """Where silences are kept."""

    async def live(self) -> tuple[Silence, ...]:
        """All that have not been ended, oldest first."""
        ...

    async def since(self, instant: datetime) -> tuple[Silence, ...]:
        """All that are live or ended after the instant, newest first."""
        ...

    async def one(self, key: UUID) -> Silence | None:
        """One, however old."""
        ...

    async def write(self, changes: Sequence[Written]) -> None:
        """Write all with their lines, or nothing; OvertakenError if any was changed since."""
        ...


class QuietTimes(Protocol):
    """Where quiet times are kept that people set."""

    async def all(self) -> tuple[QuietTime, ...]:
        """Every one, by name."""
        ...

    async def replace(self, owner: str | None, times: Sequence[QuietTime]) -> None:
        """Put these in place of those of the owner (a key's id), or of all."""
        ...


class Opened(Protocol):
    """The warnings that are open now."""

    async def all(self) -> tuple[Shown, ...]:
        """Every one."""
        ...

    async def near(self, matchers: Matchers) -> tuple[Shown, ...]:
        """All that satisfy the matchers, and perhaps others."""
        ...

    async def of(self, subjects: Collection[str]) -> tuple[Shown, ...]:
        """Those of the subjects."""
        ...

    async def whole(self) -> tuple[Warning, ...]:
        """Every one with its evidence, by id."""
        ...
