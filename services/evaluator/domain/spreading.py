"""Stretches laid over hours: evenly by time, in whole quanta, by the largest remainder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.columns import Whole, narrow, product
from shared.model.instants import HOUR_US

I64: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One row an hour that a stretch touches: which stretch, which hour, how much, how long."""

    stretch: Index
    hour: I64
    quantity: I64
    time: I64


def spread(start: I64, end: I64, quantity: I64) -> Spread:
    """Spread each quantity over the hours of `[start, end)` by the time in each.

    Whole quanta go by the largest remainder; ties go to the earlier hour. Parts add up exactly.
    """
    first, last = start // HOUR_US, (end - 1) // HOUR_US
    many = last > first
    one = np.flatnonzero(~many)
    if not many.any():
        return Spread(stretch=one, hour=first, quantity=quantity, time=end - start)
    wide = _over_hours(np.flatnonzero(many), start, end, quantity)
    return Spread(
        stretch=np.concatenate([one, wide.stretch]),
        hour=np.concatenate([first[one], wide.hour]),
        quantity=np.concatenate([quantity[one], wide.quantity]),
        time=np.concatenate([(end - start)[one], wide.time]),
    )


def _over_hours(which: Index, start: I64, end: I64, quantity: I64) -> Spread:
    start, end, quantity = start[which], end[which], quantity[which]
    first = start // HOUR_US
    count = (end - 1) // HOUR_US - first + 1
    row = np.repeat(np.arange(len(which)), count)
    begins = np.cumsum(count) - count
    hour = first[row] + np.arange(len(row)) - begins[row]
    time = np.minimum(end[row], (hour + 1) * HOUR_US) - np.maximum(start[row], hour * HOUR_US)
    # Instants are mostly whole seconds or more: in that unit the products stay below 64 bits.
    unit = np.gcd(np.gcd(start, end), HOUR_US)
    duration = (end - start) // unit
    whole = product(quantity[row], time // unit[row])
    share: Whole = whole // duration[row]
    rest: Whole = whole - share * duration[row]
    left = quantity - np.add.reduceat(share, begins)
    order = np.lexsort((hour, -rest, row))
    rank = np.empty(len(row), np.intp)
    rank[order] = np.arange(len(row)) - begins[row]
    share = share + (rank < left[row])
    return Spread(stretch=which[row], hour=hour, quantity=narrow(share), time=time)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by weights; ties go to the earlier part; the parts add up to it."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-rests[i], i))
    for i in order[: total - sum(shares)]:
        shares[i] += 1
    return shares
