"""Notices through the library apprise: SMS gateways, WeCom, DingTalk, Feishu and many others."""

import asyncio
import logging
from collections.abc import Mapping
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
    with apprise.LogCapture(level=logging.WARNING) as said:  # type: ignore[no-untyped-call]
        taken = service.notify(
            body=sending.rendered["text"] + mark, title=sending.rendered["subject"] + mark
        )
        lines = str(said.getvalue()).strip().splitlines()
    if taken:
        return Said(result=Result.DELIVERED, status=200)
    detail = _without_secret(lines[-1] if lines else "not taken", sending.address.target)
    return Said(result=Result.REFUSED, detail=detail)


def _without_secret(text: str, url: str) -> str:
    return text.replace(url, "***").replace(url.partition("://")[2], "***")[:_SHOWN]
