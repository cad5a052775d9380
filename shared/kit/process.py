"""Running one service: its tasks live and stop together, within a deadline, with an honest code.

uvicorn raises the signal it caught again when it ends, which would kill the process before the
consumers are drained; so the signals are ours, and the server is a task like any other.
"""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from typing import Any

import uvicorn
import uvloop

log = logging.getLogger(__name__)

Task = Callable[[asyncio.Event], Awaitable[None]]
Closer = tuple[str, Callable[[], Awaitable[None]]]

_COLLECT = (50_000, 20, 20)
"""How many more objects there must be before the collector of cycles looks, by age."""
_SERVER_DRAIN_S = 8
_KEEP_ALIVE_S = 75


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals alone and fails like any other task."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Nothing is captured: run_service decides when to stop."""
        yield

    async def serve(self, sockets: list[Any] | None = None) -> None:
        """Serve until told to exit; RuntimeError if the address cannot be listened on."""
        try:
            await super().serve(sockets)
        except SystemExit as error:
            raise RuntimeError(
                f"cannot serve on {self.config.host}:{self.config.port}: "
                "is the port taken by another process?"
            ) from error


def serve(app: Callable[..., Any], host: str, port: int) -> Server:
    """A server for this application, tuned for many small requests; run_service starts it."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SERVER_DRAIN_S,
    )
    return Server(config)


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run a service's main coroutine to its exit code, on the fast event loop.

    Objects by the hundred thousand are made and dropped without cycles: a collector that looks for
    some as often as by default takes a sixth of all time.
    """
    gc.set_threshold(*_COLLECT)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def run_service(
    name: str,
    *,
    server: uvicorn.Server | None,
    tasks: Mapping[str, Task],
    closers: Sequence[Closer] = (),
    deadline_s: float = 20.0,
) -> int:
    """Run the server and all tasks as siblings until a signal comes or one of them ends.

    Then the server finishes the requests it has, the tasks see `stopping` and finish theirs, and
    the closers run, last opened first. All that within `deadline_s`; what takes longer is cut
    off. Returns 0, or 1 if anything failed, was cut off, or could not be closed.
    """
    service = _Service(name, server, deadline_s)
    with _signals(service.asked):
        service.start(tasks)
        await service.first_end()
        failed = await service.drain()
        failed |= await service.close(closers)
    log.info("stopped", extra={"action": "stopped", "failed": failed})
    return 1 if failed else 0


class _Service:
    """The running siblings, and the clock of their common deadline."""

    def __init__(self, name: str, server: uvicorn.Server | None, deadline_s: float) -> None:
        self._name = name
        self._server = server
        self._deadline_s = deadline_s
        self._deadline = 0.0
        self._stopping = asyncio.Event()
        self._siblings: dict[str, asyncio.Task[None]] = {}
        self.asked = asyncio.Event()

    def start(self, tasks: Mapping[str, Task]) -> None:
        """Start every sibling; from now on none may die unnoticed."""
        for name, task in tasks.items():
            self._siblings[name] = asyncio.create_task(_run(task, self._stopping), name=name)
        if self._server is not None:
            self._siblings["http"] = asyncio.create_task(self._server.serve(), name="http")
        log.info("%s started", self._name, extra={"action": "started"})

    async def first_end(self) -> None:
        """Wait for the first reason to stop, and start the clock."""
        asked = asyncio.create_task(self.asked.wait(), name="asked to stop")
        done, _ = await asyncio.wait(
            {asked, *self._siblings.values()}, return_when=asyncio.FIRST_COMPLETED
        )
        asked.cancel()
        self._deadline = asyncio.get_running_loop().time() + self._deadline_s
        reason = " and ".join(sorted(task.get_name() for task in done))
        log.info("stopping: %s", reason, extra={"action": "stopping", "reason": reason})

    async def drain(self) -> bool:
        """Stop the server, then the tasks its requests may still need; True if any failed."""
        http = self._siblings.get("http")
        if self._server is not None and http is not None and not http.done():
            # Not should_exit alone: streams of events listen for handle_exit to end themselves.
            self._server.handle_exit(signal.SIGTERM, None)
            await asyncio.wait({http}, timeout=self._left() / 2)
        self._stopping.set()
        running = {task for task in self._siblings.values() if not task.done()}
        if running:
            await asyncio.wait(running, timeout=self._left())
        return await self._cut_off() | self._report()

    async def _cut_off(self) -> bool:
        late = {name: task for name, task in self._siblings.items() if not task.done()}
        for name, task in late.items():
            log.error("%s was cut off", name, extra={"action": "cut_off", "task": name})
            task.cancel()
        if late:
            await asyncio.wait(late.values(), timeout=1.0)
        return bool(late)

    def _report(self) -> bool:
        failed = False
        for name, task in self._siblings.items():
            if task.cancelled():
                # Nobody but a late task's end cancels: an await inside it was, by mistake.
                failed = True
                log.error("%s was cancelled", name, extra={"action": "task_failed", "task": name})
            elif task.done() and (error := task.exception()):
                failed = True
                log.error(
                    "%s failed", name, exc_info=error, extra={"action": "task_failed", "task": name}
                )
        return failed

    async def close(self, closers: Sequence[Closer]) -> bool:
        """Close what was opened, last first; one that fails does not prevent the rest."""
        failed = False
        for name, closer in reversed(closers):
            try:
                async with asyncio.timeout(max(self._left(), 1.0)):
                    await closer()
            except Exception:
                failed = True
                log.exception("closing %s failed", name, extra={"action": "close_failed"})
        return failed

    def _left(self) -> float:
        return max(self._deadline - asyncio.get_running_loop().time(), 0.0)


async def _run(task: Task, stopping: asyncio.Event) -> None:
    await task(stopping)


@contextlib.contextmanager
def _signals(asked: asyncio.Event) -> Generator[None]:
    loop = asyncio.get_running_loop()
    caught = (signal.SIGTERM, signal.SIGINT)
    for number in caught:
        loop.add_signal_handler(number, asked.set)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
