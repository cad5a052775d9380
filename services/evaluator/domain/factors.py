"""Standard coal: exact factors by carrier and series, dated, with where they come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.evaluator.domain.budget import Measure, MeasureKind, Series
from shared.model.catalogue import Attributes
from shared.model.exact import as_decimal, decimal, decimals_of, mantissa

KILOGRAMS_A_TONNE = 1000


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
    """All factors in use. `sizes`: unit -> (smaller unit, how many of it), for plain multiples."""

    version: str
    factors: tuple[Factor, ...]
    sizes: Mapping[str, tuple[str, Decimal]]

    def of(self, carrier: str, series: Series) -> tuple[Factor, ...]:
        """The carrier's factors in time order."""
        found = [f for f in self.factors if f.carrier == carrier and f.series is series]
        return tuple(sorted(found, key=lambda factor: factor.first_hour))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """One canonical unit of a carrier × flow counts `mantissa / 10**scale` in these hours."""

    first_hour: int
    end_hour: int
    mantissa: int
    scale: int
    factor: Factor | None = None


Weights = Mapping[tuple[str, str], tuple[Weight, ...]]
"""By carrier and flow: what quantities count in a measure; anything else does not count."""

ALWAYS = (-(2**40), 2**40)
"""Hours that hold every other."""


class UnitError(ValueError):
    """A factor's unit cannot be turned into the carrier's canonical unit exactly."""


def tce_per_unit(factor: Factor, carrier: Attributes, table: FactorTable) -> Decimal:
    """Tonnes of standard coal in one canonical unit of the carrier, exact; raises UnitError."""
    wanted = str(carrier.get("unit"))
    size = _size(factor.unit, wanted, carrier, table)
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


def terminating(value: Fraction) -> Decimal | None:
    """The value as a decimal, or None if it has no end."""
    rest, scale = value.denominator, 0
    while rest % 10 == 0:
        rest //= 10
        scale += 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
            scale += 1
    if rest != 1:
        return None
    return as_decimal(value.numerator * 10**scale // value.denominator, scale)


def _size(unit: str, wanted: str, carrier: Attributes, table: FactorTable) -> Fraction | None:
    """How many wanted units one unit is; None if nobody says."""
    if unit == wanted:
        return Fraction(1)
    for pair in str(carrier.get("units") or "").split(";"):
        name, _, size = pair.partition("=")
        if name.strip() == unit:
            return Fraction(decimal(size))
    for larger, smaller, turned in ((unit, wanted, False), (wanted, unit, True)):
        found = table.sizes.get(larger)
        if found and found[0] == smaller:
            return 1 / Fraction(found[1]) if turned else Fraction(found[1])
    return None


def weights_of(
    measure: Measure, carriers: Mapping[str, Attributes], flows: Iterable[str], table: FactorTable
) -> Weights:
    """What each carrier and flow counts in the measure.

    carriers: the attributes of all carriers by code. A carrier without a factor, or with one whose
    unit does not fit, counts for nothing in tce.
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
        values = _values(code, carrier, measure.series, table)
        for flow, sign in signs.items():
            if sign and values:
                found[code, flow] = tuple(
                    _weight((f.first_hour, f.end_hour), sign * value, f) for f, value in values
                )
    return found


def _values(
    code: str, carrier: Attributes, series: Series | None, table: FactorTable
) -> list[tuple[Factor, Decimal]]:
    if series is None or not counts_energy(carrier):
        return []
    try:
        return [(f, tce_per_unit(f, carrier, table)) for f in table.of(code, series)]
    except UnitError:
        return []


def _weight(hours: tuple[int, int], value: Decimal, factor: Factor | None = None) -> Weight:
    scale = decimals_of(value)
    return Weight(
        first_hour=hours[0],
        end_hour=hours[1],
        mantissa=mantissa(value, scale),
        scale=scale,
        factor=factor,
    )


def counts_energy(carrier: Attributes) -> bool:
    """Whether the carrier is energy (pollutants never become standard coal)."""
    return carrier.get("kind") in (None, "energy")
