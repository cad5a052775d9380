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
from shared.model.catalogue import EntityKind, PointKind


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
            yield from _stack(body, check)
        case FactorRecord():
            yield from _days(body.valid_from, body.valid_to)
            for name in ("series", "item", "unit"):
                if not getattr(body, name):
                    yield name, "is missing"


def _somebody(field: str, key: str, check: StatementCheck) -> Iterator[tuple[str, str]]:
    if why := check.subject_fault(key):
        yield field, why


def _stack(method: Method, check: StatementCheck) -> Iterator[tuple[str, str]]:
    """A stack has two points of its enterprise, each giving quantities of intervals."""
    if not (method.stack or method.concentration or method.flow):
        return
    if not method.stack or "/" in method.stack:
        yield "stack", "name the stack, without a slash, such as S1"
    for field in ("concentration", "flow"):
        code = getattr(method, field)
        point = check.catalogue.get(EntityKind.POINT, code)
        said = point.latest() if point else {}
        if point is None:
            yield field, f"there is no point {code!r} in the catalogue"
        elif said.get("owner") != method.subject:
            yield field, f"point {code} is not one of {method.subject}"
        elif said.get("kind") != PointKind.INTERVAL:
            yield field, f"point {code} is a register: a stack's readings are those of intervals"


def _days(first: str, end: str) -> Iterator[tuple[str, str]]:
    days: list[date] = []
    for field, day in (("valid_from", first), ("valid_to", end)):
        try:
            days += [date.fromisoformat(day)] if day else []
        except ValueError:
            yield field, f"{day!r} is not a date: write 2026-01-01"
    if len(days) == 2 and days[1] <= days[0]:
        yield "valid_to", "is not after valid_from"
