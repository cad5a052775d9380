"""Levels of a run of hours: two small machines, exact, whatever the size of the numbers.

For every hour, `up` holds the levels whose condition is met and `hold` those that would stay if
they were on already. The level after the hour is the highest of `up`, or of those of `hold` that
are not above the level before. Both are kept as bits (bit 0, no warning, always set); the machine
only looks at hours in which they change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.budget import Policy, Stretch
from services.evaluator.domain.columns import Whole
from shared.model.level import Level
from shared.model.period import Period

_SAFE = 2**62

Bits: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Changes: TypeAlias = list[tuple[int, Level]]
"""Hours in which a level begins, in time order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was known when the window begins."""

    used: Level = Level.NONE
    pace: Level = Level.NONE
    first_over: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a window of hours adds; `first_over` is the first hour that ended above the line."""

    used: Changes
    pace: Changes
    first_over: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Quantities from the period's beginning to the end of each hour from `first_hour` on.

    Whole numbers at `scale` decimals, none of them beyond `bound` on either side of zero.
    """

    first_hour: int
    quantity: Whole
    scale: int
    bound: int

    @property
    def end_hour(self) -> int:
        """The hour after the last one."""
        return self.first_hour + len(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A policy made ready for comparisons: bits of levels and exact multiples.

    numerators: over `denominator`, the multiples of the line that matter: 1, the clearing one,
    then those that raise each level of pace, then those that hold it.
    """

    used_bits: Bits
    used_shares: tuple[Fraction, ...]
    used_always: Mask
    pace_bits: Bits
    numerators: tuple[int, ...]
    denominator: int
    pace_from: Fraction

    @property
    def stays(self) -> int:
        """The bits of *used* that the end of the period does not clear."""
        return 1 | int(self.used_bits[self.used_always[:, 0]].sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A stretch as whole numbers: the line at the end of its hour k is (begin + rise × k) / common.

    shares: the budget's shares at which levels of *used* begin, as numerator and denominator.
    """

    first_hour: int
    end_hour: int
    begin: int
    rise: int
    common: int
    shares: tuple[tuple[int, int], ...]


def rules_of(policy: Policy) -> Rules:
    """The policy's numbers as exact multiples."""
    falls = Fraction(policy.pace_fall_points)
    paces = [Fraction(percent) for _, percent in policy.pace]
    multiples = [
        Fraction(1),
        Fraction(policy.used_clear_line_percent) / 100,
        *((100 + pace) / 100 for pace in paces),
        *((100 + pace - falls) / 100 for pace in paces),
    ]
    denominator = lcm(*(multiple.denominator for multiple in multiples))
    return Rules(
        used_bits=np.array([1 << level for level, _ in policy.used], np.int64),
        used_shares=tuple(Fraction(percent) / 100 for _, percent in policy.used),
        used_always=np.array([[percent >= 100] for _, percent in policy.used], np.bool_),
        pace_bits=np.array([1 << level for level, _ in policy.pace], np.int64),
        numerators=tuple(int(multiple * denominator) for multiple in multiples),
        denominator=denominator,
        pace_from=policy.pace_from,
    )


def plan_of(rules: Rules, part: Stretch, parts: int = 1) -> Plan:
    """The stretch multiplied out; `parts` of a quantity's units are one of the budget's."""
    begin, rise = part.line_after(part.first_hour) * parts, part.slope * parts
    common = lcm(begin.denominator, rise.denominator)
    shares = [share * Fraction(part.version.total) * parts for share in rules.used_shares]
    return Plan(
        first_hour=part.first_hour,
        end_hour=part.end_hour,
        begin=int(begin * common),
        rise=int(rise * common),
        common=common,
        shares=tuple((share.numerator, share.denominator) for share in shares),
    )


@dataclass(frozen=True, slots=True)
class _Conditions:
    """For each hour: whether it ended above the line, and the bits of both machines."""

    over: Mask
    used_up: Bits
    used_hold: Bits
    pace_up: Bits
    pace_hold: Bits


def judge(
    rules: Rules, period: Period, plans: Sequence[Plan], window: Window, before: Before
) -> Verdict:
    """The changes of level in the window, given the levels before it; see the module's text."""
    met = _joined(
        [
            _conditions(rules, plan, window)
            for plan in plans
            if plan.first_hour < window.end_hour and plan.end_hour > window.first_hour
        ]
    )
    last = period.end_hour - 1 - window.first_hour
    if last < len(met.over):
        # When the period ends, levels below 100 % are cleared.
        met.used_up[last] &= rules.stays
        met.used_hold[last] &= rules.stays
    early = first_pace_hour(rules, period) - window.first_hour
    if early > 0:
        met.pace_up[:early] = met.pace_hold[:early] = 1
    first_over = before.first_over
    if first_over is None and met.over.any():
        first_over = window.first_hour + int(met.over.argmax())
    return Verdict(
        used=run(met.used_up, met.used_hold, before.used, window.first_hour),
        pace=run(met.pace_up, met.pace_hold, before.pace, window.first_hour),
        first_over=first_over,
    )


def first_pace_hour(rules: Rules, period: Period) -> int:
    """The first hour in which pace is judged."""
    wait = rules.pace_from * period.hours
    return int(period.first_hour - (-wait // 1) - 1)


def run(up: Bits, hold: Bits, level: Level, first_hour: int) -> Changes:
    """Let the machine pass over the hours; the changes of level with their hours."""
    both = up | hold << 8
    turns = np.flatnonzero(both[1:] != both[:-1]) + 1
    found: Changes = []
    for index in (0, *turns.tolist()):
        bits = int(both[index])
        held = bits >> 8 & (2 << level) - 1
        after = max(bits & 255, held).bit_length() - 1
        if after != level:
            level = Level(after)
            found.append((first_hour + index, level))
    return found


def _conditions(rules: Rules, plan: Plan, window: Window) -> _Conditions:
    low, high = max(plan.first_hour, window.first_hour), min(plan.end_hour, window.end_hour)
    quantity = window.quantity[low - window.first_hour : high - window.first_hour]
    above, positive = _above(rules, plan, window, quantity, low)
    enough = _reached(plan, window.scale, quantity)
    raises = above[2 : 2 + len(rules.pace_bits)]
    holds = above[2 + len(rules.pace_bits) :]
    if not positive.all():
        raises, holds = raises & positive, holds & positive
    return _Conditions(
        over=above[0],
        used_up=1 + rules.used_bits @ (enough & (rules.used_always | above[0])),
        used_hold=1 + rules.used_bits @ (enough & (rules.used_always | above[1])),
        pace_up=1 + rules.pace_bits @ raises,
        pace_hold=1 + rules.pace_bits @ holds,
    )


def _above(
    rules: Rules, plan: Plan, window: Window, quantity: Whole, low: int
) -> tuple[Mask, Mask]:
    """Which quantities are above each multiple of the line, and where the line is above zero."""
    # Everything is multiplied out, so that only whole numbers are compared.
    unit = 10**window.scale
    rise = plan.rise * unit
    begin = plan.begin * unit + rise * (low - plan.first_hour)
    factor = plan.common * rules.denominator
    widest = max(abs(begin), abs(begin + rise * len(quantity))) * max(map(abs, rules.numerators))
    if max(widest, factor * window.bound) >= _SAFE:
        line = begin + rise * np.arange(len(quantity)).astype(object)
        multiples, have = np.array(rules.numerators, object), quantity.astype(object) * factor
    else:
        line = begin + rise * np.arange(len(quantity))
        multiples, have = np.array(rules.numerators, np.int64), quantity * factor
    above = have > multiples[:, None] * line
    return above.astype(np.bool_, copy=False), (line > 0).astype(np.bool_, copy=False)


def _reached(plan: Plan, scale: int, quantity: Whole) -> Mask:
    """Which quantities are at or above each share of the budget."""
    unit = 10**scale
    least = [[-(-above * unit // below)] for above, below in plan.shares]
    if max((abs(row[0]) for row in least), default=0) >= _SAFE:
        quantity = quantity.astype(object)
    return (quantity >= np.array(least, quantity.dtype)).astype(np.bool_, copy=False)


def _joined(parts: Sequence[_Conditions]) -> _Conditions:
    if len(parts) == 1:
        return parts[0]
    return _Conditions(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _Conditions.__slots__)
    )
