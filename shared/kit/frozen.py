"""Locks of a process that froze in the middle of a statement, given back to those who wait.

PostgreSQL ends a transaction that idles between two statements by itself; one whose statement
waits for its client (rows for a COPY, an answer that nobody reads) counts as active for ever, and
no time limit of the server's interrupts it. Whoever waits for its locks may end it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from shared.kit.backoff import pause
from shared.kit.postgres import Database, Unavailable

__all__ = ["cut_frozen", "cutting_frozen"]

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 5.0
_PATIENCE_S = 15.0

_CUT = """
    select holder.pid, pg_terminate_backend(holder.pid)
    from pg_stat_activity as holder
    where holder.pid in (
            select unnest(pg_blocking_pids(waiting.pid)) from pg_stat_activity as waiting
            where waiting.datname = current_database() and waiting.wait_event_type = 'Lock'
        )
        and holder.usename = current_user and holder.state = 'active'
        and holder.wait_event_type = 'Client'
        and holder.state_change < clock_timestamp() - make_interval(secs => $1)
"""


async def cut_frozen(db: Database, patience_s: float = _PATIENCE_S) -> list[int]:
    """End the sessions that others wait for and whose statement has waited so long for its client.

    Returns their process numbers in PostgreSQL; their transactions are rolled back. Sessions of
    other users stay. Raises Unavailable.
    """
    async with db.transaction() as tx:
        cut = [row["pid"] for row in await tx.raw.fetch(_CUT, patience_s)]
    if cut:
        log.warning(
            "ended %d sessions that held locks and waited for a frozen process for %g s: %s",
            len(cut),
            patience_s,
            cut,
            extra={"action": "frozen_cut"},
        )
    return cut


def cutting_frozen(db: Database) -> Callable[[asyncio.Event], Awaitable[None]]:
    """A service's task: looks every five seconds, until it is asked to stop."""

    async def cutting(stopping: asyncio.Event) -> None:
        while not await pause(_LOOK_EVERY_S, stopping):
            try:
                await cut_frozen(db)
            except Unavailable:
                # Whoever needs the database says so; here there is only another look to come.
                continue

    return cutting
