"""A rule set of the barometer on record: which level a measure has, by ordered conditions."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """What a multi-year target is compared with."""

    CUMULATIVE = "cumulative"
    """The position since the base year against the share of the plan's time that has passed."""
    YEAR = "year"
    """The year against the year's own target; cumulative where the year has none."""


class Quantity(StrEnum):
    """What a condition looks at; all in per cent, `GAP_POINTS` in percentage points."""

    GAP_SHARE = "gap-share"
    """(target − actual) ÷ |target|, reductions and room left counted positive."""
    GAP_POINTS = "gap-points"
    """Target less actual, in percentage points (of amounts: of the target)."""
    COMPLETION = "completion"
    """What has been done of the target: 100 less the gap's share."""
    CHANGE = "change"
    """The current period against the same period of the year before."""
    UTILISATION = "utilisation"
    """What has been used of what was allowed."""


class Relation(StrEnum):
    """How the quantity is to stand to the threshold."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="
    ABOVE = ">"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`quantity relation threshold`, such as gap-share <= 10 (per cent)."""

    quantity: Quantity
    relation: Relation
    threshold: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A level of the rule: its own number, colour and names.

    severity: 0 for no warning up to 4 for the worst, the same scale in every rule set. conditions:
    all must hold; none: always. quarters: cumulative quarters (1-4) that the grade is for, empty
    for any time.
    """

    level: int
    colour: str
    name: str
    name_en: str
    severity: int
    conditions: tuple[Condition, ...] = ()
    quarters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Levels tried in their order: the first whose conditions hold is the level.

    measures: codes of what it is made for, empty for anything. quarters: cumulative quarters at
    which it is evaluated at all, empty for any time. published: False when its issuer never said
    the thresholds; nothing is rated by it until a version with thresholds is on record.
    unpublished: measures for which just that is so. valid: the time it was used for, in words.
    source, confidence: where it is written and how surely.
    """

    code: str
    version: str
    name: str
    name_en: str
    issuer: str = ""
    valid: str = ""
    basis: Basis = Basis.CUMULATIVE
    measures: tuple[str, ...] = ()
    quarters: tuple[int, ...] = ()
    published: bool = True
    unpublished: tuple[str, ...] = ()
    grades: tuple[Grade, ...]
    source: str
    confidence: str
    note: str = ""

    @property
    def key(self) -> str:
        """The code: a later record with it is the rule's next version."""
        return self.code
