"""Offsets of time zones as columns: whole arrays of instants moved to the clock on the wall."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from services.ingest.domain.admission.texts import I64, Bools
from shared.model.instants import DAY_US, SECOND_US, from_us
from shared.model.period import zone

_LAST_NEEDED_US = 4_102_444_800 * SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Offsets:
    """A zone: from `since[i]` (microseconds UTC) on its clock is `shift[i]` ahead of UTC."""

    since: I64
    shift: I64

    @property
    def fixed(self) -> bool:
        """Whether the clock was never changed since 1970."""
        return len(self.shift) == 1

    def at(self, us: I64) -> I64:
        """How far the clock is ahead of UTC at each instant."""
        place = np.searchsorted(self.since, us, side="right") - 1
        found: I64 = self.shift[np.maximum(place, 0)]
        return found

    def from_wall(self, wall: I64) -> tuple[I64, Bools]:
        """Instants at which the clock shows `wall` (the earlier of two), and whether it does."""
        if self.fixed:
            return wall - self.shift[0], np.ones(len(wall), np.bool_)
        # One of the clock's two neighbouring shifts is the one in force.
        earlier = wall - self.at(wall - DAY_US)
        later = wall - self.at(wall + DAY_US)
        first_fits = earlier + self.at(earlier) == wall
        second_fits = later + self.at(later) == wall
        return np.where(first_fits, earlier, later), first_fits | second_fits


@lru_cache(maxsize=256)
def offsets(zone_name: str) -> Offsets:
    """The zone's changes from 1970 to 2100, found by looking at every day."""
    named = zone(zone_name)
    since, shift = [0], [_shift(named, 0)]
    for day in range(0, _LAST_NEEDED_US, DAY_US):
        after = _shift(named, day + DAY_US)
        if after != shift[-1]:
            since.append(_change(named, day, day + DAY_US))
            shift.append(after)
    return Offsets(since=np.array(since, np.int64), shift=np.array(shift, np.int64))


def _change(named: ZoneInfo, low: int, high: int) -> int:
    """The second at which the offset of `high` begins, between two instants."""
    after = _shift(named, high)
    while high - low > SECOND_US:
        middle = (low + high) // (2 * SECOND_US) * SECOND_US
        if _shift(named, middle) == after:
            high = middle
        else:
            low = middle
    return high


def _shift(named: ZoneInfo, us: int) -> int:
    offset = from_us(us).astimezone(named).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)
