"""The desk: hears judgements and writes what they make of the warnings, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.domain.advancing import pass_time
from services.alerts.domain.condition import NOTHING_WAITS, Policies
from services.alerts.domain.external import External, take
from services.alerts.domain.hearing import Heard, hear
from services.alerts.domain.warning import Assessment, Warning
from services.alerts.ports.warnings import Desk, Moves

_AT_ONCE = 500
"""Warnings that one transaction brings up to date with the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDesk:
    """Gather, calculate, apply: one transaction a batch."""

    desk: Desk
    policies: Policies = NOTHING_WAITS

    async def hear(
        self, topic: str, assessments: Sequence[Assessment], moves: Moves, now: datetime
    ) -> Heard:
        """Write warnings, history, due deliveries and positions together; what was made of them.

        Raises what the port raises when the database is away or a position was moved by another.
        """
        async with self.desk.work() as work:
            # First of all, so that what is not known yet is made by nobody else.
            await work.move(topic, moves)
            known = await work.known(
                {assessment.series for assessment in assessments},
                {assessment.key for assessment in assessments},
            )
            heard = hear(known, assessments, now, self.policies)
            await work.write(heard)
        return heard

    async def take_external(self, alerts: Sequence[External], now: datetime) -> Heard:
        """Open, keep up and resolve warnings by alerts of somebody else's; what was made of them.

        Each alert is told by its labels; of the same ones in a row the last end counts.
        """
        async with self.desk.work() as work:
            await work.taking()
            known = await work.known((), {alert.key for alert in alerts})
            heard = take(known, alerts, now, self.policies)
            await work.write(heard)
        return heard

    async def pass_time(self, now: datetime) -> int:
        """Bring up to date whatever time alone changes by `now`; how many warnings that were."""
        done = 0
        while True:
            async with self.desk.work() as work:
                due = await work.due(now, limit=_AT_ONCE)
                if due:
                    await work.write(self._passed(due, now))
            done += len(due)
            if len(due) < _AT_ONCE:
                return done

    def _passed(self, due: Sequence[Warning], now: datetime) -> Heard:
        outcomes = [pass_time(one, now, self.policies.of(one.kind)) for one in due]
        return Heard(
            numbers={},
            warnings=tuple(o.warning for o in outcomes if o.warning),
            entries=tuple(entry for o in outcomes for entry in o.entries),
            reasons=tuple(o.reason for o in outcomes),
        )
