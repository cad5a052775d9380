"""How a budget stands at the end of an hour: what is used of it, what the line allows, the level.

Conditions are those of the judge (`domain.judging`); levels that only linger are not given here,
so that the answer depends on nothing but the hour.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from services.evaluator.domain.budget import (
    Budget,
    Phasing,
    Policy,
    Thresholds,
    knots,
    line_at,
    stretches,
)
from services.evaluator.domain.judging import first_pace_hour, rules_of
from shared.model.level import Level
from shared.model.period import Period

_WHOLE = 100


Step = tuple[Level, int, int]
"""A level with its threshold in per cent, as a fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """A policy's levels of *used* and of *pace*."""

    used: tuple[Step, ...]
    pace: tuple[Step, ...]


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


@dataclass(slots=True)
class Grader:
    """Tells how budgets stand; what many of them share is worked out once."""

    _steps: dict[int, tuple[Policy, _Steps]] = field(default_factory=dict)
    _shares: dict[tuple[Phasing, Period, int], Fraction] = field(default_factory=dict)
    _paced: dict[tuple[int, Period], int] = field(default_factory=dict)

    def standing(self, budget: Budget, end_hour: int, quantity: Fraction) -> Standing:
        """How it stands when the hours before `end_hour`, which lie in its period, have passed."""
        hour = end_hour - 1
        total = budget.version_at(hour).total
        above, below = total.as_integer_ratio()
        used = Fraction(_WHOLE * quantity.numerator * below, quantity.denominator * above)
        due = self._due(budget, hour)
        level = self._level(budget, hour, used, due)
        return Standing(budget=budget, limit=total, used=used, due=due, level=level)

    def _level(self, budget: Budget, hour: int, used: Fraction, due: Fraction) -> Level:
        """The level that conditions at the end of the hour give."""
        steps = self._steps_of(budget.policy)
        is_last = hour == budget.period.end_hour - 1
        # Whole numbers are compared: this is asked of thousands of budgets.
        have, line = used.numerator * due.denominator, due.numerator * used.denominator
        above = have > line and not is_last
        whole = used.denominator * due.denominator
        found = Level.NONE
        for level, percent, of in steps.used:
            if have * of >= percent * whole and (percent >= _WHOLE * of or above):
                found = max(found, level)
        if line > 0 and hour >= self._first_pace_hour(budget):
            for level, percent, of in steps.pace:
                if have * _WHOLE * of > line * (_WHOLE * of + percent):
                    found = max(found, level)
        return found

    def _due(self, budget: Budget, hour: int) -> Fraction:
        """Per cent of the version in effect that the line allows at the end of the hour."""
        if len(budget.versions) > 1:
            part, line = line_at(stretches(budget), hour)
            return _WHOLE * line / Fraction(part.version.total)
        place = (budget.versions[0].phasing, budget.period, hour)
        known = self._shares.get(place)
        if known is None:
            known = self._shares[place] = _WHOLE * _share(*place)
        return known

    def _steps_of(self, policy: Policy) -> _Steps:
        known = self._steps.get(id(policy))
        if known is None:
            known = policy, _Steps(used=_exact(policy.used), pace=_exact(policy.pace))
            self._steps[id(policy)] = known
        return known[1]

    def _first_pace_hour(self, budget: Budget) -> int:
        place = (id(budget.policy), budget.period)
        known = self._paced.get(place)
        if known is None:
            known = self._paced[place] = first_pace_hour(rules_of(budget.policy), budget.period)
        return known


def _exact(thresholds: Thresholds) -> tuple[Step, ...]:
    return tuple(
        (level, Fraction(percent).numerator, Fraction(percent).denominator)
        for level, percent in thresholds
    )


def _share(phasing: Phasing, period: Period, hour: int) -> Fraction:
    """The part of a budget that is due at the end of the hour."""
    found = knots(phasing, period)
    for (first, reached), (end, after) in pairwise(found):
        if hour < end:
            return reached + (after - reached) * (hour + 1 - first) / (end - first)
    return found[-1][1]
