"""Lengths of time as policies write them: `30s`, `5m`, `4h`, `1d12h`, as Alertmanager does."""

import re
from datetime import timedelta

_PARTS = re.compile(
    r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII
)
_LONGEST = timedelta(days=36_500)
"""Added to any moment of ours it stays within the calendar."""
_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("m", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
    ("ms", timedelta(milliseconds=1)),
)


def parse_duration(text: str) -> timedelta:
    """Read a length of time, largest unit first; raises ValueError."""
    found = _PARTS.fullmatch(text)
    if text == "0":
        return timedelta()
    if found is None or not text:
        raise ValueError(f"{text!r} is not a length of time: write it as 30s, 5m, 4h or 1d12h")
    weeks, days, hours, minutes, seconds, milliseconds = (int(n or 0) for n in found.groups())
    try:
        length = timedelta(
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=seconds,
            milliseconds=milliseconds,
        )
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(f"{text!r} is too long: at most {_LONGEST.days}d")
    return length


def written_duration(length: timedelta) -> str:
    """The length as text that `parse_duration` (and Alertmanager) reads back; `0s` for none."""
    text = ""
    for name, unit in _UNITS:
        number, length = divmod(length, unit)
        text += f"{number}{name}" if number else ""
    return text or "0s"
