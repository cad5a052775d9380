"""Statements held against the catalogue and the list of items before they are put on record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.evaluator.domain.records.statement import Statement
from services.evaluator.domain.statistics.items import faults
from services.evaluator.domain.subjects import entity_of
from shared.model.catalogue import Catalogue
from shared.model.period import reporting_period
from shared.model.subject import Subject


@dataclass(slots=True)
class StatementCheck:
    """Says what is wrong with statements; what was found of subjects and periods is kept.

    declared: items beyond the list that indicators name.
    """

    catalogue: Catalogue
    declared: frozenset[str] = frozenset()
    _subjects: dict[str, str] = field(default_factory=dict)
    _hours: dict[tuple[str, str], tuple[int, int] | str] = field(default_factory=dict)

    def wrongs(self, statement: Statement) -> Iterator[tuple[str, str]]:
        """Field and message of every mistake."""
        if why := self.subject_fault(statement.subject):
            yield "subject", why
        hours = self._period(statement)
        if isinstance(hours, str):
            yield "period", hours
        if not statement.unit:
            yield "unit", "is missing"
        for label in faults(statement, declared=self.declared):
            yield "item", label.en

    def hours(self, statement: Statement) -> tuple[int, int] | None:
        """First and end hour of its period; None if that is none."""
        found = self._period(statement)
        return None if isinstance(found, str) else found

    def subject_fault(self, key: str) -> str:
        """Why there is nobody of that name; empty if there is."""
        if key not in self._subjects:
            self._subjects[key] = _unknown(key, self.catalogue)
        return self._subjects[key]

    def _period(self, statement: Statement) -> tuple[int, int] | str:
        place = (statement.period, statement.zone)
        if place not in self._hours:
            try:
                period = reporting_period(*place)
                self._hours[place] = (period.first_hour, period.end_hour)
            except ValueError as error:
                self._hours[place] = str(error)
        return self._hours[place]


def declared_items(references: Iterable[str]) -> frozenset[str]:
    """Codes of the items that references such as `statement:forest-cover` name."""
    found = (reference.split(":") for reference in references)
    return frozenset(
        parts[1] for parts in found if parts[0] in ("statement", "level") and len(parts) > 1
    )


def _unknown(key: str, catalogue: Catalogue) -> str:
    try:
        subject = Subject.parse(key)
    except ValueError as error:
        return str(error)
    if entity_of(catalogue, subject) is None:
        return f"there is no {subject.kind} {subject.code} in the catalogue"
    return ""
