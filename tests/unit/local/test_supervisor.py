"""A supervisor with real but small processes: order, deaths, giving up, stopping, orphans."""

import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.local import dirlock, state
from deploy.local.dirlock import DirLock, LockedError
from deploy.local.options import PortsError, UpOptions, options
from deploy.local.parts import Part
from deploy.local.process import PartError, spawn, wait_ready
from deploy.local.restarts import RestartPolicy
from deploy.local.state import PartState, State
from deploy.local.supervisor import INTERRUPTED, Supervisor
from deploy.local.watched import GivenUpError
from tests.unit.local.stand_ins import (
    Memory,
    alive,
    dying,
    kill,
    part,
    stages,
    stop,
    stop_ourselves,
    stubborn,
    working,
)

FAST = RestartPolicy(first_s=0.0, limit=3)


@pytest.fixture
def asked(tmp_path: Path) -> UpOptions:
    return options(tmp_path, free=True)


class TestStartAndStop:
    def test_starts_in_order_and_stops_in_the_other(self, asked: UpOptions) -> None:
        folder = asked.data_dir
        first, work, last = (part("a", folder), working("work", folder), part("b", folder))
        memory = Memory({"ready": stop})
        supervisor = Supervisor(asked, memory, stages=stages((first,), (work,), (last,)))
        assert supervisor.run() == 0
        assert memory.said == [
            *("a up", "work up", "b up", "ready", "stopping"),
            *("b stopped -15", "a stopped -15"),
        ]

    def test_leaves_nothing_running_and_the_folder_free(self, asked: UpOptions) -> None:
        seen: list[State] = []

        def look(described: State) -> None:
            seen.append(described)
            assert state.read(asked.data_dir) == described
            stop_ourselves()

        Supervisor(
            asked, Memory({"ready": look}), stages=stages((part("a", asked.data_dir),))
        ).run()
        assert not alive(seen[0].parts["a"].pid)
        assert state.read(asked.data_dir) is None
        assert dirlock.holder(asked.data_dir) is None

    def test_kills_a_part_that_will_not_stop(self, asked: UpOptions) -> None:
        memory = Memory({"ready": stop})
        Supervisor(asked, memory, stages=stages((stubborn("a", asked.data_dir),))).run()
        assert memory.said[-1] == "a stopped -9"

    def test_hurries_when_asked_twice(self, asked: UpOptions) -> None:
        deaf = stubborn("a", asked.data_dir, patience_s=3600)
        memory = Memory({"ready": stop, "stopping": stop})
        Supervisor(asked, memory, stages=stages((deaf,))).run()
        assert memory.said[-1] == "a stopped -9"

    def test_can_be_asked_to_stop_while_it_starts(self, asked: UpOptions) -> None:
        slow = part("a", asked.data_dir, script="import signal; signal.pause()")
        impatient = subprocess.Popen([sys.executable, "-c", interrupt_when(asked.log("a"))])
        assert Supervisor(asked, Memory({}), stages=stages((slow,))).run() == INTERRUPTED
        assert impatient.wait() == 0
        assert dirlock.holder(asked.data_dir) is None


def interrupt_when(appears: Path) -> str:
    """A program that sends us SIGINT once the file is there: then the start is under way."""
    return (
        "import os, pathlib, signal, time\n"
        f"while not pathlib.Path({str(appears)!r}).exists(): time.sleep(0.01)\n"
        "os.kill(os.getppid(), signal.SIGINT)"
    )


class TestDeath:
    def test_a_part_that_dies_is_started_again_and_said_so(self, asked: UpOptions) -> None:
        memory = Memory({"ready": kill("a"), "a back": stop})
        Supervisor(asked, memory, policy=FAST, stages=stages((part("a", asked.data_dir),))).run()
        assert memory.said[1:4] == ["ready", "a was killed by SIGKILL", "a back"]

    def test_the_new_process_is_written_down(self, asked: UpOptions) -> None:
        pids: list[int] = []

        def note_and_kill(described: State) -> None:
            pids.append(described.parts["a"].pid)
            kill("a")(described)

        def note_and_stop(_state: State) -> None:
            described = state.read(asked.data_dir)
            assert described is not None
            pids.append(described.parts["a"].pid)
            stop_ourselves()

        memory = Memory({"ready": note_and_kill, "a back": note_and_stop})
        Supervisor(asked, memory, policy=FAST, stages=stages((part("a", asked.data_dir),))).run()
        assert pids[0] != pids[1]

    def test_a_part_that_dies_again_and_again_ends_everything(self, asked: UpOptions) -> None:
        folder = asked.data_dir
        good, bad = part("good", folder), once_good_then_dying(folder)
        memory = Memory({"ready": kill("bad")})
        supervisor = Supervisor(asked, memory, policy=FAST, stages=stages((good, bad)))
        with pytest.raises(GivenUpError, match=r"died 3 times within 60 s(.|\n)*on fire"):
            supervisor.run()
        assert memory.said[-1] == "good stopped -15"

    def test_a_part_that_does_not_start_ends_everything(self, asked: UpOptions) -> None:
        folder = asked.data_dir
        memory = Memory({})
        supervisor = Supervisor(
            asked, memory, stages=stages((part("good", folder),), (dying("bad", folder),))
        )
        with pytest.raises(PartError, match=r"bad ended with exit code 3(.|\n)*on fire"):
            supervisor.run()
        assert "good stopped -15" in memory.said

    def test_work_that_fails_ends_everything(self, asked: UpOptions) -> None:
        failing = replace(dying("work", asked.data_dir), once=True)
        with pytest.raises(PartError, match=r"work: exit code 3(.|\n)*on fire"):
            Supervisor(asked, Memory({}), stages=stages((failing,))).run()


def once_good_then_dying(folder: Path) -> Part:
    """A part that serves the first time it is started, and only that time."""
    prepared = iter([part("bad", folder)])
    return replace(
        dying("bad", folder),
        prepare=lambda: next(prepared, dying("bad", folder)).prepare(),
    )


class TestBeforeAnythingStarts:
    def test_a_port_in_use_is_said(self, asked: UpOptions) -> None:
        memory = Memory({})
        with socket.create_server(("127.0.0.1", asked.ports["alerts"])):
            supervisor = Supervisor(asked, memory, stages=stages((part("a", asked.data_dir),)))
            with pytest.raises(PortsError, match="--alerts-port"):
                supervisor.run()
        assert memory.said == []

    def test_a_folder_in_use_is_said(self, asked: UpOptions) -> None:
        memory = Memory({})
        with DirLock(asked.data_dir), pytest.raises(LockedError, match="in use by another"):
            Supervisor(asked, memory, stages=stages((part("a", asked.data_dir),))).run()
        assert memory.said == []

    def test_what_an_earlier_supervisor_left_behind_is_ended(self, asked: UpOptions) -> None:
        orphan = spawn(part("a", asked.data_dir).prepare())
        wait_ready(orphan)
        left = state.describe(orphan.pid, "")
        state.write(asked.data_dir, earlier({"a": left}))
        memory = Memory({"ready": stop})
        Supervisor(asked, memory, stages=stages((part("b", asked.data_dir),))).run()
        assert memory.said[0] == "ended what an earlier run left behind: a"
        assert not alive(orphan.pid)
        orphan.process.wait()


def earlier(parts: dict[str, PartState]) -> State:
    return State(
        supervisor=1,
        version="0.1.0",
        started_at="2026-01-01T00:00:00+00:00",
        ready=True,
        database_url="",
        kafka="",
        urls={},
        parts=parts,
    )


class TestOrphans:
    def test_parts_end_when_their_supervisor_is_killed(self, tmp_path: Path) -> None:
        program = (
            "import os, pathlib, signal, sys\n"
            "from deploy.local.process import spawn, wait_ready\n"
            "from tests.unit.local.stand_ins import part\n"
            "running = spawn(part('a', pathlib.Path(sys.argv[1])).prepare())\n"
            "wait_ready(running)\n"
            "print(running.pid, flush=True)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, check=False
        )
        assert done.returncode == -signal.SIGKILL
        _, left = psutil.wait_procs(processes(int(done.stdout)), timeout=30)
        assert left == []


def processes(pid: int) -> list[psutil.Process]:
    """The process, if it is still there."""
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []
