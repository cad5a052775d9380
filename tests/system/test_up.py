"""`qingyu up` with everything real: ready, supervised, modest, stopped in order, carried on."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from threading import Event

import httpx
import psutil
import pytest

from deploy.local import dirlock, operator_key, state
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS, SERVICES
from deploy.local.parts import is_ready
from deploy.local.state import State

pytestmark = pytest.mark.system

FREE = dict.fromkeys(DEFAULT_PORTS, 0)
LARGEST_PSS = int(1.2 * 1024**3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("system")


@pytest.fixture(scope="module")
def system(folder: Path) -> Generator[State]:
    with running_system(folder, FREE) as running:
        yield running


def qingyu(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def until(condition: Callable[[], bool], *, tries: int = 600) -> None:
    """Look again and again, a minute at most."""
    pause = Event()
    for _ in range(tries):
        if condition():
            return
        pause.wait(0.1)
    pytest.fail("it never came true")


def now(folder: Path) -> State:
    described = state.read(folder)
    assert described is not None
    return described


def all_ready(running: State) -> bool:
    return all(is_ready(int(running.urls[name].rpartition(":")[2])) for name in SERVICES)


class TestUp:
    def test_everything_serves(self, system: State) -> None:
        assert set(system.parts) == {"postgres", "kafka", *SERVICES}
        for name in SERVICES:
            for path in ("/healthz", "/readyz", "/metrics"):
                assert httpx.get(system.urls[name] + path).status_code == 200, (name, path)

    def test_status_says_so(self, system: State, folder: Path) -> None:
        shown = qingyu("status", "--data-dir", str(folder))
        assert shown.returncode == 0, shown.stdout
        for name in system.parts:
            assert name in shown.stdout

    def test_the_operators_key_opens_the_doors(self, system: State, folder: Path) -> None:
        headers = {"Authorization": f"Bearer {operator_key.read(folder)}"}

        def opened() -> bool:  # the key travels over a topic
            answer = httpx.get(f"{system.urls['alerts']}/v1/warnings", headers=headers)
            return answer.status_code == 200

        until(opened)

    def test_listens_on_loopback_only(self, system: State) -> None:
        for part in system.parts.values():
            process = part.process()
            assert process is not None
            for connection in process.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN:
                    # Java says ::ffff:127.0.0.1
                    assert connection.laddr.ip.endswith("127.0.0.1")

    def test_is_modest_when_idle(self, system: State) -> None:
        supervisor = psutil.Process(system.supervisor)
        family = [supervisor, *supervisor.children(recursive=True)]
        assert sum(member.memory_full_info().pss for member in family) < LARGEST_PSS

    def test_a_second_one_on_the_same_folder_is_refused(self, system: State, folder: Path) -> None:
        second = qingyu("up", "--data-dir", str(folder), "--free-ports")
        assert second.returncode == 1
        assert f"pid {system.supervisor}" in second.stderr

    @pytest.mark.parametrize("name", ["postgres", "kafka", *SERVICES])
    def test_a_part_that_is_killed_comes_back(self, system: State, folder: Path, name: str) -> None:
        before = now(folder).parts[name].pid
        os.kill(before, signal.SIGKILL)
        until(lambda: now(folder).parts[name].pid != before)
        until(lambda: all_ready(system))


class TestStop:
    def test_carries_on_after_a_stop_in_order_and_after_a_kill(
        self, system: State, folder: Path
    ) -> None:
        """Last of those that use the system of this module: it is gone then."""
        key = operator_key.read(folder)
        stops_in_order(system, folder)
        with running_system(folder, FREE) as second:
            assert operator_key.read(folder) == key
            assert all_ready(second)
            nothing_outlives_its_supervisor(second)
        with running_system(folder, FREE) as third:
            assert all_ready(third)

    def test_a_port_in_use_is_said_before_anything_starts(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            refused = qingyu(
                "up", "--data-dir", str(tmp_path), "--free-ports", "--ingest-port", port
            )
        assert refused.returncode == 1
        assert f"port {port} (ingest) is in use" in refused.stderr
        assert "--ingest-port" in refused.stderr
        assert not (tmp_path / "postgres").exists()


def stops_in_order(running: State, folder: Path) -> None:
    """Told to end, it leaves nothing behind."""
    pids = [part.pid for part in now(folder).parts.values()]
    os.kill(running.supervisor, signal.SIGTERM)
    until(lambda: dirlock.holder(folder) is None)
    assert state.read(folder) is None
    assert not any(psutil.pid_exists(pid) for pid in pids)


def nothing_outlives_its_supervisor(running: State) -> None:
    """Killed, it takes all of its parts along."""
    parts = [part.process() for part in running.parts.values()]
    os.kill(running.supervisor, signal.SIGKILL)
    _, left = psutil.wait_procs([part for part in parts if part], timeout=60)
    assert left == []
