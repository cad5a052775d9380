"""Rounds go on after a failure that passes, and end when told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from services.evaluator.entrypoints.rounds import Rounds
from shared.kit.errors import Unavailable


@asynccontextmanager
async def alone(name: str) -> AsyncGenerator[bool]:
    """Nobody else does it."""
    assert name == "x"
    yield True


async def test_a_round_that_another_copy_does_is_left_to_it() -> None:
    stopping, done = asyncio.Event(), 0

    @asynccontextmanager
    async def taken(_: str) -> AsyncGenerator[bool]:
        stopping.set()
        yield False

    async def work() -> None:
        nonlocal done
        done += 1

    await asyncio.wait_for(Rounds("x", work, taken, rest_s=0).run(stopping), 5)
    assert done == 0


async def test_they_go_on_until_told_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    stopping, done = asyncio.Event(), 0

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise Unavailable("away")
        if done == 2:
            raise RuntimeError("a mistake")
        if done == 3:
            stopping.set()

    await asyncio.wait_for(Rounds("x", work, alone, rest_s=0).run(stopping), 5)
    assert done == 3
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


async def test_a_stop_does_not_wait_for_the_round() -> None:
    stopping, begun, cancelled = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    running = asyncio.ensure_future(Rounds("x", work, alone, rest_s=9).run(stopping))
    await begun.wait()
    stopping.set()
    await asyncio.wait_for(running, 5)
    assert cancelled.is_set()
