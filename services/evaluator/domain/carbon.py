"""Tonnes of CO2 in one unit of a carrier: by fuel factors, or by those of the grid and of heat."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from services.evaluator.domain.budget import Carbon
from services.evaluator.domain.factor_book import EVER, FactorBook, FactorLine, Found
from shared.model.catalogue import Attributes

CARBON_PARTS = 3
"""Carbon becomes CO2 by 44/12 = 11/3: three times the tonnes are a finite decimal."""
CARBON_TO_CO2 = Fraction(44, 12)

NCV, CONTENT, OXIDATION = "fuel-ncv", "fuel-carbon", "fuel-oxidation"
GRID, HEAT = "grid", "heat-co2"
CARBON_FREE = frozenset({"medium", "non-fossil", "electricity", "heat"})
"""Groups that are not burnt; electricity and heat have factors of their own."""
EARLIEST = EVER[0]


class NoFactorError(ValueError):
    """A fuel that is burnt has no carbon factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonSpan:
    """In hours `[first, end)` one canonical unit is `value` tCO2 (None: the units do not fit)."""

    first_hour: int
    end_hour: int
    value: Fraction | None
    lines: tuple[FactorLine, ...]


def carbon_spans(
    code: str, carrier: Attributes, book: FactorBook, places: Sequence[str], carbon: Carbon
) -> tuple[CarbonSpan, ...]:
    """All that one unit of the carrier counts, in time order; empty for what has no CO2.

    Raises NoFactorError for a fuel without factors.
    """
    group = book.conventions.nature(code).group
    names = series_of(code, book)
    if not names or (carbon is Carbon.DIRECT and group in {"electricity", "heat"}):
        return ()
    rows = [book.lines_of(series, item, places, *EVER) for series, item in names]
    if not all(rows):
        raise NoFactorError(f"{code} has no carbon factor")
    edges = sorted({edge for row in rows for one in row for edge in (one.first_hour, one.end_hour)})
    found: list[CarbonSpan] = []
    for low, high in pairwise(edges):
        parts = [one for row in rows for one in row if one.first_hour <= low < one.end_hour]
        if len(parts) == len(rows):
            found.append(
                CarbonSpan(
                    first_hour=low,
                    end_hour=high,
                    value=_value(parts, carrier, book),
                    lines=tuple(one.line for one in parts),
                )
            )
    return tuple(found)


def series_of(code: str, book: FactorBook, edition: str = "") -> tuple[tuple[str, str], ...]:
    """Series and item of each factor of the carrier's CO2, as a product; empty without any CO2.

    edition: the ending of the fuel series to prefer where they have the fuel.
    """
    nature = book.conventions.nature(code)
    if nature.group == "electricity":
        return ((GRID, "electricity"),)
    if nature.group == "heat":
        own = (HEAT, code if book.has(HEAT, code) else "heat")
        return (own, (NCV, code)) if book.has(NCV, code) else (own,)
    if not nature.fuel and nature.group in CARBON_FREE:
        return ()
    item = nature.fuel or code
    return tuple((_edition(name, item, book, edition), item) for name in (NCV, CONTENT, OXIDATION))


def _edition(series: str, item: str, book: FactorBook, edition: str) -> str:
    wanted = f"{series}-{edition}"
    return wanted if edition and book.has(wanted, item) else series


def _value(parts: Sequence[Found], carrier: Attributes, book: FactorBook) -> Fraction | None:
    """The product of the factors, in tCO2 per canonical unit."""
    units = [one.line.record.unit for one in parts]
    size = scaling(units, carrier, book)
    if size is None:
        return None
    for one in parts:
        size *= Fraction(one.line.record.value)
    return size


def scaling(units: Sequence[str], carrier: Attributes, book: FactorBook) -> Fraction | None:
    """By what a product of factors in these units is multiplied to be tCO2 in a canonical unit.

    The units of one to three factors: of grid or heat (`kgCO2/kWh`), or of calorific value, carbon
    content and oxidation (`GJ/t`, `tC/GJ`, `%`). None when they do not fit together.
    """
    canonical, sizes = str(carrier.get("unit")), book.conventions
    result, below, own = Fraction(1), canonical, str(carrier.get("units") or "")
    for unit in sorted(units, key=_place):
        if unit == "%":
            result /= 100
            continue
        above, _, per = unit.partition("/")
        # Only one of the carrier's own units leads to the canonical one, so that is the way round.
        step = _inverse(sizes.size(per, below, own if below == canonical else ""))
        if step is None:
            return None
        result, below = result * step, above
    final = sizes.size(below, "tCO2")
    if final is None:
        carbon = sizes.size(below, "tC")
        final = None if carbon is None else carbon * CARBON_TO_CO2
    return None if final is None else result * final


def _place(unit: str) -> int:
    """Calorific value first, then what follows from energy, then shares."""
    if unit == "%":
        return 2
    return 0 if unit.partition("/")[0] in {"kJ", "MJ", "GJ", "TJ", "kcal"} else 1


def _inverse(size: Fraction | None) -> Fraction | None:
    return 1 / size if size else None
