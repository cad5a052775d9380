"""Exponents short enough to compute with: powers stay exact, but never absurdly high ones.

Whether Π ≤ ρ^y is asked with whole powers. A threshold of 3.33 % would need powers of tens of
thousands. Some simpler number z between y and where Π stands proves the same: the guess at z is
made with logarithms, its proof with whole powers alone. Without one, y itself is taken.
"""

from decimal import Context
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure, Label, constant, greatest, least

_HIGHEST = 2500
_CONTEXT = Context(prec=60)
_NARROWED = Fraction(1, 10**30)
_LABEL = Label("进度系数", "exponent by progress")
_TEXT = "simpler than the exponent by progress, and beyond it: the comparison comes out the same"


def workable(ratio: Figure, rest: Figure, exponent: Figure) -> Figure:
    """The exponent, or a simpler one by which `ratio` against rest^exponent comes out the same."""
    if exponent.value is None or exponent.value.denominator <= _HIGHEST:
        return exponent
    if ratio.value is None or rest.value is None or rest.value <= 0 or rest.value == 1:
        return exponent
    simple = _simpler(ratio.value, rest.value, exponent.value)
    if simple is None:
        return exponent
    beyond = greatest if simple > exponent.value else least
    return beyond(_LABEL, "", exponent, constant(_LABEL, simple, "", _TEXT))


def _simpler(ratio: Fraction, rest: Fraction, exponent: Fraction) -> Fraction | None:
    """A number strictly between the exponent and ln(ratio)/ln(rest), proven to lie there."""
    place = _place(ratio, rest)
    if place is None:  # nothing is left: below any power
        return Fraction(int(exponent) + 1) if rest < 1 else Fraction(0)
    inside = place + (exponent - place) * _NARROWED
    low, high = sorted((inside, exponent))
    if low == high:
        return None
    found = simplest(low, high)
    if found.denominator > _HIGHEST:
        return None
    left, right = ratio**found.denominator, rest**found.numerator
    is_below = (found > exponent) is (rest < 1)
    return found if (left < right if is_below else left > right) else None


def _place(ratio: Fraction, rest: Fraction) -> Fraction | None:
    if ratio <= 0:
        return None
    logarithms = [
        _CONTEXT.subtract(
            _CONTEXT.ln(_CONTEXT.create_decimal(value.numerator)),
            _CONTEXT.ln(_CONTEXT.create_decimal(value.denominator)),
        )
        for value in (ratio, rest)
    ]
    return Fraction(_CONTEXT.divide(*logarithms))


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The number of the smallest denominator strictly between two others (low < high)."""
    whole = low.numerator // low.denominator
    if whole + 1 < high:
        return Fraction(whole + 1)
    if low == whole:
        # between whole and at most whole + 1: whole + 1/n with the smallest n that fits
        return whole + Fraction(1, int(1 / (high - whole)) + 1)
    if high == whole + 1:
        return whole + 1 - Fraction(1, int(1 / (whole + 1 - low)) + 1)
    return whole + 1 / simplest(1 / (high - whole), 1 / (low - whole))
