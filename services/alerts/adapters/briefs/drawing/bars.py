"""Bars beside their labels: a ranking, pulls to both sides of nought, shares of a hundred."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.alerts.adapters.briefs.drawing import legend
from services.alerts.adapters.briefs.drawing.palette import (
    DOWN,
    INK,
    MUTED,
    PLAIN,
    RULE,
    TRACK,
    UP,
    Tone,
    tone,
)
from services.alerts.adapters.briefs.drawing.paper import (
    POINT,
    WIDTH,
    Paper,
    clean,
    height_of,
    width_of,
)
from services.alerts.adapters.briefs.drawing.plot import known
from services.alerts.adapters.briefs.drawing.wording import fitted
from services.alerts.domain.briefs.document import Chart, ChartKind, Mark

_SIZES = (8.5, 7.5, 6.5)
_MOST_ROWS = 32
_MOST_COLUMNS = 3
_APART = 6.0
_LABEL_SHARE = 0.36
_BETWEEN = 2.0
_HEAD = 5.0
_FOOT = 1.5
_WHOLE = 100.0
_SMALLEST = 1e-9
_PITCH = 1.75
"""From one bar to the next, in the size of letters."""
_THICK = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    mark: Mark
    label: tuple[str, ...]
    label_size: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Where values stand on the paper: nought at `origin`, a unit is so many millimetres."""

    origin: float
    unit: float

    def at(self, value: float) -> float:
        return self.origin + value * self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One column of bars: its left and upper edges, width and the size of its letters."""

    left: float
    top: float
    width: float
    size: float


def draw(chart: Chart) -> Paper:
    """The bars in one column, or in more where there are many."""
    columns = min(_MOST_COLUMNS, max(1, math.ceil(len(chart.marks) / _MOST_ROWS)))
    size = _SIZES[min(columns, len(_SIZES)) - 1]
    width = (WIDTH - _APART * (columns - 1)) / columns
    rows = tuple(_row(mark, width, size) for mark in chart.marks)
    most = math.ceil(len(rows) / columns)
    parts = [rows[number * most : (number + 1) * most] for number in range(columns)]
    tall = max(sum(_tall(row, size) for row in part) for part in parts)
    head = _HEAD if chart.unit else 1.0
    foot = legend.height(chart.legend, WIDTH) + _FOOT
    paper = Paper(max(12.0, head + tall + foot))
    for number, part in enumerate(parts):
        block = _Block(
            left=number * (width + _APART), width=width, size=size, top=paper.height - head
        )
        _column(paper, chart, part, block, _layout(chart, rows, block))
    if chart.unit:
        paper.text(0.0, paper.height - 3.4, clean(chart.unit), size=7.5, colour=MUTED)
    legend.draw(paper, chart.legend, 0.0, 0.0, WIDTH)
    return paper


def _row(mark: Mark, width: float, size: float) -> _Row:
    sizes = tuple(one for one in _SIZES if one <= size)
    label, label_size = fitted(clean(mark.label), width * _LABEL_SHARE, sizes, 2)
    return _Row(mark=mark, label=label, label_size=label_size, text=clean(mark.text))


def _tall(row: _Row, size: float) -> float:
    """A row's height: more where its label has two lines."""
    return max(height_of(len(row.label), row.label_size) + 0.9, _PITCH * size * POINT)


def value_of(mark: Mark) -> float | None:
    """A value that can be drawn."""
    return mark.value if known(mark.value) else None


def _layout(chart: Chart, rows: Sequence[_Row], block: _Block) -> _Scale:
    """Room for the labels on the left, for printed values at both ends, the rest for the bars."""
    labels = max((width_of(line, row.label_size) for row in rows for line in row.label), default=0)
    texts = [(value_of(row.mark) or 0.0, width_of(row.text, block.size)) for row in rows]
    right = max((wide for value, wide in texts if value >= 0), default=0.0) + _BETWEEN
    begin = block.left + labels + _BETWEEN
    end = block.left + block.width - right
    if chart.kind is ChartKind.SHARES:
        right = max((wide for _, wide in texts), default=0.0) + _BETWEEN
        return _Scale(origin=begin, unit=(block.left + block.width - right - begin) / _WHOLE)
    lowest = min(0.0, *(value for value, _ in texts), 0.0)
    highest = max(0.0, *(value for value, _ in texts), 0.0)
    if lowest < 0:
        begin += max(wide for value, wide in texts if value < 0) + _BETWEEN
    unit = max(1.0, end - begin) / max(highest - lowest, _SMALLEST)
    return _Scale(origin=begin - lowest * unit, unit=unit)


def _column(paper: Paper, chart: Chart, rows: Sequence[_Row], block: _Block, scale: _Scale) -> None:
    thick = _THICK * block.size * POINT
    edge = block.top
    for row in rows:
        middle = edge - _tall(row, block.size) / 2
        edge -= _tall(row, block.size)
        paper.lines(block.left, middle, row.label, size=row.label_size)
        if chart.kind is ChartKind.SHARES:
            track = Tone(fill=TRACK)
            paper.box(scale.origin, middle - thick / 2, _WHOLE * scale.unit, thick, track, zorder=1)
        _bar(paper, chart.kind, row.mark, scale, middle, thick)
        _value(paper, chart.kind, row, scale, block, middle)
    if rows:
        paper.rule(((scale.origin, edge), (scale.origin, block.top)), MUTED, 0.6)


def _bar(
    paper: Paper, kind: ChartKind, mark: Mark, scale: _Scale, middle: float, thick: float
) -> None:
    value = value_of(mark)
    if not value:
        return
    if kind is ChartKind.SHARES:
        value = min(_WHOLE, max(0.0, value))
    fill = tone(mark.colour, _plain(kind, value))
    begin, end = sorted((scale.origin, scale.at(value)))
    edge = {"edgecolor": RULE, "linewidth": 0.3} if mark.colour else {}
    paper.box(begin, middle - thick / 2, end - begin, thick, fill, **edge)


def _plain(kind: ChartKind, value: float) -> str:
    if kind is not ChartKind.PULL:
        return PLAIN
    return UP if value > 0 else DOWN


def _value(
    paper: Paper, kind: ChartKind, row: _Row, scale: _Scale, block: _Block, middle: float
) -> None:
    value = value_of(row.mark)
    how: dict[str, Any] = {"size": block.size, "colour": INK if value is not None else MUTED}
    if kind is ChartKind.SHARES:
        x = block.left + block.width
        paper.lines(x, middle, (row.text,), align="right", **how)
        return
    x = scale.at(value or 0.0)
    if value is not None and value < 0:
        paper.lines(x - _BETWEEN / 2, middle, (row.text,), align="right", **how)
    else:
        paper.lines(x + _BETWEEN / 2, middle, (row.text,), **how)
