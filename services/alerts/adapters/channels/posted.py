"""Notices over HTTP: as signed webhooks, and as alerts to somebody else's Alertmanager."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from services.alerts.adapters.notice_message import encode_notice
from services.alerts.adapters.webhook import Poster, signed
from services.alerts.domain.delivery import Answer
from services.alerts.domain.telling.notice import Document
from services.alerts.domain.telling.sending import Result, Said, Sending, http_result
from shared.model.instants import iso, to_us
from shared.model.level import Level

_STANDS = timedelta(days=30)
_TEST = timedelta(minutes=5)


def identifier_of(notice: UUID, number: int) -> str:
    """The same for every attempt at one address."""
    return f"msg_{notice.hex}_{number}"


def said_over_http(answer: Answer, *, arrived: bool) -> Said:
    """What an HTTP answer means."""
    if answer.status is None:
        return Said(result=Result.UNREACHABLE, detail=answer.detail, arrived=arrived)
    return Said(
        result=http_result(answer.status),
        status=answer.status,
        detail=answer.detail,
        retry_after=answer.retry_after,
    )


class WebhookWay:
    """The port Way to webhooks: type `notice.REASON`, signed by the contact's secret.

    A possible repeat has the same `webhook-id` and the header `qingyu-repeat: 1`.
    """

    def __init__(self, poster: Poster) -> None:
        self._poster = poster

    async def send(self, sending: Sending, now: datetime, /) -> Said:
        """POST once."""
        body = body_of(sending.document)
        try:
            headers = signed(
                sending.address.secret, identifier_of(sending.notice, sending.number), body, now
            )
        except ValueError as error:
            return Said(result=Result.REJECTED, detail=f"cannot be signed: {error}", arrived=False)
        if sending.repeats:
            headers["qingyu-repeat"] = "1"
        answer, arrived = await self._poster.post(sending.address.target, body, headers)
        return said_over_http(answer, arrived=arrived)


def body_of(document: Document) -> bytes:
    """The event: the same bytes at every attempt."""
    return encode_notice(
        {
            "type": f"notice.{document['reason']}",
            "timestamp": document["at"],
            "data": document,
        }
    )


class AlertmanagerWay:
    """The port Way to another Alertmanager: `target` is its address without /api/v2."""

    def __init__(self, poster: Poster, public_url: str) -> None:
        """`public_url`: where people find this system; empty without."""
        self._poster = poster
        self._public_url = public_url

    async def send(self, sending: Sending, _now: datetime, /) -> Said:
        """POST once; sending the same again does no harm there."""
        body = msgspec.json.encode(list(alerts_of(sending.document, self._public_url)))
        headers = {"content-type": "application/json", "user-agent": "Qingyu-Notices"}
        if sending.address.secret:
            headers["authorization"] = f"Bearer {sending.address.secret}"
        url = sending.address.target.rstrip("/") + "/api/v2/alerts"
        answer, arrived = await self._poster.post(url, body, headers)
        return said_over_http(answer, arrived=arrived)


def alerts_of(document: Document, public_url: str) -> Iterator[dict[str, Any]]:
    """The notice as alerts of the API v2.

    Labels are an alert's identity, and the level is one of them: what holds at one level has ended
    at all others.
    """
    at = datetime.fromisoformat(document["at"])
    # Without an end, an Alertmanager forgets in minutes what nobody sends again.
    later = iso(to_us(at + _STANDS))
    for one in document["firing"]:
        yield _alert(one, one["labels"], public_url, ends=later, at=document["at"])
        if not one["event"]:
            yield from _ended(one, public_url, document["at"], but=one["level"])
    for one in document["resolved"]:
        yield from _ended(one, public_url, document["at"], but="")
    if document["reason"] == "test":
        labels = {"alertname": "QingyuTest", "recipient": document["recipient"]}
        ends = iso(to_us(at + _TEST))
        yield {"labels": labels, "startsAt": document["at"], "endsAt": ends, "annotations": {}}


def _ended(one: Document, public_url: str, at: str, but: str) -> Iterator[dict[str, Any]]:
    for level in Level:
        if level is not Level.NONE and level.word != but:
            labels = {**one["labels"], "level": level.word}
            yield _alert(one, labels, public_url, ends=at, at=at)


def _alert(
    one: Document, labels: dict[str, str], public_url: str, *, ends: str, at: str
) -> dict[str, Any]:
    annotations = {
        "summary": f"{one['subject_name']} {one['kind']} {one['about_name']}".strip(),
        **{f"fact_{name}": text for name, text in one["facts"].items()},
    }
    link = f"{public_url}/warnings/{one['warning']}" if public_url and one["warning"] else ""
    return {
        "labels": labels,
        "annotations": annotations,
        "startsAt": min(one["since"] or at, at, key=datetime.fromisoformat),
        "endsAt": ends,
        **({"generatorURL": link} if link else {}),
    }
