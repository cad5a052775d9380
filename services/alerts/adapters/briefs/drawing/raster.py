"""The paper in small cells: which cells a shape covers, and where a box of text still fits."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from services.alerts.adapters.briefs.outlines import Ring

Cells = NDArray[np.bool_]
"""Rows from below, columns from the left."""

STEP = 0.5
"""Millimetres: how wide and high a cell is."""


def empty(width: float, height: float) -> Cells:
    """A paper with nothing on it."""
    return np.zeros((math.ceil(height / STEP), math.ceil(width / STEP)), dtype=np.bool_)


def covered(rings: Iterable[Ring], like: Cells) -> Cells:
    """The cells whose middle lies inside an odd number of rings."""
    rows, columns = like.shape
    turns = np.zeros((rows, columns + 1), dtype=np.int64)
    for ring in rings:
        row, column = _crossings(ring / STEP - 0.5)
        inside = (row >= 0) & (row < rows)
        np.add.at(turns, (row[inside], np.clip(column[inside], 0, columns)), 1)
    return np.asarray(np.cumsum(turns, axis=1)[:, :columns] % 2 == 1)


def _crossings(ring: Ring) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows whose middle line a ring crosses, and the first column to the right of each crossing."""
    lower = np.where((ring[:-1, 1] <= ring[1:, 1])[:, None], ring[:-1], ring[1:])
    upper = np.where((ring[:-1, 1] <= ring[1:, 1])[:, None], ring[1:], ring[:-1])
    first = np.ceil(lower[:, 1]).astype(np.int64)
    count = np.ceil(upper[:, 1]).astype(np.int64) - first
    edge = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    row = first[edge] + within
    run = (upper[edge, 0] - lower[edge, 0]) / (upper[edge, 1] - lower[edge, 1])
    x = lower[edge, 0] + (row - lower[edge, 1]) * run
    return row, np.ceil(x).astype(np.int64)


def mark_box(cells: Cells, left: float, bottom: float, width: float, height: float) -> None:
    """Mark all cells that a box touches."""
    rows, columns = cells.shape
    top = min(rows, math.ceil((bottom + height) / STEP))
    right = min(columns, math.ceil((left + width) / STEP))
    cells[max(0, math.floor(bottom / STEP)) : top, max(0, math.floor(left / STEP)) : right] = True


def mark_line(cells: Cells, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Mark the cells along a line."""
    rows, columns = along(begin, end)
    inside = (rows >= 0) & (rows < cells.shape[0]) & (columns >= 0) & (columns < cells.shape[1])
    cells[rows[inside], columns[inside]] = True
    # Two cells wide, so that no other line slips through between diagonal neighbours.
    cells[rows[inside], np.minimum(columns[inside] + 1, cells.shape[1] - 1)] = True


def along(
    begin: tuple[float, float], end: tuple[float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the cells along a line."""
    steps = max(2, math.ceil(math.dist(begin, end) / STEP * 2))
    part = np.linspace(0, 1, steps)
    columns = (begin[0] + (end[0] - begin[0]) * part) / STEP
    rows = (begin[1] + (end[1] - begin[1]) * part) / STEP
    return rows.astype(np.int64), columns.astype(np.int64)


class Sums:
    """Sums over the paper's marked cells, from which those in any box are read off."""

    def __init__(self, cells: Cells) -> None:
        rows, columns = cells.shape
        self._total = np.zeros((rows + 1, columns + 1), dtype=np.int32)
        np.cumsum(cells, axis=0, dtype=np.int32, out=self._total[1:, 1:])
        np.cumsum(self._total, axis=1, out=self._total)

    def counts(self, width: float, height: float) -> NDArray[np.int32]:
        """How many marked cells a box covers, for every cell as its lower left corner.

        Rows and columns are fewer than the paper's by the box's; none where it does not fit.
        """
        tall, wide = _cells(height), _cells(width)
        total = self._total
        if tall >= total.shape[0] or wide >= total.shape[1]:
            return np.zeros((0, 0), dtype=np.int32)
        upper = total[tall:, wide:] - total[tall:, :-wide]
        return np.asarray(upper - total[:-tall, wide:] + total[:-tall, :-wide])


def _cells(length: float) -> int:
    """One more than a box needs, since it need not begin where a cell does."""
    return math.ceil(length / STEP) + 1


def cells_of(width: float, height: float) -> int:
    """How many cells `counts` looks at for a box."""
    return _cells(height) * _cells(width)


def middle(width: float, height: float) -> tuple[float, float]:
    """From the lower left corner of what `counts` looks at for a box to the box's middle."""
    return _cells(width) / 2 * STEP, _cells(height) / 2 * STEP


def heart(cells: Cells) -> tuple[float, float] | None:
    """A point well inside the marked cells: what is left last when the edge is taken away."""
    if not cells.any():
        return None
    left = np.pad(cells, 1)
    while True:
        core = (
            left[1:-1, 1:-1] & left[:-2, 1:-1] & left[2:, 1:-1] & left[1:-1, :-2] & left[1:-1, 2:]
        )
        if not core.any():
            break
        left = np.pad(core, 1)
    rows, columns = np.nonzero(left[1:-1, 1:-1])
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return (float(columns[nearest]) + 0.5) * STEP, (float(rows[nearest]) + 0.5) * STEP
