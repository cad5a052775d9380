"""What a source sees of a condition, and what has been told of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.model.condition import ConditionKind, Measure
from shared.model.level import Level

Facts = Mapping[str, Any]
"""Words, numbers and links for people, of what JSON has: mappings, lists, strings, numbers."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Series:
    """Whose condition it is, of which kind, about what, and by which rule: one warning."""

    kind: ConditionKind
    subject: str
    about: str
    rule: str

    def __str__(self) -> str:
        """`kind|subject|about|rule`."""
        return f"{self.kind}|{self.subject}|{self.about}|{self.rule}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A judgement: from the instant `at_us` on the level is `level`, by the period it judges.

    A source that judges periods tells of several at once, each with its own period and instant:
    together they replace whatever was told from the first of them (or from Looked) on. One that
    only looks at the present has no period and says since when it has been so. about_name: the name
    of what is judged. value, limit: decimal strings in `unit`, ratio_percent how far the value uses
    up the limit; empty where there is none. facts: what a person needs beside it, as of this
    judgement.
    """

    kind: ConditionKind
    subject: str
    about: str
    about_name: str
    rule: str
    measure: Measure
    level: Level
    at_us: int
    period: str = ""
    value: str = ""
    limit: str = ""
    ratio_percent: str = ""
    unit: str = ""
    facts: Facts = field(default_factory=dict)

    @property
    def series(self) -> Series:
        """Which one it belongs to."""
        return Series(kind=self.kind, subject=self.subject, about=self.about, rule=self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The series was judged from the instant on: by what is Seen beside this, or by nothing.

    What was told of earlier instants stands, as data for it may be long gone; what was told of
    later ones and is not seen any more was a mistake. Without this, what is not seen has ended.
    """

    series: Series
    since_us: int


Sight = Seen | Looked
"""What a source gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From the instant on the level is this; see Seen for the rest."""

    at_us: int
    level: Level
    period: str = ""
    value: str = ""
    limit: str = ""
    ratio_percent: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that has been told of a series: `number` grows by one with each telling.

    steps: in the order of time, from no warning; none if the level was never anything else.
    watermark_us: judged is everything up to it. commit: what it was judged from.
    """

    series: Series
    about_name: str
    measure: Measure
    number: int
    steps: tuple[Step, ...]
    facts: Facts
    watermark_us: int
    commit: int = 0
    cause: str = ""

    @property
    def level(self) -> Level:
        """The level that stands."""
        return self.steps[-1].level if self.steps else Level.NONE


class Reason(StrEnum):
    """Why something is told anew."""

    NEW = "new"
    """Nothing had been told of it."""
    RAISED = "raised"
    LOWERED = "lowered"
    CLEARED = "cleared"
    """No warning any more."""
    RENEWED = "renewed"
    """The same level by a later period."""
    CORRECTED = "corrected"
    """The level that stands is the same; what led to it, or its numbers, are others."""
    DETAILED = "detailed"
    """Only words and links are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be told, and why; before: what stood, None for something new."""

    told: Told
    reason: Reason
    before: Told | None = None
