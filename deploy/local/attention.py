"""Signals as something to wait for: a request to stop, or the end of a child, wakes the waiter."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self

_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Attention:
    """While entered, stop signals are counted instead of killing, and `wait` returns early."""

    def __init__(self) -> None:
        self.asked = 0
        """How many times somebody has asked to stop."""
        self._old: dict[signal.Signals, object] = {}
        self._pipe = (-1, -1)
        self._old_wakeup = -1

    def __enter__(self) -> Self:
        self._pipe = os.pipe()
        for end in self._pipe:
            os.set_blocking(end, False)
        self._old_wakeup = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for number in _STOP:
            self._old[number] = signal.signal(number, self._count)
        self._old[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _ignore)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() returned
        for end in self._pipe:
            os.close(end)

    def stop_asked(self) -> bool:
        """True once somebody has asked to stop."""
        return self.asked > 0

    def wait(self, seconds: float) -> None:
        """Sleep, but wake for a signal."""
        if select.select([self._pipe[0]], [], [], seconds)[0]:
            os.read(self._pipe[0], 4096)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """A child ended: the wake-up is all that is wanted."""
