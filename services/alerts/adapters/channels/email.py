"""Notices by mail: SMTP, with STARTTLS or TLS and a login where they are asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from services.alerts.domain.telling.sending import Result, Said, Sending, smtp_result
from services.alerts.ports.telling import Enclosed, Enclosures
from shared.kit.errors import Unavailable

_SHOWN = 200
_MAYBE = "（可能重复）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail server. `security`: none, starttls or tls."""

    host: str
    port: int = 25
    sender: str = "qingyu@localhost"
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "none"
    whole_s: float = 30.0


class MailWay:
    """The port Way by SMTP; a possible repeat has the same Message-ID and says so."""

    def __init__(self, smtp: Smtp, enclosures: Enclosures | None = None) -> None:
        """`enclosures`: the files that go with a notice."""
        self._smtp = smtp
        self._enclosures = enclosures

    async def send(self, sending: Sending, _now: datetime, /) -> Said:
        """Hand over once."""
        if not self._smtp.host:
            detail = "no mail server is set: QINGYU_SMTP_HOST"
            return Said(result=Result.REJECTED, detail=detail, arrived=False)
        try:
            enclosed = await self._enclosures.of(sending.document) if self._enclosures else ()
        except Unavailable as error:
            return _away(error, arrived=False)
        try:
            message = message_of(sending, self._smtp.sender, enclosed)
        except (ValueError, IndexError) as error:
            return Said(result=Result.REJECTED, detail=f"not an address: {error}", arrived=False)
        try:
            async with asyncio.timeout(self._smtp.whole_s):
                return await self._hand_over(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            return _refused(first.code, first.message)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, error.message)
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPConnectTimeoutError) as error:
            return _away(error, arrived=False)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return _away(error, arrived=not isinstance(error, ConnectionRefusedError))

    async def _hand_over(self, message: EmailMessage) -> Said:
        smtp = self._smtp
        _, answer = await aiosmtplib.send(
            message,
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.user or None,
            password=smtp.password or None,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            timeout=smtp.whole_s,
        )
        return Said(result=Result.DELIVERED, status=250, detail=answer[:_SHOWN])


def message_of(sending: Sending, sender: str, enclosed: Sequence[Enclosed] = ()) -> EmailMessage:
    """The mail: plain text with HTML beside it, and files; ValueError for what is no address."""
    rendered = sending.rendered
    message = EmailMessage()
    domain = sender.rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{sending.notice.hex}.{sending.number}@{domain}>"
    message["Date"] = format_datetime(datetime.fromisoformat(sending.document["at"]))
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=sending.address.target)
    mark = _MAYBE if sending.repeats else ""
    message["Subject"] = " ".join(rendered["subject"].split()) + mark
    message["Auto-Submitted"] = "auto-generated"
    if sending.repeats:
        message["Qingyu-Repeat"] = "1"
    message.set_content(rendered["text"] + (f"\n{mark}\n" if mark else ""))
    message.add_alternative(rendered["html"], subtype="html")
    for file in enclosed:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
    return message


def _refused(code: int, text: str) -> Said:
    return Said(result=smtp_result(code), status=code, detail=text[:_SHOWN])


def _away(error: Exception, *, arrived: bool) -> Said:
    detail = f"{type(error).__name__}: {error}"[:_SHOWN]
    return Said(result=Result.UNREACHABLE, detail=detail, arrived=arrived)
