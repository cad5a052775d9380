"""The parts of one system that run at this moment: started one by one, stopped in reverse."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.local import parts, state
from deploy.local.attention import Attention
from deploy.local.options import SERVICES, UpOptions
from deploy.local.parts import Part
from deploy.local.process import PartError, Running, StartCancelledError, spawn, tail, wait_ready
from deploy.local.report import Reporter
from deploy.local.version import version
from shared.kit import clock

_READY_S = 90.0
_ONCE_S = 120.0


class System:
    """Keeps account of what was started, in the order in which it was."""

    def __init__(self, options: UpOptions, reporter: Reporter, attention: Attention) -> None:
        self._options = options
        self._say = reporter
        self._attention = attention
        self._running: dict[str, tuple[Part, Running]] = {}
        self._began: dict[str, float] = {}
        self._started_at = clock.now().isoformat(timespec="seconds")
        self._is_ready = False

    @property
    def running(self) -> Mapping[str, tuple[Part, Running]]:
        """Part name to the part and its process."""
        return self._running

    def logs(self) -> tuple[Path, ...]:
        """The logs of the parts that run."""
        return tuple(self._options.log(name) for name in self._running)

    def cancel_if_asked(self) -> None:
        """Raises StartCancelledError if somebody wants the system stopped while it starts."""
        if self._attention.stop_asked():
            raise StartCancelledError("asked to stop while starting")

    def spawn(self, part: Part) -> Running:
        """Start a part without waiting for it."""
        self.cancel_if_asked()
        self._began[part.name] = time.monotonic()
        running = spawn(part.prepare())
        self.record(part, running)
        return running

    def await_ready(self, part: Part) -> None:
        """Wait until a part serves, and say so; PartError if it does not."""
        running = self._running[part.name][1]
        wait_ready(running, seconds=_READY_S, cancelled=self._attention.stop_asked)
        self._say.up(part.title, part.address, time.monotonic() - self._began[part.name])

    def await_end(self, part: Part) -> None:
        """Wait until a part that has only one thing to do has done it; PartError if it failed."""
        running = self._running[part.name][1]
        while running.alive() and time.monotonic() < running.started + _ONCE_S:
            self.cancel_if_asked()
            self._attention.wait(0.1)
        code = running.stop()
        del self._running[part.name]
        if code != 0:
            raise PartError(f"{part.title}: exit code {code}. {tail(running.plan.log, 30)}")
        self._say.up(part.title, part.address, time.monotonic() - self._began[part.name])

    def record(self, part: Part, running: Running) -> None:
        """Take a (new) process of a part into account."""
        self._running[part.name] = (part, running)
        self._describe()

    def all_ready(self) -> state.State:
        """From now on other commands may count on the system."""
        self._is_ready = True
        return self._describe()

    def _describe(self) -> state.State:
        options = self._options
        common = parts.environment(options)
        described = state.State(
            supervisor=os.getpid(),
            version=version(),
            started_at=self._started_at,
            ready=self._is_ready,
            database_url=common["QINGYU_DATABASE_URL"],
            kafka=common["QINGYU_KAFKA"],
            urls={name: options.url(name) for name in SERVICES},
            parts={
                name: state.describe(running.pid, part.address)
                for name, (part, running) in self._running.items()
            },
        )
        state.write(options.data_dir, described)
        return described

    def stop(self) -> None:
        """Stop everything, last started first; another request to stop makes it hurry."""
        asked = self._attention.asked
        if self._running:
            self._say.stopping()
        for name in reversed(tuple(self._running)):
            part, running = self._running.pop(name)
            begin = time.monotonic()
            code = running.stop(lambda: self._attention.asked > asked)
            self._say.stopped(part.title, time.monotonic() - begin, code)
        state.remove(self._options.data_dir)
