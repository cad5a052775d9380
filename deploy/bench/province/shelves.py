"""The stored readings of the made-up province as rows: blocks of weeks, heads, and their counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from deploy.bench.province import copying
from deploy.bench.province.estate import Estate
from deploy.bench.province.quantities import Quantities
from services.evaluator.handlers.bookkeeper import WEEK_US
from shared.contracts.readings import partition_of
from shared.model.instants import HOUR_US

I64: TypeAlias = npt.NDArray[np.int64]

BLOCKS = ("owner", "week", "commit_n", "count", "body")
HEADS = ("owner", "partition", "catalogue_version", "commit_n", "count", "body", "older")
COUNTS = ("point", "month", "count")
COMMIT = 1
"""Everything was put there by the evaluator's first commit."""
VERSION = 1
"""And admitted by the catalogue's first version."""

_COLUMNS = (("at", "<i8"), ("value", "<i8"), ("point", "<u4"), ("revision", "<u4"), ("flags", "u1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading as it was made: `value` in quanta of the point."""

    at_us: int
    value: int


class Shelves:
    """Readings of all points: interval readings, stamped at their ends."""

    def __init__(self, estate: Estate, quantities: Quantities) -> None:
        """Prepares the instants of the year's readings."""
        size = estate.size
        self._estate = estate
        self._quantities = quantities
        self._at: I64 = HOUR_US * np.arange(
            size.first_hour + size.interval_h, size.end_hour + 1, size.interval_h, dtype=np.int64
        )
        cuts = np.flatnonzero(np.diff(self._at // WEEK_US)) + 1
        self._weeks = list(zip([0, *cuts.tolist()], [*cuts.tolist(), len(self._at)], strict=True))

    def blocks(self) -> Iterator[bytes]:
        """Blocks of all enterprises, by owner and week."""
        for county in self._estate.counties:
            if county.enterprises:
                yield self._blocks_of(county.first, county.end)

    def _values(self, first: int, end: int) -> I64:
        """enterprise × point × reading."""
        hours = self._quantities.points(first, end)
        each, interval = self._estate.points_each, self._estate.size.interval_h
        whole: I64 = hours.reshape(end - first, each, -1, interval).sum(axis=3)
        return whole

    def _blocks_of(self, first: int, end: int) -> bytes:
        values = self._values(first, end)
        owners = self._estate.numbers.enterprises + np.arange(first, end)
        parts = [self._week(owners, values, low, high) for low, high in self._weeks]
        # By owner first: the index of the table grows at one place only.
        return b"".join(part[nth].tobytes() for nth in range(end - first) for part in parts)

    def _week(self, owners: I64, values: I64, low: int, high: int) -> copying.Bytes:
        body = self._readings(owners, values[:, :, low:high], self._at[low:high])
        cells = (
            copying.whole(owners),
            copying.whole(int(self._at[low]) // WEEK_US),
            copying.large(COMMIT),
            copying.whole((high - low) * self._estate.points_each),
            copying.body(body.view(np.uint8).reshape(len(owners), -1)),
        )
        return copying.rows(len(owners), cells)

    def _readings(self, owners: I64, values: I64, at: I64) -> npt.NDArray[np.void]:
        """For each owner the five columns of a block, one after another."""
        each, count = self._estate.points_each, len(at)
        layout = np.dtype([(name, kind, (each, count)) for name, kind in _COLUMNS])
        found = np.zeros(len(owners), layout)
        place = owners - self._estate.numbers.enterprises
        number = self._estate.numbers.points + place[:, None] * each + np.arange(each)
        found["at"] = at
        found["value"] = values
        found["point"] = number[:, :, None]
        return found

    def heads(self, partitions: int) -> Iterator[bytes]:
        """The last reading of every point of an owner, and that all have older ones."""
        estate = self._estate
        for county in filter(lambda county: county.enterprises, estate.counties):
            values = self._values(county.first, county.end)[:, :, -1:]
            owners = estate.numbers.enterprises + np.arange(county.first, county.end)
            bodies = self._readings(owners, values, self._at[-1:])
            numbers = bodies["point"].reshape(len(owners), -1)
            named = (f"enterprise:{estate.enterprise(place)}" for place in county.enterprises)
            homes = np.array([partition_of(name, partitions) for name in named], np.int64)
            cells = (
                copying.whole(owners),
                copying.whole(homes),
                *(copying.large(VERSION), copying.large(COMMIT)),
                copying.whole(estate.points_each),
                copying.body(bodies.view(np.uint8).reshape(len(owners), -1)),
                copying.body(np.ascontiguousarray(numbers)),
            )
            yield copying.rows(len(owners), cells).tobytes()

    def counts(self) -> Iterator[bytes]:
        """How many readings of each point came in for each month, in Chinese time."""
        local = self._at.view("datetime64[us]") + np.timedelta64(8, "h")
        months, counts = np.unique(local.astype("datetime64[M]").astype(int), return_counts=True)
        numbers = self._estate.numbers
        points = np.repeat(np.arange(numbers.points, numbers.end), len(months))
        repeats = numbers.end - numbers.points
        cells = (
            copying.large(points),
            copying.whole(np.tile(months + 1970 * 12, repeats)),
            copying.large(np.tile(counts, repeats)),
        )
        yield copying.rows(len(points), cells).tobytes()

    def reading(self, place: int, point: int, nth: int) -> Reading:
        """The nth reading of the year of an enterprise's point (from 0)."""
        value = int(self._values(place, place + 1)[0, point, nth])
        return Reading(at_us=int(self._at[nth]), value=value)
