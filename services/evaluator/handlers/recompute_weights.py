"""What lanes count in the months of a year, under the factors of one commit."""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from services.evaluator.domain.accounting.account import cuts
from services.evaluator.domain.accounting.bundle import Bundle, Kind
from services.evaluator.domain.unit_weights import MEASURED, Probe, Weights
from services.evaluator.handlers.reckoner.world import World
from shared.model.period import Period, reporting_period

MONTHS = 12
UNKNOWN = "?"
CHANGING = "/"
_ZONE = "Asia/Shanghai"


class Key(NamedTuple):
    """What a weight depends on. nth: month from 0.

    flow: empty for what counts nothing, with a `?` before it for what nobody knows, `/`
    where meters at the fence come or go within the month.
    """

    is_sum: bool
    places: tuple[str, ...]
    carrier: str
    flow: str
    scale: int
    nth: int


class Weigher:
    """Weights under one world's factors, asked for once for each stretch without a change."""

    def __init__(self, world: World, year: int) -> None:
        self._world = world
        self._year = year
        self._parts: dict[tuple[str, ...], tuple[Period, ...]] = {}
        self._known: dict[tuple[bool, tuple[str, ...], str, str, Period], Weights] = {}

    def weight(self, key: Key) -> Weights | None:
        """The weights of one mantissa; None for a month within which something changes."""
        if not key.flow:
            return dict.fromkeys(MEASURED, Fraction(0))
        part = None if key.flow == CHANGING else self._part(key)
        if part is None:
            return None
        place = (key.is_sum, key.places, key.carrier, key.flow, part)
        weights = self._known.get(place)
        if weights is None:
            weights = self._known[place] = self._asked(key, part)
        if key.flow.startswith(UNKNOWN):
            return {measure: Fraction(0) if w == 0 else None for measure, w in weights.items()}
        unit = 10**key.scale
        return {measure: None if w is None else w / unit for measure, w in weights.items()}

    def _asked(self, key: Key, part: Period) -> Weights:
        bundle = Bundle(
            subject="",
            kind=Kind.AGGREGATE if key.is_sum else Kind.ENTERPRISE,
            period=part,
            places=key.places,
            carriers=self._world.carriers,
            factors=self._world.records.factors,
        )
        return Probe(bundle=bundle).weights(key.carrier, key.flow.removeprefix(UNKNOWN))

    def _part(self, key: Key) -> Period | None:
        """The stretch of the year without a change that holds the whole month."""
        parts = self._parts.get(key.places)
        if parts is None:
            year = reporting_period(f"{self._year:04d}", _ZONE)
            parts = cuts(self._world.records.factors, self._world.carriers, key.places, year)
            self._parts[key.places] = parts
        month = month_of(self._year, key.nth)
        return next(
            (
                part
                for part in parts
                if part.first_hour <= month.first_hour and month.end_hour <= part.end_hour
            ),
            None,
        )


@lru_cache(maxsize=256)
def month_of(year: int, nth: int) -> Period:
    """The month as a period; nth counts from 0."""
    return reporting_period(f"{year:04d}-{nth + 1:02d}", _ZONE)
