"""A map where no outline is known: one labelled tile for each region, all of a size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.alerts.adapters.briefs.drawing.palette import PAPER, tone
from services.alerts.adapters.briefs.drawing.paper import Paper, clean, height_of, width_of
from services.alerts.adapters.briefs.drawing.wording import fitted
from services.alerts.domain.briefs.document import Colour, Mark

_GAP = 1.2
_INNER = 1.2
_SIZES = (8.5, 7.5, 6.5)
_MOST_COLUMNS = 8
_FEW = 4
_MANY = 40
"""More tiles than that have smaller letters, so that a hundred go on a page."""

_Words: TypeAlias = tuple[tuple[str, ...], float]
"""Lines and their size in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    marks: tuple[Mark, ...]
    words: tuple[_Words, ...]
    wide: float
    tall: float


def columns_for(count: int) -> int:
    """How many tiles stand beside one another."""
    if count <= _FEW:
        return max(1, count)
    about = min(_MOST_COLUMNS, max(_FEW, math.ceil(math.sqrt(count * 1.5))))
    near = range(max(_FEW, about - 1), min(_MOST_COLUMNS, about + 1) + 1)
    return min(near, key=lambda across: (-count % across, abs(across - about)))


def height(marks: Sequence[Mark], width: float, columns: int | None = None) -> float:
    """How much room the tiles take, in millimetres."""
    rows = _rows(marks, width, columns)
    return sum(row.tall + _GAP for row in rows) - _GAP if rows else 0.0


def draw(
    paper: Paper,
    marks: Sequence[Mark],
    left: float,
    top: float,
    width: float,
    columns: int | None = None,
) -> None:
    """The tiles, row by row from the top, in the order of the marks."""
    edge = top
    for row in _rows(marks, width, columns):
        edge -= row.tall
        for column, (mark, words) in enumerate(zip(row.marks, row.words, strict=True)):
            x = left + column * (row.wide + _GAP)
            fill = tone(mark.colour or Colour.GREY)
            paper.box(x, edge, row.wide, row.tall, fill, linewidth=0.4, edgecolor=fill.line)
            _label(paper, mark, words, x + row.wide / 2, edge + row.tall / 2)
        edge -= _GAP


def _rows(marks: Sequence[Mark], width: float, columns: int | None) -> list[_Row]:
    across = columns or columns_for(len(marks))
    wide = (width - _GAP * (across - 1)) / across
    sizes = _SIZES if len(marks) <= _MANY else _SIZES[1:]
    rows = []
    for begin in range(0, len(marks), across):
        part = tuple(marks[begin : begin + across])
        words = tuple(_words(mark, wide, sizes) for mark in part)
        tallest = max(height_of(len(lines), size) for lines, size in words)
        rows.append(_Row(marks=part, words=words, wide=wide, tall=tallest + 2 * _INNER))
    return rows


def _words(mark: Mark, wide: float, sizes: tuple[float, ...]) -> _Words:
    """Name and value in one size."""
    name, size = fitted(clean(mark.label), wide - 2 * _INNER, sizes, 3)
    value = clean(mark.text)
    if not value:
        return name, size
    smaller = tuple(one for one in sizes if one <= size)
    values, least = fitted(value, wide - 2 * _INNER, smaller, 2)
    return (*name, *values), min(size, least)


def _label(paper: Paper, mark: Mark, words: _Words, x: float, y: float) -> None:
    lines, size = words
    broad = max((width_of(line, size) for line in lines), default=0.0) + 1.2
    high = height_of(len(lines), size) + 0.4
    if tone(mark.colour or Colour.GREY).pattern:
        paper.plate(x - broad / 2, y - high / 2, broad, high, PAPER)
    paper.lines(x, y, lines, size=size, align="center")
