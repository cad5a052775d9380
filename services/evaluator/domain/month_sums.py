"""Calendar months of books: what a batch adds to each, and hours that are no whole month.

Months are those of UTC+8, whatever the zone of whoever asks: other zones' months differ from them
by a few hours, which are taken from the days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.books import FIGURES, HOURS, I64, Index, Series
from services.evaluator.domain.columns import Whole
from shared.model.period import Period

ZONE = "Etc/GMT-8"
"""The zone of the months: eight hours ahead of UTC all year round."""

_AHEAD = 8
_YEAR_0 = 1970 * 12
_SAFE = float(2**62)
_ROW = 1 + FIGURES

Figures: TypeAlias = tuple[int, int, int]
"""Sums of quantity, estimated (mantissas) and known (microseconds), of any size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChange:
    """What one commit adds to a month of a series, in all and (as bytes) by hour."""

    series: Series
    month: int
    figures: Figures
    hours: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """Rows that were added to books: `of` says which of `series` each row belongs to."""

    series: Sequence[Series]
    of: Index
    hour: I64
    amounts: I64


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A period as whole months `[first_month, end_month)` and the hours left over, in runs."""

    first_month: int
    end_month: int
    rest: tuple[tuple[int, int], ...]


def months_of(hours: I64) -> I64:
    """Year × 12 + month − 1 of UTC hours."""
    days = ((hours + _AHEAD) // HOURS).astype("datetime64[D]")
    months: I64 = days.astype("datetime64[M]").astype(np.int64) + _YEAR_0
    return months


def first_hour_of(month: int) -> int:
    """The UTC hour in which a month begins."""
    day = np.datetime64(month - _YEAR_0, "M").astype("datetime64[D]").astype(np.int64)
    return int(day) * HOURS - _AHEAD


def parts_of(period: Period) -> Parts:
    """The whole months of a period and what is left over at its ends."""
    first, end = period.first_hour, period.end_hour
    low, high = (int(month) for month in months_of(np.array([first, end], np.int64)))
    if first_hour_of(low) < first:
        low += 1
    if low >= high:
        return Parts(first_month=low, end_month=low, rest=((first, end),))
    ends = ((first, first_hour_of(low)), (first_hour_of(high), end))
    rest = tuple((a, b) for a, b in ends if a < b)
    return Parts(first_month=low, end_month=high, rest=rest)


def month_changes(posted: Iterable[Posted]) -> list[MonthChange]:
    """What the rows add up to by series and month, exactly."""
    listed = [one for one in posted if len(one.hour)]
    if not listed:
        return []
    number: dict[Series, int] = {}
    of = np.concatenate([_numbered(one, number) for one in listed])
    hour = np.concatenate([one.hour for one in listed])
    amounts = np.concatenate([one.amounts for one in listed])
    order = np.lexsort((hour, of))
    of, hour, amounts = of[order], hour[order], amounts[order]
    month = months_of(hour)
    starts = np.flatnonzero((np.diff(of, prepend=-1) != 0) | (np.diff(month, prepend=-1) != 0))
    sums = _sums(amounts, starts)
    series, packed = list(number), pack(hour, amounts)
    ends = [*starts[1:].tolist(), len(hour)]
    width = _ROW * 8
    return [
        MonthChange(
            series=series[of[low]],
            month=int(month[low]),
            figures=(figures[0], figures[1], figures[2]),
            hours=packed[low * width : high * width],
        )
        for low, high, figures in zip(starts.tolist(), ends, sums, strict=True)
    ]


def pack(hour: I64, amounts: I64) -> bytes:
    """Hours and their amounts (rows of FIGURES) as little-endian rows."""
    return np.column_stack((hour, amounts)).astype("<i8", copy=False).tobytes()


def within_log(hours: bytes, first_hour: int, end_hour: int) -> Figures:
    """The sum of those packed rows that lie in `[first_hour, end_hour)`."""
    rows = np.frombuffer(hours, "<i8").reshape(-1, _ROW)
    return _total(rows[(rows[:, 0] >= first_hour) & (rows[:, 0] < end_hour), 1:])


def within_days(days: I64, body: bytes, first_hour: int, end_hour: int) -> list[Figures]:
    """For each stored day (their numbers, and their bytes in a row) the sum of its hours that lie
    in `[first_hour, end_hour)`.
    """
    rows = np.frombuffer(body, "<i8").reshape(-1, HOURS, FIGURES)
    hour = days[:, None] * HOURS + np.arange(HOURS)
    inside = (hour >= first_hour) & (hour < end_hour)
    whole: Whole = rows if _largest(rows) * HOURS < _SAFE else rows.astype(object)
    sums = np.where(inside[:, :, None], whole, 0).sum(axis=1)
    return [(q, e, k) for q, e, k in sums.tolist()]


def take_off(days: Mapping[int, I64], hours: bytes) -> None:
    """Take packed rows off those of their hours whose day (24 rows of FIGURES) is at hand."""
    rows = np.frombuffer(hours, "<i8").reshape(-1, _ROW)
    of = rows[:, 0] // HOURS
    for day in np.unique(of).tolist():
        if day in days:
            mine = rows[of == day]
            np.subtract.at(days[day], mine[:, 0] % HOURS, mine[:, 1:])


def _numbered(one: Posted, number: dict[Series, int]) -> npt.NDArray[np.int64]:
    own = [number.setdefault(series, len(number)) for series in one.series]
    return np.array(own, np.int64)[one.of]


def _sums(amounts: I64, starts: Index) -> list[list[int]]:
    wide: Whole = amounts if _largest(amounts) * len(amounts) < _SAFE else amounts.astype(object)
    sums: list[list[int]] = np.add.reduceat(wide, starts, axis=0).tolist()
    return sums


def _total(rows: I64) -> Figures:
    wide: Whole = rows if _largest(rows) * max(len(rows), 1) < _SAFE else rows.astype(object)
    quantity, estimated, known = (int(whole) for whole in wide.sum(axis=0))
    return quantity, estimated, known


def _largest(values: I64) -> float:
    if not values.size:
        return 0.0
    return max(abs(float(values.max())), abs(float(values.min())))
