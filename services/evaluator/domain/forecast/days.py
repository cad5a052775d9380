"""Working days, days off and feasts, and which day a year earlier a day is most like."""

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

YEAR = 364
"""Fifty-two weeks: the day a year earlier that has the same name."""
_SAME_NAME = (371, 357, 378, 350)
_NEARBY = (363, 365, 362, 366, 361, 367)
_FEAST_WITHIN = range(320, 410)
_BESIDE = (0, 1, -1, 2, -2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days from `first_day` on.

    rest: people are off work. feast: 0 for an ordinary day, else a number that the same place in
    the same feast has every year (the third day of the Spring Festival, say). provisional_from:
    the first day that nobody has published yet and that was only computed; None if there is none.
    """

    name: str
    first_day: int
    rest: Mask
    feast: I64
    provisional_from: int | None = None
    twins: I64 = field(init=False)

    def __post_init__(self) -> None:
        """Find every day's twin once."""
        object.__setattr__(self, "twins", _twins(self.first_day, self.rest, self.feast))

    def twins_of(self, days: I64) -> I64:
        """The day a year earlier that each day is most like; beyond the calendar the same name."""
        found = days - YEAR
        inside = (days >= self.first_day) & (days < self.first_day + len(self.twins))
        found[inside] = self.twins[days[inside] - self.first_day]
        return found


def plain_calendar(first_day: int, end_day: int) -> Calendar:
    """Weekends and nothing else."""
    days = np.arange(first_day, end_day)
    return Calendar(
        name="weekends",
        first_day=first_day,
        rest=weekend(days),
        feast=np.zeros(len(days), np.int64),
    )


def weekend(days: I64) -> Mask:
    """Whether each day (since 1970) is a Saturday or a Sunday."""
    found: Mask = (days + 3) % 7 >= 5
    return found


def _twins(first_day: int, rest: Mask, feast: I64) -> I64:
    return np.array([_twin(at, rest, feast) for at in range(len(rest))], np.int64) + first_day


def _twin(at: int, rest: Mask, feast: I64) -> int:
    """The place of the twin, which may lie before the calendar."""
    if feast[at]:
        found = _in_feast(at, rest, feast)
        if found is not None:
            return found
    if at < YEAR:
        return at - YEAR
    for back in (YEAR, *_SAME_NAME, *_NEARBY):
        if at - back >= 0 and not feast[at - back] and rest[at - back] == rest[at]:
            return at - back
    return at - YEAR


def _in_feast(at: int, rest: Mask, feast: I64) -> int | None:
    """The same place in last year's feast, or one beside it where people are as much off work."""
    earlier = {int(feast[at - back]): at - back for back in _FEAST_WITHIN if at >= back}
    for shift in _BESIDE:
        found = earlier.get(int(feast[at]) + shift)
        if found is not None and rest[found] == rest[at]:
            return found
    return earlier.get(int(feast[at]))
