"""Periods that have ended: those that count from January on, as levels are given for."""

from datetime import date

from services.evaluator.domain.conditions.policy import Cadence, Every


def ready(cadence: Cadence, today: date) -> tuple[str, ...]:
    """The newest periods of the cadence that ended before the day, oldest first.

    The last of a year is the year itself, as yearly figures are stated.
    """
    months = cadence.every.months
    passed = (today.year * 12 + today.month - 1) // months
    return tuple(
        name_of(cadence.every, nth) for nth in range(passed - cadence.look_back + 1, passed + 1)
    )


def ended(every: Every, first_year: int, last_year: int, today: date) -> tuple[str, ...]:
    """All periods of these years that ended before the day, the newest first."""
    many = 12 // every.months
    passed = (today.year * 12 + today.month - 1) // every.months
    last = min(passed, (last_year + 1) * many)
    return tuple(name_of(every, nth) for nth in range(last, first_year * many, -1))


def name_of(every: Every, nth: int) -> str:
    """The nth period of the cadence, counted from the year 0: its year, and from January on."""
    many = 12 // every.months
    year, place = divmod(nth - 1, many)
    if place == many - 1:
        return f"{year:04d}"
    return {
        Every.MONTH: f"{year:04d}M{place + 1}",
        Every.QUARTER: f"{year:04d}Q{place + 1}",
        Every.HALF_YEAR: f"{year:04d}H{place + 1}",
    }[every]
