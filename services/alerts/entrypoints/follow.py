"""Keeps the feed at the newest entry, and a few numbers for operators up to date."""

import asyncio

from services.alerts.domain.selection import Selection, Sight
from services.alerts.handlers.feed import Feed
from services.alerts.ports.warnings import Archive, DeliveryLog
from shared.kit.backoff import Backoff, pause
from shared.kit.errors import Unavailable
from shared.kit.metrics import gauge

_OPEN = gauge("qingyu_alerts_open_warnings", "warnings that stand now", ("level",))
_WAITING = gauge("qingyu_alerts_deliveries_waiting", "webhook events not acknowledged yet")
_LISTENERS = gauge("qingyu_alerts_stream_listeners", "open streams of events")

_ALL = Sight(everything=True, subjects=(), regions=())
_LOOK_S = 2.0
_COUNT_S = 10.0


async def follow(feed: Feed, stopping: asyncio.Event) -> None:
    """Read on at every word, and now and then without one; closes the feed at the end."""
    delays = Backoff().delays()
    ending = asyncio.create_task(_close_when(feed, stopping))
    try:
        while not stopping.is_set():
            try:
                await feed.catch_up()
                delays = Backoff().delays()
                await feed.wait_for_word(_LOOK_S)
            except Unavailable:
                await pause(next(delays), stopping)
    finally:
        feed.close()
        ending.cancel()


async def _close_when(feed: Feed, stopping: asyncio.Event) -> None:
    await stopping.wait()
    feed.close()
    feed.word()


async def count(archive: Archive, log: DeliveryLog, feed: Feed, stopping: asyncio.Event) -> None:
    """Count open warnings, waiting deliveries and listeners every few seconds."""
    while True:
        _LISTENERS.set(feed.listeners)
        try:
            for level, number in (await archive.count(_ALL, Selection())).items():
                _OPEN.labels(level.word).set(number)
            _WAITING.set(sum((await log.waiting()).values()))
        except Unavailable:
            pass  # the numbers stay as they were; /readyz says what is away
        if await pause(_COUNT_S, stopping):
            return
