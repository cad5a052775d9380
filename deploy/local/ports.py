"""TCP ports of the loopback interface: free ones, taken ones, and who holds them."""

import random
import socket

import psutil

LOOPBACK = "127.0.0.1"
# Below those that systems hand out to outgoing connections: while a server is down, a client that
# tries to reach it again and again could be given the server's own port, and keep it.
_OURS = range(20_000, 32_000)
_TRIES = 100
_given: set[int] = set()
"""What this process was given already: a port is free until its server listens."""


def free_port() -> int:
    """A port that was free a moment ago, and that no outgoing connection takes by chance.

    Never the same twice in a process, so that parts that start together do not get one port.
    """
    for one in random.SystemRandom().sample(_OURS, _TRIES):
        if one not in _given and is_free(one):
            _given.add(one)
            return one
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """True if a server could listen on the port now (connections that linger do not count)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def holder(port: int) -> str | None:
    """The program that listens on the port, as "name (pid 12)"; None if it cannot be told."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.Error:
        return None
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN
        if listens and connection.laddr and connection.laddr.port == port:
            return _describe(connection.pid)
    return None


def _describe(pid: int | None) -> str | None:
    if pid is None:
        return None
    try:
        return f"{psutil.Process(pid).name()} (pid {pid})"
    except psutil.Error:
        return f"pid {pid}"
