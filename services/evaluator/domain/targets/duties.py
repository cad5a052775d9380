"""Rigid intensity, elastic total: when a holder is excused from the test of its total."""

from dataclasses import dataclass
from fractions import Fraction

from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.targets.exactly import shown

_PAIRS = {"energy-total": "energy-intensity", "carbon-total": "carbon-intensity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the total is tested, and why (not)."""

    is_exempt: bool
    why: Label


def intensity_of(total: Target) -> str | None:
    """The measure whose intensity target decides about a total's test."""
    return _PAIRS.get(total.measure)


def reaches(target: Target, reduction: Fraction, goal: Fraction) -> bool:
    """Whether a reduction in per cent reaches a goal; an absolute cap is reached from above."""
    return reduction >= goal if target.form is Form.REDUCTION else reduction <= goal


def total_test(total: Target, intensity: Target | None, achieved: Fraction | None) -> Verdict:
    """Whether a holder's total is tested, given its intensity target and what was achieved of it.

    achieved: in the form of the intensity target (per cent of reduction); None when not known.
    Who reaches the incentive target is exempt; an elastic total gives way to the basic target.
    """
    if intensity is None or intensity.value is None:
        return Verdict(
            is_exempt=False,
            why=Label("没有强度目标,总量照常考核", "no intensity target: the total is tested"),
        )
    if achieved is None:
        return Verdict(
            is_exempt=False,
            why=Label("强度完成情况未知", "what was achieved of the intensity is not known"),
        )
    if intensity.incentive is not None and reaches(
        intensity, achieved, Fraction(intensity.incentive)
    ):
        goal = shown(intensity.incentive)
        return Verdict(
            is_exempt=True,
            why=Label(
                f"强度降低{shown(achieved)}%,达到激励目标{goal}%,免予总量考核",
                f"the intensity reaches the incentive target ({shown(achieved)} against {goal} %): "
                "exempt from the test of the total",
            ),
        )
    if total.elastic and reaches(intensity, achieved, Fraction(intensity.value)):
        goal = shown(intensity.value)
        return Verdict(
            is_exempt=True,
            why=Label(
                f"强度降低{shown(achieved)}%,完成目标{goal}%,总量弹性",
                f"the intensity target is met ({shown(achieved)} against {goal} %) and the total "
                "is elastic",
            ),
        )
    return Verdict(
        is_exempt=False,
        why=Label("强度目标未完成,总量照常考核", "the intensity target is not met: tested"),
    )
