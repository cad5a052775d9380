"""Notices by our own ways: the topic of notices, and streams of server-sent events."""

from datetime import datetime

from services.alerts.adapters.channels.posted import identifier_of
from services.alerts.adapters.notice_message import encode_notice
from services.alerts.domain.telling.sending import Result, Said, Sending
from shared.contracts.topics import NOTICES
from shared.kit.errors import Unavailable
from shared.kit.kafka.errors import InvalidMessage
from shared.kit.kafka.producer import Message, Sender


class KafkaWay:
    """The port Way to the topic of notices; the key is the recipient."""

    def __init__(self, producer: Sender) -> None:
        self._producer = producer

    async def send(self, sending: Sending, _now: datetime, /) -> Said:
        """Send once; returns when all replicas have it."""
        headers = [("id", identifier_of(sending.notice, sending.number).encode())]
        if sending.repeats:
            headers.append(("repeat", b"1"))
        message = Message(
            topic=NOTICES.name,
            key=sending.recipient.encode(),
            value=encode_notice(sending.document),
            headers=tuple(headers),
        )
        try:
            await self._producer.send([message])
        except InvalidMessage as error:
            return Said(result=Result.REJECTED, detail=str(error), arrived=False)
        except Unavailable as error:
            return Said(result=Result.UNREACHABLE, detail=str(error))
        return Said(result=Result.DELIVERED, status=200)


class StreamWay:
    """The port Way to streams: they read from the log of notices, so it is there already."""

    async def send(self, _sending: Sending, _now: datetime, /) -> Said:
        """Nothing to do."""
        return Said(result=Result.DELIVERED, status=200)
