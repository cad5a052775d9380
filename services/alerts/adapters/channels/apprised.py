"""Notices through the library apprise: SMS gateways, WeCom, DingTalk, Feishu and many others."""

import asyncio
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import apprise

from services.alerts.domain.telling.contacts import ChannelKind
from services.alerts.domain.telling.sending import Result, Said, Sending

SCHEMES: Mapping[ChannelKind, frozenset[str]] = {
    ChannelKind.WECOM: frozenset({"wecombot"}),
    ChannelKind.DINGTALK: frozenset({"dingtalk"}),
    ChannelKind.FEISHU: frozenset({"feishu", "lark"}),
}
"""What addresses of a channel begin with; other channels take any that apprise knows."""

# What the library says of addresses has their secrets in it: it is kept out of our own log.
_LOG = logging.getLogger("apprise")
_LOG.propagate = False

_MAYBE = "（可能重复）"
_WHOLE_S = 30.0
_SHOWN = 200


def problem_of(channel: ChannelKind, url: str) -> str | None:
    """What is wrong with an address of the channel; None if nothing is. The address is secret."""
    scheme = url.partition("://")[0].lower()
    wanted = SCHEMES.get(channel)
    if wanted is not None and scheme not in wanted:
        return f"an address of {channel} begins with {' or '.join(sorted(wanted))}://"
    if apprise.Apprise.instantiate(url) is None:
        return "apprise does not know such an address; see its documentation of services"
    return None


class AppriseWay:
    """The port Way through apprise, which blocks: it works in a thread of its own."""

    def __init__(self, *, whole_s: float = _WHOLE_S) -> None:
        """`whole_s` bounds an attempt."""
        self._whole_s = whole_s

    async def send(self, sending: Sending, _now: datetime, /) -> Said:
        """Send once; apprise says only whether it worked, and its log why not."""
        try:
            async with asyncio.timeout(self._whole_s):
                return await asyncio.to_thread(_notify, sending)
        except TimeoutError:
            return Said(result=Result.UNREACHABLE, detail=f"no answer within {self._whole_s:g} s")


def _notify(sending: Sending) -> Said:
    service = apprise.Apprise.instantiate(sending.address.target)
    if service is None:
        detail = "apprise does not know such an address"
        return Said(result=Result.REJECTED, detail=detail, arrived=False)
    mark = _MAYBE if sending.repeats else ""
    # Gateways of short messages put a title before the text, which says it all by itself.
    title = "" if sending.address.channel is ChannelKind.SMS else sending.rendered["subject"] + mark
    with _overheard() as lines:
        taken = service.notify(body=sending.rendered["text"] + mark, title=title)
    if taken:
        return Said(result=Result.DELIVERED, status=200)
    detail = _without_secret(lines[-1] if lines else "not taken", sending.address.target)
    return Said(result=Result.REFUSED, detail=detail)


class _Lines(logging.Handler):
    """Keeps what one thread says: several notices are under way at the same time."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Called in the thread that speaks."""
        if record.thread == self._thread:
            self.lines.append(record.getMessage().strip())


@contextmanager
def _overheard() -> Iterator[list[str]]:
    handler = _Lines()
    _LOG.addHandler(handler)
    try:
        yield handler.lines
    finally:
        _LOG.removeHandler(handler)


def _without_secret(text: str, url: str) -> str:
    return text.replace(url, "***").replace(url.partition("://")[2], "***")[:_SHOWN]
