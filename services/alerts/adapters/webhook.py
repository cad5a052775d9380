"""Webhooks by the Standard Webhooks scheme: signed, stamped, and the same id for every attempt."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from services.alerts.domain.delivery import Answer, Delivery, Endpoint
from services.alerts.domain.documents import with_id
from shared.model.instants import iso, to_us

_WHOLE_S = 15.0
_SHOWN = 200
_READ = 2_048
# Those that fail before anything has left this machine.
_NOT_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol)


def message_id(delivery: Delivery) -> str:
    """The same for every attempt; differs between endpoints, and between installations."""
    return f"msg_{delivery.endpoint.hex}_{delivery.entry}"


def body_of(delivery: Delivery) -> bytes:
    """The event: the same bytes at every attempt."""
    timestamp = iso(to_us(delivery.timestamp))
    data = with_id(delivery.entry, delivery.data)
    return b'{"type":"%b","timestamp":"%b","data":%b}' % (
        delivery.type.encode(),
        timestamp.encode(),
        data,
    )


def signed(secret: str, identifier: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a signed event; raises ValueError for a secret that is none."""
    try:
        signature = Webhook(secret).sign(identifier, now, body.decode())
    except EmptyWebhookSecretError as error:
        raise ValueError(str(error)) from error
    return {
        "content-type": "application/json",
        "user-agent": "Qingyu-Webhooks",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


class Poster:
    """POSTs once; whatever goes wrong is in the answer, and redirects are not followed."""

    def __init__(self, client: httpx.AsyncClient, *, whole_s: float = _WHOLE_S) -> None:
        """`whole_s` bounds an attempt from connecting to the last byte read."""
        self._client = client
        self._whole_s = whole_s

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[Answer, bool]:
        """The answer, and whether the request may have arrived."""
        try:
            async with asyncio.timeout(self._whole_s):
                return await self._post(url, body, headers), True
        except TimeoutError:
            return Answer(status=None, detail=f"no answer within {self._whole_s:g} s"), True
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            detail = f"{type(error).__name__}: {error}"[:_SHOWN]
            return Answer(status=None, detail=detail), not isinstance(error, _NOT_LEFT)

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        async with self._client.stream("POST", url, content=body, headers=headers) as response:
            said = b""
            async for chunk in response.aiter_bytes():
                said += chunk
                if len(said) >= _READ:
                    break
        return Answer(
            status=response.status_code,
            detail="" if response.is_success else _shown(said),
            retry_after=_retry_after(response.headers.get("retry-after", "")),
        )


class WebhookChannel:
    """The port Channel over HTTP."""

    def __init__(self, client: httpx.AsyncClient, *, whole_s: float = _WHOLE_S) -> None:
        """`whole_s` bounds an attempt from connecting to the last byte read."""
        self._poster = Poster(client, whole_s=whole_s)

    async def send(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> Answer:
        """POST once."""
        body = body_of(delivery)
        headers = signed(endpoint.secret, message_id(delivery), body, now)
        answer, _ = await self._poster.post(endpoint.url, body, headers)
        return answer


def _shown(said: bytes) -> str:
    # PostgreSQL keeps no NUL in text.
    return said.decode(errors="replace").replace("\0", "")[:_SHOWN]


def _retry_after(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 6 else None
