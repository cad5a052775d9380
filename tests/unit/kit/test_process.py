"""Running a service: together, to the end, with an honest exit code."""

import asyncio
import logging
import os
import signal

import pytest

from shared.kit.process import Closer, Task, run_service


async def until_stopping(stopping: asyncio.Event) -> None:
    await stopping.wait()


async def fails(stopping: asyncio.Event) -> None:
    raise LookupError("a bug")


def signals_itself(number: signal.Signals) -> Task:
    async def task(stopping: asyncio.Event) -> None:
        os.kill(os.getpid(), number)
        await stopping.wait()

    return task


class TestTheExitCode:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    async def test_is_0_after_a_signal(self, number: signal.Signals) -> None:
        tasks = {"worker": until_stopping, "signal": signals_itself(number)}
        assert await run_service("test", server=None, tasks=tasks) == 0

    async def test_is_1_when_a_task_failed(self, caplog: pytest.LogCaptureFixture) -> None:
        tasks = {"worker": until_stopping, "broken": fails}
        assert await run_service("test", server=None, tasks=tasks) == 1
        assert "broken failed" in caplog.text
        assert "LookupError: a bug" in caplog.text

    async def test_is_1_when_a_task_was_cancelled_from_inside(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def dropped(stopping: asyncio.Event) -> None:
            waiting = asyncio.get_running_loop().create_future()
            waiting.cancel()
            await waiting

        tasks = {"worker": until_stopping, "dropped": dropped}
        assert await run_service("test", server=None, tasks=tasks) == 1
        assert "dropped was cancelled" in caplog.text

    async def test_is_1_when_a_task_fails_while_stopping(self) -> None:
        async def fails_late(stopping: asyncio.Event) -> None:
            await stopping.wait()
            raise LookupError

        tasks = {"late": fails_late, "signal": signals_itself(signal.SIGTERM)}
        assert await run_service("test", server=None, tasks=tasks) == 1

    async def test_is_1_when_a_task_had_to_be_cut_off(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def never_ends(stopping: asyncio.Event) -> None:
            await asyncio.Event().wait()

        tasks = {"endless": never_ends, "signal": signals_itself(signal.SIGTERM)}
        assert await run_service("test", server=None, tasks=tasks, deadline_s=0.01) == 1
        assert "endless was cut off" in caplog.text

    async def test_is_1_when_something_cannot_be_closed(self) -> None:
        async def cannot() -> None:
            raise OSError("stuck")

        code = await run_service(
            "test",
            server=None,
            tasks={"signal": signals_itself(signal.SIGTERM)},
            closers=[("door", cannot)],
        )
        assert code == 1


class TestStopping:
    async def test_reaches_every_task_when_one_ends(self) -> None:
        seen = []

        async def ends(stopping: asyncio.Event) -> None:
            return

        async def notes(stopping: asyncio.Event) -> None:
            await stopping.wait()
            seen.append("stopping")

        assert (
            await run_service("test", server=None, tasks={"a": ends, "b": notes, "c": notes}) == 0
        )
        assert seen == ["stopping", "stopping"]

    async def test_closes_last_opened_first_whatever_fails(self) -> None:
        closed: list[str] = []

        def closer(name: str, *, breaks: bool = False) -> Closer:
            async def close() -> None:
                closed.append(name)
                if breaks:
                    raise LookupError(name)

            return name, close

        closers = [closer("database"), closer("kafka", breaks=True), closer("outbox")]
        tasks = {"signal": signals_itself(signal.SIGTERM)}
        await run_service("test", server=None, tasks=tasks, closers=closers)
        assert closed == ["outbox", "kafka", "database"]

    async def test_closes_only_after_the_tasks_have_ended(self) -> None:
        order: list[str] = []

        async def drains(stopping: asyncio.Event) -> None:
            await stopping.wait()
            await asyncio.sleep(0)
            order.append("drained")

        async def close() -> None:
            order.append("closed")

        tasks = {"drains": drains, "signal": signals_itself(signal.SIGTERM)}
        await run_service("test", server=None, tasks=tasks, closers=[("it", close)])
        assert order == ["drained", "closed"]

    async def test_leaves_the_signals_as_they_were(self) -> None:
        before = signal.getsignal(signal.SIGTERM)
        await run_service("test", server=None, tasks={"s": signals_itself(signal.SIGTERM)})
        assert signal.getsignal(signal.SIGTERM) == before


async def test_says_why_it_stops(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await run_service("test", server=None, tasks={"s": signals_itself(signal.SIGTERM)})
    assert "stopping: asked to stop" in caplog.text
