"""What is written of jobs: the same in memory and on PostgreSQL, and while copies are killed."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from services.alerts.adapters.ticks import PostgresTicks
from services.alerts.domain.tick import Tick
from services.alerts.ports.ticks import Ticks
from shared.kit.errors import Fenced
from shared.kit.postgres import Database
from tests.unit.alerts.builders import NOON
from tests.usecases.alerts.ticks import MemoryTicks

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.real)])
def ticks(request: pytest.FixtureRequest) -> Ticks:
    if request.param == "memory":
        return MemoryTicks()
    db = request.getfixturevalue("database")
    return PostgresTicks(db, db)


def tick(begin: datetime, end: datetime) -> Tick:
    return Tick(name="job", begin=begin, end=end)


class TestTicks:
    async def test_nothing_is_covered_at_first(self, ticks: Ticks) -> None:
        assert await ticks.covered("job") is None
        assert await ticks.all() == {}

    async def test_what_was_covered_is_kept_to_the_microsecond(self, ticks: Ticks) -> None:
        end = NOON + timedelta(microseconds=123_457)
        await ticks.cover(tick(NOON - HOUR, NOON), None)
        await ticks.cover(tick(NOON, end), NOON)
        assert await ticks.covered("job") == end
        assert await ticks.all() == {"job": end}

    @pytest.mark.parametrize("known", [None, NOON - HOUR, NOON + HOUR])
    async def test_whoever_knows_something_else_is_fenced(
        self, ticks: Ticks, known: datetime | None
    ) -> None:
        await ticks.cover(tick(NOON - HOUR, NOON), None)
        with pytest.raises(Fenced):
            await ticks.cover(tick(NOON, NOON + HOUR), known)
        assert await ticks.covered("job") == NOON

    async def test_only_one_is_alone_at_a_job(self, ticks: Ticks) -> None:
        a, b, c = ticks.alone("job"), ticks.alone("job"), ticks.alone("other")
        async with a as first, b as second, c as other:
            assert (first, second, other) == (True, False, True)
        async with ticks.alone("job") as again:
            assert again


_LOG = """
    create table covered (id bigint generated always as identity, begin timestamptz,
        until timestamptz not null);
    create function log_covered() returns trigger language plpgsql as $$
    begin
        insert into covered (begin, until)
        values (case when tg_op = 'UPDATE' then old.covered_until end, new.covered_until);
        return new;
    end $$;
    create trigger log_covered after insert or update on alerts.ticks
    for each row execute function log_covered();
"""


class Copy:
    """A process with the job."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def turned_away(self) -> None:
        """Returns when another copy was at the job."""
        assert self.process.stdout is not None
        while await self.process.stdout.readline() != b"away\n":
            pass

    async def told(self) -> tuple[datetime, datetime]:
        """What it is told to cover next."""
        assert self.process.stdout is not None
        while (line := await self.process.stdout.readline()) == b"away\n":
            pass
        return _stretch(line.decode())

    async def rest(self) -> list[tuple[datetime, datetime]]:
        """What it was told until it ended."""
        assert self.process.stdout is not None
        lines = (await self.process.stdout.read()).decode().splitlines()
        return [_stretch(line) for line in lines if line != "away"]


def _stretch(line: str) -> tuple[datetime, datetime]:
    begin, end = line.split()
    return datetime.fromisoformat(begin), datetime.fromisoformat(end)


@asynccontextmanager
async def copy(url: str, hang_at: int) -> AsyncIterator[Copy]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contract.tick_copy", url, str(hang_at)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Copy(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.real
async def test_a_copy_killed_at_work_leaves_no_instant_uncovered(
    database: Database, database_url: str
) -> None:
    async with database.transaction() as tx:
        await tx.raw.execute(_LOG)
    async with copy(database_url, 3) as first:
        worked = [await first.told() for _ in range(3)]
        async with copy(database_url, 0) as second:
            await second.turned_away()
            first.process.kill()
            again, *more = [await second.told() for _ in range(3)]
            assert again[0] == worked[-1][0], "it begins where the killed one had begun"
            second.process.terminate()
            worked.extend([again, *more, *await second.rest()])
            assert await second.process.wait() == 0
    async with database.reading() as tx:
        rows = await tx.raw.fetch("select begin, until from covered order by id")
    written = [(row["begin"], row["until"]) for row in rows]
    assert written[0][0] is None
    assert all(a[1] == b[0] for a, b in itertools.pairwise(written))
    assert _gaps(worked) == []
    assert max(end for _, end in worked) == written[-1][1]
    assert {begin for begin, _ in written[1:]} <= {begin for begin, _ in worked}


def _gaps(stretches: list[tuple[datetime, datetime]]) -> list[datetime]:
    """Where nothing covers what lies between the first begin and the last end."""
    ordered = sorted(stretches)
    until, gaps = ordered[0][1], []
    for begin, end in ordered:
        if begin > until:
            gaps.append(until)
        until = max(until, end)
    return gaps
