"""One copy of a service with one scheduled job; a test starts several and kills some of them.

Says on standard output what it is told to cover, and `away` when another copy is at it; waits for
ever at the run whose number it is given (0: at none).
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.alerts.adapters.ticks import PostgresTicks
from services.alerts.domain.tick import Job, Tick
from services.alerts.entrypoints.schedule import Schedule
from shared.kit.clock import now
from shared.kit.postgres import Database

EVERY = timedelta(milliseconds=40)


class Copy(PostgresTicks):
    """Tells when another copy is at the job."""

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """As it is, and said."""
        async with super().alone(name) as mine:
            if not mine:
                print("away", flush=True)
            yield mine


async def main(url: str, hang_at: int) -> None:
    """Until SIGTERM."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    db = await Database.open(url, application="copy", pool_size=2)
    runs = 0

    async def work(tick: Tick) -> None:
        nonlocal runs
        runs += 1
        print(tick.begin.isoformat(), tick.end.isoformat(), flush=True)
        if runs == hang_at:
            await asyncio.Event().wait()

    @asynccontextmanager
    async def ticks() -> AsyncIterator[PostgresTicks]:
        locks = await Database.open(url, application="copy's locks", pool_size=1)
        yield Copy(db, locks)
        await locks.close()

    await Schedule([Job(name="job", every=EVERY, work=work)], ticks, now).run(stopping)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
