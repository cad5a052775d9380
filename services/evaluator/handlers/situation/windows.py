"""The year that a period ends in, up to the last day that a commit can know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.evaluator.domain.figures.periods import year_earlier
from services.evaluator.domain.situation.spans import Spanned
from services.evaluator.handlers.forecast_days import date_of, day_at, day_number
from services.evaluator.handlers.reckoner.world import Who
from shared.model.instants import HOUR_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The year that the period ends in, seen when the day `cut` begins.

    upto, before: from January to that day, and the same a year earlier; last: all of last year.
    """

    year: int
    cut: int
    upto: str
    before: str

    @property
    def start(self) -> int:
        """The year's first day (since 1970)."""
        return day_number(date(self.year, 1, 1))

    @property
    def end(self) -> int:
        """The day after the year."""
        return day_number(date(self.year + 1, 1, 1))

    @property
    def last(self) -> str:
        """The year before."""
        return str(self.year - 1)

    @property
    def has_begun(self) -> bool:
        """Whether any day of it is over."""
        return self.cut > self.start


def window_of(span: Spanned, at_us: int) -> Window:
    """Up to the period's last day, or to the commit's where that is earlier."""
    after = day_number(span.last) + 1
    cut = min(after, day_at(at_us // HOUR_US, span.zone))
    if cut == after:
        return Window(
            year=span.year, cut=cut, upto=span.rated, before=year_earlier(span.rated) or ""
        )
    first, end = date(span.year, 1, 1), date_of(cut)
    leap = end.month == 2 and end.day == 29
    ago = end.replace(year=end.year - 1, day=28 if leap else end.day)
    return Window(
        year=span.year,
        cut=cut,
        upto=f"{first}/{end}",
        before=f"{first.replace(year=span.year - 1)}/{ago}",
    )


def asks_of(who: Who, window: Window) -> Iterator[tuple[str, str]]:
    """What is read of the year and of the one before."""
    for text in (window.upto, window.before, window.last) if window.has_begun else ():
        yield who.key, text
