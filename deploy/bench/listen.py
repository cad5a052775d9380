"""Listens to the system's stream of warnings and notes when each one arrived."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime

import httpx

from deploy.bench.figures import Event
from deploy.bench.workload import INTERVAL_S

_EPOCH_S = 1_577_808_000
"""Quarter 0."""


class Listener:
    """Keeps what it hears of some subjects; `close` ends it."""

    def __init__(self, url: str, key: str, subjects: Mapping[str, int]) -> None:
        self._url = url
        self._key = key
        self._subjects = subjects
        self._ready = asyncio.Event()
        self.events: list[Event] = []
        self._task = asyncio.create_task(self._listen())

    async def ready(self) -> None:
        """Return when the stream is open; raises httpx.HTTPError when it cannot be."""
        waiting = asyncio.create_task(self._ready.wait())
        done, _ = await asyncio.wait(
            {waiting, self._task}, timeout=30, return_when=asyncio.FIRST_COMPLETED
        )
        if self._task in done:
            self._task.result()
        if not done:
            raise TimeoutError("the stream of warnings did not open")

    async def close(self) -> None:
        """Stop listening."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(10, read=None)) as http,
            http.stream("GET", f"{self._url}/v1/warnings/stream", headers=headers) as response,
        ):
            response.raise_for_status()
            kind = ""
            async for line in response.aiter_lines():
                field, _, value = line.partition(":")
                if field == "event":
                    kind = value.strip()
                elif field == "data":
                    self._hear(kind, value)

    def _hear(self, kind: str, data: str) -> None:
        arrived = time.monotonic()
        if kind == "ready":
            self._ready.set()
            return
        event = heard(json.loads(data), self._subjects.get, arrived)
        if event is not None:
            self.events.append(event)


def heard(
    document: Mapping[str, str], number_of: Callable[[str], int | None], arrived: float
) -> Event | None:
    """The event in a streamed entry, None if it is about somebody else."""
    enterprise = number_of(document["subject"])
    if enterprise is None:
        return None
    hour = int(datetime.fromisoformat(document["hour"]).timestamp())
    quarter = (hour - _EPOCH_S) // INTERVAL_S
    return Event(enterprise=enterprise, quarter=quarter, arrived=arrived)
