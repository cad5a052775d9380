"""A map where no outline is known: one labelled tile for each region, all of a size."""

import math
from collections.abc import Sequence

from services.alerts.adapters.briefs.drawing.palette import PAPER, tone
from services.alerts.adapters.briefs.drawing.paper import Paper, clean, height_of, width_of
from services.alerts.adapters.briefs.drawing.wording import fitted
from services.alerts.domain.briefs.document import Colour, Mark

_GAP = 1.2
_INNER = 1.2
_SIZES = (8.5, 7.5, 6.5)
_NARROWEST = 18.0
_MOST_COLUMNS = 8
_FEW = 4


def columns_for(count: int) -> int:
    """How many tiles stand beside one another."""
    if count <= _FEW:
        return max(1, count)
    about = min(_MOST_COLUMNS, max(_FEW, math.ceil(math.sqrt(count * 1.5))))
    near = range(max(_FEW, about - 1), min(_MOST_COLUMNS, about + 1) + 1)
    return min(near, key=lambda across: (-count % across, abs(across - about)))


def height(marks: Sequence[Mark], width: float, columns: int | None = None) -> float:
    """How much room the tiles take, in millimetres."""
    if not marks:
        return 0.0
    across = columns or columns_for(len(marks))
    return math.ceil(len(marks) / across) * (_tall(marks, _wide(width, across)) + _GAP) - _GAP


def draw(
    paper: Paper,
    marks: Sequence[Mark],
    left: float,
    top: float,
    width: float,
    columns: int | None = None,
) -> None:
    """The tiles, row by row from the top, in the order of the marks."""
    if not marks:
        return
    across = columns or columns_for(len(marks))
    wide = _wide(width, across)
    tall = _tall(marks, wide)
    for number, mark in enumerate(marks):
        row, column = divmod(number, across)
        x = left + column * (wide + _GAP)
        y = top - (row + 1) * tall - row * _GAP
        fill = tone(mark.colour or Colour.GREY)
        paper.box(x, y, wide, tall, fill, linewidth=0.4, edgecolor=fill.line, alpha=None)
        _label(paper, mark, x + wide / 2, y + tall / 2, wide)


def _wide(width: float, across: int) -> float:
    return (width - _GAP * (across - 1)) / across


def _words(mark: Mark, wide: float) -> tuple[tuple[str, ...], float]:
    """Name and value in one size."""
    name, size = fitted(clean(mark.label), wide - 2 * _INNER, _SIZES, 3)
    value = clean(mark.text)
    if not value:
        return name, size
    values, smaller = fitted(value, wide - 2 * _INNER, tuple(s for s in _SIZES if s <= size), 2)
    return (*name, *values), min(size, smaller)


def _tall(marks: Sequence[Mark], wide: float) -> float:
    heights = (height_of(len(lines), size) for lines, size in (_words(m, wide) for m in marks))
    return max(heights) + 2 * _INNER


def _label(paper: Paper, mark: Mark, x: float, y: float, wide: float) -> None:
    lines, size = _words(mark, wide)
    broad = max((width_of(line, size) for line in lines), default=0.0) + 1.2
    high = height_of(len(lines), size) + 0.4
    if tone(mark.colour or Colour.GREY).pattern:
        paper.plate(x - broad / 2, y - high / 2, broad, high, PAPER)
    paper.lines(x, y, lines, size=size, align="center")
