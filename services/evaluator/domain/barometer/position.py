"""Where a holder stands: the figures that a target is judged by, however they became known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from services.evaluator.domain.figures.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What is known at the end of a (cumulative) period of `year`.

    elapsed: the part of the year that has passed: quarter/4 or month/12, 1 for a whole year.
    base: the measure in the base year. values: its amount in whole earlier years of the plan, by
    year. changes: yearly changes as stated (unit %, −3 for a fall by 3 %), by year; where there is
    one it is taken instead of the values. current, before: the measure in the current period and
    in the same period of the year before; current_change: their change as stated (%). allowed: the
    budget up to the end of the period where somebody phased it; without it the plan's time is
    shared out evenly. goal, further: leaves of the target's value and of its incentive, when the
    caller knows their address. yearly_goal: likewise of the current year's own target.
    incentive_met: whether the intensity meets its incentive target (None: not known), which
    exempts a total; intensity_met: likewise its basic target, which is remarked upon where an
    elastic total is exceeded. target_version: of the target's
    record, for the address of its leaf; commit: as of which rule set (and, without a version,
    target) were read. A figure that is missing is as good as none, but its reasons are passed on.
    """

    year: int
    elapsed: Fraction = Fraction(1)
    base: Figure | None = None
    values: Mapping[int, Figure] = field(default_factory=dict)
    changes: Mapping[int, Figure] = field(default_factory=dict)
    current: Figure | None = None
    before: Figure | None = None
    current_change: Figure | None = None
    allowed: Figure | None = None
    goal: Figure | None = None
    yearly_goal: Figure | None = None
    further: Figure | None = None
    incentive_met: bool | None = None
    intensity_met: bool | None = None
    target_version: int | None = None
    commit: int | None = None

    @property
    def quarter(self) -> int | None:
        """The cumulative quarter that has just ended, None between quarters."""
        quarters = self.elapsed * 4
        return int(quarters) if quarters.denominator == 1 else None


def passed(position: Position, first_year: int) -> Fraction:
    """Years of the plan that have passed: 2.5 after the second quarter of its third year."""
    return position.year - first_year + position.elapsed
