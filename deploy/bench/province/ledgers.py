"""The books of the made-up province as rows: days of hours, months, and how far all is booked."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from deploy.bench.province import copying
from deploy.bench.province.estate import SECTORS, Estate
from deploy.bench.province.quantities import Quantities
from deploy.bench.province.size import Metered
from services.evaluator.ports.judge import FRONTIER_BLOCK
from shared.model.instants import BEGINNING_US, HOUR_US

I64: TypeAlias = npt.NDArray[np.int64]

BOOKS = ("subject", "carrier", "flow", "scale", "day", "body")
MONTHS = ("subject", "carrier", "flow", "scale", "month", "quantity", "estimated", "known")
FRONTIERS = ("partition", "block", "body")


class Ledgers:
    """Books of all enterprises, regions and sectors; sums are of one generator's quantities."""

    def __init__(self, estate: Estate, quantities: Quantities) -> None:
        """`sums` are there after `of_enterprises` has been exhausted."""
        self._estate = estate
        self._quantities = quantities
        self.sums: dict[str, I64] = {}
        """Quantities of regions above the counties and of sectors: lane × hour."""
        self._members: dict[str, int] = {}
        self._month_of = _months(estate)

    def of_enterprises(self, months: list[str]) -> Iterator[bytes]:
        """Days of the enterprises, in the order of their codes; `months` is added to."""
        for county in self._estate.counties:
            hours = self._quantities.county(county)
            for place, mine in zip(county.enterprises, hours, strict=True):
                subject = f"enterprise:{self._estate.enterprise(place)}"
                yield from self._days(subject, mine, 1, months)
                self._add(f"tag:{SECTORS[self._estate.sector(place)][0]}", mine, 1)
            for code in county.above:
                self._add(f"region:{code}", hours.sum(axis=0), len(hours))

    def of_the_rest(self, months: list[str]) -> Iterator[bytes]:
        """Days of regions and sectors, in the order of their names; counties are made again."""
        counties = {f"region:{county.code}": county for county in self._estate.counties}
        for subject in sorted({*counties, *self.sums}):
            county = counties.get(subject)
            if county is None:
                yield from self._days(subject, self.sums[subject], self._members[subject], months)
            else:
                hours = self._quantities.county(county)
                yield from self._days(subject, hours.sum(axis=0), len(hours), months)

    def _add(self, subject: str, hours: I64, members: int) -> None:
        known = self.sums.get(subject)
        self.sums[subject] = hours.copy() if known is None else known + hours
        self._members[subject] = self._members.get(subject, 0) + members

    def _days(self, subject: str, hours: I64, members: int, months: list[str]) -> Iterator[bytes]:
        size = self._estate.size
        for lane, mine in sorted(
            zip(size.metered, hours, strict=True), key=lambda pair: (pair[0].carrier, pair[0].flow)
        ):
            if members:
                yield self._days_of(subject, lane, mine, members)
                months.extend(self._months_of(subject, lane, mine, members))

    def _days_of(self, subject: str, lane: Metered, hours: I64, members: int) -> bytes:
        size = self._estate.size
        first, end = size.first_hour // 24, -(-size.end_hour // 24)
        figures = np.zeros((end - first, 24, 3), "<i8")
        flat = figures.reshape(-1, 3)
        low = size.first_hour - first * 24
        flat[low : low + size.hours, 0] = hours
        flat[low : low + size.hours, 2] = HOUR_US * size.points * members
        cells = (
            *(subject.encode(), lane.carrier.encode(), lane.flow.encode()),
            copying.small(lane.decimals),
            copying.whole(np.arange(first, end)),
            copying.body(figures),
        )
        return copying.rows(end - first, cells).tobytes()

    def _months_of(self, subject: str, lane: Metered, hours: I64, members: int) -> Iterator[str]:
        month, begins = self._month_of
        sums = np.add.reduceat(hours, begins).tolist()
        lengths = np.diff([*begins, len(hours)]).tolist()
        head = f"{subject}\t{lane.carrier}\t{lane.flow}\t{lane.decimals}"
        for nth, (quantity, length) in enumerate(zip(sums, lengths, strict=True)):
            known = length * HOUR_US * self._estate.size.points * members
            yield f"{head}\t{month + nth}\t{quantity}\t0\t{known}\n"


def _months(estate: Estate) -> tuple[int, list[int]]:
    """The year's first month (year × 12 + month - 1), and the places at which months begin."""
    year = estate.size.year
    starts = np.arange(f"{year}-01", f"{year + 1}-01", dtype="datetime64[M]")
    hours = (starts.astype("datetime64[h]") - starts[0].astype("datetime64[h]")).astype(int)
    return year * 12, hours.tolist()


def frontiers(estate: Estate, partitions: int) -> Iterator[bytes]:
    """All points are booked to the end of the year, as far as every partition knows."""
    numbers = estate.numbers
    blocks = range(numbers.points // FRONTIER_BLOCK, -(-numbers.end // FRONTIER_BLOCK))
    ends = np.full(len(blocks) * FRONTIER_BLOCK, BEGINNING_US, "<i8")
    low = numbers.points - blocks.start * FRONTIER_BLOCK
    ends[low : low + numbers.end - numbers.points] = estate.size.end_hour * HOUR_US
    for partition in range(partitions):
        cells = (
            copying.whole(partition),
            copying.whole(np.arange(blocks.start, blocks.stop)),
            copying.body(ends.reshape(-1, FRONTIER_BLOCK)),
        )
        yield copying.rows(len(blocks), cells).tobytes()
