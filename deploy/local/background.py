"""A whole system as a child of this process, for programs that need one: demo, bench, tests."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local import dirlock, state
from deploy.local.options import option_name
from deploy.local.process import PartError, launch_argv

_START_S = 300.0  # the first start on a machine fetches Kafka
_STOP_S = 180.0


@contextmanager
def running_system(
    data_dir: Path, ports: Mapping[str, int] | None = None, *, quiet: bool = False
) -> Iterator[state.State]:
    """The state of a ready system on `data_dir`; it is stopped in order at the end.

    One that already runs there is used as it is, and left running. PartError when it does not
    start: its own words are on stderr. `ports`: part name to port, 0 for any free one.
    """
    data_dir = data_dir.expanduser().resolve()
    found = state.read(data_dir) if dirlock.holder(data_dir) else None
    if found is not None and found.ready:
        yield found
        return
    process = _spawn(data_dir, ports or {}, quiet=quiet)
    try:
        yield _await_ready(process, data_dir)
    finally:
        stop(process)


def _spawn(data_dir: Path, ports: Mapping[str, int], *, quiet: bool) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "deploy.cli.main", "up", "--data-dir", str(data_dir)]
    for part, port in ports.items():
        argv += [option_name(part), str(port)]
    return subprocess.Popen(
        launch_argv(tuple(argv), owner=None, death_signal=signal.SIGTERM),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        start_new_session=True,  # Ctrl-C is for us; we stop it in order
    )


def _await_ready(process: subprocess.Popen[bytes], data_dir: Path) -> state.State:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PartError(f"the system did not start (exit code {process.returncode})")
        found = state.read(data_dir)
        if found is not None and found.ready and found.supervisor == process.pid:
            return found
        time.sleep(0.1)
    raise PartError(f"the system was not ready after {_START_S:.0f} s")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop a system in order and wait for it; returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    return process.wait(_STOP_S)
