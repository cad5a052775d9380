"""The rules of warnings and of the watermark, hour by hour, as plainly as they can be said."""

from fractions import Fraction
from typing import Any

Turns = list[tuple[int, int]]


def line(budget: Any, version: Any, hour: int) -> Fraction:
    """The line of a version at the end of an hour."""
    period, reached = budget.period, Fraction(0)
    if version.phasing.kind == "linear":
        return Fraction(version.total) * int(hour + 1 - period.first_hour) / int(period.hours)
    for month, share in zip(period.months(), version.phasing.shares, strict=True):
        part = Fraction(min(max(hour + 1 - month.first_hour, 0), month.hours), month.hours)
        reached += Fraction(share) * part
    return Fraction(version.total) * reached / 100


def levels(budget: Any, quantity: dict[int, Fraction], to: int) -> tuple[Turns, Turns, int | None]:
    """Changes of *used* and *pace* in the hours before `to`, and the first hour above the line."""
    policy, period, total = budget.policy, budget.period, Fraction(0)
    state, over = {"used": 0, "pace": 0}, None
    turns: dict[str, Turns] = {"used": [], "pace": []}
    for hour in range(period.first_hour, min(to, period.end_hour)):
        total += quantity.get(hour, Fraction(0))
        version = [v for v in budget.versions if v.effective_from_hour <= hour][-1]
        now, elapsed = line(budget, version, hour), Fraction(hour + 1 - period.first_hour)
        over = hour if over is None and total > now else over
        new = dict.fromkeys(state, 0)
        for level, percent in policy.used:
            share = Fraction(percent) / 100
            clear = Fraction(policy.used_clear_line_percent) / 100 * now
            reached = total >= share * Fraction(version.total)
            ended = hour + 1 == period.end_hour and share < 1
            above = total > (clear if level <= state["used"] else now)
            if reached and not ended and (share >= 1 or above or total > now):
                new["used"] = max(new["used"], level)
        for level, percent in policy.pace:
            up, fall = 1 + Fraction(percent) / 100, Fraction(policy.pace_fall_points) / 100
            above = total > (up - fall if level <= state["pace"] else up) * now
            judged = elapsed / period.hours >= policy.pace_from and now > 0
            if judged and (above or total > up * now):
                new["pace"] = max(new["pace"], level)
        for rule in (rule for rule in state if state[rule] != new[rule]):
            turns[rule].append((hour, new[rule]))
        state = new
    return turns["used"], turns["pace"], over


def watermark(points: list[tuple[int, int, int]], grace: int) -> int | None:
    """From (booked end, interval, end of life) of each point; None without points."""
    if not points:
        return None
    newest = max(booked for booked, _, _ in points)
    near = [p for p in points if p[0] >= newest - (p[1] + grace) and p[0] < p[2]]
    often = [p for p in near if p[1] <= 24 * 3_600_000_000]
    return min((p[0] for p in often or near), default=newest)
