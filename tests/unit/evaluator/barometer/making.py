"""Targets, positions and shipped rules for tests, made in one line."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.records.rule import RuleSet
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.ports.register import RecordKind
from tests.unit.evaluator.statistics.numbers import number

RULES: Mapping[str, RuleSet] = {one.code: one for one in load_records()[RecordKind.RULE]}

Number = str | int | Fraction


def reduction(value: str | None, **others: object) -> Target:
    """A cumulative reduction of energy intensity over 2016-2020 (or as told)."""
    told: dict[str, object] = {
        "measure": "energy-intensity",
        "form": Form.REDUCTION,
        "unit": "%",
        "base_year": 2015,
        "first_year": 2016,
        "last_year": 2020,
    }
    return target(value, **(told | others))


def target(value: str | None, **told: object) -> Target:
    """A target of one place."""
    known: dict[str, object] = {"code": "T", "name": "目标", "holder": "region:150000"}
    known["value"] = None if value is None else Decimal(value)
    return Target(**(known | told))  # type: ignore[arg-type]


def changed(
    changes: Sequence[Number], elapsed: Number = 1, first: int = 2016, **others: object
) -> Position:
    """Yearly changes from `first` on, the last one of the current period."""
    year = first + len(changes) - 1
    known: dict[str, object] = {
        "year": year,
        "elapsed": Fraction(elapsed),
        "changes": {first + place: number(one) for place, one in enumerate(changes[:-1])},
        "current_change": number(changes[-1]),
    }
    return Position(**(known | others))  # type: ignore[arg-type]


def tonnes(value: Number) -> Figure:
    """So many tce."""
    return number(value, "tce")
