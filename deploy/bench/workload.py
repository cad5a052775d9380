"""The bench's points and their registers, whose sums are known exactly at any instant.

Register of point p at the k-th quarter of an hour, in hundredths of a kWh:
`FIRST + STEP·k + (31p + 17k) mod JITTER`. It always rises, and any reading can be made from p and
k alone, so that senders need no memory and sums need no adding up.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]

ENTERPRISES = 100
POINTS = 50
"""Of each enterprise."""
INTERVAL_S = 900
QUARTERS_A_DAY = 96
FIRST = 1_000_000_000
STEP = 75
JITTER = 50
EPOCH = np.datetime64("2019-12-31T16:00:00", "s")
"""Quarter 0: midnight in China."""

CARRIER = "electricity"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def registers(points: I64, quarter: int) -> I64:
    """What the points' registers show at a quarter, in hundredths."""
    shown: I64 = FIRST + STEP * quarter + (31 * points + 17 * quarter) % JITTER
    return shown


def points_of(enterprise: int) -> I64:
    """The numbers of an enterprise's points."""
    return np.arange(enterprise * POINTS, (enterprise + 1) * POINTS, dtype=np.int64)


def used(enterprise: int, first: int, last: int) -> int:
    """What the enterprise's points use between two quarters, in hundredths of a kWh, exactly."""
    points = points_of(enterprise)
    return int((registers(points, last) - registers(points, first)).sum())


def instant(quarter: int) -> str:
    """RFC 3339, 20 characters."""
    return f"{EPOCH + np.timedelta64(quarter * INTERVAL_S, 's')}Z"


def next_midnight(quarter: int) -> int:
    """The first quarter at or after this one at which a day begins in China."""
    return -(-quarter // QUARTERS_A_DAY) * QUARTERS_A_DAY


def day_text(quarter: int) -> str:
    """The Chinese calendar date in which the quarter lies, as 2020-01-01."""
    start = np.datetime64("2020-01-01", "D")
    return str(start + np.timedelta64(quarter // QUARTERS_A_DAY, "D"))


@dataclass(frozen=True, slots=True)
class Names:
    """Codes of one run; `run` is a number below 31 ** 4, so that runs in one system differ."""

    run: int

    @property
    def word(self) -> str:
        """Four characters that stand for the run."""
        digits, rest = "", self.run
        for _ in range(4):
            rest, digit = divmod(rest, len(_ALPHABET))
            digits = _ALPHABET[digit] + digits
        return digits

    def point(self, number: int) -> str:
        """The code of a point; all have the same length."""
        return f"BENCH-{self.word}-{number:04}"

    def enterprise_17(self, number: int) -> str:
        """The first 17 characters of an enterprise's code."""
        return f"91150203BE{self.word}{number:03}"

    @property
    def tag(self) -> str:
        """The tag that holds all enterprises of the run."""
        return f"BENCH-{self.word}"
