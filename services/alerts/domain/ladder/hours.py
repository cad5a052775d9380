"""An office's hours: deadlines end when it closes, and people are reminded when it has opened."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(8, 30), time(18)
"""A deadline ends when the office closes on its last day (民法典 203), so that what follows from
it falls on a working day too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDay:
    """The last day that an office has opened on, and whether it has closed since."""

    on: date
    closed: bool

    def is_over(self, day: date) -> bool:
        """Whether a deadline at the end of `day` has passed."""
        return day < self.on or (day == self.on and self.closed)


def office_day(now: datetime, zone: str) -> OfficeDay:
    """The office's day at that moment; before it opens, it is still the day before."""
    here = now.astimezone(ZoneInfo(zone))
    early = here.time() < OPENS
    on = date.fromordinal(here.date().toordinal() - early)
    return OfficeDay(on=on, closed=early or here.time() >= CLOSES)
