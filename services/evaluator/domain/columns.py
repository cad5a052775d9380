"""Exact whole-number arithmetic on columns: 64 bits where they suffice, Python's own beyond."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
Whole: TypeAlias = npt.NDArray[Any]
"""A column of whole numbers: int64, or Python integers (dtype object)."""

_SAFE = float(2**62)


class TooLargeError(OverflowError):
    """A quantity does not fit into 64 bits: the unit or the decimals of a point are wrong."""


def product(a: I64, b: I64) -> Whole:
    """`a * b`, exact: int64 if every product fits, else a column of Python integers."""
    if _largest(a) * _largest(b) < _SAFE:
        return a * b
    wide: Whole = a.astype(object) * b.astype(object)
    return wide


def narrow(wide: Whole) -> I64:
    """The same numbers as int64; raises TooLargeError if one does not fit."""
    if wide.dtype != object:
        return wide.astype(np.int64, copy=False)
    try:
        return wide.astype(np.int64)
    except OverflowError:
        raise TooLargeError("a quantity does not fit into 64 bits at its scale") from None


def total_by(group: npt.NDArray[np.intp], groups: int, values: I64) -> I64:
    """The sum of the values of each group, exact; raises TooLargeError instead of wrapping."""
    if len(values) and _largest(values) * len(values) >= _SAFE:
        wide: Whole = np.zeros(groups, object)
        np.add.at(wide, group, values.astype(object))
        return narrow(wide)
    sums = np.zeros(groups, np.int64)
    np.add.at(sums, group, values)
    return sums


def _largest(values: I64) -> float:
    if not len(values):
        return 0.0
    return max(abs(float(values.max())), abs(float(values.min())))
