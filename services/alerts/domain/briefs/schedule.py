"""Which briefs are due: the periods that have ended, and the working days after them.

Time is an argument: what a stretch of time makes due is the same whenever it is asked, so what was
missed while nothing ran is caught up by asking for the whole stretch.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.alerts.domain.briefs.settings import BriefSettings, Cadence

WorkingDays = Callable[[date, int], tuple[date, bool]]
"""The n-th working day after a day, and whether the calendar of that year is provisional."""

_OPENS = time(8)
"""On the day that is due, when offices open."""
_PLAN_YEARS = 5
_MIDTERM_YEARS = 3
_MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF: 6, Cadence.YEAR: 12}
_WIDEST = (
    *(Cadence.FINAL, Cadence.MIDTERM, Cadence.YEAR, Cadence.HALF),
    *(Cadence.QUARTER, Cadence.MONTH),
)
# As many working days as settings may name last less than this, holidays and all.
_REACH = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A period that has a brief: its name, kind, and last day."""

    text: str
    kind: Cadence
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A brief that is due. at: since when. asks: only once the data have come far enough.

    provisional: the working days of that year are not announced yet. final: when it is made all
    the same.
    """

    period: Ended
    at: datetime
    final: datetime
    asks: bool = False
    provisional: bool = False


def ended(cadences: frozenset[Cadence], first: date, end: date) -> Iterator[Ended]:
    """Periods whose last day lies in [first, end), by that day.

    Of several that are about the same days (March and the first quarter) there is only the widest.
    """
    day = date(first.year, first.month, 1)
    while day < end:
        after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        last = after - timedelta(days=1)
        if first <= last < end:
            yield from _ending(cadences, last)
        day = after


def _ending(cadences: frozenset[Cadence], last: date) -> Iterator[Ended]:
    within_year = False
    for kind in _WIDEST:
        if kind not in cadences or not _ends(kind, last):
            continue
        if kind in _MONTHS:
            if within_year:
                continue
            within_year = True
        yield Ended(text=_named(kind, last), kind=kind, last=last)


def _ends(kind: Cadence, last: date) -> bool:
    if kind is Cadence.HALF:
        # The second half of a year is told by the year, cumulative as everything is.
        return last.month == 6
    if kind in _MONTHS:
        return last.month % _MONTHS[kind] == 0
    years = _PLAN_YEARS if kind is Cadence.FINAL else _MIDTERM_YEARS
    return last.month == 12 and _year_of_plan(last.year) == years


def _year_of_plan(year: int) -> int:
    """1 to 5: plans begin in 2021, 2026, 2031 …"""
    return (year - 1) % _PLAN_YEARS + 1


def _named(kind: Cadence, last: date) -> str:
    if kind is Cadence.MONTH:
        return f"{last.year}M{last.month}"
    if kind is Cadence.QUARTER:
        return f"{last.year}Q{last.month // 3}"
    if kind is Cadence.HALF:
        return f"{last.year}H1"
    if kind is Cadence.YEAR:
        return str(last.year)
    return f"{last.year - _year_of_plan(last.year) + 1}-{last.year}"


def opening(day: date, zone: str) -> datetime:
    """The instant at which offices open on the day."""
    return datetime.combine(day, _OPENS, ZoneInfo(zone)).astimezone(UTC)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which the day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def due_of(settings: BriefSettings, period: Ended, days: WorkingDays) -> Due:
    """When the brief of the period is due by working days alone."""
    day, provisional = days(period.last, settings.trigger.after)
    at = opening(day, settings.zone)
    return Due(period=period, at=at, final=at, provisional=provisional)


def due_within(
    settings: BriefSettings, begin: datetime, end: datetime, days: WorkingDays
) -> tuple[Due, ...]:
    """What becomes due in [begin, end), the earliest first.

    With a threshold of coverage also what may be made as soon as the data are there (`asks`).
    """
    zone = ZoneInfo(settings.zone)
    reach = (begin - _REACH).astimezone(zone).date()
    found: list[Due] = []
    for period in ended(settings.cadences, reach, end.astimezone(zone).date()):
        due = due_of(settings, period, days)
        if begin <= due.at < end:
            found.append(due)
        elif settings.trigger.coverage is not None and due.at >= end:
            found.extend(_early(settings, due, end, days))
    return tuple(sorted(found, key=lambda one: (one.at, one.period.last)))


def _early(settings: BriefSettings, due: Due, end: datetime, days: WorkingDays) -> Iterator[Due]:
    day, provisional = days(due.period.last, settings.trigger.at_least)
    # No working day at all still means that the period has to be over.
    first = day if settings.trigger.at_least else day + timedelta(days=1)
    at = opening(first, settings.zone)
    if at < end:
        yield Due(period=due.period, at=at, final=due.at, asks=True, provisional=provisional)


def waits_until(settings: BriefSettings, made_due: date, days: WorkingDays) -> datetime:
    """How long a brief that was due on a day waits for the output at most."""
    return opening(days(made_due, settings.wait)[0], settings.zone)


_FIRST_YEAR = 1949
_NAMED = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])s?|M(?P<cumulative>1[0-2]|[1-9])|H(?P<half>[12])"
    r"|-(?P<month>0[1-9]|1[0-2])|-(?P<last>\d{4}))?"
)


def kind_of(period: str) -> Cadence:
    """The kind of a period by its name; raises ValueError that lists the forms."""
    found = _NAMED.fullmatch(period)
    last = found["last"] if found else None
    if found is None or (last and int(last) <= int(found["year"])):
        raise ValueError(
            f"{period!r} is no period of a brief: write 2026Q3 (January to September), 2026Q3s "
            "(the third quarter alone), 2026H1, 2026, 2026M7 (January to July), 2026-07 or "
            "2026-2028"
        )
    if last:
        years = int(last) - int(found["year"]) + 1
        return Cadence.FINAL if years >= _PLAN_YEARS else Cadence.MIDTERM
    if found["quarter"]:
        return Cadence.QUARTER
    if found["half"]:
        return Cadence.HALF
    return Cadence.MONTH if found["month"] or found["cumulative"] else Cadence.YEAR


def begins(period: str) -> date:
    """The first day of a period, of its newest part where it adds up several.

    Raises ValueError for what is no period, as `kind_of`, and for times before all statistics.
    """
    kind_of(period)
    found = _NAMED.fullmatch(period)
    if found is None or int(found["year"]) < _FIRST_YEAR:
        raise ValueError(f"{period!r} lies before {_FIRST_YEAR}: there are no figures of it")
    month = int(found["month"] or found["cumulative"] or 1)
    if found["quarter"]:
        month = int(found["quarter"]) * 3 - 2
    elif found["half"]:
        month = int(found["half"]) * 6 - 5
    return date(int(found["year"]), month, 1)


def last_day(period: str) -> date:
    """The last day of a period; raises ValueError as `begins` does."""
    first, kind = begins(period), kind_of(period)
    if kind not in _MONTHS:
        return date(int(period[-4:]), 12, 31)
    after = first.month + _MONTHS[kind]
    return date(first.year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - timedelta(days=1)


def latest_before(period: str, others: Iterable[str]) -> str | None:
    """Of other periods, the one that ended last before this one's end; the first where equal."""
    end = last_day(period)
    return max((one for one in others if last_day(one) < end), key=last_day, default=None)
