"""What is done at set times, by one copy at a time, and how good the warnings are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.alerts.adapters.ticks import PostgresTicks
from services.alerts.domain.tick import Job
from services.alerts.entrypoints.schedule import Schedule
from services.alerts.wiring import Arm, Ground
from shared.kit.postgres import Database


def arm(ground: Ground, jobs: tuple[Job, ...]) -> Arm:
    """Its parts. `jobs`: those of all other arms."""

    @asynccontextmanager
    async def ticks() -> AsyncIterator[PostgresTicks]:
        locks = await Database.open(
            ground.settings.database_url,
            application="qingyu alerts schedule",
            pool_size=max(len(jobs), 1),
        )
        try:
            yield PostgresTicks(ground.db, locks)
        finally:
            await locks.close()

    schedule = Schedule(jobs, ticks, ground.clock)
    return Arm(tasks={"schedule": schedule.run})
