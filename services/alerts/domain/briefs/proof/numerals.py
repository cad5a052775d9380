"""The proof's own rounding: decimal numbers as text, halves away from nought."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

_SPARE_DIGITS = 20
_PLACES = tuple(Decimal(1).scaleb(-nth) for nth in range(12))
_ENOUGH = 60
_CONTEXT = Context(prec=_ENOUGH, rounding=ROUND_HALF_UP)


def decimal(value: Fraction, places: int) -> Decimal:
    """The value rounded to so many places."""
    above, below = value.numerator, value.denominator
    context = _CONTEXT
    size = (above.bit_length() + below.bit_length()) // 3
    if size + _SPARE_DIGITS > _ENOUGH:
        context = Context(prec=size + _SPARE_DIGITS, rounding=ROUND_HALF_UP)
    return context.divide(Decimal(above), Decimal(below)).quantize(_PLACES[places], context=context)


def fixed(value: Fraction, places: int) -> str:
    """The rounded value in plain digits; nought has no sign."""
    return plain(decimal(value, places))


def plain(number: Decimal) -> str:
    """A rounded number in plain digits; nought has no sign."""
    return format(abs(number) if number == 0 else number, "f")


def points(value: Fraction) -> Decimal:
    """Per cent or percentage points: one place."""
    return decimal(value, 1)


def percent(value: Fraction) -> str:
    """Per cent or percentage points in plain digits."""
    return plain(points(value))


def target_points(value: Fraction) -> Decimal:
    """Per cent of a target: two places."""
    return decimal(value, 2)


def target_percent(value: Fraction) -> str:
    """Per cent of a target in plain digits."""
    return plain(target_points(value))


def amount(value: Fraction, size: int, places: int, *, ratio: bool) -> Decimal:
    """An amount in its printed unit; a ratio below a tenth has four digits that count."""
    shown = value / size
    if ratio and 0 < abs(shown) < Fraction(1, 10):
        places = _leading_noughts(abs(shown)) + 4
    return decimal(shown, min(places, 9))


def _leading_noughts(size: Fraction) -> int:
    """How many noughts follow the point."""
    count = 0
    while size * 10 ** (count + 1) < 1 and count < len(_PLACES):
        count += 1
    return count
