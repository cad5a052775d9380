"""Alertmanager's API v2 on our warnings, silences and routes: what each operation does."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from services.alerts.domain.alertmanager import (
    Alert,
    Document,
    Query,
    alert_document,
    alert_of,
    group_document,
    grouped,
    in_order,
    matches,
    silence_view,
    speaks_of,
)
from services.alerts.domain.external import External
from services.alerts.domain.matchers import Matchers
from services.alerts.domain.suppression.shown import Shown, shown_of
from services.alerts.domain.suppression.silences import Silence
from services.alerts.domain.telling.routes import Route, receivers_of
from services.alerts.domain.warning import Warning
from services.alerts.handlers.silences import NotAllowedError, SilenceDesk, Wanted
from services.alerts.handlers.suppression import Suppressor
from services.alerts.ports.suppression import Opened
from shared.model.access import Principal, Role, may_see

_AT_ONCE = 500

Made = TypeVar("Made")


class Taking(Protocol):
    """Where alerts of somebody else's go."""

    async def take_external(self, alerts: Sequence[External], now: datetime) -> object:
        """Open, keep up and resolve their warnings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alertmanager:
    """All operations; `root` gives the routes in force, `config` them as Alertmanager's YAML,
    with the addresses and quiet times that the caller may see.
    """

    silences: SilenceDesk
    suppressor: Suppressor
    opened: Opened
    desk: Taking
    root: Callable[[], Awaitable[Route]]
    config: Callable[[Principal], Awaitable[str]]
    clock: Callable[[], datetime]
    console: str
    resolves: timedelta
    began: datetime
    version: str

    async def status(self, caller: Principal) -> Document:
        """As `alertmanagerStatus`; one service, so there is no cluster."""
        return {
            "cluster": {"status": "disabled", "peers": []},
            "versionInfo": {
                "version": "0.25.0",
                "revision": f"qingyu-{self.version}",
                "branch": "qingyu",
                "buildUser": "",
                "buildDate": "",
                "goVersion": "",
            },
            "config": {"original": await self.config(caller)},
            "uptime": self.began.isoformat().replace("+00:00", "Z"),
        }

    async def receivers(self) -> list[Document]:
        """The names that the routes lead to."""
        return [{"name": name} for name in receivers_of(await self.root())]

    async def alerts(self, caller: Principal, query: Query) -> list[Document]:
        """The open warnings that the caller may see, by their ids."""
        found = await self._alerts(caller, query)
        until = self.clock() + self.resolves
        return await _beside(
            len(found), lambda: [alert_document(one, self.console, until) for one in found]
        )

    async def groups(self, caller: Principal, query: Query) -> list[Document]:
        """The same by route and group."""
        found = await self._alerts(caller, query)
        until = self.clock() + self.resolves

        def render() -> list[Document]:
            made = {one.warning.id: alert_document(one, self.console, until) for one in found}
            return [
                group_document(group, (made[one.warning.id] for one in members))
                for group, members in grouped(found, query)
            ]

        return await _beside(len(found), render)

    async def take(self, caller: Principal, alerts: Sequence[External]) -> None:
        """Take alerts of somebody else's; the caller must be there for where they are placed."""
        for alert in alerts:
            if not _may_place(caller, alert):
                raise NotAllowedError(
                    "not-your-region",
                    f"A {caller.role}'s key cannot place an alert at "
                    f"{alert.subject or 'no region'} ({alert.measure}): give it the label region "
                    "(a code) and measure of what the key is there for.",
                )
        for begin in range(0, len(alerts), _AT_ONCE):
            await self.desk.take_external(alerts[begin : begin + _AT_ONCE], self.clock())

    async def list_silences(self, caller: Principal, matchers: Matchers) -> list[Document]:
        """Those that the caller sees, in Alertmanager's order."""
        now = self.clock()
        found = [one for one in await self.silences.listed(caller) if speaks_of(one, matchers)]
        return [silence_view(one, now) for one in in_order(found, now)]

    async def silence(self, caller: Principal, key: UUID) -> Document:
        """One silence; raises UnknownError."""
        return silence_view(await self.silences.one(caller, key), self.clock())

    async def post_silence(self, caller: Principal, key: UUID | None, wanted: Wanted) -> Silence:
        """Make or change one; the guard and the longest time hold here as everywhere."""
        if key is None:
            return await self.silences.create(caller, wanted)
        return await self.silences.edit(caller, key, wanted)

    async def expire(self, caller: Principal, key: UUID) -> None:
        """End one; raises UnknownError."""
        await self.silences.expire(caller, key)

    async def _alerts(self, caller: Principal, query: Query) -> list[Alert]:
        root = await self.root()
        whole = await self.opened.whole()
        seen, shown = await _beside(len(whole), lambda: _asked_for(caller, query, whole))
        opened = tuple(shown.values())
        asked = [shown[warning.id] for warning in seen]
        reasons = await self.suppressor.explanations(asked, self.clock(), opened)

        def choose() -> list[Alert]:
            made = (alert_of(one, reasons.get(one.id, ()), root) for one in seen)
            return [one for one in made if one.passes(query)]

        return await _beside(len(seen), choose)


def _asked_for(
    caller: Principal, query: Query, whole: Collection[Warning]
) -> tuple[list[Warning], Mapping[UUID, Shown]]:
    """The warnings that are asked for and may be seen; and all, since any may mute others."""
    shown = {warning.id: shown_of(warning) for warning in whole}
    seen = [
        warning
        for warning in whole
        if may_see(caller, warning.subject, warning.regions, warning.measure)
        and matches(query, warning)
    ]
    return seen, shown


def _may_place(caller: Principal, alert: External) -> bool:
    if caller.role is Role.OPERATOR:
        return True
    seen = may_see(caller, alert.subject, alert.regions, alert.measure)
    return caller.role is Role.REGULATOR and bool(alert.subject) and seen


async def _beside(size: int, work: Callable[[], Made]) -> Made:
    """Much work is done beside the event loop, so that others are answered meanwhile."""
    return work() if size <= _AT_ONCE else await asyncio.to_thread(work)
