"""The file of standard-coal factors: the package's own, or one that an office has made of it."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from services.evaluator.domain.budget import Series
from services.evaluator.domain.factors import ALWAYS, Factor, FactorTable
from shared.model.exact import decimal
from shared.model.period import hour_of_day

_ZONE = "Asia/Shanghai"


class FactorsError(ValueError):
    """The file cannot be used; the message names the row and what is wrong with it."""


def load_factors(path: str) -> FactorTable:
    """The factors of the file (an empty path: of the package). Raises FactorsError."""
    if path:
        text = Path(path).read_text(encoding="utf-8")
    else:
        package = files("services.evaluator") / "data" / "factors.yaml"
        text = package.read_text(encoding="utf-8")
    return parse_factors(text)


def parse_factors(text: str) -> FactorTable:
    """The factors of the YAML text. Raises FactorsError."""
    try:
        document = yaml.safe_load(text)
        version, source = str(document["version"]), str(document["source"])
        sizes = {
            str(unit): (str(size["unit"]), decimal(str(size["size"])))
            for unit, size in document["units"].items()
        }
        listed = list(document["factors"])
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactorsError(f"the factors cannot be read: {error!r}") from error
    factors = tuple(
        factor
        for number, row in enumerate(listed, 1)
        for factor in _row(number, row, version, source)
    )
    _check_overlaps(factors)
    return FactorTable(version=version, factors=factors, sizes=sizes)


def _row(number: int, row: Mapping[str, Any], version: str, source: str) -> list[Factor]:
    try:
        first, end = _valid(row.get("valid"))
        return [
            Factor(
                carrier=str(row["carrier"]),
                series=Series(series),
                unit=str(row["unit"]),
                kgce=decimal(str(row["kgce"])),
                version=str(row.get("version", version)),
                source=str(row.get("source", source)),
                confidence=str(row["confidence"]),
                first_hour=first,
                end_hour=end,
                low=decimal(str(row["low"])) if "low" in row else None,
                high=decimal(str(row["high"])) if "high" in row else None,
                note=str(row.get("note", "")),
            )
            for series in row["series"]
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise FactorsError(f"factor {number}: {error!r}") from error


def _valid(span: Any) -> tuple[int, int]:
    if span is None:
        return ALWAYS
    first, end = (day if isinstance(day, date) else date.fromisoformat(str(day)) for day in span)
    return hour_of_day(first, _ZONE), hour_of_day(end, _ZONE)


def _check_overlaps(factors: tuple[Factor, ...]) -> None:
    ordered = sorted(factors, key=lambda f: (f.carrier, f.series, f.first_hour))
    for one, other in pairwise(ordered):
        same = (one.carrier, one.series) == (other.carrier, other.series)
        if same and other.first_hour < one.end_hour:
            raise FactorsError(f"{one.carrier} {one.series}: two factors hold at the same time")
