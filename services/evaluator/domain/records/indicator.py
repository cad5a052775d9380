"""An indicator on record: a share, a rate or an amount that plans set targets for."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.evaluator.domain.figures.names import Scope


class Direction(StrEnum):
    """Which way is good."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`factor` times what `ref` names: a reference such as `account:energy.coal`.

    Kinds of reference: `account:LINE`, `measure:CODE`, `statement:ITEM[:QUALIFIER]`,
    `level:ITEM[:QUALIFIER]` (as it stands at the period's end), `indicator:CODE`, and
    `constant:NUMBER`.
    """

    ref: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """(sum of the numerator) ÷ (sum of the denominator) × scale, in `unit`.

    No denominator: the numerator alone. stated: reference of the number as an office states it;
    where there is such a number it is the indicator. kinds: subjects that can have it (`region`,
    `enterprise`, `tag`), empty for all. scope: which of a region's two figures its measures are,
    so that both sides are of one; None for the one that is asked for.
    """

    code: str
    name: str
    name_en: str
    unit: str
    direction: Direction
    numerator: tuple[Term, ...] = ()
    denominator: tuple[Term, ...] = ()
    scale: Decimal = Decimal(1)
    stated: str = ""
    kinds: tuple[str, ...] = ()
    scope: Scope | None = None
    source: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """The code: a later record with it is the indicator's next version."""
        return self.code
