"""New warnings from the topic to committed rows: how many a second, and when those who follow know.

The messages lie in the topic before the service may begin: its process stands still while they are
sent. What counts is what PostgreSQL shows: positions are committed together with the rows.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import psutil

from deploy.bench import machine
from deploy.demo.site import Site, SiteError
from services.alerts.adapters.ladder_work import TOPIC as LADDER
from services.alerts.ports.telling import JOURNAL as TELLING
from shared.kit.kafka.producer import Message, Producer

_LOOK_S = 0.02
_LONG_LOOK_S = 0.5
_PATIENCE_S = 300.0
_AT_ONCE = 5_000
Progress = Callable[[int], None]

_HEARD = "SELECT coalesce(sum(next_offset), 0)::bigint FROM alerts.positions WHERE topic = $1"
_ROWS = "SELECT count(*) FROM alerts.warnings"
_OPEN = "SELECT count(*) FROM alerts.warnings WHERE level > 0 AND state = 'open'"
_ENTRIES = "SELECT count(*) FROM alerts.history WHERE about = 'warning'"
_UNTOLD = "SELECT count(*) FROM alerts.groups WHERE flushed_at IS NULL AND due_at IS NOT NULL"
_NEWEST = "SELECT coalesce(max(id), 0) FROM alerts.history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """How so many messages of a topic became rows.

    first_s, committed_s: from the moment the service may begin to its first and last commit.
    telling_s, ladder_s: until the followers of the journal had read all of it. cpu: seconds of each
    part until the last commit; others_cpu: of everything else on the machine meanwhile.
    """

    topic: str
    messages: int
    bytes: int
    warnings: int
    entries: int
    first_s: float
    committed_s: float
    telling_s: float
    ladder_s: float
    cpu: dict[str, float]
    others_cpu: float

    @property
    def rate(self) -> float:
        """Messages committed a second, from the moment the service may begin."""
        return self.messages / self.committed_s

    @property
    def exact(self) -> bool:
        """Whether every message made exactly one new warning and one new entry."""
        return self.warnings == self.entries == self.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    heard: int
    rows: int
    entries: int


async def arrive(site: Site, topic: str, messages: list[Message], tell: Progress) -> Arrived:
    """Let the service make warnings of the messages. Raises SiteError when it does not get on."""
    async with _looking(site.state.database_url) as db:
        before = await _counts(db, topic)
        with_whom = machine.costs(site.state)
        service = site.state.parts["alerts"].process()
        if service is None:
            raise SiteError("the alerts service is gone")
        service.send_signal(signal.SIGSTOP)
        try:
            await _send(site.state.kafka, messages)
            with_whom, idle = machine.costs(site.state), _busy_s()
        finally:
            service.send_signal(signal.SIGCONT)
        began = time.monotonic()
        first, last = await _commits(db, topic, before.heard, len(messages), tell)
        cpu = machine.cpu_between(with_whom, machine.costs(site.state))
        others = _busy_s() - idle - sum(cpu.values())
        newest = await db.fetchval(_NEWEST)
        telling, ladder = await _followed(db, newest)
        after = await _counts(db, topic)
    return Arrived(
        topic=topic,
        messages=len(messages),
        bytes=sum(len(one.value or b"") for one in messages),
        warnings=after.rows - before.rows,
        entries=after.entries - before.entries,
        first_s=first - began,
        committed_s=last - began,
        telling_s=telling - began,
        ladder_s=ladder - began,
        cpu=cpu,
        others_cpu=max(others, 0.0),
    )


async def open_warnings(site: Site) -> int:
    """How many warnings are open."""
    async with _looking(site.state.database_url) as db:
        found: int = await db.fetchval(_OPEN)
    return found


async def settle(site: Site) -> float:
    """Wait until every group that there is has been looked at once; how many seconds that took.

    New groups wait for company for a while (`group_wait`), as the routes in force say.
    """
    began = time.monotonic()
    async with _looking(site.state.database_url) as db:
        while waiting := await db.fetchval(_UNTOLD):
            if time.monotonic() - began > _PATIENCE_S:
                raise SiteError(f"{waiting} groups were not looked at within {_PATIENCE_S} s")
            await asyncio.sleep(_LONG_LOOK_S)
    return time.monotonic() - began


async def _send(kafka: str, messages: list[Message]) -> None:
    producer = Producer(kafka, "qingyu-bench")
    try:
        for first in range(0, len(messages), _AT_ONCE):
            await producer.send(messages[first : first + _AT_ONCE])
    finally:
        await producer.stop()


async def _commits(
    db: asyncpg.Connection, topic: str, heard: int, wanted: int, tell: Progress
) -> tuple[float, float]:
    """When the first and when the last message was committed, on the steady clock."""
    first: float | None = None
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        done = await db.fetchval(_HEARD, topic) - heard
        moment = time.monotonic()
        if done and first is None:
            first = moment
        tell(done)
        if done >= wanted:
            return first or moment, moment
        if moment > deadline:
            raise SiteError(f"{done} of {wanted} messages of {topic} were taken in {_PATIENCE_S} s")
        await asyncio.sleep(_LOOK_S)


async def _followed(db: asyncpg.Connection, newest: int) -> tuple[float, float]:
    """When those who tell people and those who climb ladders had read up to the entry."""
    moments: dict[str, float] = {}
    deadline = time.monotonic() + _PATIENCE_S
    while len(moments) < 2:
        for name in {TELLING, LADDER} - moments.keys():
            if await db.fetchval(_HEARD, name) >= newest:
                moments[name] = time.monotonic()
        if time.monotonic() > deadline:
            raise SiteError(f"the journal was not followed within {_PATIENCE_S} s")
        await asyncio.sleep(_LOOK_S)
    return moments[TELLING], moments[LADDER]


async def _counts(db: asyncpg.Connection, topic: str) -> _Counts:
    return _Counts(
        heard=await db.fetchval(_HEARD, topic),
        rows=await db.fetchval(_ROWS),
        entries=await db.fetchval(_ENTRIES),
    )


@asynccontextmanager
async def _looking(url: str) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(url)
    try:
        yield db
    finally:
        await db.close()


def _busy_s() -> float:
    """CPU seconds that the whole machine has worked."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)
