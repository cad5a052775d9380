"""Senders that never give up, and remember what was acknowledged: the truth of a test."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

import httpx

from tests.system.world import Reading, Request

_TRY_AGAIN_S = 0.1
_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where readings are sent, and the key to show there."""

    url: str
    key: str

    @property
    def headers(self) -> Mapping[str, str]:
        """What each request carries."""
        return {"Authorization": f"Bearer {self.key}"}


class Senders(AbstractContextManager["Senders"]):
    """Threads that send a script of requests, each until it is answered 202.

    With a pace (seconds between two requests of a thread) they never run dry: when the script is
    at its end they say old things again, until `finish` is called; it drops the pace.
    """

    def __init__(
        self, door: Door, script: Sequence[Request], *, threads: int = 2, pace_s: float = 0.0
    ) -> None:
        self.acknowledged: list[Reading] = []
        self.answers = 0
        self.retries = 0
        self.refused: list[str] = []
        self._door = door
        self._script = script
        self._pace_s = self._pause_s = pace_s
        self._chance = random.Random(len(script))
        self._next = 0
        self._hurry, self._quit, self._more = Event(), Event(), Event()
        self._lock = Lock()
        self._broken: list[BaseException] = []
        self._threads = [Thread(target=self._run, name=f"sender {n}") for n in range(threads)]
        if not pace_s:
            self._hurry.set()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._quit.set()
        self._hurry.set()
        for thread in self._threads:
            thread.join()

    def finish(self) -> None:
        """Say the rest at full speed and end; raises what stopped a sender."""
        self._hurry.set()
        for thread in self._threads:
            thread.join()
        if self._broken:
            raise self._broken[0]
        assert self.refused == []

    @contextmanager
    def rushing(self) -> Iterator[None]:
        """As fast as they can for a while: everybody has work at hand when something happens."""
        self._pause_s = 0.0
        try:
            yield
        finally:
            self._pause_s = self._pace_s

    def await_answers(self, number: int, *, within_s: float = 120.0) -> None:
        """Until so many requests have been acknowledged in all."""
        for _ in range(int(within_s / _TRY_AGAIN_S)):
            if self.answers >= number or self._broken:
                break
            self._more.wait(_TRY_AGAIN_S)
            self._more.clear()
        assert not self._broken, self._broken
        assert self.answers >= number, f"{self.answers} answers, {number} were waited for"

    def _run(self) -> None:
        try:
            with httpx.Client(headers=self._door.headers, timeout=_TIMEOUT_S) as client:
                while (request := self._take()) and not self._quit.is_set():
                    self._send(client, request)
                    self._hurry.wait(self._pause_s)
        except BaseException as error:  # noqa: BLE001 told to whoever waits
            self._broken.append(error)

    def _take(self) -> Request | None:
        with self._lock:
            if self._next < len(self._script):
                self._next += 1
                return self._script[self._next - 1]
            return None if self._hurry.is_set() else self._chance.choice(self._script)

    def _send(self, client: httpx.Client, request: Request) -> None:
        body = [reading.body for reading in request]
        while not self._quit.is_set():
            try:
                answer = client.post(f"{self._door.url}/v1/readings", json=body)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.ACCEPTED:
                self._acknowledge(request, answer)
                return
            refusal = None if answer is None else answer.status_code
            assert refusal in {None, 503}, answer.text if answer else ""
            self.retries += 1
            self._quit.wait(_TRY_AGAIN_S)

    def _acknowledge(self, request: Request, answer: httpx.Response) -> None:
        said = answer.json()
        with self._lock:
            self.acknowledged += request
            self.answers += 1
            if said["accepted"] != len(request) or said["items"]:
                self.refused.append(answer.text)
        self._more.set()
