"""From a profile to what goes on record: targets approved and in force, indicators, tasks."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from deploy.profiles.divisions import Division, below
from deploy.profiles.model import Duty, Gauge, Goal, Profile
from services.evaluator.domain.records.indicator import Direction, Indicator
from services.evaluator.domain.records.target import State, Target
from services.evaluator.domain.records.task import Every, Task
from services.evaluator.domain.statistics.items import usual_unit

_DUE_AFTER = {Every.MONTH: 15, Every.QUARTER: 30, Every.HALF_YEAR: 45, Every.YEAR: 90}
"""Days after a period's end at which a report on it is due; no plan says, so these are ours."""
_AREAS = frozenset(("万亩", "亩", "万m2", "hm2", "万hm2"))
_CAPACITIES = frozenset(("万kW",))
_BETTER = {"more": Direction.HIGHER, "less": Direction.LOWER}


def targets(profile: Profile) -> tuple[Target, ...]:
    """The plan's targets, as the plan's issuer has approved them."""
    found = [
        _target(profile, goal, place)
        for goal in profile.targets
        for place in _everyone(profile, goal.each)
    ]
    return tuple(found)


def _everyone(profile: Profile, level: str) -> Iterable[Division | None]:
    return below(profile.place.region, level) if level else (None,)


def _target(profile: Profile, goal: Goal, place: Division | None) -> Target:
    years = profile.years
    name = goal.name if place is None else f"{place.name}{goal.name}"
    last = goal.last or years.last
    return Target(
        code=goal.code if place is None else f"{goal.code}-{place.code}",
        name=name,
        name_en=goal.name_en,
        holder=f"region:{place.code}" if place else goal.holder or profile.region,
        measure=goal.measure,
        form=goal.form,
        value=goal.value,
        incentive=goal.incentive,
        unit=goal.unit,
        base_year=goal.base or years.base,
        first_year=years.first,
        last_year=last,
        yearly=_yearly(goal, years.first, last),
        binding=goal.binding,
        elastic=goal.elastic,
        rule=profile.rules[goal.measure].rule if goal.measure in profile.rules else "",
        exclusions=goal.exclusions,
        state=State.APPROVED,
        approver=profile.plan.issuer,
        approved_on=profile.plan.issued,
        effective_from=f"{years.first}-01-01",
        plan=profile.plan.citation,
        source=goal.clause,
        confidence="S",
        note=note_of(profile, goal),
    )


def _yearly(goal: Goal, first: int, last: int) -> Mapping[str, Decimal]:
    if not goal.yearly or goal.value is None:
        return {}
    return {str(year): goal.value for year in range(first, last + 1)}


def note_of(profile: Profile, goal: Goal) -> str:
    """The remark, with 左右 and the mark of a draft where they belong."""
    parts = (goal.note, "左右" if goal.about else "", "征求意见稿" if profile.plan.draft else "")
    return "；".join(part for part in parts if part)


def indicators(profile: Profile, shipped: Iterable[str] = ()) -> tuple[Indicator, ...]:
    """Definitions of the plan's indicators, but for those that the service knows already."""
    known = frozenset(shipped)
    return tuple(
        Indicator(
            code=gauge.code,
            name=gauge.name,
            name_en=gauge.name_en,
            # Levels come in the unit that amounts are added in; targets may use another size.
            unit=usual_unit(gauge.unit)[0],
            direction=_BETTER[gauge.better],
            stated=stated_as(gauge),
            source=profile.plan.citation,
            confidence="S",
        )
        for gauge in profile.indicators
        if gauge.code not in known
    )


def stated_as(gauge: Gauge) -> str:
    """Where an office's own number of the indicator is looked for."""
    if gauge.unit == "%":
        return f"level:share:{gauge.code}"
    if gauge.unit in _AREAS:
        return f"level:area:{gauge.code}"
    if gauge.unit in _CAPACITIES or gauge.code.endswith("-capacity"):
        return f"level:capacity:{gauge.code}"
    return f"level:{gauge.code}"


def tasks(profile: Profile) -> tuple[Task, ...]:
    """The plan's task list; a task that every county has becomes one for each."""
    return tuple(
        _task(profile, duty, place)
        for duty in profile.tasks
        for place in _everyone(profile, duty.each)
    )


def _task(profile: Profile, duty: Duty, place: Division | None) -> Task:
    every = Every(duty.every) if duty.every else Every.ONCE
    regular = every is not Every.ONCE
    served = [f"{code}-{place.code}" if place else code for code in duty.serves]
    return Task(
        code=f"{duty.code}-{place.code}" if place else duty.code,
        name=f"{place.name}：{duty.title}" if place else duty.title,
        name_en=duty.title_en,
        holder=f"region:{place.code}" if place else duty.holder or profile.region,
        lead=duty.lead,
        joining=duty.joining,
        deadline=duty.due or (f"{profile.years.last}-12-31" if regular else ""),
        begins=f"{profile.years.first}-01-01" if regular else "",
        every=every,
        due_after=_DUE_AFTER.get(every, 0),
        serves=tuple(served),
        milestones=duty.milestones,
        plan=profile.plan.citation,
        clause=duty.clause,
        source=profile.plan.citation,
        confidence="S",
        note=_task_note(profile, duty),
    )


def _task_note(profile: Profile, duty: Duty) -> str:
    parts = (
        "参加单位后有“等”" if duty.more else "",
        "" if duty.lead else f"规划未列牵头单位；由{profile.fallback_lead.name}跟踪",
        "" if duty.due else "规划未列期限",
        "征求意见稿" if profile.plan.draft else "",
    )
    return "；".join(part for part in parts if part)
