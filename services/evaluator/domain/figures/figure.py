"""A figure: an exact rational value, or the reasons why there is none, and where it comes from.

A figure is a leaf (a book, a statement, a factor, a target, a constant) or an operation on other
figures. Its value is made of its operands alone, so that whoever has the leaves can repeat it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Op(StrEnum):
    """What is done with the operands, in their order."""

    SUM = "sum"
    DIFFERENCE = "difference"
    """The first less all others."""
    PRODUCT = "product"
    QUOTIENT = "quotient"
    """The first divided by the second."""
    POWER = "power"
    """The first raised to the second, a whole number."""
    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class LeafKind(StrEnum):
    """What a leaf was read from."""

    BOOK = "book"
    STATEMENT = "statement"
    FACTOR = "factor"
    TARGET = "target"
    RULE = "rule"
    CONSTANT = "constant"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called, in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a leaf was read: the answer at `href` holds its value at the JSON pointer `pointer`.

    version: which edition of a factor, statement, target or rule. confidence: as given with the
    source (S, T, C, R, I). notes: anything else that a reader should know, by name.
    """

    kind: LeafKind
    href: str = ""
    pointer: str = ""
    version: str = ""
    text: str = ""
    confidence: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value in `unit` (`""` for a plain number) with what it was made of.

    value: None when something is missing; `missing` then says what. flags: remarks on the value
    that travel upwards (a national factor was used, a preliminary statistic, estimated hours).
    """

    label: Label
    unit: str
    value: Fraction | None
    op: Op | None = None
    operands: tuple["Figure", ...] = ()
    source: Source | None = None
    missing: tuple[Label, ...] = ()
    flags: tuple[Label, ...] = ()

    @property
    def known(self) -> Fraction:
        """The value; raises ValueError naming what is missing."""
        if self.value is None:
            raise ValueError("; ".join(reason.en for reason in self.missing) or "no value")
        return self.value


def leaf(
    label: Label,
    value: Fraction | None,
    unit: str,
    source: Source,
    *,
    missing: Iterable[Label] = (),
    flags: Iterable[Label] = (),
) -> Figure:
    """Something that was read; without a value it says in `missing` why."""
    return Figure(
        label=label,
        unit=unit,
        value=value,
        source=source,
        missing=tuple(missing),
        flags=tuple(flags),
    )


def constant(label: Label, value: Fraction | int, unit: str = "", text: str = "") -> Figure:
    """A number that is the same everywhere, such as 44/12."""
    source = Source(kind=LeafKind.CONSTANT, text=text)
    return leaf(label, Fraction(value), unit, source)


def absent(label: Label, unit: str, *reasons: Label) -> Figure:
    """A figure that cannot be given, and why."""
    return Figure(label=label, unit=unit, value=None, missing=reasons)


def total(label: Label, unit: str, parts: Iterable[Figure]) -> Figure:
    """The sum; missing when a part is, or when there is no part at all."""
    operands = tuple(parts)
    if not operands:
        return absent(label, unit, Label(f"{label.zh}没有任何组成数据", f"nothing of {label.en}"))
    return _made(Op.SUM, label, unit, operands)


def less(label: Label, unit: str, first: Figure, *others: Figure) -> Figure:
    """The first less all others."""
    return _made(Op.DIFFERENCE, label, unit, (first, *others))


def times(label: Label, unit: str, *parts: Figure) -> Figure:
    """The product."""
    return _made(Op.PRODUCT, label, unit, parts)


def over(label: Label, unit: str, first: Figure, second: Figure) -> Figure:
    """The first divided by the second; missing when the second is nought."""
    return _made(Op.QUOTIENT, label, unit, (first, second))


def power(label: Label, unit: str, first: Figure, exponent: Figure) -> Figure:
    """The first raised to a whole number."""
    return _made(Op.POWER, label, unit, (first, exponent))


def least(label: Label, unit: str, *parts: Figure) -> Figure:
    """The smallest."""
    return _made(Op.MINIMUM, label, unit, parts)


def greatest(label: Label, unit: str, *parts: Figure) -> Figure:
    """The largest."""
    return _made(Op.MAXIMUM, label, unit, parts)


def apply(op: Op, values: list[Fraction]) -> Fraction | None:
    """The operation on known values; None where it has no result (division by nought)."""
    first, *rest = values
    match op:
        case Op.SUM:
            return sum(values, Fraction(0))
        case Op.DIFFERENCE:
            return first - sum(rest, Fraction(0))
        case Op.PRODUCT:
            for value in rest:
                first *= value
            return first
        case Op.QUOTIENT:
            return first / rest[0] if rest[0] else None
        case Op.POWER:
            return None if first == 0 and rest[0] < 0 else first ** int(rest[0])
        case Op.MINIMUM:
            return min(values)
        case Op.MAXIMUM:
            return max(values)


def _made(op: Op, label: Label, unit: str, operands: tuple[Figure, ...]) -> Figure:
    missing = _once([part.missing for part in operands if part.missing])
    flags = _once([part.flags for part in operands if part.flags])
    values = [part.value for part in operands if part.value is not None]
    value = apply(op, values) if len(values) == len(operands) else None
    if value is None and not missing:
        missing = (Label(f"{label.zh}的除数为零", f"{label.en} would divide by nought"),)
    return Figure(
        label=label,
        unit=unit,
        value=value,
        op=op,
        operands=operands,
        missing=missing,
        flags=flags,
    )


def _once(listed: list[tuple[Label, ...]]) -> tuple[Label, ...]:
    """Each label once; most figures have none, or those of one operand alone."""
    if not listed:
        return ()
    first = listed[0]
    if len(listed) == 1 or (len(first) == 1 and all(labels == first for labels in listed)):
        return first
    return tuple(dict.fromkeys(label for labels in listed for label in labels))
