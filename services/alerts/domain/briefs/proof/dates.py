"""The proof's own names of periods and days."""

import re

from services.alerts.domain.briefs.facts import Label

_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_QUARTERS = {"1": "一 first", "2": "二 second", "3": "三 third", "4": "四 fourth"}
_ENDS = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12, "H1": 6}
_WORDS = {3: "一季度", 6: "上半年", 9: "前三季度"}


def period(text: str) -> Label:
    """What the period is called; texts that are no periods are called as they are."""
    if re.fullmatch(r"\d{4}-\d{4}", text):
        return Label(f"{text[:4]}—{text[5:]}年", f"{text[:4]} to {text[5:]}")
    year, rest = text[:4], text[4:]
    if not year.isdigit():
        return Label(text, text)
    if rest in ("", "Q4"):
        return Label(f"{year}年", year)
    if rest == "H2":
        return Label(f"{year}年下半年", f"the second half of {year}")
    if alone := re.fullmatch(r"-(\d\d)", rest):
        nth = int(alone[1])
        return Label(f"{year}年{nth}月", f"{_ENGLISH[nth - 1]} {year}")
    if quarter := re.fullmatch(r"Q([1-4])s", rest):
        zh, en = _QUARTERS[quarter[1]].split()
        return Label(f"{year}年第{zh}季度", f"the {en} quarter of {year}")
    return _so_far(text, year, rest)


def _so_far(text: str, year: str, rest: str) -> Label:
    months = re.fullmatch(r"M(\d{1,2})", rest)
    last = int(months[1]) if months else _ENDS.get(rest, 0)
    if last == 0:
        return Label(text, text)
    if last == 12:
        return Label(f"{year}年", year)
    if last == 1:
        return Label(f"{year}年1月", f"January {year}")
    zh = f"1—{last}月" if months else _WORDS[last]
    return Label(f"{year}年{zh}", f"January to {_ENGLISH[last - 1]} {year}")


def day(text: str) -> Label:
    """The date of an instant or day, written out."""
    if not re.match(r"\d{4}-(0\d|1[0-2])-\d\d", text):
        return Label(text, text)
    year, month, nth = int(text[:4]), int(text[5:7]), int(text[8:10])
    return Label(f"{year}年{month}月{nth}日", f"{nth} {_ENGLISH[month - 1]} {year}")
