"""A brute-force account of one metering point: the truth that the columns are held against."""

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from math import floor

from services.evaluator.domain.slices import PointRule

HOUR = 3_600_000_000
Reading = tuple[int, int, int | None]
"""Instant (microseconds), revision, mantissa or None."""


def hours_of(arrived: list[Reading], rule: PointRule) -> dict[int, tuple[int, int, int]]:
    """UTC hour -> quantity, of which estimated, known microseconds."""
    held = {(at, revision): value for at, revision, value in arrived}
    best = {at: value for (at, _), value in sorted(held.items(), key=lambda item: item[0])}
    counts = [(at, value) for at, value in sorted(best.items()) if value is not None]
    books: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    width = rule.segments[0].interval_us
    for (a, x), (b, y) in pairwise(counts) if rule.register else []:
        last = next(s for s in rule.segments if s.start < b <= s.end)
        limit = None if last.max_rate < 0 else Fraction(last.max_rate * (b - a), HOUR)
        raw, known = y - x, True
        if raw < 0:
            around = raw + last.modulus
            whole = around * last.multiplier
            rolled = last.modulus and around >= 0 and limit is not None and whole <= limit
            raw, known = (around, True) if rolled else (y, False)
        pieces = [(max(a, s.start), min(b, s.end), s.multiplier) for s in rule.segments]
        pieces = [p for p in pieces if p[0] < p[1]] if known else [(a, b, last.multiplier)]
        fits = known if limit is None else raw * last.multiplier <= limit
        raw, known = (raw, known) if fits else (0, known and limit is None)
        parts = share(raw, [end - start for start, end, _ in pieces])
        for (start, end, multiplier), part in zip(pieces, parts, strict=True):
            post(books, start, end, part * multiplier, b - a > 2 * last.interval_us, known)
    for at, value in [] if rule.register else counts:
        start = at - width if rule.stamp_end else at
        post(books, start, start + width, value * rule.segments[0].multiplier, False, True)
    return {hour: (q, e, k) for hour, (q, e, k) in books.items() if q or e or k}


def post(books: dict, start: int, end: int, quantity: int, estimated: bool, known: bool) -> None:  # type: ignore[type-arg]
    """Spread a quantity over the hours of `[start, end)`."""
    hours = range(start // HOUR, (end - 1) // HOUR + 1)
    times = [min(end, (h + 1) * HOUR) - max(start, h * HOUR) for h in hours]
    for hour, time, part in zip(hours, times, share(quantity, times), strict=True):
        amounts = (part, part * estimated, time * known)
        books[hour] = [old + more for old, more in zip(books[hour], amounts, strict=True)]


def share(total: int, weights: list[int]) -> list[int]:
    """Largest remainder; ties to the earlier."""
    exact = [Fraction(total * w, sum(weights)) for w in weights]
    order = sorted(range(len(exact)), key=lambda i: (floor(exact[i]) - exact[i], i))
    more = order[: total - sum(map(floor, exact))]
    return [floor(x) + (i in more) for i, x in enumerate(exact)]
