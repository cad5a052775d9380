"""A process beside the service that computes forecasts, and goes away when nobody asks."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from services.evaluator.domain.forecast.outlook import Outlook, Refused, look_ahead
from services.evaluator.ports.forecast import ForecasterBusyError, Job

_MOST_WAITING = 16
_IDLE_S = 60.0


class WorkerForecaster:
    """The Forecaster in one process of its own.

    statsmodels takes some 150 MiB: the process is started by the first job and ended a minute
    after the last one, so that an idle service does not hold it.
    """

    def __init__(self, idle_s: float = _IDLE_S) -> None:
        """idle_s: seconds without a job after which the process ends."""
        self._idle_s = idle_s
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0
        self._farewell: asyncio.TimerHandle | None = None

    async def look_ahead(self, job: Job) -> Outlook | Refused:
        """See Forecaster."""
        if self._waiting >= _MOST_WAITING:
            raise ForecasterBusyError(f"{self._waiting} forecasts are waiting already")
        self._waiting += 1
        if self._farewell is not None:
            self._farewell.cancel()
        try:
            return await self._computed(job)
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                loop = asyncio.get_running_loop()
                self._farewell = loop.call_later(self._idle_s, self._end)

    async def _computed(self, job: Job) -> Outlook | Refused:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._ready(), computed, job)
        except BrokenProcessPool:
            # Somebody ended the process (memory, an operator): the next one is as good.
            self._end()
            return await loop.run_in_executor(self._ready(), computed, job)

    def _ready(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        return self._pool

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """End the process at once."""
        if self._farewell is not None:
            self._farewell.cancel()
        self._end()


def computed(job: Job) -> Outlook | Refused:
    """The job's forecast, in this process."""
    from services.evaluator.adapters.forecasting.weeks import library  # noqa: PLC0415  (heavy)

    return look_ahead(job.view, library(), job.peers, so_far=job.so_far, budget=job.budget)
