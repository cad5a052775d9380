"""A changed judgement as the message that alerts hears."""

from dataclasses import dataclass

from services.evaluator.domain.budget import Policy, Thresholds
from services.evaluator.domain.evidence import figures_of
from services.evaluator.domain.judgement import Brief, Judged, Step
from services.evaluator.domain.subjects import name_of, regions_of
from shared.contracts.assessments import AssessmentMade, BudgetBody, Evidence, Transition
from shared.model.catalogue import Catalogue
from shared.model.instants import BEGINNING_US, HOUR_US, hour_iso, iso

USED, PACE = "used", "pace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When, why and with which number an assessment is made; `commit` 0 until it is known."""

    number: int
    made_at_us: int
    cause: str
    correlation_id: str


def assessment(
    brief: Brief, judged: Judged, rule: str, catalogue: Catalogue, occasion: Occasion
) -> AssessmentMade:
    """The message of one rule of a budget, with its whole sequence and evidence."""
    budget, subject = brief.budget, str(brief.budget.subject)
    steps = judged.used if rule == USED else judged.pace
    last = max(judged.to_hour * HOUR_US - 1, BEGINNING_US)
    return AssessmentMade(
        id=f"{subject}/{occasion.number}",
        subject=subject,
        subject_name=name_of(catalogue, budget.subject),
        regions=list(regions_of(catalogue, budget.subject, last)),
        number=occasion.number,
        commit=0,
        made_at=iso(occasion.made_at_us),
        correlation_id=occasion.correlation_id,
        cause=occasion.cause,
        rule=rule,
        thresholds=thresholds(budget.policy, rule),
        budget=_budget(brief, judged),
        level=(steps[-1].level.word if steps else "none"),
        watermark=hour_iso(judged.to_hour),
        sequence=[transition(step) for step in steps],
        evidence=_evidence(brief, judged, catalogue),
    )


def transition(step: Step) -> Transition:
    """A step as the message has it."""
    return Transition(
        hour=hour_iso(step.hour),
        level=step.level.word,
        quantity=step.quantity,
        line=step.line,
        used_percent=step.used_percent,
    )


def thresholds(policy: Policy, rule: str) -> dict[str, str]:
    """The numbers of the rule in per cent, by level, and those by which levels fall."""
    if rule == USED:
        return {
            **_levels(policy.used),
            "clear_line_percent": f"{policy.used_clear_line_percent:f}",
        }
    return {**_levels(policy.pace), "fall_points": f"{policy.pace_fall_points:f}"}


def _levels(rows: Thresholds) -> dict[str, str]:
    return {level.word: f"{percent:f}" for level, percent in rows}


def _budget(brief: Brief, judged: Judged) -> BudgetBody:
    budget = brief.budget
    version = budget.version_at(max(judged.to_hour - 1, brief.begins))
    return BudgetBody(
        code=budget.code,
        name=budget.name,
        version=version.version,
        total=f"{version.total:f}",
        unit=budget.unit,
        period=budget.period_text,
        zone=budget.period.zone_name,
        phasing=version.phasing.text,
    )


def _evidence(brief: Brief, judged: Judged, catalogue: Catalogue) -> Evidence:
    figures = figures_of(brief, judged)
    return Evidence(
        quantity=figures.quantity,
        estimated=figures.estimated,
        unit=brief.budget.unit,
        line=figures.line,
        used_percent=figures.used_percent,
        over_line_percent=figures.over_line_percent,
        first_over_line=figures.first_over_line,
        completeness=figures.completeness or "1",
        hours_judged=figures.hours_judged,
        period_hours=brief.budget.period.hours,
        catalogue_version=catalogue.version,
        factors=list(figures.factors),
        parts=list(figures.parts),
    )
