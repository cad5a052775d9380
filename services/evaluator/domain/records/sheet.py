"""A score sheet (考核评分表) on record: items with points, vetoes, and the grades they lead to."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.evaluator.domain.records.rule import Basis


class Term(StrEnum):
    """When the sheet is used."""

    YEARLY = "yearly"
    MID_TERM = "mid-term"
    FINAL = "final"


class ItemKind(StrEnum):
    """How an item gets its points."""

    TARGET = "target"
    """By how far a target is completed."""
    MEASURE = "measure"
    """By a person who looks at evidence."""


class Scoring(StrEnum):
    """How completion becomes points."""

    FULL_OR_NOTHING = "full-or-nothing"
    PROPORTIONAL = "proportional"
    """Completion (0-100 %) of the points."""
    STEPS = "steps"
    """The share of the highest step that is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `completion` per cent on, `share` per cent of the points."""

    completion: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """One line. veto: missing it (completion below 100 %, or no points) fails the whole sheet.

    basis: whether the year's own target counts, where there is one, or the plan so far.
    """

    code: str
    name: str
    name_en: str
    kind: ItemKind
    points: Decimal
    measure: str = ""
    basis: Basis = Basis.CUMULATIVE
    scoring: Scoring = Scoring.FULL_OR_NOTHING
    steps: tuple[Step, ...] = ()
    veto: bool = False
    evidence: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A result (超额完成 …) from `at_least` points of a hundred on."""

    name: str
    name_en: str
    at_least: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """bands: from the best down; the last is also what a veto leads to."""

    code: str
    version: str
    name: str
    name_en: str
    term: Term
    items: tuple[SheetItem, ...]
    bands: tuple[Band, ...]
    source: str
    confidence: str
    note: str = ""

    @property
    def key(self) -> str:
        """The code: a later record with it is the sheet's next version."""
        return self.code
