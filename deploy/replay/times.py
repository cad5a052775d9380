"""Instants read from text, exactly, in the zone that the mapping names."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from deploy.replay.mapping import ISO, Time
from shared.model.instants import to_us
from shared.model.period import zone

_DAY = timedelta(days=1)


def reader(time: Time) -> Callable[[str], int]:
    """A function from text to microseconds; it raises ValueError with a sentence."""

    @lru_cache(maxsize=50_000)  # meters of one file share their instants
    def read(text: str) -> int:
        return instant_us(text, time)

    return read


def instant_us(text: str, time: Time) -> int:
    """Microseconds since 1970 of an instant written as `time` says; raises ValueError."""
    moment = _parse(text.strip(), time.format)
    if time.midnight_closes_day and (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        moment += _DAY
    if moment.tzinfo is not None:
        return to_us(moment)
    if time.zone is None:
        raise ValueError(f"{text!r} has no zone, and the mapping's time.zone does not name one")
    placed = moment.replace(tzinfo=zone(time.zone), fold=time.fold)
    if _does_not_exist(placed):
        raise ValueError(f"{text!r} does not exist in {time.zone}: the clock was put forward")
    return to_us(placed)


def _parse(text: str, pattern: str) -> datetime:
    if pattern == ISO:
        return datetime.fromisoformat(text)
    return datetime.strptime(text, pattern)  # noqa: DTZ007 the caller puts it into its zone


def _does_not_exist(placed: datetime) -> bool:
    other = placed.replace(fold=1 - placed.fold)
    if placed.utcoffset() == other.utcoffset():
        return False
    # In a gap the first reading's offset is the smaller one, in a repeated hour the larger.
    first, second = (placed, other) if placed.fold == 0 else (other, placed)
    return (first.utcoffset() or timedelta()) < (second.utcoffset() or timedelta())
