"""What counting the worth of warnings needs from outside: stories, events, and replays."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.alerts.domain.quality.counting import Events
from services.alerts.domain.quality.stories import Story
from services.alerts.domain.selection import Sight
from services.alerts.domain.warning import Change
from shared.model.condition import ConditionKind, Measure

Place = tuple[str, str]
"""A subject, and the code of what is judged of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Over `[begin, end)`; None does not filter, `region` means the region's subtree."""

    begin: datetime
    end: datetime
    region: str | None = None
    kind: ConditionKind | None = None
    measure: Measure | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that is counted: stories, what happened, and steps that passed their deadline."""

    stories: Sequence[Story]
    events: Events
    overdue: Mapping[UUID, int]


class Quality(Protocol):
    """Where the stories of warnings are read."""

    async def material(self, sight: Sight, asked: Asked) -> Material:
        """Of the warnings that may be seen."""
        ...

    async def told(
        self, sight: Sight, kind: ConditionKind, places: Collection[Place]
    ) -> Mapping[Place, tuple[Change, ...]]:
        """What people were told of these, in order, as it stands now; absent ones left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the evaluator answered: a status, and a page or a problem."""

    status: int
    body: Mapping[str, Any]


class Replays(Protocol):
    """Where rules are tried on the past."""

    async def replay(self, body: Mapping[str, Any], key: str) -> Replayed:
        """As the holder of `key` may see it; raises when nobody answers."""
        ...
