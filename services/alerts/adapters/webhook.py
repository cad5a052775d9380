"""Webhooks by the Standard Webhooks scheme: signed, stamped, and the same id for every attempt."""

import asyncio
from datetime import datetime, timedelta

import httpx
from standardwebhooks.webhooks import Webhook

from services.alerts.domain.delivery import Answer, Delivery, Endpoint
from services.alerts.domain.documents import with_id
from shared.model.instants import iso, to_us

_WHOLE_S = 15.0
_SHOWN = 200
_READ = 2_048


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


class WebhookChannel:
    """The port Channel over HTTP; redirects are not followed."""

    def __init__(self, client: httpx.AsyncClient, *, whole_s: float = _WHOLE_S) -> None:
        """`whole_s` bounds an attempt from connecting to the last byte read."""
        self._client = client
        self._whole_s = whole_s

    async def send(self, endpoint: Endpoint, delivery: Delivery, now: datetime) -> Answer:
        """POST once."""
        body = body_of(delivery)
        identifier = message_id(delivery)
        headers = {
            "content-type": "application/json",
            "user-agent": "Qingyu-Webhooks",
            "webhook-id": identifier,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(endpoint.secret).sign(identifier, now, body.decode()),
        }
        try:
            async with asyncio.timeout(self._whole_s):
                return await self._post(endpoint.url, body, headers)
        except TimeoutError:
            return Answer(status=None, detail=f"no answer within {self._whole_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(status=None, detail=f"{type(error).__name__}: {error}"[:_SHOWN])

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
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


def _shown(said: bytes) -> str:
    # PostgreSQL keeps no NUL in text.
    return said.decode(errors="replace").replace("\0", "")[:_SHOWN]


def _retry_after(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 6 else None
