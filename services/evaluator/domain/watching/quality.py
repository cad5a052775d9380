"""How good an owner's data of the last days are: each check's number, and the level it gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.continuity import Finding
from services.evaluator.domain.watching.policy import Check, QualityRow, Steps
from shared.model.instants import HOUR_US
from shared.model.level import Level

UNITS: Mapping[Check, str] = {
    Check.GAP: "h",
    Check.RESET: "",
    Check.IMPLAUSIBLE: "",
    Check.CONFLICT: "",
    Check.ESTIMATED: "%",
    Check.COVERAGE: "%",
}
_OF_FINDINGS = {
    Finding.GAP: Check.GAP,
    Finding.RESET: Check.RESET,
    Finding.IMPLAUSIBLE: Check.IMPLAUSIBLE,
    Finding.CONFLICT: Check.CONFLICT,
}
"""A rollover is none: its quantity is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Findings of one kind (bits of Finding) of a point: how many, and how long in all."""

    point: int
    kind: int
    count: int
    time_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A carrier and flow of an owner over some time: quantity and what of it is estimated."""

    carrier: str
    flow: str
    quantity: int
    estimated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One check of an owner. worst: which point or carrier; places: how many show it at all."""

    check: Check
    value: Fraction
    worst: str = ""
    places: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A check with the level it reaches, and the threshold that it passes."""

    seen: Seen
    level: Level
    threshold: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """All checks of an owner; the worst decides, the first of them where several are as bad."""

    level: Level
    decisive: Graded | None
    checks: tuple[Graded, ...] = field(default=())


def seen_of_findings(tallies: Iterable[Tally], codes: Mapping[int, str]) -> list[Seen]:
    """The worst point for each kind of finding, so that large owners are not worse by size."""
    by: dict[Check, dict[int, Fraction]] = {}
    for one in tallies:
        for bit, check in _OF_FINDINGS.items():
            if one.kind & bit:
                amount = Fraction(one.time_us, HOUR_US) if check is Check.GAP else one.count
                points = by.setdefault(check, {})
                points[one.point] = points.get(one.point, Fraction(0)) + amount
    return [_worst(check, points, codes) for check, points in by.items()]


def seen_of_amounts(amounts: Iterable[Amount]) -> Seen | None:
    """The largest share of estimates among the carriers; None where nothing was used at all."""
    shares = {
        f"{one.carrier}:{one.flow}": Fraction(100 * one.estimated, one.quantity)
        for one in amounts
        if one.quantity > 0
    }
    if not shares:
        return None
    worst = max(shares, key=lambda name: (shares[name], name))
    places = sum(1 for share in shares.values() if share > 0)
    return Seen(check=Check.ESTIMATED, value=shares[worst], worst=worst, places=places)


def seen_of_time(known_us: int, expected_us: int) -> Seen | None:
    """Coverage; None where nothing was to be heard."""
    if expected_us <= 0:
        return None
    value = min(Fraction(100 * known_us, expected_us), Fraction(100))
    return Seen(check=Check.COVERAGE, value=value)


def graded(found: Iterable[Seen], rows: Iterable[QualityRow]) -> Quality:
    """Every check against its thresholds. What has not been seen has no level."""
    steps = {row.check: row.steps for row in rows}
    checks = tuple(_graded(one, steps) for one in found if one.check in steps)
    worst = max(checks, key=lambda one: one.level, default=None)
    if worst is None or worst.level is Level.NONE:
        return Quality(level=Level.NONE, decisive=None, checks=checks)
    return Quality(level=worst.level, decisive=worst, checks=checks)


def _graded(one: Seen, steps: Mapping[Check, Steps]) -> Graded:
    level, threshold = steps[one.check].reached(one.value, below=one.check is Check.COVERAGE)
    return Graded(seen=one, level=level, threshold=threshold)


def _worst(check: Check, points: Mapping[int, Fraction], codes: Mapping[int, str]) -> Seen:
    worst = max(points, key=lambda number: (points[number], -number))
    return Seen(
        check=check,
        value=points[worst],
        worst=codes.get(worst, str(worst)),
        places=len(points),
    )
