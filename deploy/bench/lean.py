"""The leanest HTTP/1.1 client that is still honest: one connection, one request at a time."""

import asyncio
from dataclasses import dataclass
from typing import Self, cast
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, head (lower case) and body of a response."""

    status: int
    head: bytes
    body: bytes

    @property
    def retry_after_s(self) -> float:
        """What the head asks for, 0 if nothing."""
        _, found, rest = self.head.partition(b"\r\nretry-after:")
        return float(rest.split(b"\r\n")[0]) if found else 0.0


class Connection(asyncio.Protocol):
    """A kept-alive connection that posts bodies to one path."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._received = bytearray()

    @classmethod
    async def open(cls, url: str, key: str, kind: str = "application/json") -> Self:
        """Connect to the door of `url`, which names a host, a port and a path."""
        parts = urlsplit(url)
        head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {key}\r\nContent-Type: {kind}\r\nContent-Length: "
        ).encode()
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: cls(head), parts.hostname or "", parts.port or 80
        )
        return connection

    async def post(self, body: bytes) -> Answer:
        """Send one body and wait for its answer; raises ConnectionError when it is cut off."""
        if self._transport is None:
            raise ConnectionError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.writelines((self._head + b"%d\r\n\r\n" % len(body), body))
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by name

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(f"cut off: {exc}"))

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._received += data
        answer = parse(self._received)
        if answer is not None and self._waiting is not None:
            self._received.clear()
            self._waiting.set_result(answer)


def parse(received: bytes | bytearray) -> Answer | None:
    """A whole response with a Content-Length, or None while some of it is missing."""
    end = received.find(_END)
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    at = head.find(_LENGTH)
    length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    start = end + len(_END)
    if len(received) < start + length:
        return None
    return Answer(int(head[9:12]), head, bytes(received[start : start + length]))
