"""A sign of life: a lock that PostgreSQL takes away the moment this copy is gone."""

import asyncio
import logging
from secrets import randbits

import asyncpg

from shared.kit.backoff import Backoff, pause

log = logging.getLogger(__name__)

_CLASS = 0x71_79_70_72
ALIVE = f"""
    SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND classid = {_CLASS} AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
"""Selects the numbers of the copies that are alive."""

_CONNECT_S = 5.0
_CHECK_S = 2.0


class Presence:
    """One connection that does nothing but hold the lock of this copy's number.

    Lost with its connection, the number is never used again: others may already have taken over
    what was claimed under it.
    """

    def __init__(self, url: str) -> None:
        """`url` as for the pool: postgresql://user:password@host:port/database."""
        self._url = url
        self.number: int | None = None
        self.there = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Be present until asked to stop."""
        delays = Backoff().delays()
        while not stopping.is_set():
            try:
                await self._stay(stopping)
                delays = Backoff().delays()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.info("not present: %s", error, extra={"action": "presence_lost"})
                await pause(next(delays), stopping)

    async def _stay(self, stopping: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            self._url,
            timeout=_CONNECT_S,
            server_settings={"application_name": "qingyu alerts presence"},
        )
        number = randbits(30)
        try:
            await connection.execute(f"SELECT pg_advisory_lock({_CLASS}, {number})")
            self.number = number
            self.there.set()
            while not await pause(_CHECK_S, stopping):
                await connection.execute("SELECT 1", timeout=_CONNECT_S)
        finally:
            self.number = None
            self.there.clear()
            connection.terminate()
