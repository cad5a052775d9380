"""A batch of judgements against what is known: which warnings to write, which entries to add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.alerts.domain.advancing import advance
from services.alerts.domain.condition import NOTHING_WAITS, Policies
from services.alerts.domain.warning import Assessment, Line, Outcome, Reason, Warning


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read before judging: newest numbers by series, warnings by id."""

    numbers: Mapping[str, int]
    warnings: Mapping[UUID, Warning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What to write: the newest numbers, the warnings touched, their new entries in order."""

    numbers: Mapping[str, int]
    warnings: tuple[Warning, ...]
    entries: tuple[Line, ...]
    reasons: tuple[Reason, ...]
    """One a judgement, in the order heard."""


def hear(
    known: Known,
    assessments: Iterable[Assessment],
    now: datetime,
    policies: Policies = NOTHING_WAITS,
) -> Heard:
    """Take the judgements in order; several may speak of one warning."""
    numbers: dict[str, int] = {}
    warnings: dict[UUID, Warning] = {}
    entries: list[Line] = []
    reasons: list[Reason] = []
    for assessment in assessments:
        series = assessment.series
        newest = numbers.get(series) or known.numbers.get(series, 0)
        if assessment.number <= newest:
            reasons.append(Reason.OUTDATED)
            continue
        numbers[series] = assessment.number
        outcome = _one(known, warnings, assessment, now, policies)
        reasons.append(outcome.reason)
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
    now: datetime,
    policies: Policies,
) -> Outcome:
    key = assessment.key
    warning = touched.get(key, known.warnings.get(key))
    return advance(warning, assessment, now, policies.of(assessment.kind))
