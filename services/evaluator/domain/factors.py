"""What quantities count in a measure: exact factors by carrier, dated, with their sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.budget import Measure, MeasureKind, Series
from services.evaluator.domain.carbon import CARBON_PARTS, NoFactorError, carbon_spans
from services.evaluator.domain.factor_book import (
    EVER,
    NATION,
    Conventions,
    FactorBook,
    FactorLine,
    Found,
)
from shared.model.catalogue import Attributes
from shared.model.exact import decimals_of, mantissa, terminating

KILOGRAMS_A_TONNE = 1000
TCE_SERIES = {Series.CALORIFIC: "tce-calorific", Series.EQUIVALENT: "tce-equivalent"}
"""The series of factor records by which quantities become standard coal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Kilograms of standard coal (kgce) in one `unit` of a carrier, in hours `[first, end)`.

    `confidence`: S read in the source, T transcribed by others, C recomputed, R recalled, as in
    `T,C`. `low` and `high` bound the published range, where there is one.
    """

    carrier: str
    series: Series
    unit: str
    kgce: Decimal
    version: str
    source: str
    confidence: str
    first_hour: int
    end_hour: int
    low: Decimal | None = None
    high: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorTable:
    """The standard-coal factors of one place, and behind them the book of all factors.

    `sizes`: unit -> (smaller unit, how many of it), for plain multiples.
    """

    version: str
    factors: tuple[Factor, ...]
    sizes: Mapping[str, tuple[str, Decimal]]
    book: FactorBook | None = None
    places: tuple[str, ...] = (NATION,)

    def of(self, carrier: str, series: Series) -> tuple[Factor, ...]:
        """The carrier's factors in time order."""
        found = [f for f in self.factors if f.carrier == carrier and f.series is series]
        return tuple(sorted(found, key=lambda factor: factor.first_hour))

    def places_of(self, regions: Sequence[str]) -> tuple[str, ...]:
        """Where factors of somebody in these regions (nearest first) are looked up."""
        return self.book.places(regions) if self.book else self.places

    def at(self, places: tuple[str, ...]) -> "FactorTable":
        """The table of other places."""
        if self.book is None or places == self.places:
            return self
        return table_of(self.book, self.version, places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One canonical unit of a carrier × flow counts `mantissa / 10**scale` in these hours.

    In CO2 it counts a third of that (see CARBON_PARTS), and `lines` are the factors it is made of.
    """

    first_hour: int
    end_hour: int
    mantissa: int
    scale: int
    factor: Factor | None = None
    lines: tuple[FactorLine, ...] = ()


Weights = Mapping[tuple[str, str], tuple[Weight, ...]]
"""By carrier and flow: what quantities count in a measure; anything else does not count."""

ALWAYS = EVER
"""Hours that hold every other."""


class UnitError(ValueError):
    """A factor's unit cannot be turned into the carrier's canonical unit exactly."""


def table_of(book: FactorBook, version: str, places: tuple[str, ...] = (NATION,)) -> FactorTable:
    """The standard-coal factors of a book at a place, nearest places first."""
    aliases = {
        code: nature.energy for code, nature in book.conventions.natures.items() if nature.energy
    }
    factors = tuple(
        factor
        for series, name in TCE_SERIES.items()
        for carrier, item in ({i: i for i in sorted(book.items.get(name, ()))} | aliases).items()
        for found in book.lines_of(name, item, places, *ALWAYS)
        for factor in _factor(carrier, series, found, book.conventions)
    )
    sizes = {
        unit: (smaller, _decimal(count))
        for unit, (smaller, count) in book.conventions.sizes.items()
    }
    return FactorTable(version=version, factors=factors, sizes=sizes, book=book, places=places)


def _factor(
    carrier: str, series: Series, found: Found, conventions: Conventions
) -> Iterable[Factor]:
    record = found.line.record
    above, _, below = record.unit.partition("/")
    size = conventions.size(above, "kgce")
    kgce = None if size is None else terminating(Fraction(record.value) * size)
    if kgce is None or not below:
        return
    note = f"the value of {record.valid_from[:4]} carried forward" if found.carried else ""
    yield Factor(
        carrier=carrier,
        series=series,
        unit=below,
        kgce=kgce if size != 1 else record.value,
        version=found.line.edition,
        source=record.source,
        confidence=record.confidence,
        first_hour=found.first_hour,
        end_hour=found.end_hour,
        low=record.low,
        high=record.high,
        note="; ".join(filter(None, (record.note, note))),
    )


def _decimal(value: Fraction) -> Decimal:
    exact = terminating(value)
    if exact is None:
        raise UnitError(f"the size {value} of a unit is no finite decimal")
    return exact


def tce_per_unit(factor: Factor, carrier: Attributes, table: FactorTable) -> Decimal:
    """Tonnes of standard coal in one canonical unit of the carrier, exact; raises UnitError."""
    wanted = str(carrier.get("unit"))
    sizes = {unit: (smaller, Fraction(size)) for unit, (smaller, size) in table.sizes.items()}
    size = Conventions(sizes=sizes).size(factor.unit, wanted, str(carrier.get("units") or ""))
    if size is None:
        raise UnitError(
            f"the factor of {factor.carrier} is per {factor.unit}, the carrier is kept in "
            f"{wanted}: add {factor.unit} to the carrier's units"
        )
    value = Fraction(factor.kgce) / size / KILOGRAMS_A_TONNE
    exact = terminating(value)
    if exact is None:
        raise UnitError(f"the factor of {factor.carrier} is no finite decimal per {wanted}")
    return exact


def weights_of(
    measure: Measure, carriers: Mapping[str, Attributes], flows: Iterable[str], table: FactorTable
) -> Weights:
    """What each carrier and flow counts in the measure.

    carriers: the attributes of all carriers by code. A carrier without a factor, or with one whose
    unit does not fit, counts for nothing in tce or CO2.
    """
    signs = {flow: measure.sign_of(flow) for flow in flows}
    if measure.kind is MeasureKind.CARRIER:
        return {
            (str(measure.carrier), flow): (_weight(ALWAYS, Decimal(sign)),)
            for flow, sign in signs.items()
            if sign
        }
    found: dict[tuple[str, str], tuple[Weight, ...]] = {}
    for code, carrier in carriers.items():
        plain = _plain(measure, code, carrier, table)
        for flow, sign in signs.items():
            if sign and plain:
                found[code, flow] = tuple(
                    _weight((w.first_hour, w.end_hour), sign * value, w.factor, w.lines)
                    for w, value in plain
                )
    return found


def _plain(
    measure: Measure, code: str, carrier: Attributes, table: FactorTable
) -> list[tuple[Weight, Decimal]]:
    """The carrier's weights before the flow's sign, each with its value."""
    if not counts_energy(carrier):
        return []
    try:
        if measure.kind is MeasureKind.CO2:
            return carbon_weights(code, carrier, measure, table)
        if measure.series is None:
            return []
        values = [(f, tce_per_unit(f, carrier, table)) for f in table.of(code, measure.series)]
    except (UnitError, NoFactorError):
        return []
    return [(_weight((f.first_hour, f.end_hour), value, f), value) for f, value in values]


def carbon_weights(
    code: str, carrier: Attributes, measure: Measure, table: FactorTable
) -> list[tuple[Weight, Decimal]]:
    """What one unit of the carrier counts in thirds of tonnes of CO2, by hours.

    Empty for what has no CO2. Raises NoFactorError for a fuel without factors, UnitError for units
    that nobody relates or values without an end.
    """
    if table.book is None:
        return []
    found: list[tuple[Weight, Decimal]] = []
    for span in carbon_spans(code, carrier, table.book, table.places, measure.carbon):
        value = None if span.value is None else terminating(span.value * CARBON_PARTS)
        if value is None:
            raise UnitError(f"the carbon factors of {code} do not fit {carrier.get('unit')}")
        hours = (span.first_hour, span.end_hour)
        found.append((_weight(hours, value, lines=span.lines), value))
    return found


def _weight(
    hours: tuple[int, int],
    value: Decimal,
    factor: Factor | None = None,
    lines: tuple[FactorLine, ...] = (),
) -> Weight:
    scale = decimals_of(value)
    return Weight(
        first_hour=hours[0],
        end_hour=hours[1],
        mantissa=mantissa(value, scale),
        scale=scale,
        factor=factor,
        lines=lines,
    )


def counts_energy(carrier: Attributes) -> bool:
    """Whether the carrier is energy (pollutants never become standard coal)."""
    return carrier.get("kind") in (None, "energy")
