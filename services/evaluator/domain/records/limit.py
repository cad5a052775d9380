"""A limit of energy per unit of product on record: three grades, corrections, benchmark levels."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    """What a correction does to a limit."""

    MULTIPLY = "multiply"
    ADD = "add"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The correction holds only where `variable relation bound`, such as altitude > 1500."""

    variable: str
    relation: str
    bound: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """intercept + slope × (variable − reference) ÷ divisor, multiplied to or added to a limit.

    grades: the grades (1-3) it is for. slopes: one for all of these grades, or one for each.
    """

    code: str
    name: str
    name_en: str
    mode: Mode
    variable: str
    grades: tuple[int, ...] = (1, 2, 3)
    intercept: Decimal = Decimal(0)
    slopes: tuple[Decimal, ...]
    reference: Decimal = Decimal(0)
    divisor: Decimal = Decimal(1)
    when: When | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`grades`: the limits of grade 1, 2 and 3 (value at most limit), None where there is none.

    benchmark, baseline: 标杆水平 and 基准水平, where published. valid_from, valid_to: ISO dates,
    the second not included, empty for without end.
    """

    code: str
    standard: str
    product: str
    product_en: str
    measure: str
    measure_en: str
    unit: str
    grades: tuple[Decimal | None, ...]
    corrections: tuple[Correction, ...] = ()
    benchmark: Decimal | None = None
    baseline: Decimal | None = None
    valid_from: str = ""
    valid_to: str = ""
    source: str
    confidence: str
    benchmark_source: str = ""
    benchmark_confidence: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """Code and first day: another edition of the standard is another record."""
        return "/".join((self.code, self.valid_from))
