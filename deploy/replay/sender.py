"""Sends batches through the HTTP door and does not give up while the door asks for patience."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx

from deploy.replay.batches import Batch
from deploy.replay.register import Change
from deploy.replay.tally import Tally
from shared.model.instants import iso

_BUSY = (429, 503)
_LONGEST_WAIT_S = 30.0
_TIMEOUT_S = 60.0


class RefusedError(RuntimeError):
    """The door refused a whole request, or never answered; the message is for people."""


class Sender:
    """One replay's connection to a door. `patience_s`: how long a busy or absent door is asked."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        connections: int = 1,
        patience_s: float = 300.0,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=_TIMEOUT_S, limits=limits, transport=transport
        )
        self._connections = connections
        self._patience_s = patience_s
        self._sleep = sleep
        self.tally = Tally()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def send_all(
        self, batches: AsyncIterator[Batch], sent: Callable[[Batch], None] = lambda _: None
    ) -> None:
        """Send every batch, over as many connections as there are; raises RefusedError."""
        waiting: asyncio.Queue[Batch | None] = asyncio.Queue(self._connections)

        async def fill() -> None:
            async for batch in batches:
                await waiting.put(batch)
            await waiting.put(None)

        async def work() -> None:
            while (batch := await waiting.get()) is not None:
                self.tally.answer(await self._post("/v1/readings", batch.body, "text/csv"))
                sent(batch)
            await waiting.put(None)

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fill())
                for _ in range(self._connections):
                    group.create_task(work())
        except ExceptionGroup as error:
            raise error.exceptions[0] from error

    async def send_changes(self, changes: Sequence[Change]) -> None:
        """Send meter-change records; raises RefusedError."""
        if changes:
            body = json.dumps([_document(change) for change in changes]).encode()
            answer = await self._post("/v1/meter-changes", body, "application/json")
            self.tally.answer(answer)

    async def _post(self, path: str, body: bytes, kind: str) -> Mapping[str, Any]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience_s
        delay = 0.25
        while True:
            problem, asked = "", 0.0
            try:
                response = await self._http.post(path, content=body, headers={"Content-Type": kind})
                if response.status_code not in _BUSY:
                    return _read(response)
                problem, asked = _words(response), _retry_after(response)
            except httpx.TransportError as error:
                problem = f"no answer ({type(error).__name__} {error})"
            if loop.time() >= deadline:
                raise RefusedError(f"gave up after {self._patience_s:.0f} s: {problem}")
            self.tally.retries += 1
            delay = min(2 * delay, _LONGEST_WAIT_S)
            await self._sleep(min(asked or delay, _LONGEST_WAIT_S))


def _read(response: httpx.Response) -> Mapping[str, Any]:
    if response.status_code != 202:
        raise RefusedError(_words(response))
    body: Mapping[str, Any] = response.json()
    return body


def _words(response: httpx.Response) -> str:
    try:
        problem = response.json()
        words = f"{problem.get('title')}: {problem.get('detail')}"
    except (ValueError, AttributeError):
        words = response.text[:500]
    return f"{words} (HTTP {response.status_code})"


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:  # a date: our services send seconds, so it is a proxy's; back off as usual
        return 0.0


def _document(change: Change) -> dict[str, str]:
    return {
        "point": change.point,
        "at": iso(change.at_us),
        "old_end": change.old_end,
        "new_start": change.new_start,
    }
