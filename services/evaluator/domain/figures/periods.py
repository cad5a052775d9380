"""Neighbours of a reporting period: the same one a year earlier, and the one reported before it."""

import re
from dataclasses import dataclass

_FORM = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])(?P<single>s?)|M(?P<month>\d{1,2})|H(?P<half>[12])"
    r"|-(?P<alone>\d{2}))?"
)
_YEARS = re.compile(r"(?P<first>\d{4})-(?P<last>\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """A reporting period within one year.

    months: the last month it covers. begins: the first one; 1 for whatever counts from January on.
    """

    text: str
    year: int
    begins: int
    months: int

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.begins == 1 and self.months == 12

    @property
    def from_january(self) -> bool:
        """Whether it counts from January on, as progress does."""
        return self.begins == 1


def reporting(text: str) -> Reporting | None:
    """What a period of one year covers; None for spans of several years or free dates."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    begins, months = _months(found)
    if not 1 <= begins <= months <= 12:
        return None
    return Reporting(text=text, year=int(found["year"]), begins=begins, months=months)


def year_earlier(text: str, years: int = 1) -> str | None:
    """The same period so many years earlier; None where that has no name."""
    return f"{int(text[:4]) - years:04d}{text[4:]}" if reporting(text) else None


def reported_before(text: str) -> str | None:
    """The period whose report came just before, of the same cadence; None where there is none.

    The first report of a year that counts from January on follows that of the whole year before:
    2024 comes before 2025Q1, 2025H1 and 2025M1. Single ones go on: 2024Q4s before 2025Q1s.
    """
    found = _FORM.fullmatch(text)
    period = reporting(text)
    if found is None or period is None:
        return None
    year = period.year
    cumulative = "" if found["single"] else found["quarter"] or found["month"] or found["half"]
    if cumulative and int(cumulative) == 1:
        return f"{year - 1:04d}"
    for group, count, form in (
        ("quarter", 4, "{year:04d}Q{nth}{single}"),
        ("month", 12, "{year:04d}M{nth}"),
        ("half", 2, "{year:04d}H{nth}"),
        ("alone", 12, "{year:04d}-{nth:02d}"),
    ):
        if found[group]:
            turn, nth = divmod(year * count + int(found[group]) - 2, count)
            return form.format(year=turn, nth=nth + 1, single=found["single"] or "")
    return f"{year - 1:04d}"


def years_of(text: str) -> tuple[int, int] | None:
    """First and last year of `2021-2025` or of a period of one year; None for free dates."""
    several = _YEARS.fullmatch(text)
    if several:
        return int(several["first"]), int(several["last"])
    one = reporting(text)
    return (one.year, one.year) if one else None


def _months(found: re.Match[str]) -> tuple[int, int]:
    """The first and the last month."""
    if found["quarter"]:
        last = 3 * int(found["quarter"])
        return (last - 2 if found["single"] else 1), last
    if found["month"]:
        return 1, int(found["month"])
    if found["half"]:
        last = 6 * int(found["half"])
        return last - 5, last
    if found["alone"]:
        return int(found["alone"]), int(found["alone"])
    return 1, 12
