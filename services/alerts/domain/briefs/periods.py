"""What reporting periods are called in a brief: 前三季度 is January to September."""

import re

from services.alerts.domain.briefs.facts import Label
from services.alerts.domain.briefs.printing import both

_FORM = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])(?P<single>s?)|M(?P<month>\d{1,2})|H(?P<half>[12])"
    r"|-(?P<alone>\d{2}))?"
)
_YEARS = re.compile(r"(?P<first>\d{4})-(?P<last>\d{4})")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NTHS = (("一", "first"), ("二", "second"), ("三", "third"), ("四", "fourth"))
_SO_FAR = {3: "一季度", 6: "上半年", 9: "前三季度"}
_YEAR = 12


def period_name(text: str) -> Label:
    """`2026Q3` is 2026年前三季度; what is not a period is called as it is written."""
    years = _YEARS.fullmatch(text)
    if years is not None:
        return Label(f"{years['first']}—{years['last']}年", f"{years['first']} to {years['last']}")
    found = _FORM.fullmatch(text)
    if found is None:
        return both(text)
    year = found["year"]
    if found["alone"]:
        nth = int(found["alone"])
        return Label(f"{year}年{nth}月", f"{_MONTHS[(nth - 1) % _YEAR]} {year}")
    if found["single"]:
        zh, en = _NTHS[int(found["quarter"]) - 1]
        return Label(f"{year}年第{zh}季度", f"the {en} quarter of {year}")
    if found["half"] == "2":
        return Label(f"{year}年下半年", f"the second half of {year}")
    return _so_far(year, _last_month(found), months=bool(found["month"]))


def _last_month(found: re.Match[str]) -> int:
    if found["quarter"]:
        return 3 * int(found["quarter"])
    if found["half"]:
        return 6
    return int(found["month"]) if found["month"] else _YEAR


def _so_far(year: str, last: int, *, months: bool) -> Label:
    if last >= _YEAR:
        return Label(f"{year}年", year)
    if last == 1:
        return Label(f"{year}年1月", f"January {year}")
    en = f"January to {_MONTHS[last - 1]} {year}"
    if months or last not in _SO_FAR:
        return Label(f"{year}年1—{last}月", en)
    return Label(f"{year}年{_SO_FAR[last]}", en)


def day_name(text: str) -> Label:
    """An ISO date, or the date of an instant, as a date is written; empty for nothing."""
    found = _DATE.match(text)
    if found is None:
        return both(text)
    year, month, day = (int(one) for one in found.groups())
    if not 1 <= month <= _YEAR:
        return both(text)
    return Label(f"{year}年{month}月{day}日", f"{day} {_MONTHS[month - 1]} {year}")
