"""One part under supervision: what it does now, and what should happen to it next."""

import enum
import signal
from collections.abc import Callable

from deploy.local.parts import Part
from deploy.local.process import PartError, Running, spawn, tail
from deploy.local.report import Reporter
from deploy.local.restarts import RestartPolicy

_START_LIMIT_S = 90.0


class Phase(enum.Enum):
    """Where a part is in its life."""

    WAITING = enum.auto()
    STARTING = enum.auto()
    UP = enum.auto()


class GivenUpError(RuntimeError):
    """A part dies again and again; the message has the end of its log."""


class Watched:
    """A part that has been started once and is kept alive from then on."""

    def __init__(
        self,
        part: Part,
        running: Running,
        *,
        reporter: Reporter,
        policy: RestartPolicy,
        started: Callable[[Part, Running], None],
    ) -> None:
        self.part = part
        self.running = running
        self.phase = Phase.UP
        self._started = started
        self._reporter = reporter
        self._policy = policy
        self._restarts = policy.state()
        self._died_at = 0.0
        self._due = 0.0

    def tick(self, now: float) -> None:
        """Look once: notice a death, start again when due, notice that it serves.

        `now` is a steady clock in seconds. Raises GivenUpError.
        """
        if self.phase is Phase.WAITING:
            if now >= self._due:
                self._start(now)
        elif not self.running.alive():
            self._bury(now)
        elif self.phase is Phase.STARTING:
            self._look(now)

    def _start(self, now: float) -> None:
        self._due = now + _START_LIMIT_S
        try:
            self.running = spawn(self.part.prepare())
        except (PartError, OSError) as error:
            self._reporter.note(f"{self.part.title} could not be started: {error}")
            self._again(now, "could not be started")
            return
        self.phase = Phase.STARTING
        self._started(self.part, self.running)

    def _look(self, now: float) -> None:
        if self.running.plan.ready(self.running.pid):
            self.phase = Phase.UP
            self._reporter.back(self.part.title, now - self._died_at)
        elif now > self._due:
            self.running.kill()
            self._again(now, f"was not ready after {_START_LIMIT_S:.0f} s")

    def _bury(self, now: float) -> None:
        code = self.running.process.returncode
        self.running.kill()  # what it left behind in its process group
        killed = code < 0 and self.phase is Phase.UP
        self._again(now, cause_of_death(code), killed=killed)

    def _again(self, now: float, cause: str, *, killed: bool = False) -> None:
        if self.phase is Phase.UP:
            self._died_at = now
        self.phase = Phase.WAITING
        delay = self._restarts.died(now, killed=killed)
        if delay is None:
            raise GivenUpError(
                f"{self.part.title} {cause}, and it died {self._policy.limit} times within "
                f"{self._policy.window_s:.0f} s. {tail(self.running.plan.log, 30)}"
            )
        self._due = now + delay
        self._reporter.died(self.part.title, cause, delay)


def cause_of_death(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
