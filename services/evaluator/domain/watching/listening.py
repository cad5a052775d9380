"""When we were there to hear anybody: time of our own outages is nobody's silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Runs `[start, end)` (microseconds, ascending, apart) in which readings came in.

    since_us: before that nothing is known of outages, and all time counts as heard.
    """

    since_us: int
    start: I64
    end: I64

    def heard(self, begins: I64, until_us: int) -> I64:
        """How much of `[begins, until)` we listened, microseconds; 0 where that is no time."""
        before = np.maximum(self.since_us - begins, 0)
        time = before + self._upto(np.array([until_us], np.int64)) - self._upto(begins)
        heard: I64 = np.where(begins < until_us, time, 0)
        return heard

    def quiet_since(self) -> int | None:
        """The end of the last run; None when there was none at all."""
        return int(self.end[-1]) if len(self.end) else None

    def _upto(self, at: I64) -> I64:
        """Listened in `[since, at)`."""
        if not len(self.start):
            return np.zeros(len(at), np.int64)
        length = self.end - self.start
        before = np.concatenate(([0], np.cumsum(length)))
        run = np.searchsorted(self.start, at, side="right") - 1
        inside = np.clip(at - self.start[run], 0, length[run])
        upto: I64 = np.where(run < 0, 0, before[run] + inside)
        return upto


def listening(
    arrivals: Sequence[int], step_us: int, outage_us: int, since_us: int, until_us: int
) -> Listening:
    """Runs from the beginnings of steps in which readings came in (ascending).

    Steps apart by less than `outage_us` belong together, and so does the time up to `until_us`.
    """
    starts: list[int] = []
    ends: list[int] = []
    for at in arrivals:
        if ends and at - ends[-1] < outage_us:
            ends[-1] = at + step_us
        else:
            starts.append(at)
            ends.append(at + step_us)
    if ends and until_us - ends[-1] < outage_us:
        ends[-1] = max(until_us, starts[-1])
    return Listening(
        since_us=since_us, start=np.array(starts, np.int64), end=np.array(ends, np.int64)
    )
