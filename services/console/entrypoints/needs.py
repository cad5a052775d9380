"""What the pages need from outside, said as promises."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

Parameters = Mapping[str, str]


class Services(Protocol):
    """The other services, asked with a person's key. All raise Unavailable when one is away."""

    async def get(
        self, service: str, path: str, *, key: str, params: Parameters
    ) -> tuple[int, Any]:
        """Status and JSON of a GET; None for an answer that is no JSON."""
        ...

    async def send(
        self,
        service: str,
        path: str,
        content: bytes,
        media_type: str,
        *,
        key: str,
        params: Parameters,
        method: str = "POST",
        revision: str = "",
    ) -> tuple[int, Any]:
        """Status and JSON of a POST or PUT; with a revision, only if it is still that one."""
        ...

    async def fetch(
        self, service: str, path: str, *, key: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers (names in lower case) and body of a GET whose answer is a file."""
        ...

    def stream(
        self, service: str, path: str, *, key: str, params: Parameters, headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[tuple[int, AsyncIterator[bytes]]]:
        """Status and body of a GET whose answer may never end."""
        ...


class SignIns(Protocol):
    """One-time links and sessions, shared by all copies; raises Unavailable like a database."""

    async def offer(self, key: str, now: datetime, life: timedelta) -> str:
        """A token that can be redeemed once, during its life."""
        ...

    async def redeem(self, token: str, now: datetime) -> str | None:
        """The key of a token, which is used up by that; None for one that is not valid."""
        ...

    async def begin(self, key: str, now: datetime, life: timedelta) -> str:
        """A session: the secret that goes into the browser's cookie."""
        ...

    async def key_of(self, session: str, now: datetime) -> str | None:
        """The key that the session was begun with; None for one that is over."""
        ...

    async def end(self, session: str) -> None:
        """The session is over."""
        ...
