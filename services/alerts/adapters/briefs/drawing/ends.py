"""The names of lines beside where they end, moved apart where they would overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.alerts.adapters.briefs.drawing.palette import ACTUAL, FAN_INK, LIMIT, MUTED
from services.alerts.adapters.briefs.drawing.paper import Paper, clean, height_of, width_of
from services.alerts.adapters.briefs.drawing.plot import Plot, day_of, known
from services.alerts.adapters.briefs.drawing.wording import fitted
from services.alerts.domain.briefs.document import Burn

BEND = 5.0
"""Millimetres from the plot to the names; the lines to them bend there."""

_WIDEST = 34.0
_SIZES = (8.0, 7.0)
_APART = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a line is called, and the amount at which it ends."""

    lines: tuple[str, ...]
    size: float
    colour: str
    amount: float

    @property
    def width(self) -> float:
        """In millimetres."""
        return max((width_of(line, self.size) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """In millimetres, with a little air."""
        return height_of(len(self.lines), self.size) + _APART


def names(burn: Burn) -> tuple[Name, ...]:
    """Of all lines that reach the last day, from below."""
    actual, expected, fan, line, limit = burn.words
    found = (
        _name(actual, ACTUAL, _last(burn, burn.actual)),
        _name(expected, ACTUAL, _last(burn, burn.expected)),
        _name(fan, FAN_INK, _last(burn, burn.high)),
        _name(line, MUTED, _last(burn, burn.line)),
        _name(limit, LIMIT, burn.limit),
    )
    return tuple(sorted((name for name in found if name), key=lambda name: name.amount))


def _last(burn: Burn, values: Sequence[float | None]) -> float | None:
    return values[len(burn.days) - 1] if len(values) >= len(burn.days) else None


def _name(word: str, colour: str, amount: float | None) -> Name | None:
    if amount is None or not known(amount) or not clean(word):
        return None
    lines, size = fitted(clean(word), _WIDEST, _SIZES, 2)
    return Name(lines=lines, size=size, colour=colour, amount=amount)


def write(paper: Paper, plot: Plot, burn: Burn, found: Sequence[Name]) -> None:
    """The names at the right, each with a line from its end."""
    x = plot.x(day_of(burn.days[-1]).toordinal() + 1) + 0.4
    ends = [plot.y(name.amount) for name in found]
    middles = apart(ends, [name.height for name in found], 0.5, paper.height - 0.5)
    for name, end, middle in zip(found, ends, middles, strict=True):
        bend = plot.right + BEND - 1.0
        paper.rule(((x, end), (bend, middle)), name.colour, 0.5)
        paper.lines(plot.right + BEND, middle, name.lines, size=name.size, colour=name.colour)


def apart(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> tuple[float, ...]:
    """Middles as near to the wanted ones (rising) as goes without overlap, between low and high.

    What touches becomes one pile around the mean of what its members want.
    """
    piles: list[tuple[list[int], float]] = []
    for number, want in enumerate(wanted):
        members, middle = [number], want
        while True:
            middle = _within(middle, sum(heights[m] for m in members), low, high)
            if not piles or _top(piles[-1], heights) <= middle - _half(members, heights):
                break
            before, _ = piles.pop()
            members = before + members
            middle = sum(wanted[m] for m in members) / len(members)
        piles.append((members, middle))
    found = [0.0] * len(wanted)
    for members, middle in piles:
        edge = middle - _half(members, heights)
        for member in members:
            found[member] = edge + heights[member] / 2
            edge += heights[member]
    return tuple(found)


def _half(members: Sequence[int], heights: Sequence[float]) -> float:
    return sum(heights[member] for member in members) / 2


def _top(pile: tuple[list[int], float], heights: Sequence[float]) -> float:
    return pile[1] + _half(pile[0], heights) - 1e-9


def _within(middle: float, height: float, low: float, high: float) -> float:
    return max(low + height / 2, min(high - height / 2, middle))
