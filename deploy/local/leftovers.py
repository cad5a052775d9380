"""Processes that an earlier supervisor left behind, recognised by pid and start time."""

import signal

import psutil

from deploy.local.options import POSTGRES
from deploy.local.state import State

_PATIENCE_S = 10.0


def end_leftovers(state: State | None) -> tuple[str, ...]:
    """End what still runs of an earlier system, in order if it will; returns the parts' names.

    On Linux the parts were told by the kernel when their supervisor died and are mostly gone.
    """
    found = {} if state is None else {n: part.process() for n, part in state.parts.items()}
    left = {name: process for name, process in found.items() if process is not None}
    for name, process in left.items():
        _send(process, signal.SIGINT if name == POSTGRES else signal.SIGTERM)
    _, stubborn = psutil.wait_procs(list(left.values()), timeout=_PATIENCE_S)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=_PATIENCE_S)
    return tuple(left)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
