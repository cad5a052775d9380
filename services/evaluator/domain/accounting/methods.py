"""By which method on record a carrier counts, and where in a period another one begins."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from services.evaluator.domain.factor_book import ZONE
from services.evaluator.domain.records.method import Method
from shared.model.instants import HOUR_US, from_us
from shared.model.period import Period, hour_of_day, zone


def method_at(methods: Iterable[Method], carrier: str, period: Period) -> Method | None:
    """The method for the carrier (or for all) that holds when the period ends."""
    last = from_us((period.end_hour - 1) * HOUR_US).astimezone(zone(ZONE)).date()
    day = last.isoformat()
    holding = [
        method
        for method in methods
        if not method.stack
        and method.carrier in {"", carrier}
        and method.valid_from <= day
        and (not method.valid_to or day < method.valid_to)
    ]
    return max(holding, key=lambda one: (one.carrier, one.valid_from), default=None)


def method_edges(methods: Iterable[Method]) -> tuple[int, ...]:
    """The hours at which methods begin or cease to hold."""
    days = {
        day
        for method in methods
        if not method.stack
        for day in (method.valid_from, method.valid_to)
        if day
    }
    return tuple(sorted(hour_of_day(date.fromisoformat(day), ZONE) for day in days))


def stretches(methods: Sequence[Method], carrier: str, period: Period) -> tuple[Period, ...]:
    """The period cut where the carrier begins to count in another way."""
    inner = [hour for hour in method_edges(methods) if period.first_hour < hour < period.end_hour]
    found: list[Period] = []
    for first, end in pairwise([period.first_hour, *inner, period.end_hour]):
        part = Period(first_hour=first, end_hour=end, zone_name=period.zone_name)
        if found and _way(methods, carrier, found[-1]) == _way(methods, carrier, part):
            first = found.pop().first_hour  # noqa: PLW2901 - the two stretches are one
            part = Period(first_hour=first, end_hour=end, zone_name=period.zone_name)
        found.append(part)
    return tuple(found)


def _way(methods: Sequence[Method], carrier: str, period: Period) -> tuple[str, str, bool]:
    method = method_at(methods, carrier, period)
    if method is None:
        return "", "", False
    return method.basis.value, method.edition, method.carrier == carrier
