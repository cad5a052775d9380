"""The books at hand: days of hours of many subjects in one array, differences added exactly.

A day is a row of 24 hours × (quantity, estimated, known). Rows are a cache that PostgreSQL can
rebuild: every change is written before the next batch, so that a row may be dropped at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.columns import TooLargeError
from services.evaluator.domain.totals import Lane

I64: TypeAlias = npt.NDArray[np.int64]
U8: TypeAlias = npt.NDArray[np.uint8]
Index: TypeAlias = npt.NDArray[np.intp]

HOURS = 24
FIGURES = 3
"""quantity, estimated (mantissas at the lane's scale), known (microseconds of point-time)."""
ROW_BYTES = HOURS * FIGURES * 8

_DAY_BITS = 22
_DAY_ZERO = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One subject's book of one lane."""

    subject: str
    lane: Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What differences did to the hours that they named, in their order: rows of FIGURES."""

    old: I64
    new: I64

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "Added":
        """The chosen rows."""
        return Added(old=self.old[chosen], new=self.new[chosen])


def day_of(hour: int) -> int:
    """The UTC day (since 1970) of an hour."""
    return hour // HOURS


class Books:
    """Rows of days at hand, by keys made of a series and a day."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024) -> None:
        """Keep about that many bytes; a batch that needs more at once gets them."""
        rows = max(most_bytes // ROW_BYTES, 64)
        self._most = rows
        # Memory that was never touched costs nothing.
        self._rows: I64 = np.zeros((rows, HOURS, FIGURES), np.int64)
        self._used: I64 = np.zeros(rows, np.int64)
        self._key_at: I64 = np.full(rows, -1, np.int64)
        self._slot_of: dict[int, int] = {}
        self._free: list[int] = list(range(rows - 1, -1, -1))
        self._number_of: dict[Series, int] = {}
        self._series: list[Series] = []
        self._tick = 1

    def begin(self) -> None:
        """A new batch begins: rows that it does not touch may make room."""
        self._tick += 1

    def __len__(self) -> int:
        """How many rows are at hand."""
        return len(self._slot_of)

    def number(self, series: Series) -> int:
        """The number of the series in keys; a new one is given if there is none."""
        number = self._number_of.get(series)
        if number is None:
            number = self._number_of[series] = len(self._series)
            self._series.append(series)
        return number

    @staticmethod
    def keys(numbers: I64, days: I64) -> I64:
        """Keys of rows from numbers of series and days."""
        return numbers << _DAY_BITS | days + _DAY_ZERO

    def place(self, key: int) -> tuple[Series, int]:
        """Series and day of a key."""
        return self._series[key >> _DAY_BITS], (key & (1 << _DAY_BITS) - 1) - _DAY_ZERO

    def missing(self, keys: Iterable[int]) -> list[int]:
        """Those keys whose rows are not at hand; the others stay until the batch has ended."""
        held: list[int] = []
        lacking: list[int] = []
        for key in keys:
            slot = self._slot_of.get(key)
            if slot is None:
                lacking.append(key)
            else:
                held.append(slot)
        self._used[held] = self._tick
        return lacking

    def learn(self, stored: Mapping[int, bytes], keys: Iterable[int]) -> None:
        """Take over stored rows of these keys; one without bytes has no hours yet.

        Rows that are at hand stay as they are: they may hold what is not written yet.
        """
        for key in keys:
            if key in self._slot_of:
                continue
            slot = self._slot()
            body = stored.get(key)
            self._rows[slot] = 0 if body is None else figures(body)
            self._slot_of[key] = slot
            self._key_at[slot] = key
            self._used[slot] = self._tick

    def add(self, keys: I64, hours: I64, amounts: I64) -> Added:
        """Add rows of FIGURES to hours (0 to 23) of rows at hand; no hour is named twice.

        Raises TooLargeError when a figure would not fit into 64 bits; nothing is added then.
        """
        slots = self._slots(keys)
        old = self._rows[slots, hours]
        new = old + amounts
        # The sum has wrapped where both parts differ from it in sign.
        if (((old ^ new) & (amounts ^ new)) < 0).any():
            raise TooLargeError("an hour of the books does not fit into 64 bits at its scale")
        self._rows[slots, hours] = new
        return Added(old=old, new=new)

    def bodies(self, keys: I64) -> list[bytes]:
        """The rows of the keys as bytes, to be stored."""
        chosen = self._rows[self._slots(keys)].astype("<i8", copy=False)
        whole = chosen.tobytes()
        return [whole[i : i + ROW_BYTES] for i in range(0, len(whole), ROW_BYTES)]

    def hours(self, number: int, first_hour: int, end_hour: int) -> I64:
        """The hours of a series, one row of FIGURES each; all their days must be at hand."""
        slots = [self._slot_of[key] for key in self.days(number, first_hour, end_hour)]
        self._used[slots] = self._tick
        low = first_hour % HOURS
        if len(slots) == 1:
            return self._rows[slots[0], low : low + end_hour - first_hour]
        whole = self._rows[slots].reshape(-1, FIGURES)
        return whole[low : low + end_hour - first_hour]

    def days(self, number: int, first_hour: int, end_hour: int) -> Iterable[int]:
        """The keys of the days of these hours of a series; there is at least one hour."""
        base = (number << _DAY_BITS) + _DAY_ZERO
        return range(base + day_of(first_hour), base + day_of(end_hour - 1) + 1)

    def forget(self) -> None:
        """Drop every row: partitions have come or gone, or a commit's fate is unknown."""
        self._slot_of.clear()
        self._key_at[:] = -1
        self._used[:] = 0
        self._free = list(range(len(self._rows) - 1, -1, -1))

    def _slots(self, keys: I64) -> Index:
        of = self._slot_of
        slots = np.array([of[key] for key in keys.tolist()], np.intp)
        self._used[slots] = self._tick
        return slots

    def _slot(self) -> int:
        if not self._free:
            self._make_room()
        return self._free.pop()

    def _make_room(self) -> None:
        """Drop an eighth of the rows, the longest unused first; grow if all are in use now."""
        oldest = np.argpartition(self._used, self._most // 8)[: self._most // 8]
        idle = oldest[self._used[oldest] < self._tick].tolist()
        for slot in idle:
            del self._slot_of[int(self._key_at[slot])]
            self._key_at[slot] = -1
        self._free.extend(idle)
        if not self._free:
            self._grow()

    def _grow(self) -> None:
        size = len(self._rows)
        more = max(size // 4, 64)
        self._rows = np.concatenate([self._rows, np.zeros((more, HOURS, FIGURES), np.int64)])
        self._used = np.concatenate([self._used, np.zeros(more, np.int64)])
        self._key_at = np.concatenate([self._key_at, np.full(more, -1, np.int64)])
        self._free.extend(range(size + more - 1, size - 1, -1))


def figures(body: bytes) -> I64:
    """A stored row as 24 rows of FIGURES."""
    return np.frombuffer(body, "<i8").reshape(HOURS, FIGURES).astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """How one commit changed closed hours of one series: columns of equal length."""

    source_commit: int
    series: Series
    hour: tuple[int, ...]
    old: tuple[tuple[int, ...], ...]
    new: tuple[tuple[int, ...], ...]
    cause: tuple[int, ...]


def corrections(
    commit: int, series: Sequence[Series], of: Index, hours: I64, added: Added, cause: U8
) -> list[Correction]:
    """The closed hours that have changed, gathered by series.

    of: which of `series` each row belongs to. hours, cause and the rows of `added` likewise.
    """
    found: list[Correction] = []
    changed = np.flatnonzero((added.old != added.new).any(axis=1))
    for one in np.unique(of[changed]).tolist():
        rows = changed[of[changed] == one]
        rows = rows[np.argsort(hours[rows], kind="stable")]
        found.append(
            Correction(
                source_commit=commit,
                series=series[one],
                hour=tuple(hours[rows].tolist()),
                old=tuple(map(tuple, added.old[rows].T.tolist())),
                new=tuple(map(tuple, added.new[rows].T.tolist())),
                cause=tuple(cause[rows].tolist()),
            )
        )
    return found
