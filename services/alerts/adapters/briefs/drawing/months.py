"""The days below a curve: months or years as intervals, with their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FEW_DAYS = 62
_FEW_MONTHS = 27
_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the beginning of a day up to that of another (ordinals), and what it is called."""

    begin: int
    end: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What stands below the line: small spans, and larger ones below them; from where to where."""

    begin: int
    end: int
    small: tuple[Span, ...]
    large: tuple[Span, ...]


def scale(first: date, last: date, *, is_chinese: bool) -> Scale:
    """The names of the days from first to last, both included."""
    days = (last - first).days + 1
    if days <= _FEW_DAYS:
        begin, end = first.toordinal(), last.toordinal() + 1
        large = tuple(_clipped(_months(first, last, is_chinese, year=True), begin, end))
        return Scale(begin=begin, end=end, small=tuple(_days(begin, end, is_chinese)), large=large)
    months = tuple(_months(first, last, is_chinese))
    begin, end = months[0].begin, months[-1].end
    years = tuple(_clipped(_years(first, last, is_chinese), begin, end))
    if len(months) > _FEW_MONTHS:
        return Scale(begin=begin, end=end, small=years, large=())
    return Scale(begin=begin, end=end, small=months, large=years)


def _days(begin: int, end: int, is_chinese: bool) -> Iterator[Span]:
    for day in range(begin, end):
        of_month = date.fromordinal(day).day
        if of_month == 1 or (of_month % _DAYS == 0 and of_month < 30):
            yield Span(
                begin=day, end=day + 1, name=f"{of_month}日" if is_chinese else str(of_month)
            )


def _months(first: date, last: date, is_chinese: bool, *, year: bool = False) -> Iterator[Span]:
    day = first.replace(day=1)
    while day <= last:
        following = (day + timedelta(days=31)).replace(day=1)
        name = f"{day.month}月" if is_chinese else _ENGLISH[day.month - 1]
        if year:
            name = f"{day.year}年{name}" if is_chinese else f"{name} {day.year}"
        yield Span(begin=day.toordinal(), end=following.toordinal(), name=name)
        day = following


def _years(first: date, last: date, is_chinese: bool) -> Iterator[Span]:
    for year in range(first.year, last.year + 1):
        begin, end = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
        yield Span(begin=begin, end=end, name=f"{year}年" if is_chinese else str(year))


def _clipped(spans: Iterator[Span] | Sequence[Span], begin: int, end: int) -> Iterator[Span]:
    for span in spans:
        yield Span(begin=max(begin, span.begin), end=min(end, span.end), name=span.name)
