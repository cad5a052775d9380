"""Small processes that stand for parts, and a reporter that remembers and reacts."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from deploy.local.kafka_jars import Progress
from deploy.local.options import UpOptions
from deploy.local.parts import Part, Stages
from deploy.local.process import Plan
from deploy.local.state import State

_SERVE = "import pathlib, signal, sys; pathlib.Path(sys.argv[1]).touch(); signal.pause()"
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + _SERVE
_DIE = "print('the disk is on fire', flush=True); raise SystemExit(3)"
_WORK = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"


def part(
    name: str, folder: Path, *, script: str = _SERVE, once: bool = False, patience_s: float = 20.0
) -> Part:
    """A part that is ready once it has made its file."""
    mark = folder / f"{name}.mark"

    def prepare() -> Plan:
        mark.unlink(missing_ok=True)
        return Plan(
            name=name,
            argv=(sys.executable, "-c", script, str(mark)),
            log=folder / "logs" / f"{name}.log",
            cwd=folder,
            ready=lambda _pid: mark.exists(),
            stopping=((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)),
            hurried_s=0.1,
        )

    return Part(name=name, title=name, address="nowhere:1", prepare=prepare, once=once)


def stubborn(name: str, folder: Path, *, patience_s: float = 0.2) -> Part:
    """A part that will not hear that it should stop."""
    return part(name, folder, script=_STUBBORN, patience_s=patience_s)


def dying(name: str, folder: Path) -> Part:
    """A part that ends with exit code 3 and a last word, instead of serving."""
    return part(name, folder, script=_DIE)


def working(name: str, folder: Path) -> Part:
    """A part that has one thing to do."""
    return part(name, folder, script=_WORK, once=True)


def stages(*given: tuple[Part, ...]) -> Callable[[UpOptions, str, Progress], Stages]:
    """A system made of these parts."""
    return lambda _options, _key, _progress: given


def stop_ourselves() -> None:
    """What Ctrl-C does."""
    os.kill(os.getpid(), signal.SIGINT)


class Memory:
    """A reporter that remembers what it was told, and acts once something was said."""

    def __init__(self, reactions: Mapping[str, Callable[[State], None]]) -> None:
        self.said: list[str] = []
        self._reactions = dict(reactions)
        self._state: State | None = None

    def _say(self, what: str) -> None:
        self.said.append(what)
        reaction = self._reactions.pop(what, None)
        if reaction is not None and self._state is not None:
            reaction(self._state)

    def fetching(self, done: int, total: int, name: str) -> None:
        self._say(f"fetching {done} of {total} {name}")

    def up(self, title: str, _address: str, _seconds: float) -> None:
        self._say(f"{title} up")

    def ready(self, state: State, _seconds: float, _folder: Path) -> None:
        self._state = state
        self._say("ready")

    def died(self, title: str, cause: str, _delay: float) -> None:
        self._say(f"{title} {cause}")

    def back(self, title: str, _seconds: float) -> None:
        self._say(f"{title} back")

    def stopping(self) -> None:
        self._say("stopping")

    def stopped(self, title: str, _seconds: float, code: int) -> None:
        self._say(f"{title} stopped {code}")

    def note(self, text: str) -> None:
        self._say(text)

    def line(self, part: str, text: str) -> None:
        self._say(f"{part}: {text}")


def kill(name: str) -> Callable[[State], None]:
    """A reaction: SIGKILL to a part."""
    return lambda state: os.kill(state.parts[name].pid, signal.SIGKILL)


def stop(_state: State) -> None:
    """A reaction: ask to stop."""
    stop_ourselves()


def alive(pid: int) -> bool:
    """True while the process runs (a dead child that nobody has fetched does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
