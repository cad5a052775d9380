"""The loop's answers to bad moments, with a source that is told what to say."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

import pytest

from shared.kit.backoff import Backoff
from shared.kit.errors import Fenced, Unavailable
from shared.kit.kafka.delivery import Delivery, Gathered, Pacing
from shared.kit.kafka.records import Batch, Record

Step = Callable[[], Awaitable[None]]


def record(partition: int, offset: int) -> Record:
    return Record("topic", partition, offset, None, b"value", (), 0)


class Script:
    """A source that says these batches one by one, and then nothing."""

    def __init__(self, *batches: Batch) -> None:
        self._batches = deque(batches)
        self.positions: list[Mapping[int, int]] = []
        self.probed: list[Mapping[int, int]] = []

    async def poll(self, wait_s: float) -> Batch:
        await asyncio.sleep(wait_s)
        return self._batches.popleft() if self._batches else {}

    def seek(self, positions: Mapping[int, int]) -> None:
        self.positions.append(dict(positions))

    def measure(self, positions: Mapping[int, int]) -> None:
        self.positions.append(dict(positions))

    async def probe(self, positions: Mapping[int, int]) -> None:
        self.probed.append(dict(positions))


class Handler:
    """Does what it is told at each call, and stops the loop after the last."""

    def __init__(self, **steps: Step) -> None:
        self._steps = steps
        self.stored = {0: 0, 1: 0}
        self.handled: list[Batch] = []
        self.calls: list[str] = []
        self.gone: frozenset[int] = frozenset()

    async def assigned(self, partitions: frozenset[int]) -> Mapping[int, int]:
        await self._do("assigned")
        return {partition: self.stored[partition] for partition in partitions}

    async def revoked(self, partitions: frozenset[int]) -> None:
        self.gone |= partitions
        await self._do("revoked")

    async def handle(self, records: Batch) -> None:
        await self._do("handle")
        self.handled.append(records)

    async def idle(self) -> None:
        await self._do("idle")

    async def _do(self, name: str) -> None:
        self.calls.append(name)
        if name in self._steps:
            await self._steps[name]()


def delivery(handler: Handler, revoke_wait_s: float = 5.0) -> Delivery:
    return Delivery(
        handler,
        "topic",
        pacing=Pacing(min_poll_s=0.0, poll_s=0.0),
        backoff=Backoff(first_s=0.001, most_s=0.001),
        revoke_wait_s=revoke_wait_s,
    )


class Until:
    """A step that stops the loop, at a certain call of it."""

    def __init__(self, number: int = 1) -> None:
        self.stopping = asyncio.Event()
        self._left = number

    async def __call__(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.stopping.set()


async def deliver(work: Delivery, source: Script, stopping: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await work.run(source, stopping)


async def test_what_is_not_ours_is_not_handed_over() -> None:
    until = Until()
    handler = Handler(handle=until)
    work = delivery(handler)
    work.ownership.assign(frozenset({1}))
    source = Script({0: [record(0, 0)]}, {0: [record(0, 1)], 1: [record(1, 0)]})
    await deliver(work, source, until.stopping)
    assert handler.handled == [{1: [record(1, 0)]}]


async def test_a_batch_that_a_change_overtakes_is_dropped() -> None:
    until = Until()
    handler = Handler(handle=until)
    work = delivery(handler)
    work.ownership.assign(frozenset({0}))

    class Changing(Script):
        async def poll(self, wait_s: float) -> Batch:
            batch = await super().poll(wait_s)
            if len(self.positions) == 1:
                work.ownership.assign(frozenset({0}))
            return batch

    source = Changing({0: [record(0, 0)]}, {0: [record(0, 0)]})
    await deliver(work, source, until.stopping)
    assert handler.calls == ["assigned", "assigned", "handle"]


def test_what_was_gathered_in_an_older_epoch_is_forgotten() -> None:
    gathered = Gathered()
    gathered.add(1, {0: [record(0, 0)]})
    gathered.add(1, {0: [record(0, 1)], 1: [record(1, 0)]})
    assert (gathered.count, gathered.size) == (3, 15)
    gathered.add(2, {1: [record(1, 0)]})
    assert (gathered.epoch, gathered.count, gathered.size) == (2, 1, 5)
    assert gathered.records == {1: [record(1, 0)]}


async def test_a_batch_that_never_ends_does_not_hold_up_a_rebalance() -> None:
    begun, finish, until = asyncio.Event(), asyncio.Event(), Until()

    async def takes_long() -> None:
        begun.set()
        await finish.wait()

    handler = Handler(handle=takes_long, revoked=until)
    work = delivery(handler, revoke_wait_s=0.001)
    work.ownership.assign(frozenset({0}))
    running = asyncio.create_task(deliver(work, Script({0: [record(0, 0)]}), until.stopping))
    await begun.wait()
    await work.ownership.revoke()
    assert handler.calls[-1] == "handle"
    finish.set()
    await running
    assert handler.calls == ["assigned", "handle", "revoked"]
    assert handler.gone == {0}


async def test_a_failure_while_giving_partitions_away_ends_the_loop() -> None:
    async def is_a_bug() -> None:
        raise LookupError("a bug")

    handler = Handler(revoked=is_a_bug)
    work = delivery(handler)
    work.ownership.assign(frozenset({0}))
    await work.ownership.revoke()
    with pytest.raises(LookupError, match="a bug"):
        await deliver(work, Script(), asyncio.Event())


@pytest.mark.parametrize(
    ("stored", "level"),
    [
        pytest.param(0, logging.INFO, id="whoever starts anew begins with what is left"),
        pytest.param(3, logging.ERROR, id="messages not yet handled are gone"),
        pytest.param(9, logging.ERROR, id="Kafka has begun another life"),
    ],
)
async def test_an_unexpected_offset_is_told(
    stored: int, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    until = Until()
    handler = Handler(handle=until)
    handler.stored[0] = stored
    work = delivery(handler)
    work.ownership.assign(frozenset({0}))
    source = Script({0: [record(0, 5)]})
    await deliver(work, source, until.stopping)
    (told,) = [r for r in caplog.records if getattr(r, "action", "") == "offset_jump"]
    assert told.levelno == level
    assert source.positions == [{0: stored}, {0: 6}]


async def test_an_outage_while_idle_is_a_problem_until_it_is_over() -> None:
    until, problems = Until(), list[str | None]()

    async def fails_first() -> None:
        problems.append(work.problem)
        work._last_idle = -9.0
        if len(problems) < 3:
            raise Unavailable("no database")
        await until()

    work = delivery(Handler(idle=fails_first))
    work.ownership.assign(frozenset({0}))
    await deliver(work, Script(), until.stopping)
    assert problems == [None, "no database", "no database"]
    assert work.problem is None


async def test_being_fenced_while_idle_loads_the_positions_anew() -> None:
    until = Until(2)

    async def is_fenced() -> None:
        raise Fenced("moved on")

    handler = Handler(idle=is_fenced, assigned=until)
    work = delivery(handler)
    work.ownership.assign(frozenset({0}))
    await deliver(work, Script(), until.stopping)
    assert handler.calls == ["assigned", "idle", "assigned"]


async def test_an_outage_at_assignment_is_waited_for() -> None:
    until, attempts = Until(), list[int]()

    async def fails_twice() -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise Unavailable("no database")

    handler = Handler(assigned=fails_twice, handle=until)
    handler.stored[0] = 4
    work = delivery(handler)
    work.ownership.assign(frozenset({0}))
    source = Script({0: [record(0, 4)]})
    await deliver(work, source, until.stopping)
    assert handler.calls == ["assigned", "assigned", "assigned", "handle"]
    assert source.positions[0] == {0: 4}
