"""By which numbers outlooks, silence, quality and gaps between sources become levels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from shared.model.level import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookRow:
    """A level of the forecast: at least this probability, used up within so many days.

    lead_days: None for any, also for what is exceeded on the last day only.
    """

    level: str
    probability: Decimal
    lead_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRow:
    """A level of silence: longer than so many usual intervals and than so many hours."""

    level: str
    intervals: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceTerms:
    """What silence is measured by.

    first_hours: added for a point that has never reported. outage_minutes: when nobody's readings
    came in for so long, the fault is ours, and that time is no one's silence. look_back_hours: so
    far back outages are looked for. return_minutes: so long after an owner that was silent as a
    whole is heard again, and an interval of its points, none of them is told of by itself.
    """

    first_hours: int
    outage_minutes: int
    look_back_hours: int
    return_minutes: int = 120


class Check(StrEnum):
    """What quality looks at."""

    GAP = "gap"
    """Hours of the worst point within gaps that were spread evenly."""
    RESET = "reset"
    """Registers of the worst point that began anew."""
    IMPLAUSIBLE = "implausible"
    """Stretches of the worst point above its largest possible rate."""
    CONFLICT = "conflict"
    """Two values for one instant, of the worst point."""
    ESTIMATED = "estimated"
    """Per cent of the carrier's quantity that is estimated, of the worst carrier."""
    COVERAGE = "coverage"
    """Per cent of the expected point-time that is known, up to the newest reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Levels by thresholds; a level without one is not reached this way."""

    notice: Decimal | None = None
    yellow: Decimal | None = None
    orange: Decimal | None = None
    red: Decimal | None = None

    def rising(self) -> Iterator[tuple[Level, Decimal]]:
        """Levels with a threshold, the mildest first."""
        for level in (Level.NOTICE, Level.YELLOW, Level.ORANGE, Level.RED):
            threshold: Decimal | None = getattr(self, level.word)
            if threshold is not None:
                yield level, threshold

    def reached(self, value: Fraction, *, below: bool = False) -> tuple[Level, Decimal | None]:
        """The worst level whose threshold the value passes, and that threshold.

        Passes: is at it or above; with `below` is below it.
        """
        found: tuple[Level, Decimal | None] = (Level.NONE, None)
        for level, threshold in self.rising():
            if value < threshold if below else value >= threshold:
                found = (level, threshold)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """Levels of one check."""

    check: Check
    steps: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTerms:
    """days: so many days back findings count; estimates and coverage by months that begin then."""

    days: int


class Cross(StrEnum):
    """Which two sources are held against one another."""

    MONITORED = "monitored"
    """A region's statistics and the sum of what is monitored in it."""
    CHILDREN = "children"
    """A region's statistics and the sum of those of the regions right below it."""
    BOUNDARY = "boundary"
    """Net inflow over a region's boundary meters and what its enterprises took in net."""
    UNIT_ENERGY = "unit-energy"
    """Energy by the meters, and stated energy per unit times stated production."""
    PRODUCTION = "production"
    """Energy by the meters, and what the year before needed for as much production."""


class Side(StrEnum):
    """Which way the second source may differ from the first."""

    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossRow:
    """Levels of one check and side, by the difference in per cent of the first source."""

    check: Cross
    side: Side
    steps: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTerms:
    """known_percent: meters of whose time less is known are held against nothing."""

    known_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPolicy:
    """All four, with the version of the file they are from."""

    version: str
    forecast: tuple[OutlookRow, ...] = ()
    silence: tuple[SilenceRow, ...] = ()
    silence_terms: SilenceTerms = field(
        default_factory=lambda: SilenceTerms(
            first_hours=336, outage_minutes=90, look_back_hours=336
        )
    )
    quality: tuple[QualityRow, ...] = ()
    quality_terms: QualityTerms = field(default_factory=lambda: QualityTerms(days=7))
    cross_check: tuple[CrossRow, ...] = ()
    cross_terms: CrossTerms = field(default_factory=lambda: CrossTerms(known_percent=Decimal(95)))


def outlook_level(
    rows: Iterable[OutlookRow], probability: Fraction, lead_days: int | None
) -> tuple[Level, OutlookRow | None]:
    """The level of the first row that fits, and that row."""
    for row in rows:
        soon = row.lead_days is None or (lead_days is not None and lead_days <= row.lead_days)
        if soon and probability >= Fraction(row.probability):
            return Level.of(row.level), row
    return Level.NONE, None


def wrongs(policy: WatchPolicy) -> Iterator[str]:
    """Every mistake that no single value shows."""
    for name in ("forecast", "silence"):
        for place, row in enumerate(getattr(policy, name)):
            try:
                Level.of(row.level)
            except ValueError as error:
                yield f"{name}.{place}.level: {error}"
    for place, row in enumerate(policy.forecast):
        if not 0 <= row.probability <= 1:
            yield f"forecast.{place}.probability: {row.probability} is not from 0 to 1"
    for listed in (policy.quality, policy.cross_check):
        yield from (f"{one.check}: has no threshold" for one in listed if not _any(one.steps))


def _any(steps: Steps) -> bool:
    return any(True for _ in steps.rising())
