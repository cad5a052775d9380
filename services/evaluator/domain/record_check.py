"""Records of every kind held against the catalogue and against their own sense."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.domain.records.method import Method
from services.evaluator.domain.records.score import Score
from services.evaluator.domain.records.soundness import wrongs as unsound
from services.evaluator.domain.records.statement import Statement
from services.evaluator.domain.statement_check import StatementCheck


def wrongs(body: Any, check: StatementCheck) -> Iterator[tuple[str, str]]:
    """Field and message of every mistake; targets and tasks are looked at by their desks."""
    yield from unsound(body)
    match body:
        case Statement():
            yield from check.wrongs(body)
        case Score():
            yield from _somebody("holder", body.holder, check)
        case Method():
            yield from _somebody("subject", body.subject, check)
            yield from _days(body.valid_from, body.valid_to)
        case FactorRecord():
            yield from _days(body.valid_from, body.valid_to)
            for name in ("series", "item", "unit"):
                if not getattr(body, name):
                    yield name, "is missing"


def _somebody(field: str, key: str, check: StatementCheck) -> Iterator[tuple[str, str]]:
    if why := check.subject_fault(key):
        yield field, why


def _days(first: str, end: str) -> Iterator[tuple[str, str]]:
    days: list[date] = []
    for field, day in (("valid_from", first), ("valid_to", end)):
        try:
            days += [date.fromisoformat(day)] if day else []
        except ValueError:
            yield field, f"{day!r} is not a date: write 2026-01-01"
    if len(days) == 2 and days[1] <= days[0]:
        yield "valid_to", "is not after valid_from"
