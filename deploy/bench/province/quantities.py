"""What every point used in every hour, exactly, made from its number, the hour and the seed.

A point's base is drawn once; a day has its shape and a year its seasons; a little is added that
differs from hour to hour, so that no sum is right by chance.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from deploy.bench.province.estate import County, Estate
from deploy.bench.province.size import Size

I64: TypeAlias = npt.NDArray[np.int64]

_DAY = (
    820, 800, 790, 790, 800, 840, 900, 980, 1060, 1120, 1140, 1130,
    1090, 1100, 1130, 1150, 1150, 1140, 1120, 1090, 1040, 980, 920, 860,
)  # fmt: skip
"""Thousandths of the average, by the hour of the day in China."""
_MONTH = (1150, 1080, 1030, 960, 930, 980, 1050, 1060, 960, 940, 1010, 1130)
"""Thousandths of the average, by the month; nearly twelve thousand together."""
_JITTER = 97
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)


class Quantities:
    """All quantities of an estate, in quanta of their lanes."""

    def __init__(self, estate: Estate) -> None:
        """Prepares the shape of the year."""
        self._estate = estate
        self._shape = _shape(estate.size)
        self._hour = np.arange(estate.size.hours, dtype=np.int64)

    def points(self, first: int, end: int) -> I64:
        """Of the enterprises `[first, end)`: enterprise × lane × point × hour of the year."""
        size, each = self._estate.size, self._estate.points_each
        number = np.arange(first * each, end * each, dtype=np.int64)
        drawn = _mixed(number, size.seed)
        least = np.array([m.least for m in size.metered for _ in range(size.points)])
        span = np.array([m.most - m.least for m in size.metered for _ in range(size.points)])
        lane = number % each
        # Squared, so that there are many small ones and few large ones.
        base = least[lane] + (span[lane] * (drawn % 1024) ** 2 >> 20)
        whole = base[:, None] * self._shape >> 20
        whole += (number[:, None] * 31 + self._hour * 17 + (drawn & 63)[:, None]) % _JITTER
        per_reading = _by_reading(whole, size.interval_h)
        # Counties without enterprises have no points, from which the hours cannot be told.
        return per_reading.reshape(end - first, size.lanes, size.points, size.hours)

    def county(self, county: County) -> I64:
        """Of the enterprises of a county: enterprise × lane × hour."""
        whole: I64 = self.points(county.first, county.end).sum(axis=2)
        return whole


def _mixed(number: I64, seed: int) -> I64:
    """Whole numbers below 2**32 that look like chance."""
    mixed = (number + seed * 1_000_003).astype(np.uint64)
    for multiplier in _MULTIPLIERS:
        mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(multiplier)
        mixed &= np.uint64(0xFFFFFFFF)
    return (mixed ^ (mixed >> np.uint64(13))).astype(np.int64)


def _shape(size: Size) -> I64:
    """Of each hour of the year, in 2**20 parts of the average."""
    start = np.datetime64(f"{size.year}-01-01T00", "h")
    hours = start + np.arange(size.hours)
    months = (hours.astype("datetime64[M]") - np.datetime64(f"{size.year}-01", "M")).astype(int)
    day = np.array(_DAY, np.int64)[np.arange(size.hours) % 24]
    month = np.array(_MONTH, np.int64)[months]
    shape: I64 = (day * month << 20) // 1_000_000
    return shape


def _by_reading(hourly: I64, interval_h: int) -> I64:
    """What is read less often than hourly is the same in each hour between two readings."""
    if interval_h == 1:
        return hourly
    return np.repeat(hourly[:, ::interval_h], interval_h, axis=1)
