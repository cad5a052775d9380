"""The files of factors: the package's own, and one that an office lays over them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from services.evaluator.domain.factor_book import Conventions, FactorBook, Nature
from services.evaluator.domain.factors import FactorTable, table_of
from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.factor import FactorRecord
from shared.kit import yaml_text
from shared.model.exact import decimal

PACKAGED = ("standard-coal.yaml", "fuels.yaml", "grid.yaml", "gases.yaml")
_CONVENTIONS = "conventions.yaml"


class FactorsError(ValueError):
    """The file cannot be used; the message names the row and what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSet:
    """The records of one or several files, the edition of the first, and what series are called."""

    version: str
    records: tuple[FactorRecord, ...]
    series: Mapping[str, Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """Everything that comes with the package or with an office's own file."""

    version: str
    records: tuple[FactorRecord, ...]
    conventions: Conventions

    def book(self) -> FactorBook:
        """These factors alone, without any on record."""
        return FactorBook.merged(self.records, (), self.conventions)


def load_factors(path: str) -> FactorTable:
    """The standard-coal factors in use, with all others behind them. Raises FactorsError."""
    shipped = load_shipped(path)
    return table_of(shipped.book(), shipped.version)


def load_shipped(path: str) -> Shipped:
    """The package's factors, those replaced that the file (if a path is given) has anew."""
    packaged, conventions = _package()
    sets = list(packaged)
    if path:
        sets.append(parse_factors(Path(path).read_text(encoding="utf-8")))
    records = {record.key: record for one in sets for record in one.records}
    names = {series: label for one in sets for series, label in one.series.items()}
    return Shipped(
        version=sets[-1].version if path else sets[0].version,
        records=tuple(records.values()),
        conventions=replace(conventions, series=names),
    )


@cache
def _package() -> tuple[tuple[FactorSet, ...], Conventions]:
    sets = tuple(parse_factors(_packaged(name)) for name in PACKAGED)
    return sets, parse_conventions(_packaged(_CONVENTIONS), {})


def _packaged(name: str) -> str:
    return (files("services.evaluator") / "data" / "factors" / name).read_text(encoding="utf-8")


def parse_factors(text: str) -> FactorSet:
    """The factors of the YAML text. Raises FactorsError."""
    try:
        document = yaml_text.load(text)
        version, source = str(document["version"]), str(document["source"])
        names = {
            str(series): Label(str(label["zh"]), str(label["en"]))
            for series, label in (document.get("series") or {}).items()
        }
        listed = list(document["factors"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactorsError(f"the factors cannot be read: {error!r}") from error
    records = tuple(
        record
        for number, row in enumerate(listed, 1)
        for record in _row(number, row, version, source)
    )
    _check_twins(records)
    return FactorSet(version=version, records=records, series=names)


def _row(number: int, row: Mapping[str, Any], version: str, source: str) -> list[FactorRecord]:
    try:
        first, end = _valid(row.get("valid"))
        series = row["series"]
        return [
            FactorRecord(
                series=str(one),
                item=str(row["item"]),
                place=str(row.get("place", "")),
                unit=str(row["unit"]),
                value=decimal(str(row["value"])),
                version=str(row.get("version", version)),
                valid_from=first,
                valid_to=end,
                source=str(row.get("source", source)),
                confidence=str(row["confidence"]),
                low=_optional(row.get("low")),
                high=_optional(row.get("high")),
                note=str(row.get("note", "")),
            )
            for one in (series if isinstance(series, list) else [series])
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactorsError(
            f"factor {number}: {error!r}; a row has series, item, unit, value and confidence"
        ) from error


def _optional(value: Any) -> Decimal | None:
    return None if value is None else decimal(str(value))


def _valid(span: Any) -> tuple[str, str]:
    if span is None:
        return "", ""
    first, end = (_day(day) for day in span)
    if first and end and end <= first:
        raise ValueError(f"valid from {first} to {end} is no time at all")
    return first, end


def _day(written: Any) -> str:
    text = "" if written is None else str(written)
    return date.fromisoformat(text).isoformat() if text else ""


def _check_twins(records: Iterable[FactorRecord]) -> None:
    seen: set[str] = set()
    for record in records:
        if record.key in seen:
            raise FactorsError(
                f"{record.series} of {record.item}: two factors hold from the same day on"
            )
        seen.add(record.key)


def parse_conventions(text: str, names: Mapping[str, Label]) -> Conventions:
    """Units, grid regions and carriers of the YAML text. Raises FactorsError."""
    try:
        document = yaml_text.load(text)
        return Conventions(
            sizes={
                str(unit): (str(size["unit"]), Fraction(decimal(str(size["size"]))))
                for unit, size in document["units"].items()
            },
            grids={
                str(prefix): str(grid)
                for grid, prefixes in document["grids"].items()
                for prefix in prefixes
            },
            natures={str(code): _nature(row) for code, row in document["carriers"].items()},
            series=names,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactorsError(f"the conventions cannot be read: {error!r}") from error


def _nature(row: Mapping[str, Any]) -> Nature:
    return Nature(
        label=Label(str(row["zh"]), str(row["en"])),
        group=str(row["group"]),
        fuel=str(row.get("fuel", "")),
        energy=str(row.get("energy", "")),
    )
