"""Requests of readings as JSON, made by overwriting a template so that the sender costs little."""

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from deploy.bench.workload import Names, instant, points_of, registers

U8: TypeAlias = npt.NDArray[np.uint8]
I64: TypeAlias = npt.NDArray[np.int64]

_HALF = 100_000
_DIGITS: U8 = np.array([list(f"{n:05}".encode()) for n in range(_HALF)], np.uint8)
_AT, _WHOLE, _REVISION = b"2020-01-01T00:00:00Z", b"00000000.00", b"0"


class Rows:
    """Rows of one enterprise: all its points at each of some quarters, quarters outermost.

    With `revised`, each row says its revision (one digit).
    """

    def __init__(self, names: Names, enterprise: int, quarters: int, *, revised: bool) -> None:
        self._points = points_of(enterprise)
        one = [_row(names.point(int(point)), revised=revised) for point in self._points]
        self._rows: U8 = np.frombuffer(b"".join(one) * quarters, np.uint8)
        self._rows = self._rows.reshape(quarters, len(one), -1).copy()
        text = one[0]
        self._at = text.index(_AT)
        self._value = text.index(_WHOLE)
        self._revision = text.rindex(b"}") - 1 if revised else None

    def at(self, quarters: I64, *, revision: int = 0, more: int = 0) -> bytes:
        """The rows' text, each ending in a comma; values are `more` hundredths above the truth."""
        rows = self._rows
        rows[:, :, self._at : self._at + 20] = _instants(tuple(quarters.tolist()))[:, None, :]
        shown = np.stack([registers(self._points, quarter) for quarter in quarters.tolist()]) + more
        high, low = np.divmod(shown, _HALF)
        digits = self._value
        rows[:, :, digits : digits + 5] = _DIGITS[high]
        rows[:, :, digits + 5 : digits + 8] = _DIGITS[low][:, :, :3]
        rows[:, :, digits + 9 : digits + 11] = _DIGITS[low][:, :, 3:]
        if self._revision is not None:
            rows[:, :, self._revision] = ord("0") + revision
        return rows.tobytes()


def _row(code: str, *, revised: bool) -> bytes:
    more = b',"revision":' + _REVISION if revised else b""
    return b'{"point":"%b","at":"%b","value":"%b"%b},' % (code.encode(), _AT, _WHOLE, more)


@lru_cache(maxsize=4096)
def _instants(quarters: tuple[int, ...]) -> U8:
    return np.array([list(instant(quarter).encode()) for quarter in quarters], np.uint8)


def body(*parts: bytes) -> bytes:
    """A JSON array of the rows' texts."""
    return b"[" + b"".join(parts)[:-1] + b"]"


class Steady:
    """Requests of the next `quarters` quarters of an enterprise."""

    def __init__(self, names: Names, enterprise: int, quarters: int, start: int) -> None:
        self._rows = Rows(names, enterprise, quarters, revised=False)
        self._steps = np.arange(quarters, dtype=np.int64)
        self.next = start

    def make(self) -> tuple[bytes, int]:
        """A request's body and the last quarter that is in it."""
        quarters = self.next + self._steps
        self.next += len(self._steps)
        return body(self._rows.at(quarters)), self.next - 1


class Disturbed:
    """Like Steady, but two quarters of twenty are repeated, revised, or come late, in turns.

    What is late was left out two requests before (a gap by then, which is corrected); what is
    revised lies between its neighbours, so that sums stay what they are.
    """

    _FRESH, _ODD = 18, 2

    def __init__(self, names: Names, enterprise: int, start: int) -> None:
        self._fresh = Rows(names, enterprise, self._FRESH, revised=False)
        self._again = Rows(names, enterprise, self._ODD, revised=False)
        self._revised = Rows(names, enterprise, self._ODD, revised=True)
        self._turn = enterprise
        self._held: I64 | None = None
        self._first = start
        self.next = start

    def make(self) -> tuple[bytes, int]:
        """A request's body and the last quarter that is in it."""
        self._turn += 1
        if self._turn % 3 == 0 and self._held is None:
            return self._holding_back()
        quarters = self.next + np.arange(self._FRESH)
        self.next += self._FRESH
        return body(self._fresh.at(quarters), self._odd_rows()), self.next - 1

    def _holding_back(self) -> tuple[bytes, int]:
        steps = np.arange(self._FRESH + self._ODD)
        held = (steps == 8) | (steps == 9)
        quarters = self.next + steps
        self._held = quarters[held]
        self.next += len(steps)
        repeated = self._again.at(np.array([quarters[0], quarters[1]]))
        return body(self._fresh.at(quarters[~held]), repeated), self.next - 1

    def _odd_rows(self) -> bytes:
        if self._turn % 3 == 2 and self._held is not None:
            late, self._held = self._held, None
            return self._again.at(late)
        before = self.next - self._FRESH - np.array([5, 4])
        if before[0] <= self._first:
            before = self.next - np.array([5, 4])
        if self._turn % 3 == 1:
            return self._revised.at(before, revision=1, more=10)
        return self._again.at(before)
