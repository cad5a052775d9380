"""How a target is spread over its years and months: even, seasonal, or as last year went."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from services.evaluator.domain.records.target import Target

MONTHS = 12
_WHOLE = 100


def shares_from_profile(
    monthly: Sequence[Fraction | Decimal], decimals: int = 4
) -> tuple[Decimal, ...]:
    """Shares in per cent that follow last year's months (or quarters), exactly 100 in all.

    What rounding leaves over goes to the months that lost most by it. Raises ValueError.
    """
    amounts = [Fraction(amount) for amount in monthly]
    total = sum(amounts, Fraction(0))
    if len(amounts) not in (4, MONTHS):
        raise ValueError(f"{len(amounts)} figures: give those of 12 months or 4 quarters")
    if total <= 0 or min(amounts) < 0:
        raise ValueError("last year's figures must not be below zero, nor zero in all")
    scale = 10**decimals
    exact = [amount / total * _WHOLE * scale for amount in amounts]
    whole = [floor(share) for share in exact]
    left = _WHOLE * scale - sum(whole)
    most = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in most[:left]:
        whole[i] += 1
    return tuple(Decimal(units).scaleb(-decimals) for units in whole)


def share_by(shares: Sequence[Decimal], months: int) -> Fraction:
    """The share (0 to 1) of a year that is due by the end of so many months."""
    if not 0 <= months <= MONTHS:
        raise ValueError(f"a year has no {months} months")
    if not shares:
        return Fraction(months, MONTHS)
    each = MONTHS // len(shares)
    full, rest = divmod(months, each)
    due = sum((Fraction(share) for share in shares[:full]), Fraction(0))
    if rest:
        due += Fraction(shares[full]) * Fraction(rest, each)
    return due / _WHOLE


def progress_by(target: Target, year: int, months: int) -> Fraction:
    """The share of the target's whole span that is due by a month of a year: k/n.

    By default years and their quarters count alike: after three quarters of the fourth of five
    years it is 3.75/5. The span begins after the base year. Raises ValueError for a year outside
    the target's.
    """
    if not target.first_year <= year <= target.last_year:
        raise ValueError(
            f"{year} is not one of the years {target.first_year} to {target.last_year} of "
            f"{target.code}"
        )
    if year < target.starts:
        return Fraction(0)
    return (year - target.starts + share_by(target.shares, months)) / target.span
