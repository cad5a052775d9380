"""Hears at once, from any copy of the service, that there are new entries (LISTEN)."""

import asyncio
import logging
from collections.abc import Callable

import asyncpg

from services.alerts.adapters.journal import CHANNEL
from shared.kit.backoff import Backoff, pause

log = logging.getLogger(__name__)

_CONNECT_S = 5.0
_CHECK_S = 10.0


class Listener:
    """One connection that waits for notifications; lost, it is made again.

    Words said while it is away are not heard: `on_word` is called after each connecting, and
    whoever depends on words looks by itself every now and then.
    """

    def __init__(self, url: str, on_word: Callable[[], None]) -> None:
        """`url` as for the pool: postgresql://user:password@host:port/database."""
        self._url = url
        self._on_word = on_word

    async def run(self, stopping: asyncio.Event) -> None:
        """Listen until asked to stop."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                await self._listen(stopping)
                delays = Backoff().delays()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.info("not listening: %s", error, extra={"action": "listener_lost"})
                await pause(next(delays), stopping)

    async def _listen(self, stopping: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            self._url,
            timeout=_CONNECT_S,
            server_settings={"application_name": "qingyu alerts listener"},
        )
        try:
            await connection.add_listener(CHANNEL, lambda *_: self._on_word())
            self._on_word()
            while not await pause(_CHECK_S, stopping):
                await connection.execute("SELECT 1", timeout=_CONNECT_S)
        finally:
            connection.terminate()
