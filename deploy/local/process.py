"""One part of the system as a child process: start it, wait until it is ready, stop it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LAUNCHER = Path(__file__).with_name("launcher.py")
_TAIL_BYTES = 8192


class PartError(RuntimeError):
    """A part ended, or did not become ready; the message says which, why, and shows its log."""


class StartCancelledError(RuntimeError):
    """Somebody asked to stop while a part was still starting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The user a part runs as when the supervisor is root."""

    uid: int
    gid: int
    reach: bool
    """True when the part must pass through folders that are closed to that user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything needed to start one part once."""

    name: str
    argv: tuple[str, ...]
    log: Path
    cwd: Path
    ready: Callable[[int], bool]
    """Given the process id, a quick look (under a second) whether the part serves."""
    env: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    stopping: tuple[tuple[signal.Signals, float], ...] = (
        (signal.SIGTERM, 25.0),
        (signal.SIGKILL, 5.0),
    )
    """Signals to stop it with, each with the seconds it is given."""
    hurried_s: float = 3.0
    """Seconds that each signal is given once somebody is in a hurry."""
    death_signal: signal.Signals = signal.SIGTERM
    """What the part receives when its supervisor has died (Linux)."""


def launch_argv(
    argv: tuple[str, ...], *, owner: Owner | None, death_signal: signal.Signals | None
) -> list[str]:
    """The command line that starts `argv` through the launcher, as `owner`."""
    wishes = {
        "parent": os.getpid(),
        "death_signal": None if death_signal is None else int(death_signal),
        "uid": None if owner is None else owner.uid,
        "gid": None if owner is None else owner.gid,
        "reach": owner is not None and owner.reach,
    }
    return [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(wishes), *argv]


class Running:
    """A part that was started here; a thin hold on its process."""

    def __init__(self, plan: Plan, process: subprocess.Popen[bytes]) -> None:
        self.plan = plan
        self.process = process
        self.started = time.monotonic()
        """When it was started, on the steady clock, in seconds."""

    @property
    def name(self) -> str:
        """The part's name, as people are told it."""
        return self.plan.name

    @property
    def pid(self) -> int:
        """The process id; also the id of its process group."""
        return self.process.pid

    def alive(self) -> bool:
        """True while the process has not ended."""
        return self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL to the part's whole group, as a power cut would."""
        _signal_group(self.process, signal.SIGKILL)
        self.process.wait()

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> int:
        """Stop in order, ever less gently; returns the exit code (negative: the signal).

        Once `hurried` says so, no signal is given more than a few seconds.
        """
        for number, seconds in self.plan.stopping:
            if not self.alive():
                break
            self.process.send_signal(number)
            self._drain(seconds, hurried)
        code = self.process.wait()
        _signal_group(self.process, signal.SIGKILL)
        return code

    def _drain(self, seconds: float, hurried: Callable[[], bool]) -> None:
        """Wait for the end, `seconds` at most."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.process.wait(0.1)
            except subprocess.TimeoutExpired:
                if hurried():
                    deadline = min(deadline, time.monotonic() + self.plan.hurried_s)
            else:
                return


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To the part's helpers too: the group's id stays taken while any of them lives."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def spawn(plan: Plan) -> Running:
    """Start the part in its own session, its output appended to its log; does not wait.

    Call it from a thread that lives as long as the part: the kernel takes the end of that
    thread for the end of the supervisor.
    """
    plan.log.parent.mkdir(parents=True, exist_ok=True)
    argv = launch_argv(plan.argv, owner=plan.owner, death_signal=plan.death_signal)
    with plan.log.open("ab") as log:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=plan.cwd,
            env={**os.environ, **plan.env},
            start_new_session=True,
        )
    return Running(plan, process)


def wait_ready(
    running: Running, *, seconds: float = 60.0, cancelled: Callable[[], bool] = lambda: False
) -> None:
    """Return once the part serves; PartError when it ends or takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if not running.alive():
            raise PartError(
                f"{running.name} ended with exit code {running.process.returncode} "
                f"while starting.\n{tail(running.plan.log)}"
            )
        if running.plan.ready(running.pid):
            return
        if cancelled():
            raise StartCancelledError(f"asked to stop while {running.name} was starting")
        if time.monotonic() > deadline:
            raise PartError(
                f"{running.name} was not ready after {seconds:.0f} s.\n{tail(running.plan.log)}"
            )
        time.sleep(0.05)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log with its path, for a person who must find out what happened."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return f"(it wrote no log: {log})"
    last = "\n".join(text.splitlines()[-lines:])
    return f"The end of {log}:\n{last}" if last else f"(its log is empty: {log})"
