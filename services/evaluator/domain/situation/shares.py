"""Many parts of a whole now and a year before: exact shares, and how far each moved the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

Amounts = Sequence[Fraction | None]
_HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    """An amount now and a year earlier; None where it is not known."""

    now: Fraction | None
    earlier: Fraction | None

    @property
    def change(self) -> Fraction | None:
        """In per cent of what it was; None where that is not known, or was not above nought."""
        if self.now is None or self.earlier is None or self.earlier <= 0:
            return None
        return _HUNDRED * (self.now - self.earlier) / self.earlier

    def less(self, other: "Two") -> "Two":
        """What remains when the other is taken off; None where either is not known."""
        return Two(now=_less(self.now, other.now), earlier=_less(self.earlier, other.earlier))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A part against its whole: share in per cent; its change and the pull in percentage points."""

    share: Fraction | None
    share_change: Fraction | None
    pull: Fraction | None


def weighed(part: Two, whole: Two) -> Weighed:
    """The part's share and pull; None wherever something that it needs is not known."""
    now, earlier = _share(part.now, whole.now), _share(part.earlier, whole.earlier)
    moved = _less(part.now, part.earlier)
    return Weighed(
        share=now,
        share_change=_less(now, earlier),
        pull=_share(moved, whole.earlier),
    )


def summed(amounts: Iterable[Fraction | None]) -> Fraction | None:
    """The sum; None as soon as one is not known."""
    # Most amounts have one of a few denominators: whole numbers add up much sooner.
    sums: dict[int, int] = {}
    for amount in amounts:
        if amount is None:
            return None
        below = amount.denominator
        sums[below] = sums.get(below, 0) + amount.numerator
    return sum((Fraction(above, below) for below, above in sums.items()), start=Fraction(0))


def gathered(numbers: Sequence[int], now: Amounts, earlier: Amounts | None) -> Two:
    """What these members come to; `earlier` None where there is no such period."""
    return Two(
        now=summed(now[number] for number in numbers),
        earlier=None if earlier is None else summed(earlier[number] for number in numbers),
    )


def ranked(amounts: Amounts) -> list[tuple[bool, int]]:
    """What puts the largest first and those that are not known last, whole numbers all."""
    below = lcm(*{amount.denominator for amount in amounts if amount is not None})
    return [
        (True, 0) if amount is None else (False, -amount.numerator * (below // amount.denominator))
        for amount in amounts
    ]


def at_least(amounts: Amounts, least: Fraction) -> list[int]:
    """The numbers of those that are known and not below it."""
    above, below = least.numerator, least.denominator
    return [
        number
        for number, amount in enumerate(amounts)
        if amount is not None and amount.numerator * below >= above * amount.denominator
    ]


def together(parts: Iterable[Two]) -> Two:
    """All of them added up."""
    listed = tuple(parts)
    return Two(
        now=summed(part.now for part in listed), earlier=summed(part.earlier for part in listed)
    )


def _share(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    if part is None or whole is None or whole <= 0:
        return None
    return _HUNDRED * part / whole


def _less(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return None if first is None or second is None else first - second
