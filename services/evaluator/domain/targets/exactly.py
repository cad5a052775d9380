"""Exact decimals as people read them, and ISO dates that may be wrong."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

_DECIMALS = 6


def added(values: Iterable[Decimal]) -> Fraction:
    """The sum, exact whatever the digits."""
    return sum(map(Fraction, values), Fraction(0))


def shown(value: Fraction | Decimal) -> str:
    """Plain notation: exact where the value is a short decimal, else rounded to six decimals."""
    plain = f"{value if isinstance(value, Decimal) else _decimal(value):f}"
    return (plain.rstrip("0").rstrip(".") or "0") if "." in plain else plain


def _decimal(value: Fraction) -> Decimal:
    exact = exact_decimal(value)
    if exact is not None:
        return exact
    return Decimal((int(value < 0), _digits(abs(round(value * 10**_DECIMALS))), -_DECIMALS))


def exact_decimal(value: Fraction) -> Decimal | None:
    """The decimal that equals the value; None where there is none (thirds and the like)."""
    places, rest = 0, value.denominator
    while rest % 10 == 0:
        places, rest = places + 1, rest // 10
    for prime in (2, 5):
        while rest % prime == 0:
            places, rest = places + 1, rest // prime
    if rest != 1:
        return None
    whole = value.numerator * 10**places // value.denominator
    return Decimal((int(whole < 0), _digits(abs(whole)), -places))


def _digits(whole: int) -> tuple[int, ...]:
    return tuple(map(int, str(whole)))


def day(text: str) -> date | None:
    """The date of `2026-07-01`; None if it is none, or written in another way (`2026-W27-3`)."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None
