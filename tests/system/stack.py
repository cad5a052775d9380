"""A running system in the hands of a test: ask it, kill its parts, wait until they are back."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import httpx
import psutil
import pytest

from deploy.local import operator_key, state
from deploy.local.background import running_system
from deploy.local.options import DEFAULT_PORTS, SERVICES, UpOptions
from deploy.local.parts import environment, is_ready
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.state import State
from tests.system.sender import Door

T = TypeVar("T")

FREE = dict.fromkeys(DEFAULT_PORTS, 0)
_LOOK_S = 0.1
_PATIENCE_S = 90.0
_TIMEOUT_S = 30.0


def until(look: Callable[[], T | None], what: str, within_s: float = _PATIENCE_S) -> T:
    """Look again and again until there is something to see."""
    pause = Event()
    for _ in range(int(within_s / _LOOK_S)):
        seen = look()
        if seen:
            return seen
        pause.wait(_LOOK_S)
    pytest.fail(f"after {within_s:.0f} s still waiting for {what}")


class Stack:
    """One system in one folder, asked with its operator's key; patient while parts are away."""

    def __init__(self, folder: Path, running: State, http: httpx.Client) -> None:
        self.folder = folder
        self.urls = running.urls
        self.key = operator_key.read(folder) or ""
        self._supervisor = running.supervisor
        self._http = http
        self._http.headers["Authorization"] = f"Bearer {self.key}"

    @property
    def door(self) -> Door:
        """Where readings are sent."""
        return Door(url=self.urls["ingest"], key=self.key)

    def ask(self, method: str, url: str, **more: Any) -> Any:
        """The JSON of an answer; asks again while nobody answers, or says 503."""

        def once() -> httpx.Response | None:
            try:
                answer = self._http.request(method, url, **more)
            except httpx.TransportError:
                return None
            # The operator's key travels over a topic to the other services.
            return None if answer.status_code in {401, 503} else answer

        answer = until(once, f"an answer to {method} {url}")
        assert answer.is_success, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, service: str, path: str, **params: str) -> Any:
        """The JSON of a GET."""
        return self.ask("GET", self.urls[service] + path, params=params)

    def post(self, service: str, path: str, body: object) -> Any:
        """The JSON of a POST."""
        return self.ask("POST", self.urls[service] + path, json=body)

    def import_catalogue(self, files: Mapping[str, str]) -> None:
        """All of it, or the test fails with every fault."""
        listed = [{"filename": name, "text": text} for name, text in files.items()]
        self.post("ingest", "/v1/catalogue/imports", {"files": listed})

    def send(self, rows: list[dict[str, Any]], path: str = "/v1/readings") -> None:
        """Post rows in one request; all must be admitted."""
        said = self.post("ingest", path, rows)
        assert said["items"] == [], said["items"][:3]

    def process(self, name: str) -> psutil.Process | None:
        """The process of a part, if it runs."""
        described = state.read(self.folder)
        return described.parts[name].process() if described else None

    def kill(self, name: str) -> int:
        """SIGKILL to a part; the pid it had."""
        process = until(lambda: self.process(name), f"a process of {name}")
        os.kill(process.pid, signal.SIGKILL)
        return process.pid

    def await_back(self, name: str, before: int) -> None:
        """Until the part has another process and every service is ready again."""

        def back() -> bool:
            assert psutil.pid_exists(self._supervisor), "the supervisor has given up"
            process = self.process(name)
            return process is not None and process.pid != before and self.ready()

        until(back, f"{name} to be back")

    def ready(self) -> bool:
        """Whether all services say that they are."""
        return all(is_ready(int(self.urls[one].rpartition(":")[2])) for one in SERVICES)

    @contextmanager
    def second(self, service: str) -> Iterator[str]:
        """Another copy of a service on a free port, ready; its address."""
        port = free_port()
        numbers = {
            name: int(part.address.rpartition(":")[2]) for name, part in self._parts().items()
        }
        own = {"QINGYU_PORT": str(port), "QINGYU_BOOTSTRAP_OPERATOR_KEY": self.key}
        settings = environment(UpOptions(data_dir=self.folder, ports=numbers))
        with (self.folder / "logs" / f"{service}-second.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"services.{service}"],
                env={**os.environ, **settings, **own},
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                until(lambda: is_ready(port), f"a second {service}")
                yield f"http://{LOOPBACK}:{port}"
            finally:
                process.terminate()
                process.wait(30)

    def _parts(self) -> Mapping[str, state.PartState]:
        described = state.read(self.folder)
        assert described is not None
        return described.parts

    def logs(self) -> str:
        """The end of each part's log, for a test that failed."""
        files = sorted((self.folder / "logs").glob("*.log"))
        ends = [(file.name, file.read_text(errors="replace")[-2_000:]) for file in files]
        return "\n".join(f"--- {name}\n{end}" for name, end in ends)


@contextmanager
def stack_in(folder: Path) -> Iterator[Stack]:
    """A system on free ports, stopped at the end."""
    with (
        running_system(folder, FREE, quiet=True) as running,
        httpx.Client(timeout=_TIMEOUT_S) as http,
    ):
        yield Stack(folder, running, http)
