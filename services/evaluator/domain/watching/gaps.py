"""Two sources of one quantity held against one another: the gap between them, and its level."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.watching.policy import Cross, CrossRow, Side
from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the two: a value in the pair's unit, what it is called, and where it is explained."""

    name: str
    value: Fraction
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sources of one quantity of a subject and period. about: of what, such as a carrier."""

    check: Cross
    subject: str
    about: str
    about_name: str
    period: str
    unit: str
    first: Source
    second: Source

    @property
    def difference(self) -> Fraction:
        """The second less the first."""
        return self.second.value - self.first.value

    @property
    def side(self) -> Side:
        """Which way the second differs."""
        return Side.OVER if self.difference > 0 else Side.SHORT

    @property
    def percent(self) -> Fraction | None:
        """How much, in per cent of the first; None where the first is nought or less."""
        if self.first.value <= 0:
            return None
        return abs(self.difference) * 100 / self.first.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A pair with its level and the largest difference (of the pair's unit) without that level."""

    pair: Pair
    level: Level
    allowed: Fraction | None


def gap_of(pair: Pair, rows: Iterable[CrossRow]) -> Gap:
    """The level of the difference; something beside nothing is as bad as the rows know."""
    fitting = [row.steps for row in rows if (row.check, row.side) == (pair.check, pair.side)]
    found = Gap(pair=pair, level=Level.NONE, allowed=None)
    for steps in fitting:
        percent = pair.percent
        if percent is None:
            worst = [level for level, _ in steps.rising()]
            if pair.difference > 0 and worst:
                return Gap(pair=pair, level=worst[-1], allowed=Fraction(0))
            continue
        level, threshold = steps.reached(percent)
        if level > found.level and threshold is not None:
            allowed = pair.first.value * Fraction(threshold) / 100
            found = Gap(pair=pair, level=level, allowed=allowed)
    return found
