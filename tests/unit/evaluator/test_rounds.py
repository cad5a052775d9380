"""Rounds go on after a failure that passes, and end when told."""

import asyncio

import pytest

from services.evaluator.entrypoints.rounds import Rounds
from shared.kit.errors import Unavailable


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

    await asyncio.wait_for(Rounds("x", work, rest_s=0).run(stopping), 5)
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

    running = asyncio.ensure_future(Rounds("x", work, rest_s=9).run(stopping))
    await begun.wait()
    stopping.set()
    await asyncio.wait_for(running, 5)
    assert cancelled.is_set()
