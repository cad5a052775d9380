"""Percentiles, rates and the matching of warnings to the answers that caused them."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy.bench.sender import Report

_QUARTERS_AN_HOUR = 4


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    ranked = sorted(values)
    rank = -(-len(ranked) * percent // 100)
    return ranked[max(0, int(rank) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took, in seconds; `count` times."""

    count: int
    p50: float
    p99: float
    longest: float


def spread(values: Sequence[float]) -> Spread | None:
    """The spread of the values; None if there are none."""
    if not values:
        return None
    return Spread(
        count=len(values),
        p50=percentile(values, 50),
        p99=percentile(values, 99),
        longest=max(values),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A warning's entry as it arrived: whose, of which hour (by its first quarter), and when."""

    enterprise: int
    quarter: int
    arrived: float


def delays(report: Report, events: Iterable[Event]) -> tuple[list[float], int]:
    """Seconds from the answer that completed an event's hour to the event's arrival.

    The hour is complete with the enterprise's first request that reaches its end. An event whose
    cause was not sent in this run is left out; the second figure counts those.
    """
    causes = _answers(report)
    found: list[float] = []
    strangers = 0
    for event in events:
        quarters, answered = causes.get(event.enterprise, ([], []))
        index = bisect_left(quarters, event.quarter + _QUARTERS_AN_HOUR)
        if index == len(quarters):
            strangers += 1
        else:
            found.append(event.arrived - answered[index])
    return found, strangers


def _answers(report: Report) -> Mapping[int, tuple[list[int], list[float]]]:
    """Enterprise -> last quarters of its requests, rising, and when they were answered."""
    found: dict[int, tuple[list[int], list[float]]] = {}
    columns = (report.enterprises, report.quarters, report.answered)
    for enterprise, quarter, answered in zip(*columns, strict=True):
        quarters, times = found.setdefault(enterprise, ([], []))
        quarters.append(quarter)
        times.append(answered)
    return found


def per_million(cpu: Mapping[str, float], readings: int) -> dict[str, float]:
    """CPU seconds for each million readings, by part."""
    return {name: seconds * 1e6 / readings if readings else 0.0 for name, seconds in cpu.items()}
