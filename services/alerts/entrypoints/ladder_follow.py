"""Keeps the ladder at the newest entry of the journal, one copy of the service at a time."""

import asyncio
from collections.abc import Callable

from services.alerts.handlers.ladder import LadderDesk
from shared.kit.backoff import Backoff, pause
from shared.kit.clock import Clock
from shared.kit.errors import Fenced, Unavailable
from shared.kit.metrics import counter
from shared.kit.postgres import Database

_LINES = counter("qingyu_alerts_ladder_lines_total", "lines the ladder has added to the journal")

_LOOK_S = 2.0
_NAME = "qingyu alerts ladder"


async def follow(
    db: Database,
    desk: LadderDesk,
    heard: asyncio.Event,
    clock: Clock,
    word: Callable[[], None],
    stopping: asyncio.Event,
) -> None:
    """Read on at every word, and now and then without one."""
    delays = Backoff().delays()
    while not stopping.is_set():
        try:
            heard.clear()
            async with db.alone(_NAME) as mine:
                if mine:
                    await _catch_up(desk, clock, word, stopping)
            delays = Backoff().delays()
            await _wait(heard, stopping)
        except (Unavailable, Fenced):
            await pause(next(delays), stopping)


async def _catch_up(
    desk: LadderDesk, clock: Clock, word: Callable[[], None], stopping: asyncio.Event
) -> None:
    while not stopping.is_set() and (lines := await desk.follow(clock())) >= 0:
        if lines:
            _LINES.inc(lines)
            word()


async def _wait(heard: asyncio.Event, stopping: asyncio.Event) -> None:
    waiting = [asyncio.create_task(heard.wait()), asyncio.create_task(stopping.wait())]
    try:
        await asyncio.wait(waiting, timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
