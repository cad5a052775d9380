"""Exact decimals as whole numbers (mantissas) at a declared number of decimals (scale)."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

LARGEST = 2**63 - 1
_WIDEST = 60


class NotExactError(ValueError):
    """The number is not a plain decimal, or is finer or larger than its column allows."""


def decimal(text: str) -> Decimal:
    """A finite decimal from its text; raises NotExactError."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise NotExactError(f"{text!r} is not a number") from None
    if not value.is_finite():
        raise NotExactError(f"{text!r} is not a finite number")
    return value


def decimals_of(value: Decimal) -> int:
    """How many decimals the value really has (trailing zeros do not count)."""
    # Decimal.normalize would round to the context's precision.
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return 0
    trailing = next(i for i, digit in enumerate(reversed(digits)) if digit)
    return max(0, -exponent - trailing)


def mantissa(value: Decimal, scale: int) -> int:
    """The whole number `value * 10**scale`; raises NotExactError if it is none or over 64 bits."""
    sign, digits, exponent = value.as_tuple()
    # An exponent of millions would otherwise cost memory and time without end.
    if not isinstance(exponent, int) or not -_WIDEST <= exponent <= _WIDEST:
        raise NotExactError(f"{value} is out of range")
    whole = int("".join(map(str, digits)))
    shift = exponent + scale
    if shift < 0:
        whole, rest = divmod(whole, 10**-shift)
        if rest:
            raise NotExactError(f"{value} has more than {scale} decimals")
    else:
        whole *= int(10**shift)
    if whole > LARGEST:
        raise NotExactError(f"{value} is too large")
    return -whole if sign else whole


def as_decimal(whole: int, scale: int) -> Decimal:
    """The decimal `whole / 10**scale`, keeping `scale` decimals; exact whatever the context."""
    sign = 1 if whole < 0 else 0
    return Decimal((sign, tuple(map(int, str(abs(whole)))), -scale))


def text(whole: int, scale: int) -> str:
    """Plain decimal notation of `whole / 10**scale` with exactly `scale` decimals."""
    if scale <= 0:
        return str(whole * 10**-scale)
    sign = "-" if whole < 0 else ""
    digits = str(abs(whole)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def total(parts: dict[int, int]) -> tuple[int, int]:
    """Add mantissas kept by scale, `{scale: mantissa}`: `(mantissa, scale)` at the finest."""
    if not parts:
        return 0, 0
    scale = max(parts)
    return sum(whole * 10 ** (scale - s) for s, whole in parts.items()), scale


def terminating(value: Fraction) -> Decimal | None:
    """The value as a decimal, or None if it has no end."""
    rest, scale = value.denominator, 0
    while rest % 10 == 0:
        rest //= 10
        scale += 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
            scale += 1
    if rest != 1:
        return None
    return as_decimal(value.numerator * 10**scale // value.denominator, scale)
