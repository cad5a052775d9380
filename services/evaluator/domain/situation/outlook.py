"""A year's end told from what is known: scenarios of the rest, and by how much it must fall."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures.figure import Label

EXPECTED, LOW, HIGH = "expected", "low", "high"
AS_LAST_YEAR, AS_SO_FAR, NEEDED = "as-last-year", "as-so-far", "needed"
LABELS = {
    EXPECTED: Label("预计", "expected"),
    LOW: Label("低情景（更低的可能性为10%）", "low (one in ten is lower)"),
    HIGH: Label("高情景（更高的可能性为10%）", "high (one in ten is higher)"),
    AS_LAST_YEAR: Label("其余月份与上年同期持平", "the rest of the year as last year's"),
    AS_SO_FAR: Label("其余月份延续累计增速", "the rest of the year grows as it did so far"),
    NEEDED: Label("恰好完成控制目标", "just within the limit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What the rest of the year is forecast to come to; one in ten lies below low, above high."""

    low: Fraction
    expected: Fraction
    high: Fraction

    def times(self, ratio: Fraction) -> "Rest":
        """The same at another scale."""
        return Rest(low=self.low * ratio, expected=self.expected * ratio, high=self.high * ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A scenario: what the year comes to. change: per cent. over: of the limit, in its unit."""

    name: str
    label: Label
    at_end: Fraction
    change: Fraction | None
    over: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year up to some day. earlier: up to the same day of the year before; last: all of that."""

    so_far: Fraction
    earlier: Fraction | None = None
    last: Fraction | None = None
    limit: Fraction | None = None

    @property
    def allowed_rest(self) -> Fraction | None:
        """What the limit leaves for the rest; negative when it is exceeded already."""
        return None if self.limit is None else self.limit - self.so_far

    @property
    def rest_last_year(self) -> Fraction | None:
        """What the same rest came to a year ago."""
        return None if self.last is None or self.earlier is None else self.last - self.earlier

    @property
    def needed(self) -> Fraction | None:
        """By how many per cent the rest must stay below last year's for the limit to hold."""
        rest, allowed = self.rest_last_year, self.allowed_rest
        return None if not rest or allowed is None else 100 * (1 - allowed / rest)

    def endings(self, forecast: Rest | None) -> Iterator[Ending]:
        """Every scenario that can be told."""
        if forecast is not None:
            yield self._ending(EXPECTED, forecast.expected)
            yield self._ending(LOW, forecast.low)
            yield self._ending(HIGH, forecast.high)
        rest = self.rest_last_year
        if rest is not None:
            yield self._ending(AS_LAST_YEAR, rest)
        if rest is not None and self.earlier:
            yield self._ending(AS_SO_FAR, rest * self.so_far / self.earlier)
        if self.allowed_rest is not None and self.allowed_rest >= 0:
            yield self._ending(NEEDED, self.allowed_rest)

    def over(self) -> Ending:
        """The year when nothing of it is left."""
        return self._ending(EXPECTED, Fraction(0))

    def _ending(self, name: str, rest: Fraction) -> Ending:
        at_end = self.so_far + rest
        return Ending(
            name=name,
            label=LABELS[name],
            at_end=at_end,
            change=100 * (at_end / self.last - 1) if self.last else None,
            over=None if self.limit is None else at_end - self.limit,
        )
