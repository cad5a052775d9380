"""The course of a year for a chart: what was booked or stated, the forecast fan, and the line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.evaluator.domain.forecast.daily import Days
from services.evaluator.domain.situation.ahead import Ahead
from services.evaluator.domain.situation.limits import Limit
from services.evaluator.domain.situation.outlook import Rest
from services.evaluator.handlers.forecast_days import date_of, day_number
from services.evaluator.handlers.situation.windows import Window
from shared.contracts import situation as told
from shared.model.exact import text

At = Callable[[int], Fraction | None]
"""The running sum at the end of a day (since 1970); None where there is none."""

_MIDDLE = 15
_DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """so_far: what the year came to before the window's cut; rest: what is forecast of it."""

    window: Window
    so_far: Fraction
    seen: Ahead | None
    rest: Rest | None

    def days(self) -> Iterator[int]:
        """Twice a month, and the last day before the cut."""
        year = self.window.year
        ends = [date(year, month, 1) for month in range(2, 13)] + [date(year + 1, 1, 1)]
        middles = [date(year, month, _MIDDLE) for month in range(1, 13)]
        wanted = {day_number(end) - 1 for end in ends} | {day_number(one) for one in middles}
        yield from sorted(wanted | {self.window.cut - 1})

    def booked(self, days: Days | None) -> At:
        """By the books, at the scale of what the year came to."""

        def at(day: int) -> Fraction | None:
            if day == self.window.cut - 1:
                return self.so_far
            whole = days.so_far(self.window.start, self.window.cut) if days else 0.0
            if days is None or day >= self.window.cut or whole <= 0:
                return None
            return self.so_far * Fraction(days.so_far(self.window.start, day + 1) / whole)

        return at

    def stated(self, months: Mapping[int, Fraction]) -> At:
        """By statistics, at the ends of the months that are stated."""

        def at(day: int) -> Fraction | None:
            if day == self.window.cut - 1:
                return self.so_far
            after = date_of(day + 1)
            is_end = after.day == 1 and day < self.window.cut
            return months.get(date_of(day).month) if is_end else None

        return at

    def forecast(self, rest: Fraction | None) -> At:
        """From the cut on, ending at so much of the rest."""

        def at(day: int) -> Fraction | None:
            if self.seen is None or rest is None or day < self.window.cut - 1:
                return None
            place = day - self.window.cut
            part = float(self.seen.course[place]) if place >= 0 else 0.0
            return self.so_far + rest * Fraction(part)

        return at


def path_of(course: Course, limit: Limit | None, actual: At) -> told.Path:
    """Everything at the days of the chart, to hundredths."""
    days = list(course.days())
    rest = course.rest

    def line(day: int) -> Fraction | None:
        return limit.line_at(date_of(day)) if limit else None

    return told.Path(
        days=tuple(date_of(day).isoformat() for day in days),
        actual=_column(days, actual),
        low=_column(days, course.forecast(rest.low if rest else None)),
        expected=_column(days, course.forecast(rest.expected if rest else None)),
        high=_column(days, course.forecast(rest.high if rest else None)),
        line=_column(days, line),
    )


def _column(days: list[int], at: At) -> tuple[str | None, ...]:
    return tuple(_hundredths(at(day)) for day in days)


def _hundredths(value: Fraction | None) -> str | None:
    return None if value is None else text(round(value * 10**_DECIMALS), _DECIMALS)
