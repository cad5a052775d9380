"""Bundles for tests: a few carriers, quantities as leaves, factors of the package or one's own."""

import csv
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from services.evaluator.adapters.factors_file import load_shipped
from services.evaluator.domain.accounting.bundle import Bundle, Kind, Lot, Metered, Statements, Term
from services.evaluator.domain.factor_book import FactorBook, FactorLine
from services.evaluator.domain.figures.figure import Figure, Label, LeafKind, Source, leaf
from services.evaluator.domain.records.factor import FactorRecord
from shared.model.catalogue import Attributes
from shared.model.exact import decimal
from shared.model.period import Period, parse_period

DATA = Path(__file__).parents[3] / "data"
SHIPPED = load_shipped("")
BOOK = SHIPPED.book()
ZONE = "Asia/Shanghai"
YEAR = parse_period("2023", ZONE)
CARRIERS: Mapping[str, Attributes] = {
    "raw-coal": {"unit": "t", "name": "原煤", "name_en": "raw coal"},
    "coke": {"unit": "t"},
    "natural-gas": {"unit": "m3"},
    "electricity": {"unit": "kWh", "units": "MWh=1000;万kWh=10000"},
    "heat": {"unit": "GJ"},
    "solar-power": {"unit": "kWh"},
    "co2": {"unit": "t", "kind": "pollutant"},
}


def rows(name: str) -> list[dict[str, str]]:
    """A CSV file of tests/data."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def period(text: str) -> Period:
    """A period of China."""
    return parse_period(text, ZONE)


def read(value: int | str | Fraction | None, unit: str, name: str = "x") -> Figure:
    """A leaf with a value."""
    known = None if value is None else Fraction(value)
    missing = () if known is not None else (Label("缺读数", "no reading"),)
    return leaf(Label(name, name), known, unit, Source(kind=LeafKind.BOOK), missing=missing)


def metered(
    carrier: str,
    flow: str,
    value: int | str | Fraction | None,
    of: Period = YEAR,
    unit: str = "",
) -> Metered:
    """A lane, in the carrier's unit (or that of one that CARRIERS does not have)."""
    unit = unit or str(CARRIERS.get(carrier, {}).get("unit"))
    return Metered(carrier=carrier, flow=flow, quantity=read(value, unit, carrier), period=of)


def lot(
    term: Term,
    value: str,
    *,
    ncv: str = "",
    moisture: str = "",
    unit: str = "t",
    carrier: str = "raw-coal",
) -> Lot:
    """A term of a stock balance; ncv in kJ/kg, moisture in per cent."""
    return Lot(
        carrier=carrier,
        term=term,
        quantity=read(value, unit, term.value),
        ncv=read(ncv, "kJ/kg", "ncv") if ncv else None,
        moisture=read(moisture, "%", "moisture") if moisture else None,
    )


def bundle(
    *lanes: Metered,
    kind: Kind = Kind.ENTERPRISE,
    region: str = "150000",
    stated: Mapping[tuple[str, str], Figure] | None = None,
    factors: FactorBook = BOOK,
    of: Period = YEAR,
    carriers: Mapping[str, Attributes] = CARRIERS,
    lots: tuple[Lot, ...] = (),
) -> Bundle:
    """A bundle of an enterprise, or of a region, in Inner Mongolia in 2023."""
    return Bundle(
        subject="enterprise:E" if kind is Kind.ENTERPRISE else f"region:{region}",
        kind=kind,
        period=of,
        places=factors.places([region]),
        carriers=carriers,
        factors=factors,
        metered=lanes,
        lots=lots,
        stated=Statements(figures=stated or {}),
    )


def record(
    series: str,
    item: str,
    value: str,
    unit: str,
    *,
    place: str = "",
    valid_from: str = "",
    valid_to: str = "",
    confidence: str = "S",
) -> FactorRecord:
    """A factor."""
    return FactorRecord(
        series=series,
        item=item,
        place=place,
        unit=unit,
        value=decimal(value),
        version="test",
        valid_from=valid_from,
        valid_to=valid_to,
        source="test",
        confidence=confidence,
    )


def registered(*records: FactorRecord, version: int = 1, as_of: int = 9) -> FactorBook:
    """The package's factors with these on record."""
    lines = [FactorLine(record=one, version=version, commit=as_of) for one in records]
    return FactorBook.merged(SHIPPED.records, lines, SHIPPED.conventions, as_of)
