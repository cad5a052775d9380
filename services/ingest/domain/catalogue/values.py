"""Reading single cells: each function takes the text and raises ValueError with a sentence."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from shared.model import exact
from shared.model.period import zone

Value: TypeAlias = str | int | bool | None
Parse: TypeAlias = Callable[[str], Value]

_LONGEST_TEXT = 200
_TRUE = frozenset({"true", "yes", "1", "是"})
_FALSE = frozenset({"false", "no", "0", "否"})
_MOST_SIGNIFICANT = 15


def text(written: str) -> str:
    """Any text of one line, not too long."""
    if len(written) > _LONGEST_TEXT:
        raise ValueError(f"longer than {_LONGEST_TEXT} characters")
    if not written.isprintable():
        raise ValueError(f"{written!r} holds characters that cannot be printed")
    return written


def boolean(written: str) -> bool:
    """true or false, yes or no, 是 or 否."""
    if written.lower() in _TRUE:
        return True
    if written.lower() in _FALSE:
        return False
    raise ValueError(f"{written!r} is neither true nor false")


def whole(least: int, most: int) -> Parse:
    """A whole number between two bounds, both allowed."""

    def parse(written: str) -> int:
        if not (written.isascii() and written.isdigit() and len(written) < 12):
            raise ValueError(f"{written!r} is not a whole number from {least} to {most}")
        if not least <= int(written) <= most:
            raise ValueError(f"{written} is not between {least} and {most}")
        return int(written)

    return parse


def one_of(*words: str) -> Parse:
    """One of a few words."""

    def parse(written: str) -> str:
        if written not in words:
            raise ValueError(f"{written!r} is none of {', '.join(words)}")
        return written

    return parse


def positive(written: str) -> str:
    """A decimal above zero in its shortest plain notation, so that 1.50 and 1.5 are the same."""
    value = decimal(written)
    if value <= 0:
        raise ValueError(f"{written} is not above zero")
    return plain(value)


def decimal(written: str) -> Decimal:
    """A decimal of at most 15 significant digits and 9 decimals."""
    value = exact.decimal(written)
    digits = value.normalize().as_tuple()
    if len(digits.digits) > _MOST_SIGNIFICANT or abs(value.adjusted()) > _MOST_SIGNIFICANT:
        raise ValueError(f"{written} has more than {_MOST_SIGNIFICANT} significant digits")
    if exact.decimals_of(value) > 9:
        raise ValueError(f"{written} has more than 9 decimals")
    return value


def plain(value: Decimal) -> str:
    """Plain notation without needless zeros."""
    scale = exact.decimals_of(value)
    return exact.text(exact.mantissa(value, scale), scale)


def zone_name(written: str) -> str:
    """An IANA name or an offset of whole hours."""
    zone(written)
    return written


def owner(written: str) -> str:
    """`enterprise:CODE` or `region:CODE`; whether it exists is asked later."""
    kind, colon, code = written.partition(":")
    if kind not in {"enterprise", "region"} or not colon or not code:
        raise ValueError(f"{written!r} is not an owner: write enterprise:CODE or region:CODE")
    return written


def units(written: str) -> str:
    """`MWh=1000;万kWh=10000`: other units, each with how many canonical ones it is."""
    found = unit_factors(written)
    return ";".join(f"{unit}={plain(factor)}" for unit, factor in sorted(found.items()))


def unit_factors(written: str) -> dict[str, Decimal]:
    """The factors of a `units` attribute by unit."""
    found: dict[str, Decimal] = {}
    for part in filter(None, (piece.strip() for piece in written.split(";"))):
        unit, equals, factor = (piece.strip() for piece in part.partition("="))
        if not equals or not unit:
            raise ValueError(f"{part!r} is not UNIT=FACTOR, as in MWh=1000")
        if unit in found:
            raise ValueError(f"unit {unit} is stated twice")
        found[text(unit)] = decimal(positive(factor))
    return found
