"""A tick: scheduled work is told which stretch of time it covers, so that none is left out.

Time is data: what is due is worked out from the tick, never from a clock, so that catching up
after hours of standing still gives the same answer as having run all the while.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The stretch [begin, end) that one run of the job `name` covers; never empty."""

    name: str
    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Raises ValueError for instants without a zone and for a stretch that is upside-down."""
        if self.begin.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"{self.name}: the ends of a tick need a zone")
        if self.end <= self.begin:
            raise ValueError(f"{self.name}: a tick cannot end ({self.end}) before {self.begin}")

    def covers(self, instant: datetime) -> bool:
        """Whether the instant lies in it; the end does not."""
        return self.begin <= instant < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work done again and again, by one copy of the service at a time.

    `work` must bear being told the same stretch twice: a copy may die after the work and before
    the stretch was written down as covered.
    """

    name: str
    every: timedelta
    work: Callable[[Tick], Awaitable[None]]

    def __post_init__(self) -> None:
        """Raises ValueError for a rhythm that is none."""
        if self.every <= timedelta():
            raise ValueError(f"{self.name}: {self.every} is no rhythm")


def next_tick(job: Job, covered: datetime | None, now: datetime) -> Tick | None:
    """What the job has to cover now, or None if it is too early.

    The first run of all covers one rhythm; later ones begin where the last one ended, however long
    ago that was. Several copies that wake at odds with one another do not run more often than
    twice a rhythm. A clock that went back makes no tick until it has passed `covered` again.
    """
    if covered is None:
        return Tick(name=job.name, begin=now - job.every, end=now)
    if now - covered < job.every / 2:
        return None
    return Tick(name=job.name, begin=covered, end=now)
