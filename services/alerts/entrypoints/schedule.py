"""Wakes jobs in their rhythm (APScheduler); what each run covers is decided from what is written.

APScheduler only rings the bell: nothing of it is stored. Whether a run was missed, by this copy or
by all of them, shows in how far time is covered, and the next run has the whole gap.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services.alerts.domain.tick import Job, Tick
from services.alerts.handlers.ticking import run_once
from services.alerts.ports.ticks import Ticks
from shared.kit.backoff import Backoff, pause
from shared.kit.clock import Clock, now
from shared.kit.errors import Fenced, Unavailable
from shared.kit.metrics import counter, gauge, histogram

log = logging.getLogger(__name__)

_COVERED = gauge(
    "qingyu_alerts_job_covered_timestamp_seconds", "up to when the job has covered time", ("job",)
)
_SECONDS = histogram("qingyu_alerts_job_seconds", "how long a run of the job takes", ("job",))
_FAILURES = counter("qingyu_alerts_job_failures_total", "runs of the job that failed", ("job",))

# It warns of every run that is left out because the one before still lasts: that is meant here.
logging.getLogger("apscheduler").setLevel(logging.ERROR)

_AGAIN = Backoff(first_s=1.0, most_s=60.0)

Opening = Callable[[], AbstractAsyncContextManager[Ticks]]


class Schedule:
    """All jobs of this copy; a task of the service."""

    def __init__(
        self, jobs: Sequence[Job], ticks: Opening, clock: Clock, again: Backoff = _AGAIN
    ) -> None:
        """`ticks` opens what is written of jobs; `again`: waits after a run that failed."""
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError(f"two jobs have one name: {sorted(names)}")
        self._jobs = tuple(jobs)
        self._opening = ticks
        self._clock = clock
        self._again = again
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until asked to stop; runs that are under way then are finished first."""
        for job in self._jobs:
            _FAILURES.labels(job.name)
        async with self._opening() as ticks:
            bells = self._bells(ticks, stopping)
            bells.start()
            try:
                await stopping.wait()
            finally:
                bells.remove_all_jobs()
                if self._running:
                    await asyncio.wait(self._running)
                bells.shutdown(wait=False)

    def _bells(self, ticks: Ticks, stopping: asyncio.Event) -> AsyncIOScheduler:
        bells = AsyncIOScheduler(timezone=UTC)
        for job in self._jobs:
            bells.add_job(
                self._ring,
                IntervalTrigger(seconds=job.every.total_seconds(), timezone=UTC),
                args=(job, ticks, stopping),
                id=job.name,
                name=job.name,
                next_run_time=now(),
                # However late: one run, which covers everything that was missed; never two.
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        return bells

    async def _ring(self, job: Job, ticks: Ticks, stopping: asyncio.Event) -> None:
        # A task of our own: the scheduler cancels its own ones when it ends.
        task = asyncio.create_task(self._until_done(job, ticks, stopping), name=f"job {job.name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _until_done(self, job: Job, ticks: Ticks, stopping: asyncio.Event) -> None:
        for delay in self._again.delays():
            if stopping.is_set() or await self._tried(job, ticks):
                return
            await pause(delay, stopping)

    async def _tried(self, job: Job, ticks: Ticks) -> bool:
        """Whether a run went through; what prevented it is logged and counted."""
        try:
            with _SECONDS.labels(job.name).time():
                tick = await run_once(job, ticks, self._clock)
        except (Unavailable, Fenced) as error:
            _FAILURES.labels(job.name).inc()
            log.warning(
                "job %s: %s; trying again", job.name, error, extra=_told("job_put_off", job)
            )
            return False
        except Exception:
            _FAILURES.labels(job.name).inc()
            log.exception("job %s failed; trying again", job.name, extra=_told("job_failed", job))
            return False
        if tick is not None:
            _count(job, tick)
        return True


def _count(job: Job, tick: Tick) -> None:
    _COVERED.labels(job.name).set(tick.end.timestamp())
    if tick.end - tick.begin > 3 * job.every:
        log.info(
            "job %s caught up from %s", job.name, tick.begin, extra=_told("job_caught_up", job)
        )


def _told(action: str, job: Job) -> dict[str, str]:
    return {"action": action, "job": job.name}
