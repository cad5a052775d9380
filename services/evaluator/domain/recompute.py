"""A year of everybody's energy and carbon in whole columns: what another factor changes.

Figures of months are sums of quantities times weights. Weights are fractions; brought to one
denominator for each measure they become whole numbers, and so nothing is ever rounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
Whole: TypeAlias = npt.NDArray[Any]
"""Python integers of any size."""

_SAFE = 2**62
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Quantities as columns of equal length.

    cell: number of the subject × month that the row counts for. weight: which weight it has.
    quantity: whole numbers (mantissas; the scale is in the weight).
    """

    cell: I64
    weight: I64
    quantity: Whole

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Values of cells: `whole / denominator`; `known` is false where a weight was missing.

    cell: ascending, each once.
    """

    cell: I64
    whole: Whole
    known: npt.NDArray[np.bool_]
    denominator: int

    def value(self, at: int) -> Fraction | None:
        """The value at a place of the columns."""
        return Fraction(self.whole[at], self.denominator) if self.known[at] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A cell whose value is another now."""

    cell: int
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """Weights as whole numbers over one denominator, by their numbers; `unknown`: those missing."""

    denominator: int
    multiples: Whole
    unknown: npt.NDArray[np.bool_]


def scaled(weights: Sequence[Fraction | None]) -> Scaled:
    """The weights brought to one denominator."""
    denominator = lcm(*(weight.denominator for weight in weights if weight is not None), 1)
    return Scaled(
        denominator=denominator,
        multiples=np.array([_multiple(weight, denominator) for weight in weights], object),
        unknown=np.array([weight is None for weight in weights], np.bool_),
    )


def parts_of(rows: Rows, most: int = _AT_ONCE) -> Iterator[Rows]:
    """The rows ordered by cell, in parts of about `most` of them that hold whole cells.

    Python integers keep everything else in the process waiting: so they are taken in small parts.
    """
    order = np.argsort(rows.cell, kind="stable")
    cell = rows.cell[order]
    first = 0
    while first < len(cell):
        last = int(cell[min(first + most, len(cell)) - 1])
        end = int(np.searchsorted(cell, last, side="right"))
        part = order[first:end]
        yield Rows(cell=cell[first:end], weight=rows.weight[part], quantity=rows.quantity[part])
        first = end


def amounts(rows: Rows, weights: Scaled) -> Amounts:
    """The sum of each cell's quantities times their weights; a missing weight makes it unknown."""
    denominator = weights.denominator
    if not len(rows):
        empty = np.empty(0, np.int64)
        return Amounts(
            cell=empty,
            whole=np.empty(0, object),
            known=np.empty(0, np.bool_),
            denominator=denominator,
        )
    order = np.argsort(rows.cell, kind="stable")
    cell, weight = rows.cell[order], rows.weight[order]
    starts = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
    products = _times(rows.quantity[order], weights.multiples[weight])
    return Amounts(
        cell=cell[starts],
        whole=np.add.reduceat(products, starts).astype(object),
        known=~np.logical_or.reduceat(weights.unknown[weight], starts),
        denominator=denominator,
    )


def differences(old: Amounts, new: Amounts) -> Iterator[Difference]:
    """Cells (the same in both) whose values differ, in ascending order."""
    left = old.whole * new.denominator
    right = new.whole * old.denominator
    unlike = (left != right) & old.known & new.known
    changed = np.flatnonzero(unlike.astype(np.bool_) | (old.known != new.known))
    for at in changed.tolist():
        yield Difference(cell=int(old.cell[at]), old=old.value(at), new=new.value(at))


def _multiple(weight: Fraction | None, denominator: int) -> int:
    return 0 if weight is None else weight.numerator * (denominator // weight.denominator)


def _times(quantity: Whole, multiple: Whole) -> Whole:
    """Products as Python integers; in 64 bits where they and their sum are sure to fit."""
    largest = max(int(abs(quantity).max()), 1) * max(int(abs(multiple).max()), 1)
    if largest * len(quantity) < _SAFE:
        narrow: Whole = quantity.astype(np.int64) * multiple.astype(np.int64)
        return narrow
    wide: Whole = quantity * multiple
    return wide
