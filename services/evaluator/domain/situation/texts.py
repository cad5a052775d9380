"""Exact values as text, many at a time: what each denominator asks for is worked out once."""

from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluator.domain.figures.rendering import is_long
from shared.model.exact import text


@dataclass(slots=True)
class Texts:
    """Writes values as `rendering.exact` does."""

    _known: dict[int, tuple[int, int] | None] = field(default_factory=dict)

    def exact(self, value: Fraction | None) -> str | None:
        """A decimal, or `n/d` where that would have no end; None for None, or what is too long."""
        if value is None or is_long(value):
            return None
        below = value.denominator
        if below not in self._known:
            self._known[below] = _finite(below)
        found = self._known[below]
        if found is None:
            return f"{value.numerator}/{below}"
        return text(value.numerator * found[0], found[1])


def _finite(denominator: int) -> tuple[int, int] | None:
    """By what a numerator is multiplied to be tenths, hundredths and so on, and of which."""
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    scale = max(twos, fives)
    return (10**scale // denominator, scale) if rest == 1 else None
