"""Messages of the topics of judgements as records of the desk."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from msgspec.structs import asdict

from services.alerts.domain.warning import Assessment, Change
from shared.contracts import assessments, conditions
from shared.contracts.assessments import AssessmentMade, Transition
from shared.contracts.conditions import ConditionMade, Step
from shared.contracts.errors import UnreadableError
from shared.model.condition import ConditionKind, Measure
from shared.model.instants import HOUR_US, to_us
from shared.model.level import Level
from shared.model.subject import Subject, SubjectKind


def read_assessment(value: bytes) -> Assessment:
    """A message of `assessments.v1`; raises UnreadableError."""
    return assessment_of(assessments.decode(value))


def read_condition(value: bytes) -> Assessment:
    """A message of `conditions.v1`; raises UnreadableError."""
    return condition_of(conditions.decode(value))


def assessment_of(message: AssessmentMade) -> Assessment:
    """The record of a message; raises UnreadableError for a level, hour or instant that is none."""
    try:
        return Assessment(
            id=message.id,
            subject=message.subject,
            subject_name=message.subject_name,
            regions=_regions(message.subject, message.regions),
            about=message.budget.code,
            about_name=message.budget.name,
            rule=message.rule,
            number=message.number,
            commit=message.commit,
            made_at=_instant(message.made_at),
            correlation_id=message.correlation_id,
            cause=message.cause,
            watermark=_instant(message.watermark),
            sequence=tuple(map(_change, message.sequence)),
            facts={
                "budget": asdict(message.budget),
                "thresholds": message.thresholds,
                "evidence": asdict(message.evidence),
            },
            kind=ConditionKind.PACE if message.rule == "pace" else ConditionKind.USED,
            measure=measure_of(message.budget.unit),
        )
    except ValueError as error:
        raise UnreadableError(f"assessment {message.id}: {error}") from error


def condition_of(message: ConditionMade) -> Assessment:
    """The record of a message; raises UnreadableError for a word or instant that is none."""
    try:
        return Assessment(
            id=message.id,
            subject=message.subject,
            subject_name=message.subject_name,
            regions=_regions(message.subject, message.regions),
            about=message.about,
            about_name=message.about_name,
            rule=message.rule,
            number=message.number,
            commit=message.commit,
            made_at=_instant(message.made_at),
            correlation_id=message.correlation_id,
            cause=message.cause,
            watermark=_instant(message.watermark),
            sequence=tuple(map(_step, message.sequence)),
            facts=message.facts,
            kind=_kind(message.kind),
            measure=Measure(message.measure),
        )
    except ValueError as error:
        raise UnreadableError(f"condition {message.id}: {error}") from error


def measure_of(unit: str) -> Measure:
    """Whose concern a budget in that unit is: carbon for any CO2, else energy."""
    return Measure.CARBON if "CO2" in unit else Measure.ENERGY


def _kind(word: str) -> ConditionKind:
    kind = ConditionKind(word)
    if kind in (ConditionKind.USED, ConditionKind.PACE, ConditionKind.EXTERNAL):
        raise ValueError(f"{word} does not come this way")
    return kind


def _regions(subject_id: str, codes: Sequence[str]) -> tuple[str, ...]:
    code = _region_of(subject_id)
    if code and code not in codes:
        return (code, *codes)
    return tuple(codes)


# Every subject has several series, and each of them is judged again and again.
@lru_cache(maxsize=32_768)
def _region_of(subject_id: str) -> str:
    subject = Subject.parse(subject_id)
    return subject.code if subject.kind in (SubjectKind.REGION, SubjectKind.BOUNDARY) else ""


def _change(transition: Transition) -> Change:
    hour, into_us = _place(transition.hour)
    if into_us:
        raise ValueError(f"{transition.hour} is not the beginning of an hour")
    return Change(
        hour=hour,
        level=Level.of(transition.level),
        quantity=transition.quantity,
        line=transition.line,
        used_percent=transition.used_percent,
    )


def _step(step: Step) -> Change:
    hour, into_us = _place(step.at)
    return Change(
        hour=hour,
        into_us=into_us,
        level=Level.of(step.level),
        quantity=step.value,
        line=step.limit,
        used_percent=step.ratio_percent,
        period=step.period,
        unit=step.unit,
    )


# Judgements that come together share most of their instants.
@lru_cache(maxsize=4_096)
def _place(text: str) -> tuple[int, int]:
    """The UTC hour of an instant, and how far into it that lies, in microseconds."""
    return divmod(to_us(_instant(text)), HOUR_US)


@lru_cache(maxsize=4_096)
def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return instant
