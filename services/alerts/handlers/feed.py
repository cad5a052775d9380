"""The feed: new entries of all histories, in order, for any number of listeners at any pace.

The newest entries are kept in memory; whoever is further behind reads from the archive. Nobody has
a queue that could grow.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import takewhile

from services.alerts.ports.warnings import Archive, Written

_READ_AT_ONCE = 500


class Feed:
    """Follows the archive; told by `word` that there may be something new."""

    def __init__(self, archive: Archive, *, keep: int = 2_000) -> None:
        """`keep`: how many entries stay in memory."""
        self._archive = archive
        self._recent: deque[Written] = deque(maxlen=keep)
        self._floor = 0
        self.newest = 0
        self.closed = False
        self.listeners = 0
        self._word = asyncio.Event()
        self._grown = asyncio.Event()

    async def start(self) -> None:
        """Begin behind the newest entry; raises what the archive raises."""
        self._floor = self.newest = await self._archive.newest()

    def word(self) -> None:
        """There may be new entries."""
        self._word.set()

    async def wait_for_word(self, longest_s: float) -> None:
        """Until the next word, or that long."""
        try:
            async with asyncio.timeout(longest_s):
                await self._word.wait()
        except TimeoutError:
            return

    async def catch_up(self) -> int:
        """Read what is new and wake the listeners; how far the newest id has moved."""
        self._word.clear()
        if not self.listeners:
            return await self._skip()
        before = self.newest
        while found := await self._archive.after(self.newest, limit=_READ_AT_ONCE):
            self._take(found)
        return self.newest - before

    def close(self) -> None:
        """End all followers."""
        self.closed = True
        self._wake()

    async def follow(self, entry: int) -> AsyncIterator[Written]:
        """Every entry with an id above `entry`, once and in order, until the feed is closed."""
        self.listeners += 1
        try:
            while not self.closed:
                found = await self._after(entry)
                if not found:
                    await self._beyond(entry)
                for written in found:
                    entry = written.id
                    yield written
        finally:
            self.listeners -= 1

    async def _skip(self) -> int:
        # Nobody listens: whoever comes later finds what is skipped here in the archive.
        before, newest = self.newest, await self._archive.newest()
        self._recent.clear()
        self._floor = self.newest = max(newest, before)
        self._wake()
        return self.newest - before

    async def _after(self, entry: int) -> tuple[Written, ...]:
        if entry < self._floor:
            return await self._archive.after(entry, limit=_READ_AT_ONCE)
        newer = takewhile(lambda written: written.id > entry, reversed(self._recent))
        return tuple(newer)[::-1]

    async def _beyond(self, entry: int) -> None:
        while self.newest <= entry and not self.closed:
            await self._grown.wait()

    def _take(self, found: tuple[Written, ...]) -> None:
        self._recent.extend(found)
        self.newest = found[-1].id
        if len(self._recent) == self._recent.maxlen:
            # What fell out of memory lies at or below the id before the oldest that is left.
            self._floor = self._recent[0].id - 1
        self._wake()

    def _wake(self) -> None:
        # Those who wait now are woken; those who come later wait for the next one.
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
