"""`/v1/replays`: what another rule would have raised, beside what the one in force raises."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request

from services.evaluator.domain.budget import Budget
from services.evaluator.domain.budget_cells import hour_named
from services.evaluator.domain.judgement import Step
from services.evaluator.domain.subjects import entity_of, name_of, regions_of, zone_of
from services.evaluator.domain.trials.comparing import Difference, Moved, counts
from services.evaluator.domain.trials.rule import RuleKind, TrialRule, wrongs
from services.evaluator.entrypoints.door import Caller
from services.evaluator.entrypoints.replays_shapes import (
    ReplayBody,
    ReplayView,
    StepView,
    TrialView,
    difference_view,
)
from services.evaluator.handlers.judge_budgets import BudgetDesk
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.trials.asked import Asked, TooMuchError
from services.evaluator.handlers.trials.budgets import BudgetTrial, BudgetTrialDesk
from services.evaluator.handlers.trials.ratings import (
    Rated,
    TargetTrial,
    TargetTrialDesk,
    UnknownRuleError,
)
from shared.kit.web import Problem
from shared.model.access import Principal, may_read
from shared.model.instants import FOREVER_US, hour_iso
from shared.model.level import Level
from shared.model.subject import Subject, SubjectKind

router = APIRouter(prefix="/v1/replays", tags=["replays"])

_RESPONSES: dict[int | str, dict[str, Any]] = {
    404: {"description": "no such subject, region or budget, or the key may not see it"},
    422: {"description": "the rule or the time makes no sense, or is too much at once"},
}
_BAD, _MUCH = "bad-replay", "too-much-replay"


@router.post("", summary="What this rule would have raised", responses=_RESPONSES)
async def replay(request: Request, caller: Caller, body: ReplayBody) -> ReplayView:
    """Judges the past twice, by the numbers given and by those in force; nothing is changed.

    `gained`: a level that only the rule tried reaches; `lost`: one that only the rule in force
    reaches; `earlier`, `later`, `same`: when each first does. A page holds `limit` budgets (or
    holders of targets): ask on with `cursor` and add up the counts.
    """
    sight = _Sight(request, caller, body.region.removeprefix("region:"))
    asked = await _asked(request, sight, body)
    if body.rule is RuleKind.BAROMETER:
        return await _of_targets(request, sight, body, asked)
    return await _of_budgets(request, sight, body, asked)


class _Sight:
    """What the caller may see of what is asked for."""

    def __init__(self, request: Request, caller: Principal, region: str) -> None:
        rulebook: Rulebook = request.state.rulebook
        self.catalogue = rulebook.catalogue
        self._caller, self._region = caller, region
        self._known: dict[str, bool] = {}

    def regions(self, subject: Subject) -> tuple[str, ...]:
        """Of the subject, nearest first."""
        return regions_of(self.catalogue, subject, FOREVER_US - 1)

    def visible(self, subject: Subject) -> bool:
        """Whether the caller may read the subject's books at all."""
        return may_read(self._caller, str(subject), self.regions(subject))

    def wanted(self, key: str) -> bool:
        """Whether it lies in the region asked for, and may be seen; worked out once each."""
        known = self._known.get(key)
        if known is None:
            subject = Subject.parse(key)
            inside = not self._region or self._region in self.regions(subject)
            known = self._known[key] = inside and self.visible(subject)
        return known

    def zone(self, subject: Subject | None) -> str:
        """In which dates are read."""
        return zone_of(self.catalogue, self.regions(subject) if subject else (self._region,))


async def _asked(request: Request, sight: _Sight, body: ReplayBody) -> Asked:
    subject = _somebody(sight, body.subject) if body.subject else None
    if body.region:
        _somebody(sight, f"{SubjectKind.REGION}:{body.region.removeprefix('region:')}")
    if body.budget:
        subject = await _budget_subject(request, sight, body.budget)
    zone_name = sight.zone(subject)
    first, end = _hour("from", body.begin, zone_name), _hour("to", body.end, zone_name)
    if first >= end:
        raise _unacceptable("to: lies before `from`, or at it")
    return Asked(
        first_hour=first,
        end_hour=end,
        subject=body.subject,
        budget=body.budget,
        after=body.cursor,
        limit=body.limit,
    )


async def _of_budgets(
    request: Request, sight: _Sight, body: ReplayBody, asked: Asked
) -> ReplayView:
    desk: BudgetTrialDesk = request.state.budget_trials
    rule = _rule(body)

    def may_see(budget: Budget) -> bool:
        return sight.wanted(str(budget.subject))

    try:
        found = await desk.tried(rule, asked, may_see)
    except TooMuchError as error:
        raise _unacceptable(str(error), _MUCH) from error
    items = [_budget_view(one, sight) for one in found.made if one.in_force or one.tried]
    courses = [one.courses for one in found.made]
    return ReplayView(
        rule=body.rule,
        start=hour_iso(asked.first_hour),
        end=hour_iso(asked.end_hour),
        selected=found.total,
        tried=len(found.made),
        silent=len(found.made) - len(items),
        unjudged=list(found.unjudged),
        raised_in_force=sum(both[0].rises for both in courses),
        raised_tried=sum(both[1].rises for both in courses),
        counts=_counts([one.differences for one in found.made]),
        items=items,
        next=found.next or None,
    )


async def _of_targets(
    request: Request, sight: _Sight, body: ReplayBody, asked: Asked
) -> ReplayView:
    if not body.rule_set:
        raise _unacceptable("rule_set: name a rule set, such as N2020; GET /v1/rules lists them")
    desk: TargetTrialDesk = request.state.target_trials
    try:
        found = await desk.tried(body.rule_set, asked, sight.wanted)
    except UnknownRuleError as error:
        raise _unacceptable(f"rule_set: {error}") from error
    except TooMuchError as error:
        raise _unacceptable(str(error), _MUCH) from error
    items = [_target_view(one) for one in found.made if _says_something(one)]
    courses = [one.courses for one in found.made]
    return ReplayView(
        rule=body.rule,
        start=hour_iso(asked.first_hour),
        end=hour_iso(asked.end_hour),
        selected=found.total,
        tried=len(found.made),
        silent=len(found.made) - len(items),
        unjudged=[],
        raised_in_force=sum(both[0].rises for both in courses),
        raised_tried=sum(both[1].rises for both in courses),
        counts=_counts([one.differences for one in found.made]),
        items=items,
        next=found.next or None,
    )


def _says_something(one: TargetTrial) -> bool:
    return any(course.worst > Level.NONE for course in one.courses)


def _budget_view(one: BudgetTrial, sight: _Sight) -> TrialView:
    budget = one.budget
    return TrialView(
        subject=str(budget.subject),
        subject_name=name_of(sight.catalogue, budget.subject),
        code=budget.code,
        name=budget.name,
        period=budget.period_text,
        zone=budget.period.zone_name,
        judged_to=hour_iso(one.to_hour),
        in_force=[_step(step) for step in one.in_force],
        tried=[_step(step) for step in one.tried],
        raised_in_force=one.courses[0].rises,
        raised_tried=one.courses[1].rises,
        differences=[difference_view(each, hour_iso) for each in one.differences],
        links={"budget": f"/v1/budgets/{quote(budget.code)}"},
    )


def _target_view(one: TargetTrial) -> TrialView:
    target = one.target
    return TrialView(
        subject=one.who.key,
        subject_name=one.who.name,
        code=target.code,
        name=target.name,
        period=f"{target.first_year}-{target.last_year}",
        zone=one.who.zone,
        judged_to=None,
        in_force=_levels(one.rated, lambda each: each.in_force),
        tried=_levels(one.rated, lambda each: each.tried),
        raised_in_force=one.courses[0].rises,
        raised_tried=one.courses[1].rises,
        differences=[difference_view(each, hour_iso) for each in one.differences],
        reasons=list(dict.fromkeys(reason for each in one.rated for reason in each.reasons)),
        links={"target": f"/v1/targets/{quote(target.code)}"},
    )


def _step(step: Step) -> StepView:
    return StepView(
        at=hour_iso(step.hour),
        level=step.level.word,
        quantity=step.quantity,
        line=step.line,
        used_percent=step.used_percent,
    )


def _levels(rated: Sequence[Rated], of: Callable[[Rated], Level | None]) -> list[StepView]:
    return [
        StepView(at=hour_iso(one.end_hour), level=level.word, period=one.period)
        for one in rated
        if (level := of(one)) is not None
    ]


def _counts(found: Sequence[Sequence[Difference]]) -> dict[str, int]:
    counted: Mapping[Moved, int] = counts(found)
    return {moved.value: count for moved, count in counted.items()}


def _rule(body: ReplayBody) -> TrialRule:
    try:
        levels = tuple(
            sorted((Level.of(word), percent) for word, percent in (body.thresholds or {}).items())
        )
    except ValueError as error:
        raise _unacceptable(f"thresholds: {error}") from error
    rule = TrialRule(
        kind=body.rule,
        thresholds=None if body.thresholds is None else levels,
        clear_line_percent=body.clear_line_percent,
        fall_points=body.fall_points,
        from_percent=body.from_percent,
    )
    found = [f"{field}: {message}" for field, message in wrongs(rule)]
    if found:
        raise _unacceptable("; ".join(found))
    return rule


def _somebody(sight: _Sight, key: str) -> Subject:
    try:
        subject = Subject.parse(key)
    except ValueError as error:
        raise _unacceptable(str(error)) from error
    if entity_of(sight.catalogue, subject) is None or not sight.visible(subject):
        detail = f"The catalogue has no {key} that this key may see."
        raise Problem(404, "Not found", detail, kind="no-such-subject")
    return subject


async def _budget_subject(request: Request, sight: _Sight, code: str) -> Subject:
    desk: BudgetDesk = request.state.budgets
    budget = (await desk.budgets()).get(code)
    if budget is None or not sight.visible(budget.subject):
        detail = f"There is no budget {code} that this key may see; GET /v1/budgets lists them."
        raise Problem(404, "Not found", detail, kind="no-such-budget")
    return budget.subject


def _hour(field: str, written: str, zone_name: str) -> int:
    try:
        return hour_named(written.strip(), zone_name)
    except ValueError as error:
        raise _unacceptable(f"{field}: {error}") from error


def _unacceptable(detail: str, kind: str = _BAD) -> Problem:
    return Problem(422, "This cannot be replayed", detail, kind=kind)
