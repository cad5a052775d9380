"""The suppressor: gathers once a batch what can suppress, and explains each warning of it."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.alerts.domain.suppression.explaining import (
    Gathered,
    Suppression,
    explained,
)
from services.alerts.domain.suppression.inhibition import Inhibitors, Rule, inhibitors
from services.alerts.domain.suppression.quiet import QuietTime, RestDays
from services.alerts.domain.suppression.shown import Shown, shown_of
from services.alerts.domain.suppression.silences import Guard
from services.alerts.domain.warning import Warning
from services.alerts.ports.suppression import Opened, QuietTimes, Silences

_REGION = "region:"
# Larger batches are worked out beside the event loop, so that others are answered meanwhile.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressor:
    """Explains batches of warnings; `standing`: the quiet times of the policy file."""

    silences: Silences
    quiet_times: QuietTimes
    opened: Opened
    rules: tuple[Rule, ...] = ()
    standing: tuple[QuietTime, ...] = ()
    guard: Guard = field(default_factory=Guard)
    rest: Mapping[str, RestDays] = field(default_factory=dict)

    async def of(self, warnings: Iterable[Warning], now: datetime) -> Mapping[UUID, Suppression]:
        """The first explanation of each suppressed warning; the others are not in it."""
        found = await self.explanations([shown_of(warning) for warning in warnings], now)
        return {key: reasons[0] for key, reasons in found.items()}

    async def quiet(self, now: datetime) -> frozenset[str]:
        """The names of the quiet times that are now."""
        times = await self.all_quiet()
        return frozenset(one.name for one in times if one.covers(now, self.rest))

    async def all_quiet(self) -> tuple[QuietTime, ...]:
        """The policy's quiet times and those that people have set."""
        return (*self.standing, *await self.quiet_times.all())

    async def explanations(
        self, batch: Collection[Shown], now: datetime, opened: Collection[Shown] | None = None
    ) -> Mapping[UUID, tuple[Suppression, ...]]:
        """All explanations of each suppressed warning; `opened`: all open ones, if at hand."""
        if not batch:
            return {}
        gathered = Gathered(
            silences=await self.silences.live(),
            quiet_times=await self.all_quiet(),
            inhibitors=await self._inhibitors(batch, opened),
            rest=self.rest,
            guard=self.guard,
        )
        if len(batch) <= _AT_ONCE:
            return explained(gathered, batch, now)
        return await asyncio.to_thread(explained, gathered, tuple(batch), now)

    async def _inhibitors(
        self, batch: Collection[Shown], opened: Collection[Shown] | None
    ) -> Inhibitors:
        if not self.rules:
            return Inhibitors()
        if opened is not None:
            sources = opened
        elif all(rule.ancestor or "subject" in rule.equal for rule in self.rules):
            sources = await self.opened.of(_subjects(batch))
        else:
            sources = await self.opened.all()
        if len(sources) <= _AT_ONCE:
            return inhibitors(self.rules, sources)
        return await asyncio.to_thread(inhibitors, self.rules, tuple(sources))


def _subjects(batch: Iterable[Shown]) -> frozenset[str]:
    """The subjects of the batch and the regions above them."""
    return frozenset(
        subject
        for shown in batch
        for subject in (shown.subject, *(_REGION + code for code in shown.regions))
    )
