"""The only reader of the wall clock: everything else is told what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import time_ns
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return datetime.now(UTC)


def now_us() -> int:
    """The present moment in whole microseconds since 1970-01-01T00:00Z."""
    return time_ns() // 1000
