"""The desk: hears judgements and writes what they make of the warnings, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.domain.hearing import Heard, hear, key_of
from services.alerts.domain.warning import Assessment
from services.alerts.ports.warnings import Desk, Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDesk:
    """Gather, calculate, apply: one transaction a batch."""

    desk: Desk

    async def hear(self, assessments: Sequence[Assessment], moves: Moves, now: datetime) -> Heard:
        """Write warnings, history, due deliveries and positions together; what was made of them.

        Raises what the port raises when the database is away or a position was moved by another.
        """
        async with self.desk.work() as work:
            known = await work.known(
                {assessment.subject for assessment in assessments},
                {key_of(assessment) for assessment in assessments},
            )
            heard = hear(known, assessments, now)
            await work.write(heard)
            await work.move(moves)
        return heard
