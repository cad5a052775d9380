"""Asking the evaluator over HTTP, with the key of whoever wants to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from shared.kit.errors import Unavailable
from shared.kit.logs import correlation


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What it said: the status, the bytes, and the same as JSON (empty where that is no object)."""

    status: int
    content: bytes
    body: Mapping[str, Any]

    @property
    def is_good(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == httpx.codes.OK


class Evaluator:
    """One way of asking for all that alerts wants to know."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        """`url`: where the evaluator answers."""
        self._client = client
        self._url = url.rstrip("/")

    async def get(
        self, path: str, key: str, params: Mapping[str, str], *, patience_s: float
    ) -> Answer:
        """Raises Unavailable when it does not answer, or answers with a failure or without JSON."""
        return await self._ask("GET", path, key, patience_s, params=dict(params))

    async def post(
        self, path: str, key: str, body: Mapping[str, Any], *, patience_s: float
    ) -> Answer:
        """Raises Unavailable like `get`."""
        return await self._ask("POST", path, key, patience_s, json=dict(body))

    async def _ask(
        self, method: str, path: str, key: str, patience_s: float, **more: Any
    ) -> Answer:
        headers = {"Authorization": f"Bearer {key}"}
        if identifier := correlation.get():
            headers["X-Request-Id"] = identifier
        try:
            answer = await self._client.request(
                method, self._url + path, headers=headers, timeout=patience_s, **more
            )
        except httpx.TransportError as error:
            raise Unavailable(f"the evaluator does not answer: {error!r}") from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"the evaluator answers {answer.status_code}")
        try:
            found = answer.json()
        except ValueError as error:
            raise Unavailable("the evaluator's answer is no JSON") from error
        return Answer(
            status=answer.status_code,
            content=answer.content,
            body=found if isinstance(found, dict) else {},
        )
