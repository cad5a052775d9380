"""By which periods two sources of one quantity are held against one another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.evaluator.domain.figures.periods import reporting


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Periods and months that have ended, the newest first."""

    cumulative: tuple[str, ...]
    months: tuple[str, ...]

    def __contains__(self, period: str) -> bool:
        """Whether it is one of either."""
        return period in self.cumulative or period in self.months


def candidates(today: date, standing: Collection[str] = ()) -> Candidates:
    """Cumulative quarters of this year that have ended, last year, and the last month.

    standing: periods by which something stands: then it goes on back to the earliest of these.
    """
    ends = {text: one.year * 12 + one.months for text in standing if (one := reporting(text))}
    ended = today.year * 12 + today.month - 1
    year_before = (today.year - 1) * 12 + 12
    since = min([year_before, *(end for text, end in ends.items() if not _is_month(text))])
    month = min([ended, *(end for text, end in ends.items() if _is_month(text))])
    return Candidates(
        cumulative=tuple(_cumulative(end) for end in range(ended, since - 1, -1) if end % 3 == 0),
        months=tuple(_month(end) for end in range(ended, month - 1, -1)),
    )


def _is_month(text: str) -> bool:
    return "-" in text


def _cumulative(end: int) -> str:
    """What counts from January to the month `end` (year × 12 + 1 to 12)."""
    year, month = _place(end)
    return f"{year:04d}" if month == 12 else f"{year:04d}Q{month // 3}"


def _month(end: int) -> str:
    year, month = _place(end)
    return f"{year:04d}-{month:02d}"


def _place(end: int) -> tuple[int, int]:
    year, month = divmod(end - 1, 12)
    return year, month + 1
