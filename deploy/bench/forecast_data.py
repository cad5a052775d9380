"""The meters of the forecast bench: a university's buildings by day, and the days it is closed."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from holidays import country_holidays

from services.evaluator.domain.forecast.days import Calendar, plain_calendar, weekend
from services.evaluator.domain.forecast.history import F64, History

FILE = Path(__file__).parent / "estates" / "daily_2017_2019.csv.gz"
YEARS = (2018, 2019)
CUTS = (4, 7, 10)
"""The months at whose beginning the year is cut."""
ELECTRICITY = "electricity"
CALENDARS = ("england", "weekends")
_EPOCH = date(1970, 1, 1)
_FIRST, _END = date(2017, 1, 1), date(2020, 1, 1)
_EASTER = {"Good Friday": 1, "Easter Monday": 4}
_CLOSED = 20
"""The number of the first closed day of Christmas, 24 December; the last is 1 January."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One building's carrier; unknown days are NaN."""

    building: str
    carrier: str
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A meter's year, cut when the day `cut` begins."""

    meter: Meter
    year: int
    month: int

    @property
    def start(self) -> int:
        """The first day of the year."""
        return day_of(date(self.year, 1, 1))

    @property
    def cut(self) -> int:
        """The first day that nobody has seen yet."""
        return day_of(date(self.year, self.month, 1))

    @property
    def end(self) -> int:
        """The day after the year."""
        return day_of(date(self.year + 1, 1, 1))

    @property
    def came(self) -> F64:
        """What the days from the cut on brought; NaN for days that are left out."""
        return self.meter.history.between(self.cut, self.end)


def day_of(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def read_meters(path: Path = FILE) -> tuple[Meter, ...]:
    """All meters. The source wrote 0 for what it missed: no electricity for a day is an outage.

    In gas a zero stays a zero: a boiler that is off.
    """
    first, count = day_of(_FIRST), (_END - _FIRST).days
    found: dict[tuple[str, str], F64] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = row["building"], row["carrier"]
            days = found.setdefault(key, np.full(count, np.nan))
            kwh = float(row["kwh"])
            if kwh > 0 or row["carrier"] != ELECTRICITY:
                days[day_of(date.fromisoformat(row["day"])) - first] = kwh
    return tuple(
        Meter(building=b, carrier=c, history=History(first_day=first, values=days))
        for (b, c), days in sorted(found.items())
    )


def cases(meters: tuple[Meter, ...]) -> Iterator[Case]:
    """Every cut of every year of the meters that have the year and the one before.

    A rest in which nothing came has no error in per cent and is left out.
    """
    for meter in meters:
        for year in YEARS:
            for month in CUTS:
                case = Case(meter=meter, year=year, month=month)
                before = meter.history.between(day_of(date(year - 1, 1, 1)), case.start)
                seen = meter.history.between(case.start, case.cut)
                both = np.isfinite(before).any() and np.isfinite(seen).any()
                if both and np.nansum(case.came) > 0:
                    yield case


def calendar(name: str) -> Calendar:
    """`england`: Easter, the closed days of Christmas, bank holidays; `weekends`: only those."""
    first, end = day_of(date(2016, 1, 1)), day_of(_END)
    if name != "england":
        return plain_calendar(first, end)
    days = np.arange(first, end)
    dates = [date.fromordinal(_EPOCH.toordinal() + int(day)) for day in days]
    bank = country_holidays("GB", subdiv="ENG", years=range(2016, 2021), language="en_GB")
    feast = np.array([_feast(day, bank) for day in dates], np.int64)
    off = np.array([day in bank for day in dates], np.bool_)
    return Calendar(name=name, first_day=first, rest=weekend(days) | off | (feast > 0), feast=feast)


def _feast(day: date, bank: Mapping[date, str]) -> int:
    if day.month == 12 and day.day >= 24:
        return _CLOSED + day.day - 24
    if (day.month, day.day) == (1, 1):
        return _CLOSED + 8
    return _EASTER.get(bank.get(day, ""), 0)
