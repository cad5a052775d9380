"""A rating: the level of a target by a rule set, and everything that a reader needs to check it."""

from dataclasses import dataclass
from enum import StrEnum

from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.records.rule import Condition, Relation
from services.evaluator.domain.statistics.growth import Approximate


class RatingState(StrEnum):
    """Whether there is a level."""

    RATED = "rated"
    NOT_RATED = "not-rated"
    """未评级: something is missing; the reasons say what."""
    EXEMPT = "exempt"
    """免于总量考核: the incentive target of the intensity is met."""


class Trend(StrEnum):
    """The level against that of the period before."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"
    """Rated now, not before."""
    LOST = "lost"
    """Rated before, not now."""
    NONE = "none"
    """Rated neither now nor before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A level of a rule: its own number, colour and name, and severity (0 none … 4 worst)."""

    level: int
    colour: str
    name: Label
    severity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition with the numbers put in: `left relation right`, and whether it holds."""

    condition: Condition
    left: Figure
    relation: Relation
    right: Figure
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveYear:
    """The cumulative position in the plan. passed, years: `k of n` years.

    change: since the base year (%). progress: of the target, as logarithms (or the amount used,
    for increments). required: k/n (%). remaining: change still needed until the last year (%);
    each_year: the same for every remaining year.
    """

    passed: Figure
    years: Figure
    change: Figure
    required: Figure
    progress: Approximate | None = None
    used: Figure | None = None
    remaining: Figure | None = None
    each_year: Approximate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What came out. reached: the level, None unless rated. raw: what an exempt one would be.

    actual, goal: what was done and what was asked for (%, or amounts in the target's unit).
    margin: how much better than asked, negative when short (the right side less the left where
    powers are compared, as then nothing shorter is exact); margin_points: the same as the
    difference of progress and required progress. decisive: the comparison that settled the level;
    checks: all that were made, in order.
    """

    target: str
    measure: str
    rule: str
    rule_version: str
    state: RatingState
    reached: Reached | None = None
    raw: Reached | None = None
    reasons: tuple[Label, ...] = ()
    flags: tuple[Label, ...] = ()
    actual: Figure | None = None
    goal: Figure | None = None
    margin: Figure | None = None
    margin_points: Approximate | None = None
    progress: Approximate | None = None
    required: Figure | None = None
    decisive: Check | None = None
    checks: tuple[Check, ...] = ()
    threshold: Label | None = None
    five_year: FiveYear | None = None


def trend(now: Rating | None, before: Rating | None) -> Trend:
    """How the level has moved since the period before; exempt ones count as having no level."""
    new = now.reached.severity if now and now.reached else None
    old = before.reached.severity if before and before.reached else None
    if new is None:
        return Trend.NONE if old is None else Trend.LOST
    if old is None:
        return Trend.NEW
    if new == old:
        return Trend.SAME
    return Trend.BETTER if new < old else Trend.WORSE
