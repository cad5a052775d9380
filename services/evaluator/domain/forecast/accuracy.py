"""How earlier forecasts turned out: the rolling record of what was said against what came."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from services.evaluator.domain.forecast.outlook import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A forecast as it was made: of a period's end, when `days_left` days were to come."""

    period: str
    cut: int
    days_left: int
    method: str
    so_far: float
    at_end: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """How one turned out: per cent of the rest that it was off (above: said too much)."""

    said: Said
    came: float
    percent_of_rest: float | None
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that turned out: the median of per cent off, and the share inside the interval."""

    count: int
    median_off: float | None
    inside: float | None
    items: tuple[Turned, ...]


def turned(said: Said, came: float) -> Turned:
    """The forecast against the value that the period came to in the end."""
    rest = came - said.so_far
    off = (said.at_end.middle - came) / rest * 100 if rest > 0 else None
    inside = said.at_end.low <= came <= said.at_end.high
    return Turned(said=said, came=came, percent_of_rest=off, inside=inside)


def record_of(items: Iterable[Turned]) -> Record:
    """The record of several forecasts, in the order given."""
    listed = tuple(items)
    known = [abs(item.percent_of_rest) for item in listed if item.percent_of_rest is not None]
    return Record(
        count=len(listed),
        median_off=float(np.median(known)) if known else None,
        inside=sum(item.inside for item in listed) / len(listed) if listed else None,
        items=listed,
    )
