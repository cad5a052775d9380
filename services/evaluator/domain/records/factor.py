"""A factor on record: one number by which quantities become energy or emissions."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRecord:
    """`value` in `unit` of an item of a series, at a place, from one day to another.

    series: which published row of numbers it belongs to; numbers of different series never stand
    in for one another. item: carrier, gas or process. place: region code, name of a grid (华北),
    `CN`, or empty for a factor that knows no place. valid_from, valid_to: ISO dates, the second not
    included, empty for without end. version: the edition. confidence: S read in the source, T
    transcribed by others, C recomputed, R recalled, I inferred. low, high: the published range.
    """

    series: str
    item: str
    place: str = ""
    unit: str
    value: Decimal
    version: str
    valid_from: str = ""
    valid_to: str = ""
    source: str
    confidence: str
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """What makes it the same factor: a later one with this key replaces it."""
        return "/".join((self.series, self.item, self.place, self.valid_from))
