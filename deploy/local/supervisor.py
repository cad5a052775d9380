"""Starts a whole system in order, keeps it alive, and stops it in the other order."""

import time
from collections.abc import Callable

from deploy.local import operator_key, parts, state
from deploy.local.attention import Attention
from deploy.local.dirlock import DirLock
from deploy.local.kafka_jars import Progress
from deploy.local.leftovers import end_leftovers
from deploy.local.options import UpOptions, check_ports
from deploy.local.parts import Stages
from deploy.local.process import StartCancelledError
from deploy.local.report import Reporter
from deploy.local.restarts import RestartPolicy
from deploy.local.rotation import Follower, rotate
from deploy.local.system import System
from deploy.local.watched import Phase, Watched

_IDLE_S = 1.0
_BUSY_S = 0.1
_ROTATE_EVERY_S = 15.0

INTERRUPTED = 130
"""Exit code when somebody asked to stop before everything was up."""


class Supervisor:
    """One system in one data folder; `run` returns when it has been stopped."""

    def __init__(
        self,
        options: UpOptions,
        reporter: Reporter,
        *,
        policy: RestartPolicy | None = None,
        follow: bool = False,
        stages: Callable[[UpOptions, str, Progress], Stages] = parts.stages,
    ) -> None:
        self._options = options
        self._say = reporter
        self._policy = policy or RestartPolicy()
        self._follow = follow
        self._stages = stages
        self._attention = Attention()
        self._system = System(options, reporter, self._attention)

    def run(self) -> int:
        """Start, keep alive, stop; the exit code.

        Raises LockedError or PortsError before anything is started, PartError or JarsError when
        a part does not start, GivenUpError when one dies again and again. Whatever happens, all
        that was started has been stopped when this ends.
        """
        folder = self._options.data_dir
        with DirLock(folder), self._attention:
            self._clear(state.read(folder))
            check_ports(self._options.ports)
            try:
                self._start()
                self._keep_alive()
            except StartCancelledError:
                return INTERRUPTED
            finally:
                self._system.stop()
        return 0

    def _clear(self, earlier: state.State | None) -> None:
        ended = end_leftovers(earlier)
        if ended:
            self._say.note(f"ended what an earlier run left behind: {', '.join(ended)}")

    def _start(self) -> None:
        begun = time.monotonic()
        key = operator_key.ensure(self._options.data_dir)
        for stage in self._stages(self._options, key, self._fetching):
            for part in stage:
                self._system.spawn(part)
            for part in stage:
                self._system.await_end(part) if part.once else self._system.await_ready(part)
        described = self._system.all_ready()
        self._say.ready(described, time.monotonic() - begun, self._options.data_dir)

    def _fetching(self, done: int, total: int, name: str) -> None:
        self._system.cancel_if_asked()
        self._say.fetching(done, total, name)

    def _keep_alive(self) -> None:
        watched = [
            Watched(
                part,
                running,
                reporter=self._say,
                policy=self._policy,
                started=self._system.record,
            )
            for part, running in self._system.running.values()
        ]
        chores = _Chores(self._system, self._say, follow=self._follow)
        while not self._attention.stop_asked():
            now = time.monotonic()
            for one in watched:
                one.tick(now)
            chores.do(now)
            settled = all(one.phase is Phase.UP for one in watched)
            self._attention.wait(_IDLE_S if settled and not self._follow else _BUSY_S)


class _Chores:
    """What is done now and then while the system runs: keep logs small, show what is new."""

    def __init__(self, system: System, reporter: Reporter, *, follow: bool) -> None:
        self._logs = system.logs()
        self._say = reporter
        self._follower = Follower(self._logs) if follow else None
        self._rotated = time.monotonic()

    def do(self, now: float) -> None:
        """`now` is the steady clock in seconds."""
        for name, line in self._follower.lines() if self._follower else ():
            self._say.line(name, line)
        if now - self._rotated > _ROTATE_EVERY_S:
            self._rotated = now
            for log in self._logs:
                rotate(log)
