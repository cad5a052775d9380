"""How a budget stands at the end of an hour: what is used of it, what the line allows, the level.

Conditions are those of the judge (`domain.judging`); levels that only linger are not given here,
so that the answer depends on nothing but the hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from services.evaluator.domain.budget import (
    Budget,
    Phasing,
    Policy,
    knots,
    line_at,
    stretches,
)
from services.evaluator.domain.judging import first_pace_hour, rules_of
from shared.model.level import Level
from shared.model.period import Period

_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A budget at the end of an hour. used, due: per cent of the limit; due: what the line says."""

    budget: Budget
    limit: Decimal
    used: Fraction
    due: Fraction
    level: Level

    @property
    def order(self) -> tuple[int, Fraction, str]:
        """The worst budget is the largest."""
        return self.level, self.used - self.due, self.budget.code


def known_at(budget: Budget, commit: int) -> Budget | None:
    """The budget with the versions that were on record at the commit; None without any."""
    if budget.versions[-1].recorded_commit <= commit:
        return budget
    versions = tuple(one for one in budget.versions if one.recorded_commit <= commit)
    return replace(budget, versions=versions) if versions else None


def standing(budget: Budget, end_hour: int, quantity: Fraction) -> Standing:
    """How it stands when the hours before `end_hour`, which lie in its period, have passed."""
    hour = end_hour - 1
    limit = budget.version_at(hour).total
    line = _line(budget, hour)
    return Standing(
        budget=budget,
        limit=limit,
        used=_WHOLE * quantity / Fraction(limit),
        due=_WHOLE * line / Fraction(limit),
        level=level_of(budget.policy, budget.period, hour, quantity, line, Fraction(limit)),
    )


def level_of(
    policy: Policy, period: Period, hour: int, quantity: Fraction, line: Fraction, limit: Fraction
) -> Level:
    """The level that conditions at the end of the hour give."""
    is_last = hour == period.end_hour - 1
    used = (
        level
        for level, percent in policy.used
        if quantity * _WHOLE >= Fraction(percent) * limit
        and (percent >= _WHOLE or (quantity > line and not is_last))
    )
    paced = line > 0 and hour >= _first_pace_hour(policy, period)
    pace = (
        level
        for level, percent in policy.pace
        if paced and quantity * _WHOLE > line * (_WHOLE + Fraction(percent))
    )
    return _worst((*used, *pace))


def _worst(levels: Iterable[Level]) -> Level:
    return max(levels, default=Level.NONE)


def _line(budget: Budget, hour: int) -> Fraction:
    if len(budget.versions) == 1:
        version = budget.versions[0]
        return Fraction(version.total) * _share(version.phasing, budget.period, hour)
    return line_at(stretches(budget), hour)[1]


@lru_cache(maxsize=512)
def _share(phasing: Phasing, period: Period, hour: int) -> Fraction:
    """The part of a budget that is due at the end of the hour."""
    found = knots(phasing, period)
    for (first, reached), (end, after) in pairwise(found):
        if hour < end:
            return reached + (after - reached) * (hour + 1 - first) / (end - first)
    return found[-1][1]


@lru_cache(maxsize=512)
def _first_pace_hour(policy: Policy, period: Period) -> int:
    return first_pace_hour(rules_of(policy), period)
