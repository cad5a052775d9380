"""Budgets: whose, of what, how much by when, and by which numbers a warning is raised."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise

from shared.model.instants import BEGINNING_US, HOUR_US
from shared.model.level import Level
from shared.model.period import Period
from shared.model.subject import Subject

FROM_THE_BEGINNING = BEGINNING_US // HOUR_US
"""The hour from which a budget's first version is in effect."""

WHOLE = Fraction(100)


class MeasureKind(StrEnum):
    """What a budget limits."""

    CARRIER = "carrier"
    """One carrier, in its canonical unit."""
    TCE = "tce"
    """All energy carriers that have a factor, in tonnes of standard coal."""
    CO2 = "co2"
    """All energy carriers that have a carbon factor, in tonnes of CO2."""


class Series(StrEnum):
    """By which value electricity and heat become standard coal."""

    CALORIFIC = "calorific"
    EQUIVALENT = "equivalent"


class Carbon(StrEnum):
    """Which CO2 a budget limits."""

    TOTAL = "total"
    """Of fuels, and of electricity and heat by the factors of the grid and of heat."""
    DIRECT = "direct"
    """Of fuels alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is added up. A flow written with a minus sign (`-export`) is taken off."""

    kind: MeasureKind
    carrier: str | None = None
    series: Series | None = None
    flows: tuple[str, ...] = ("import",)
    carbon: Carbon = Carbon.TOTAL

    @property
    def co2(self) -> str | None:
        """Which CO2 is meant, None if something else is added up."""
        return self.carbon.value if self.kind is MeasureKind.CO2 else None

    def sign_of(self, flow: str) -> int:
        """1 for a flow that is added, -1 for one that is taken off, 0 for any other."""
        if flow in self.flows:
            return 1
        return -1 if f"-{flow}" in self.flows else 0


Thresholds = tuple[tuple[Level, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers by which levels are raised and cleared.

    used: levels by per cent of the period's budget; those below 100 are raised only above the
    line and cleared at `used_clear_line_percent` of the line. pace: levels by per cent above the
    line, judged from `pace_from` of the period on, falling `pace_fall_points` lower. grace_us: how
    far beyond its interval a point may stand behind before the watermark leaves it out.
    """

    name: str = "standard"
    used: Thresholds = (
        (Level.NOTICE, Decimal(80)),
        (Level.YELLOW, Decimal(90)),
        (Level.ORANGE, Decimal(95)),
        (Level.RED, Decimal(100)),
    )
    used_clear_line_percent: Decimal = Decimal(99)
    pace: Thresholds = (
        (Level.YELLOW, Decimal(5)),
        (Level.ORANGE, Decimal(10)),
        (Level.RED, Decimal(20)),
    )
    pace_fall_points: Decimal = Decimal(1)
    pace_from: Fraction = Fraction(1, 12)
    grace_us: int = 2 * HOUR_US


STANDARD = Policy()


class PhasingKind(StrEnum):
    """How a budget is spread over its period."""

    LINEAR = "linear"
    """Evenly over the elapsed hours."""
    MONTHS = "months"
    """By a share for each calendar month, evenly within the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phasing:
    """The spread of a budget; `shares` are per cent of the calendar months, exactly 100 in all."""

    kind: PhasingKind = PhasingKind.LINEAR
    shares: tuple[Decimal, ...] = ()

    @property
    def text(self) -> str:
        """`linear`, or `months 10 8.5 …`."""
        return " ".join([self.kind.value, *(f"{share:f}" for share in self.shares)])


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetVersion:
    """One version: it judges the hours from `effective_from_hour` on, unless a later one does."""

    version: int
    recorded_commit: int
    recorded_at_us: int
    effective_from_hour: int = FROM_THE_BEGINNING
    total: Decimal
    phasing: Phasing = Phasing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A total budget of a period; what is not in `versions` is fixed for its life."""

    code: str
    name: str
    subject: Subject
    measure: Measure
    unit: str
    period: Period
    period_text: str
    policy: Policy = STANDARD
    versions: tuple[BudgetVersion, ...]

    def version_at(self, hour: int) -> BudgetVersion:
        """The version in effect in the hour: the last recorded of those that have begun."""
        begun = [v for v in self.versions if v.effective_from_hour <= hour]
        return begun[-1] if begun else self.versions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Hours `[first_hour, end_hour)` of one version in which the line rises evenly.

    `start` is the line at the beginning of the first hour, `slope` its rise an hour.
    """

    first_hour: int
    end_hour: int
    version: BudgetVersion
    start: Fraction
    slope: Fraction

    def line_after(self, hour: int) -> Fraction:
        """The line at the end of the hour."""
        return self.start + self.slope * (hour + 1 - self.first_hour)


def knots(phasing: Phasing, period: Period) -> tuple[tuple[int, Fraction], ...]:
    """Hours of the period and the share (0 to 1) of the budget that the line has reached there.

    Raises ValueError when the shares do not fit the calendar months of the period.
    """
    if phasing.kind is PhasingKind.LINEAR:
        return (period.first_hour, Fraction(0)), (period.end_hour, Fraction(1))
    months = period.months()
    if len(phasing.shares) != len(months):
        raise ValueError(
            f"the period has {len(months)} calendar months, but {len(phasing.shares)} shares"
        )
    if sum(map(Fraction, phasing.shares)) != WHOLE:
        raise ValueError(f"the shares add up to {sum(phasing.shares):f}, not to 100")
    reached = accumulate((Fraction(share) / WHOLE for share in phasing.shares), initial=Fraction(0))
    return tuple(zip((period.first_hour, *(m.end_hour for m in months)), reached, strict=True))


def stretches(budget: Budget) -> tuple[Stretch, ...]:
    """The whole period cut wherever the version in effect or the slope of the line changes."""
    period = budget.period
    effective = {
        v.effective_from_hour
        for v in budget.versions
        if period.first_hour < v.effective_from_hour < period.end_hour
    }
    edges = sorted({period.first_hour, period.end_hour, *effective})
    return tuple(
        stretch
        for first, end in pairwise(edges)
        for stretch in _of_version(budget.version_at(first), period, first, end)
    )


def _of_version(version: BudgetVersion, period: Period, first: int, end: int) -> list[Stretch]:
    total = Fraction(version.total)
    found: list[Stretch] = []
    for (a, reached), (b, after) in pairwise(knots(version.phasing, period)):
        low, high = max(a, first), min(b, end)
        if low < high:
            slope = total * (after - reached) / (b - a)
            found.append(
                Stretch(
                    first_hour=low,
                    end_hour=high,
                    version=version,
                    start=total * reached + slope * (low - a),
                    slope=slope,
                )
            )
    return found


def line_at(parts: tuple[Stretch, ...], hour: int) -> tuple[Stretch, Fraction]:
    """The stretch of the hour and the line at its end; the hour must lie in the period."""
    for part in parts:
        if hour < part.end_hour:
            return part, part.line_after(hour)
    return parts[-1], parts[-1].line_after(parts[-1].end_hour - 1)


def shown(value: Fraction, decimals: int) -> str:
    """The value rounded half to even for people; nothing is computed from it."""
    scaled = round(value * 10**decimals)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
