"""A batch of judgements against what is known: which warnings to write, which entries to add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.alerts.domain.warning import (
    Assessment,
    Entry,
    Outcome,
    Reason,
    Warning,
    advance,
    warning_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read before judging: newest numbers by subject, warnings by id."""

    numbers: Mapping[str, int]
    warnings: Mapping[UUID, Warning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What to write: the newest numbers, the warnings touched, their new entries in order."""

    numbers: Mapping[str, int]
    warnings: tuple[Warning, ...]
    entries: tuple[Entry, ...]
    reasons: tuple[Reason, ...]
    """One a judgement, in the order heard."""


def key_of(assessment: Assessment) -> UUID:
    """The id of the warning that the judgement speaks of."""
    return warning_id(assessment.subject, assessment.about, assessment.rule)


def hear(known: Known, assessments: Iterable[Assessment], now: datetime) -> Heard:
    """Take the judgements in order; several may speak of one warning."""
    numbers: dict[str, int] = {}
    warnings: dict[UUID, Warning] = {}
    entries: list[Entry] = []
    reasons: list[Reason] = []
    for assessment in assessments:
        newest = numbers.get(assessment.subject, known.numbers.get(assessment.subject, 0))
        outcome = _one(known, warnings, assessment, newest, now)
        reasons.append(outcome.reason)
        if outcome.reason is not Reason.OUTDATED:
            numbers[assessment.subject] = assessment.number
        if outcome.warning is not None:
            warnings[outcome.warning.id] = outcome.warning
            entries.extend(outcome.entries)
    return Heard(
        numbers=numbers,
        warnings=tuple(warnings.values()),
        entries=tuple(entries),
        reasons=tuple(reasons),
    )


def _one(
    known: Known,
    touched: Mapping[UUID, Warning],
    assessment: Assessment,
    newest: int,
    now: datetime,
) -> Outcome:
    if assessment.number <= newest:
        return Outcome(reason=Reason.OUTDATED, warning=None)
    key = key_of(assessment)
    return advance(touched.get(key, known.warnings.get(key)), assessment, now)
