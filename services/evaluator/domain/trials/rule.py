"""A rule to be tried in place of the one in force: its numbers, and whether they make sense."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from services.evaluator.domain.budget import Policy, Thresholds
from shared.model.level import Level


class RuleKind(StrEnum):
    """Which rule is tried."""

    USED = "used"
    """Levels by per cent of the budget."""
    PACE = "pace"
    """Levels by per cent above the line."""
    BAROMETER = "barometer"
    """Levels of targets by another rule set on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRule:
    """What is to be tried; None: as in force.

    thresholds: per cent by level; a level that is left out is not raised. clear_line_percent: of
    the line, at which levels of *used* below 100 % fall. fall_points: how far below its threshold a
    level of *pace* falls. from_percent: of the period, before which pace is not judged.
    """

    kind: RuleKind
    thresholds: Thresholds | None = None
    clear_line_percent: Decimal | None = None
    fall_points: Decimal | None = None
    from_percent: Decimal | None = None


def policy_of(rule: TrialRule, policy: Policy) -> Policy:
    """The policy with the rule's numbers in place of its own."""
    tried = rule.thresholds
    if rule.kind is RuleKind.USED:
        clear = rule.clear_line_percent
        return replace(
            policy,
            used=policy.used if tried is None else tried,
            used_clear_line_percent=policy.used_clear_line_percent if clear is None else clear,
        )
    fall, since = rule.fall_points, rule.from_percent
    return replace(
        policy,
        pace=policy.pace if tried is None else tried,
        pace_fall_points=policy.pace_fall_points if fall is None else fall,
        pace_from=policy.pace_from if since is None else Fraction(since) / 100,
    )


def wrongs(rule: TrialRule) -> Iterator[tuple[str, str]]:
    """Field and message of every number that makes no sense."""
    if rule.thresholds is not None:
        yield from _of_thresholds(rule.thresholds)
    others = {
        "clear_line_percent": (rule.clear_line_percent, RuleKind.USED, 100),
        "fall_points": (rule.fall_points, RuleKind.PACE, 1000),
        "from_percent": (rule.from_percent, RuleKind.PACE, 100),
    }
    for name, (value, kind, most) in others.items():
        if value is not None and rule.kind is not kind:
            yield name, f"is of the rule {kind}, not of {rule.kind}"
        elif value is not None and not 0 <= value <= most:
            yield name, f"must be from 0 to {most}"


def _of_thresholds(thresholds: Thresholds) -> Iterator[tuple[str, str]]:
    if not thresholds:
        yield "thresholds", "give at least one level, or leave them out"
    before: tuple[Level, Decimal] | None = None
    for level, percent in sorted(thresholds):
        name = f"thresholds.{level.word}"
        if level is Level.NONE:
            yield name, "is no warning"
        if not 0 < percent <= 100_000:
            yield name, "must be above 0"
        if before is not None and percent <= before[1]:
            yield name, f"must be above that of {before[0].word}, which is milder"
        before = (level, percent)
