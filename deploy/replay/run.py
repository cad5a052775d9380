"""A whole replay: files in, requests out, in the order and at the speed that were asked for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.replay.batches import Batch, Line, Order, Spool, cut, lines
from deploy.replay.mapping import Mapping
from deploy.replay.pace import Pace
from deploy.replay.register import Change
from deploy.replay.rows import Reader, Reading, Unreadable
from deploy.replay.sender import Sender
from deploy.replay.sources import open_all
from deploy.replay.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to replay and how. `from_us` and `to_us`: a half-open span of instants."""

    mapping: Mapping
    files: tuple[Path, ...]
    batch: int = 1000
    order: Order = Order.AS_WRITTEN
    seed: int = 0
    speed: float | None = None
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Told how it goes: bytes read from disk, readings to send in all once known, batches sent."""

    read: Callable[[int], None] = lambda _: None
    known: Callable[[int], None] = lambda _: None
    sent: Callable[[Batch], None] = lambda _: None


async def replay(wish: Wish, sender: Sender, watcher: Watcher) -> Tally:
    """Send everything; the tally is the sender's.

    Raises MappingError, SourceError or RefusedError; what was sent before stays sent.
    """
    reading = _Pass(wish, sender.tally, watcher)
    if wish.order is Order.AS_WRITTEN and wish.speed is None:
        await sender.send_all(_now(cut(reading.lines(), wish.batch)), watcher.sent)
    else:
        await _spooled(wish, reading, sender, watcher)
    await sender.send_changes(reading.changes)
    return sender.tally


class _Pass:
    """One reading of all files."""

    def __init__(self, wish: Wish, tally: Tally, watcher: Watcher) -> None:
        self._wish = wish
        self._tally = tally
        self._watcher = watcher
        self._reader = Reader(wish.mapping)

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self._reader.changes if self._wanted(change.at_us))

    def lines(self) -> Iterator[Line]:
        return lines(self._readings())

    def _readings(self) -> Iterator[Reading]:
        mapping = self._wish.mapping
        sources = open_all(
            self._wish.files,
            members=mapping.members,
            encoding=mapping.csv.encoding,
            progress=self._watcher.read,
        )
        for source in sources:
            for one in self._reader.read(source):
                if isinstance(one, Unreadable):
                    self._tally.unreadable(one.place, one.reason)
                elif self._wanted(one.at_us):
                    yield one

    def _wanted(self, at_us: int) -> bool:
        first, end = self._wish.from_us, self._wish.to_us
        return (first is None or at_us >= first) and (end is None or at_us < end)


async def _spooled(wish: Wish, reading: _Pass, sender: Sender, watcher: Watcher) -> None:
    spool = Spool()
    try:
        for line in reading.lines():
            spool.add(line)
        watcher.known(len(spool))
        order = wish.order
        if wish.speed is not None and order is Order.AS_WRITTEN:
            order = Order.BY_TIME
        visited = spool.visit(order, seed=wish.seed, size=wish.batch)
        await sender.send_all(_timed(wish, visited), watcher.sent)
    finally:
        spool.close()


def _timed(wish: Wish, visited: Iterator[Line]) -> AsyncIterator[Batch]:
    first = next(visited, None)
    if wish.speed is None or first is None:
        return _now(cut(_chained(first, visited), wish.batch))
    pace = Pace(speed=wish.speed, first_us=first[0])
    batches = cut(_chained(first, visited), wish.batch, span_us=pace.span_us)
    return _paced(batches, pace)


def _chained(first: Line | None, rest: Iterator[Line]) -> Iterator[Line]:
    if first is not None:
        yield first
    yield from rest


async def _now(batches: Iterator[Batch]) -> AsyncIterator[Batch]:
    for batch in batches:
        yield batch


async def _paced(batches: Iterator[Batch], pace: Pace) -> AsyncIterator[Batch]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for batch in batches:
        await asyncio.sleep(max(0.0, begun + pace.due_s(batch.last_us) - loop.time()))
        yield batch
