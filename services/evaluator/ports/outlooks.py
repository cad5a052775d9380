"""What was last said of each budget and target: will it be exceeded, how probably, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

BUDGET, TARGET = "budget", "target"

Limit = tuple[str, str, str]
"""`budget` or `target`, its code, and the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a budget or target stood when it was last looked at.

    since_us: since when it will be exceeded without a break; None while it will not. lead_days:
    days until it is used up; None when that is not expected within the period.
    """

    limited_by: str
    code: str
    period: str
    subject: str
    measure: str
    looked_on: date
    made_at_us: int
    exceeds: bool
    since_us: int | None = None
    probability: float | None = None
    lead_days: int | None = None
    run_out: date | None = None

    @property
    def limit(self) -> Limit:
        """Which one it is."""
        return self.limited_by, self.code, self.period


class Outlooks(Protocol):
    """The last standing of each. Everything raises Unavailable."""

    async def keep(self, standing: Standing) -> None:
        """Take the place of the one before; it goes on from there if both exceed."""

    async def looked(self, day: date) -> frozenset[Limit]:
        """Those that were looked at on the day or later."""

    async def exceeding(self) -> Sequence[Standing]:
        """Those that will be exceeded, the most pressing first."""
