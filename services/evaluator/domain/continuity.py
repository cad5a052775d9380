"""From readings to quantities: what passed between neighbours, and what nobody can know."""

from dataclasses import dataclass
from enum import IntFlag
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.evaluator.domain.columns import Whole, narrow, product
from services.evaluator.domain.merging import Merged
from services.evaluator.domain.rules import Rules
from services.evaluator.domain.slices import NO_RATE
from services.evaluator.domain.spreading import largest_remainder
from shared.model.instants import HOUR_US
from shared.model.readings import Mark

I64: TypeAlias = npt.NDArray[np.int64]
U32: TypeAlias = npt.NDArray[np.uint32]
U8: TypeAlias = npt.NDArray[np.uint8]
Mask: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = npt.NDArray[np.intp]

LARGEST_STEP = 10**15
"""No stretch books more quanta than this: sums over a province stay within 64 bits."""


class Finding(IntFlag):
    """What is remarkable about a step."""

    GAP = 1
    """Longer than twice the expected interval: spread evenly and marked estimated."""
    RESET = 2
    """The register began anew: what passed unseen is unknown."""
    ROLLOVER = 4
    """The register passed its last digit; the quantity is whole."""
    IMPLAUSIBLE = 8
    """Above the largest possible rate: nothing is booked, the time is unknown."""
    CONFLICT = 16
    """Two values were sent for one point, instant and revision; the later one counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Stretches `[start, end)` of points that one or two readings speak of.

    value0 and flags0 belong to the reading at the start (registers only), value1 and flags1 to
    the one at the end, or to the interval. cause: bits of Cause of what changed in the stretch.
    """

    point: U32
    start: I64
    end: I64
    value0: I64
    value1: I64
    flags0: U8
    flags1: U8
    cause: U8

    def __len__(self) -> int:
        """How many stretches there are."""
        return len(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Quantities (mantissas at the books' scale) of stretches, what is known of them, and why."""

    point: U32
    start: I64
    end: I64
    quantity: I64
    estimated: Mask
    known: Mask
    finding: U8
    cause: U8

    def __len__(self) -> int:
        """How many stretches there are."""
        return len(self.point)


def steps(merged: Merged, counting: Mask, rules: Rules, *, only_changed: bool = True) -> Steps:
    """The stretches between the rows that count; with `only_changed` those the batch touches."""
    index = np.flatnonzero(counting)
    point = merged.rows.point[index]
    register = rules.register[point]
    pair = register[:-1] & (point[1:] == point[:-1])
    # Between the end and the start that a meter-change record states, no time passes.
    pair &= merged.rows.at[index][1:] > merged.rows.at[index][:-1]
    first = np.concatenate([index[:-1][pair], index[~register]])
    last = np.concatenate([index[1:][pair], index[~register]])
    if only_changed:
        touched = _any_between(merged.changed(), first, last)
        first, last = first[touched], last[touched]
    return _stretches(merged, first, last, rules)


def _any_between(changed: Mask, first: Index, last: Index) -> Mask:
    upto = np.cumsum(changed)
    between: Mask = (upto[last] - upto[first] + changed[first]) > 0
    return between


def _stretches(merged: Merged, first: Index, last: Index, rules: Rules) -> Steps:
    rows = merged.rows
    point, at = rows.point[last], rows.at[last]
    register = rules.register[point]
    segment = np.where(
        rules.stamp_end[point],
        rules.segment(point, at, closing=True),
        rules.segment(point, at, closing=False),
    )
    interval = rules.segments.interval[segment]
    start = np.where(rules.stamp_end[point], at - interval, at)
    return Steps(
        point=point,
        start=np.where(register, rows.at[first], start),
        end=np.where(register, at, start + interval),
        value0=np.where(register, rows.value[first], 0),
        value1=rows.value[last],
        flags0=np.where(register, rows.flags[first], 0).astype(np.uint8),
        flags1=rows.flags[last],
        cause=_causes_between(merged.cause, first, last),
    )


def _causes_between(cause: U8, first: Index, last: Index) -> U8:
    if not len(first):
        return np.empty(0, np.uint8)
    # A sentinel row lets the last range end behind the last row.
    padded = np.append(cause, np.uint8(0))
    bounds = np.column_stack([first, last + 1]).ravel()
    together: U8 = np.bitwise_or.reduceat(padded, bounds)[::2]
    return together


def quantities(stretches: Steps, rules: Rules) -> Booked:
    """What each stretch books; a stretch across a multiplier change becomes several.

    Raises TooLargeError when a quantity does not fit into 64 bits.
    """
    if not len(stretches):
        return _nothing()
    segment = rules.segment(stretches.point, stretches.end, closing=True)
    verdict = _judged(stretches, segment, rules)
    duration = stretches.end - stretches.start
    gap = rules.register[stretches.point] & (duration > 2 * rules.segments.interval[segment])
    gap &= (verdict.finding & int(Finding.IMPLAUSIBLE)) == 0
    said = ((stretches.flags0 | stretches.flags1) & int(Mark.ESTIMATED)) > 0
    unknown = (verdict.finding & int(Finding.RESET | Finding.IMPLAUSIBLE)) > 0
    booked = Booked(
        point=stretches.point,
        start=stretches.start,
        end=stretches.end,
        quantity=verdict.quantity,
        estimated=gap | said,
        known=~unknown,
        finding=verdict.finding | np.where(gap, int(Finding.GAP), 0).astype(np.uint8),
        cause=stretches.cause,
    )
    opening = rules.segment(stretches.point, stretches.start, closing=False)
    crossing = (opening != segment) & ~unknown
    return _split(booked, verdict.raw, crossing, rules) if crossing.any() else booked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    raw: I64
    quantity: I64
    finding: U8


def _judged(stretches: Steps, segment: Index, rules: Rules) -> _Verdict:
    multiplier = rules.segments.multiplier[segment]
    limit, limited = _limit(stretches, segment, rules)
    modulus = rules.segments.modulus[segment]
    unstated0 = (stretches.flags0 & int(Mark.UNSTATED)) > 0
    unstated1 = (stretches.flags1 & int(Mark.UNSTATED)) > 0
    raw = stretches.value1 - stretches.value0
    dropped = ((raw < 0) | unstated0) & ~unstated1
    around = raw + modulus
    rolled = dropped & ~unstated0 & (modulus > 0) & (around >= 0) & limited
    rolled &= _within(product(around, multiplier), limit)
    reset = dropped & ~rolled
    raw = np.where(rolled, around, np.where(reset, stretches.value1, raw))
    whole = product(raw, multiplier)
    # Without a declared rate, only what could never be right is refused.
    over = (limited & ~_within(whole, limit)) | ~_within(whole, np.int64(LARGEST_STEP))
    nothing = (reset & (over | ~limited)) | (over & ~reset) | unstated1
    finding = np.zeros(len(stretches), np.uint8)
    finding[rolled] = int(Finding.ROLLOVER)
    finding[reset | unstated1] = int(Finding.RESET)
    finding[over & ~reset & ~unstated1] = int(Finding.IMPLAUSIBLE)
    raw = np.where(nothing, 0, raw)
    return _Verdict(raw=raw, quantity=narrow(np.where(nothing, 0, whole)), finding=finding)


def _limit(stretches: Steps, segment: Index, rules: Rules) -> tuple[Whole, Mask]:
    rate = rules.segments.max_rate[segment]
    limited = rate != NO_RATE
    return product(np.maximum(rate, 0), stretches.end - stretches.start) // HOUR_US, limited


def _within(whole: Whole, limit: Whole | np.int64) -> Mask:
    return np.asarray(whole <= limit, np.bool_)


def _split(booked: Booked, raw: I64, crossing: Mask, rules: Rules) -> Booked:
    """Cut the stretches at their points' borders; a multiplier counts for its own part."""
    kept = np.flatnonzero(~crossing)
    rows: list[tuple[int, int, int, int, int]] = []
    for i in np.flatnonzero(crossing).tolist():
        pieces = _pieces(int(booked.point[i]), int(booked.start[i]), int(booked.end[i]), rules)
        shares = largest_remainder(int(raw[i]), [end - start for start, end, _ in pieces])
        for nth, ((start, end, multiplier), share) in enumerate(zip(pieces, shares, strict=True)):
            if multiplier is not None:
                rows.append((i, start, end, share * multiplier, nth))
    source = np.array([row[0] for row in rows], np.intp)
    index = np.concatenate([kept, source])
    column = np.array([row[1:] for row in rows], object).reshape(-1, 4)
    finding = booked.finding[index]
    finding[len(kept) :][column[:, 3] > 0] = 0
    return Booked(
        point=booked.point[index],
        start=np.concatenate([booked.start[kept], narrow(column[:, 0])]),
        end=np.concatenate([booked.end[kept], narrow(column[:, 1])]),
        quantity=np.concatenate([booked.quantity[kept], narrow(column[:, 2])]),
        estimated=booked.estimated[index],
        known=booked.known[index],
        finding=finding,
        cause=booked.cause[index],
    )


def _pieces(point: int, start: int, end: int, rules: Rules) -> list[tuple[int, int, int | None]]:
    """The stretch cut at the borders of the point's segments; None where the point is not valid."""
    first = int(rules.first[point])
    cuts: list[tuple[int, int, int | None]] = []
    at = start
    for i in range(first, first + int(rules.count[point])):
        opens, closes = int(rules.segments.start[i]), int(rules.segments.end[i])
        if opens > at and at < end:
            cuts.append((at, min(opens, end), None))
            at = min(opens, end)
        if closes > at and at < end:
            cuts.append((at, min(closes, end), int(rules.segments.multiplier[i])))
            at = min(closes, end)
    if at < end:
        cuts.append((at, end, None))
    return cuts


def _nothing() -> Booked:
    whole, flag = np.empty(0, np.int64), np.empty(0, np.bool_)
    byte = np.empty(0, np.uint8)
    return Booked(
        point=np.empty(0, np.uint32),
        start=whole,
        end=whole,
        quantity=whole,
        estimated=flag,
        known=flag,
        finding=byte,
        cause=byte,
    )
