"""One run of a job: alone, over what has not been covered yet, written down when it is done."""

from collections.abc import Callable
from datetime import datetime

from services.alerts.domain.tick import Job, Tick, next_tick
from services.alerts.ports.ticks import Ticks


async def run_once(job: Job, ticks: Ticks, clock: Callable[[], datetime]) -> Tick | None:
    """The tick that was covered; None if another copy is at it or it is too early.

    Raises what the work raises: the stretch then stays uncovered, and the next run has it again.
    """
    async with ticks.alone(job.name) as mine:
        if not mine:
            return None
        known = await ticks.covered(job.name)
        tick = next_tick(job, known, clock())
        if tick is not None:
            await job.work(tick)
            await ticks.cover(tick, known)
        return tick
