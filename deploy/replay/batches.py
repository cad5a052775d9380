"""Readings as lines of CSV, cut into batches in the order that was asked for."""

import random
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from typing import IO

import numpy as np

from deploy.replay.rows import Reading
from shared.model.instants import iso

_COLUMNS = ("point", "at", "value", "unit", "quality", "revision")
_QUOTED = frozenset('",\r\n')
_iso = lru_cache(maxsize=50_000)(iso)


class Order(Enum):
    """In which order readings are sent."""

    AS_WRITTEN = "as written"
    SHUFFLED = "shuffled"
    BACKWARDS = "backwards"
    """Batches from the last to the first, each in its own order."""
    BY_TIME = "by time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One request: its CSV, how many readings it has, and the newest instant among them."""

    body: bytes
    size: int
    last_us: int


Line = tuple[int, bytes]
"""A reading's instant and its line of CSV."""


def lines(readings: Iterable[Reading]) -> Iterator[Line]:
    """Each reading as a line with all columns."""
    for one in readings:
        cells = (one.point, _iso(one.at_us), one.value, one.unit, one.quality, one.revision)
        yield one.at_us, (",".join(map(_cell, cells)) + "\n").encode()


def _cell(text: str) -> str:
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


_HEADER = (",".join(_COLUMNS) + "\n").encode()


def batch_of(part: Sequence[Line]) -> Batch:
    """One request of these lines."""
    body = _HEADER + b"".join(line for _, line in part)
    return Batch(body=body, size=len(part), last_us=max(at_us for at_us, _ in part))


def cut(stream: Iterable[Line], size: int, *, span_us: int | None = None) -> Iterator[Batch]:
    """Batches of at most `size` lines; with `span_us`, none spans more than that much time."""
    part: list[Line] = []
    for line in stream:
        late = span_us is not None and part and line[0] - part[0][0] > span_us
        if late or len(part) == size:
            yield batch_of(part)
            part = []
        part.append(line)
    if part:
        yield batch_of(part)


class Spool:
    """All lines of a replay in a temporary file, so that they can be visited in any order.

    Memory: 16 bytes a line.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed by close
        self._starts = array("q", [0])
        self._times = array("q")

    def __len__(self) -> int:
        return len(self._times)

    def add(self, line: Line) -> None:
        """Keep one line."""
        self._file.write(line[1])
        self._starts.append(self._starts[-1] + len(line[1]))
        self._times.append(line[0])

    def visit(self, order: Order, *, seed: int = 0, size: int = 1000) -> Iterator[Line]:
        """Every line once, in the order asked for; `size` is what BACKWARDS calls a batch."""
        if not self._times:
            return
        self._file.flush()
        starts, times = self._starts, self._times
        with mmap(self._file.fileno(), 0, access=ACCESS_READ) as text:
            for index in self._indices(order, seed, size):
                yield times[index], text[starts[index] : starts[index + 1]]

    def _indices(self, order: Order, seed: int, size: int) -> Iterable[int]:
        match order:
            case Order.AS_WRITTEN:
                return range(len(self))
            case Order.SHUFFLED:
                shuffled = array("q", range(len(self)))
                random.Random(seed).shuffle(shuffled)
                return shuffled
            case Order.BACKWARDS:
                ends = range(len(self), 0, -size)
                return (i for end in ends for i in range(max(0, end - size), end))
            case Order.BY_TIME:
                ranks = np.argsort(np.frombuffer(self._times, np.int64), kind="stable")
                return map(int, ranks)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
