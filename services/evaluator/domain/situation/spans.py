"""The period that a situation is of: its days, and the periods that stand beside it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.evaluator.domain.figures.periods import reported_before, reporting, year_earlier
from shared.model.instants import HOUR_US, from_us
from shared.model.period import Period, reporting_period, zone

_FORMS = "2026Q3, 2026Q3s, 2026H1, 2026M7, 2026-07, 2026, or years such as 2026-2030"
_YEARS = re.compile(r"\d{4}-\d{4}")
_PLAN_YEARS = 5


class SpanKind(StrEnum):
    """How long a brief looks back."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    MIDTERM = "midterm"
    """Some years of a plan."""
    FINAL = "final"
    """Years up to the last one of a five-year plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned:
    """A period with its neighbours, all as they are written; empty where there is none.

    first, last: its days in `zone`. single: the last quarter or month alone, where the period is
    longer. earlier: the same a year before. before: the one reported before. rated: the period
    from January on that levels are given for: up to the same day, of several years the last one.
    """

    text: str
    kind: SpanKind
    zone: str
    period: Period
    first: date
    last: date
    cumulative: bool
    single: str
    earlier: str
    before: str
    rated: str

    @property
    def year(self) -> int:
        """The year that the period ends in."""
        return self.last.year

    def is_over(self, instant_us: int) -> bool:
        """Whether it had ended at the instant."""
        return self.period.end_hour * HOUR_US <= instant_us


def spanned(text: str, zone_name: str) -> Spanned:
    """The period of a brief. Raises ValueError naming the forms."""
    found = reporting(text)
    several = _YEARS.fullmatch(text) is not None
    if found is None and not several:
        raise ValueError(f"{text!r} is not the period of a brief: write {_FORMS}")
    period = reporting_period(text, zone_name)
    first = from_us(period.first_hour * HOUR_US).astimezone(zone(zone_name)).date()
    last = from_us(period.end_hour * HOUR_US).astimezone(zone(zone_name)).date()
    last -= timedelta(days=1)
    return Spanned(
        text=text,
        kind=_several(last.year) if found is None else _kind(text),
        zone=zone_name,
        period=period,
        first=first,
        last=last,
        cumulative=found is None or found.from_january,
        single=_single(text, last.month),
        earlier=year_earlier(text) or "",
        before=reported_before(text) or "",
        rated=_rated(text, last),
    )


def _rated(text: str, last: date) -> str:
    """The period from January of the last year to the last day, as it is written."""
    if _YEARS.fullmatch(text):
        return str(last.year)
    found = reporting(text)
    if found is not None and found.from_january:
        return text
    if text[4:] == "H2":
        return text[:4]
    is_quarter = text.endswith("s")
    return f"{text[:4]}Q{last.month // 3}" if is_quarter else f"{text[:4]}M{last.month}"


def _several(last_year: int) -> SpanKind:
    return SpanKind.MIDTERM if last_year % _PLAN_YEARS else SpanKind.FINAL


def _kind(text: str) -> SpanKind:
    sign = text[4:5]
    words = {"Q": SpanKind.QUARTER, "H": SpanKind.HALF, "M": SpanKind.MONTH, "-": SpanKind.MONTH}
    return words.get(sign, SpanKind.YEAR)


def _single(text: str, month: int) -> str:
    """The last quarter or month of a longer period that counts from January on."""
    year, sign = text[:4], text[4:5]
    if sign == "M":
        return f"{year}-{month:02d}" if month > 1 else ""
    is_long = reporting(text) is not None and sign != "-" and not text.endswith("s")
    starts = text[4:] not in ("Q1", "H2")
    return f"{year}Q{month // 3}s" if is_long and starts else ""
