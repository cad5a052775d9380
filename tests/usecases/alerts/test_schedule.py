"""Jobs are done in their rhythm, alone, without gaps, and again after they failed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.alerts.domain.tick import Job, Tick
from services.alerts.entrypoints.schedule import Schedule
from services.alerts.handlers.ticking import run_once
from shared.kit.backoff import Backoff
from shared.kit.errors import Unavailable
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.parts import Clock
from tests.usecases.alerts.ticks import MemoryTicks

MINUTE = timedelta(minutes=1)


class Work:
    """Keeps what it was told; fails as often as it is asked to."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.told: list[Tick] = []
        self.failures = failures
        self.error = error or LookupError("no such thing")

    async def __call__(self, tick: Tick) -> None:
        self.told.append(tick)
        if len(self.told) <= self.failures:
            raise self.error


def job(work: Callable[[Tick], Awaitable[None]], name: str = "job") -> Job:
    return Job(name=name, every=MINUTE, work=work)


class TestOneRun:
    async def test_covers_and_writes_it_down(self) -> None:
        ticks, work, clock = MemoryTicks(), Work(), Clock()
        await run_once(job(work), ticks, clock)
        clock.forward(hours=5)
        await run_once(job(work), ticks, clock)
        assert ticks.done == work.told
        assert [tick.begin for tick in work.told] == [NOON - MINUTE, NOON]
        assert ticks.until == {"job": NOON + timedelta(hours=5)}

    async def test_leaves_it_to_the_copy_that_is_at_it(self) -> None:
        ticks, work = MemoryTicks(), Work()
        ticks.busy.add("job")
        assert await run_once(job(work), ticks, Clock()) is None
        assert work.told == []

    async def test_that_fails_leaves_the_stretch_uncovered(self) -> None:
        ticks, work, clock = MemoryTicks(), Work(failures=1), Clock()
        with pytest.raises(LookupError):
            await run_once(job(work), ticks, clock)
        clock.forward(minutes=1)
        tick = await run_once(job(work), ticks, clock)
        assert tick == Tick(name="job", begin=NOON, end=NOON + MINUTE)
        assert ticks.busy == set()


class Site:
    """A schedule with its store, run until told to stop."""

    def __init__(self, *jobs: Job) -> None:
        self.ticks = MemoryTicks()
        self.stopping = asyncio.Event()
        self.opened = self.closed = 0
        again = Backoff(first_s=0.001, most_s=0.001)
        self.schedule = Schedule(jobs, self._opening, Clock(), again)

    @asynccontextmanager
    async def _opening(self) -> AsyncIterator[MemoryTicks]:
        self.opened += 1
        yield self.ticks
        self.closed += 1

    async def run(self) -> None:
        await self.schedule.run(self.stopping)


class TestTheSchedule:
    async def test_begins_at_once_and_stops_when_asked(self) -> None:
        async def work(_tick: Tick) -> None:
            site.stopping.set()

        site = Site(job(work))
        await site.run()
        assert [tick.name for tick in site.ticks.done] == ["job"]
        assert (site.opened, site.closed) == (1, 1)

    @pytest.mark.parametrize("error", [LookupError("broken"), Unavailable("away")])
    async def test_tries_again_what_failed(self, error: Exception) -> None:
        work = Work(failures=2, error=error)

        async def then_stop(tick: Tick) -> None:
            await work(tick)
            site.stopping.set()

        site = Site(job(then_stop))
        await site.run()
        assert len(work.told) == 3
        assert site.ticks.done == work.told[-1:]

    async def test_finishes_what_is_under_way(self) -> None:
        async def work(_tick: Tick) -> None:
            site.stopping.set()
            for _ in range(10):
                await asyncio.sleep(0)

        site = Site(job(work))
        await site.run()
        assert len(site.ticks.done) == 1

    async def test_one_that_fails_does_not_hold_up_the_others(self) -> None:
        async def works(_tick: Tick) -> None:
            site.stopping.set()

        site = Site(job(Work(failures=1_000), "broken"), job(works, "sound"))
        await site.run()
        assert [tick.name for tick in site.ticks.done] == ["sound"]

    def test_refuses_two_of_one_name(self) -> None:
        with pytest.raises(ValueError, match="one name"):
            Site(job(Work()), job(Work()))
