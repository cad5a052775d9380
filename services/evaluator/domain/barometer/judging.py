"""Rates a target by a rule set: which level, and by which comparison of exact numbers."""

from dataclasses import replace
from decimal import Decimal

from services.evaluator.domain.barometer.changes import start_of
from services.evaluator.domain.barometer.checks import (
    check,
    holds,
    met,
    threshold_of,
    threshold_text,
)
from services.evaluator.domain.barometer.five_year import described
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Check, Rating, RatingState, Reached
from services.evaluator.domain.barometer.yardsticks import (
    Yardstick,
    faults_of,
    impossible,
    target_source,
    yardstick,
)
from services.evaluator.domain.figures.figure import Figure, Label
from services.evaluator.domain.records.rule import (
    Basis,
    Condition,
    Grade,
    Quantity,
    Relation,
    RuleSet,
)
from services.evaluator.domain.records.target import Target
from services.evaluator.domain.statistics.leaves import read
from services.evaluator.domain.targets.duties import intensity_of

_MET = Condition(quantity=Quantity.GAP_SHARE, relation=Relation.AT_MOST, threshold=Decimal(0))


def rate(target: Target, rule: RuleSet, position: Position) -> Rating:
    """The target's rating; never raises for data that is missing: then it is not rated."""
    refusal = _refusal(target, rule, position)
    if refusal is not None:
        return _plain(target, rule, (refusal,))
    stick = yardstick(target, position, rule.basis)
    missing = () if _is_by_change(rule) else faults_of(stick) or impossible(stick)
    if missing:
        return _exempted(_plain(target, rule, missing), target, position)
    rating = described(_levelled(target, rule, position, stick), target, position, stick)
    return _exempted(_elastic(rating, target, position, stick), target, position)


def _is_by_change(rule: RuleSet) -> bool:
    """Whether the rule only asks how the measure has changed, whatever its target."""
    asked = {condition.quantity for grade in rule.grades for condition in grade.conditions}
    return asked == {Quantity.CHANGE}


def meets_incentive(target: Target, position: Position) -> Check | None:
    """Whether the position meets the incentive target so far; None: there is none, or no data."""
    if target.incentive is None:
        return None
    further = replace(target, value=target.incentive)
    return meets(further, replace(position, goal=position.further or _further(target, position)))


def meets(target: Target, position: Position) -> Check | None:
    """Whether the position meets the target so far, whatever single years ask; None: no data."""
    stick = yardstick(replace(target, yearly={}), position, Basis.CUMULATIVE)
    if faults_of(stick) or impossible(stick):
        return None
    left, relation, right = met(stick)
    done = holds(left.known, relation, right.known)
    return Check(condition=_MET, left=left, relation=relation, right=right, holds=done)


def reached(grade: Grade) -> Reached:
    """The grade as a level that somebody has."""
    name = Label(grade.name, grade.name_en)
    return Reached(level=grade.level, colour=grade.colour, name=name, severity=grade.severity)


def _further(target: Target, position: Position) -> Figure:
    source = target_source(target, position, "/incentive")
    label = Label(f"{target.name}激励目标", f"incentive target {target.name_en or target.code}")
    return read(label, target.incentive or Decimal(0), target.unit, source)


def _refusal(target: Target, rule: RuleSet, position: Position) -> Label | None:
    if rule.measures and target.measure not in rule.measures:
        return Label(
            f"规则{rule.code}不适用于{target.measure}",
            f"rule {rule.code} is not made for {target.measure}",
        )
    if not rule.published or target.measure in rule.unpublished:
        return Label(
            f"规则{rule.code}对{target.measure}的分级阈值从未公布，也未另行设定",
            f"the thresholds of rule {rule.code} for {target.measure} were never published, "
            "and none are configured",
        )
    if rule.quarters and position.quarter not in rule.quarters:
        quarters = ", ".join(map(str, rule.quarters))
        return Label(
            f"规则{rule.code}只在第{quarters}季度末评价",
            f"rule {rule.code} is applied only after quarter {quarters}",
        )
    if position.year < start_of(target):
        return Label("规划期尚未开始", "the years of the target have not begun")
    return None


def _plain(target: Target, rule: RuleSet, reasons: tuple[Label, ...]) -> Rating:
    return Rating(
        target=target.code,
        measure=target.measure,
        rule=rule.code,
        rule_version=rule.version,
        state=RatingState.NOT_RATED,
        reasons=reasons,
    )


def _levelled(target: Target, rule: RuleSet, position: Position, stick: Yardstick) -> Rating:
    """Tries the levels in their order; the last comparison made for a level settles it."""
    made: list[Check] = []
    for place, grade in enumerate(rule.grades):
        if grade.quarters and position.quarter not in grade.quarters:
            continue
        for number, condition in enumerate(grade.conditions):
            threshold = threshold_of(rule, place, number, position.commit)
            made.append(check(condition, threshold, stick, target, position))
            if missing := (*made[-1].left.missing, *made[-1].right.missing):
                return replace(_plain(target, rule, missing), checks=tuple(made))
            if not made[-1].holds:
                break
        else:
            return _settled(target, rule, grade, tuple(made))
    nothing = Label("没有符合条件的等级", "no level of the rule fits")
    return replace(_plain(target, rule, (nothing,)), checks=tuple(made))


def _settled(target: Target, rule: RuleSet, grade: Grade, made: tuple[Check, ...]) -> Rating:
    decisive = made[-1] if made else None
    said = [threshold_text(one) for one in grade.conditions]
    otherwise = Label("未达到其他等级的条件", "none of the other levels' conditions hold")
    text = Label("且".join(one.zh for one in said), " and ".join(one.en for one in said))
    return replace(
        _plain(target, rule, ()),
        state=RatingState.RATED,
        reached=reached(grade),
        checks=made,
        decisive=decisive,
        threshold=text if said else otherwise,
    )


def _elastic(rating: Rating, target: Target, position: Position, stick: Yardstick) -> Rating:
    """An elastic total that is exceeded keeps its level; the intensity that is met is remarked."""
    if not target.elastic or not position.intensity_met or faults_of(stick):
        return rating
    left, relation, right = met(stick)
    if holds(left.known, relation, right.known):
        return rating
    remark = Label(
        "总量弹性：强度基本目标已完成，总量超出控制目标",
        "elastic total: it is exceeded, while the basic target of the intensity is met",
    )
    return replace(rating, flags=(*rating.flags, remark))


def _exempted(rating: Rating, target: Target, position: Position) -> Rating:
    """A total gives way when the intensity meets its incentive target; its own level stays."""
    if intensity_of(target) is None or not position.incentive_met:
        return rating
    reason = Label(
        "强度达到激励目标，免于总量考核",
        "the intensity meets its incentive target: the total is not tested",
    )
    return replace(
        rating,
        state=RatingState.EXEMPT,
        raw=rating.reached,
        reached=None,
        reasons=(reason, *rating.reasons),
    )
