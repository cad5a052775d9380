"""The other services over HTTP, asked with the key of the person who looks."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from shared.kit.errors import Unavailable
from shared.kit.logs import correlation

_ANSWER_S = 10.0
# Whoever has something done waits for it: all forms of a brief are printed anew, say.
_WORK_S = 120.0
# Alerts sends a heartbeat every 15 s: a silence of this length means that the line is dead.
_SILENCE_S = 40.0


class HttpServices:
    """The port Services over one client; a test gives a client with a transport of its own."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        """`urls`: where each service answers, by its name."""
        self._client = client
        self._urls = urls

    async def get(
        self, service: str, path: str, *, key: str, params: Mapping[str, str]
    ) -> tuple[int, Any]:
        """One GET with the request's id passed on."""
        answer = await self._request("GET", service, path, key=key, params=params)
        return answer.status_code, _json(answer.content)

    async def send(
        self,
        service: str,
        path: str,
        content: bytes,
        media_type: str,
        *,
        key: str,
        params: Mapping[str, str],
        method: str = "POST",
        revision: str = "",
    ) -> tuple[int, Any]:
        """Sent once: whether something was done twice is for people to see, not for a retry."""
        headers = {"Content-Type": media_type}
        if revision:
            headers["If-Match"] = f'"{revision}"'
        answer = await self._request(
            method,
            service,
            path,
            key=key,
            params=params,
            content=content,
            headers=headers,
            patience_s=_WORK_S,
        )
        return answer.status_code, _json(answer.content)

    async def fetch(
        self, service: str, path: str, *, key: str
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Held whole: attachments and letters have at most 10 MB."""
        answer = await self._request("GET", service, path, key=key)
        return answer.status_code, answer.headers, answer.content

    async def _request(
        self,
        method: str,
        service: str,
        path: str,
        *,
        key: str,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        patience_s: float = _ANSWER_S,
    ) -> httpx.Response:
        try:
            return await self._client.request(
                method,
                self._urls[service] + path,
                params=params,
                headers={**_headers(key), **(headers or {})},
                content=content,
                timeout=patience_s,
            )
        except httpx.TransportError as error:
            raise Unavailable(f"{service} does not answer: {error!r}") from error

    @asynccontextmanager
    async def stream(
        self,
        service: str,
        path: str,
        *,
        key: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
    ) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """A GET whose body is passed on as it comes."""
        try:
            async with self._client.stream(
                "GET",
                self._urls[service] + path,
                params=params,
                headers={**headers, **_headers(key)},
                timeout=httpx.Timeout(_ANSWER_S, read=_SILENCE_S),
            ) as answer:
                yield answer.status_code, answer.aiter_raw()
        except httpx.TransportError as error:
            raise Unavailable(f"{service} does not answer: {error!r}") from error


def _headers(key: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {key}"}
    if identifier := correlation.get():
        headers["X-Request-Id"] = identifier
    return headers


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
