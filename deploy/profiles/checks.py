"""What must hold inside a profile: names that are used exist, numbers have their clause."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from deploy.profiles.divisions import divisions
from deploy.profiles.model import Duty, Goal, Profile
from services.evaluator.domain.figures.names import FOUR
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form

_LEVELS = ("county", "prefecture")
_EVERY = ("", "month", "quarter", "half-year", "year")


def faults_of(profile: Profile) -> tuple[Wrong, ...]:
    """Every fault, with the field where it stands (`targets.3.measure`)."""
    found = (
        *_place(profile),
        *_unique(profile),
        *_targets(profile),
        *_tasks(profile),
        *_tiers(profile),
    )
    return tuple(Wrong(key=profile.name, field=field, message=text) for field, text in found)


Found = Iterator[tuple[str, str]]


def _place(profile: Profile) -> Found:
    if profile.place.region not in divisions():
        yield "place.region", f"there is no division {profile.place.region}"
    if not profile.years.base < profile.years.first <= profile.years.last:
        yield "years", "base, first and last year must follow one another"
    if _day(profile.plan.issued) is None:
        yield "plan.issued", "is not a date such as 2021-10-18"
    if profile.fallback_lead.name not in {one.name for one in profile.departments}:
        yield "fallback_lead.name", "is none of the departments"


def _unique(profile: Profile) -> Found:
    listed: tuple[tuple[str, Iterable[str]], ...] = (
        ("targets", (one.code for one in profile.targets)),
        ("tasks", (one.code for one in profile.tasks)),
        ("indicators", (one.code for one in profile.indicators)),
        ("sectors", (one.code for one in profile.sectors)),
        ("departments", (one.name for one in profile.departments)),
    )
    for field, codes in listed:
        for code, count in Counter(codes).items():
            if count > 1:
                yield field, f"{code} stands there {count} times"


def _targets(profile: Profile) -> Found:
    measures = {*FOUR, *(one.code for one in profile.indicators)}
    tags = {f"tag:{one.code}" for one in profile.sectors}
    codes = {one.code for one in profile.targets}
    for index, goal in enumerate(profile.targets):
        at = f"targets.{index}"
        if goal.measure not in measures:
            yield f"{at}.measure", f"{goal.measure} is neither a measure nor an indicator listed"
        if goal.holder and goal.holder not in tags and not _is_region(goal.holder):
            yield f"{at}.holder", f"{goal.holder} is neither a region nor one of the sectors"
        if goal.part_of and goal.part_of not in codes:
            yield f"{at}.part_of", f"there is no target {goal.part_of}"
        yield from ((f"{at}.{field}", text) for field, text in _goal(goal))


def _goal(goal: Goal) -> Iterator[tuple[str, str]]:
    if not goal.clause.strip():
        yield "clause", "is missing: say where in the plan it stands"
    if goal.form is Form.REDUCTION and goal.unit != "%":
        yield "unit", "a reduction is in %"
    if goal.value is None and not goal.note:
        yield "note", "is missing: say why there is no value"
    if goal.each and goal.each not in _LEVELS:
        yield "each", f"is none of {', '.join(_LEVELS)}"


def _tasks(profile: Profile) -> Found:
    departments = {one.name for one in profile.departments}
    targets = {one.code for one in profile.targets}
    for index, duty in enumerate(profile.tasks):
        for name in (*duty.lead, *duty.joining):
            if name not in departments:
                yield f"tasks.{index}", f"{name} is none of the departments"
        for code in duty.serves:
            if code not in targets:
                yield f"tasks.{index}.serves", f"there is no target {code}"
        yield from ((f"tasks.{index}.{field}", text) for field, text in _duty(duty))


def _duty(duty: Duty) -> Iterator[tuple[str, str]]:
    if not duty.clause.strip():
        yield "clause", "is missing: say where in the plan it stands"
    if duty.due and _day(duty.due) is None:
        yield "due", f"{duty.due!r} is not a date such as 2025-12-31"
    if duty.every not in _EVERY:
        yield "every", f"{duty.every!r} is none of {', '.join(filter(None, _EVERY))}"
    if duty.holder and not _is_region(duty.holder):
        yield "holder", f"there is no division {duty.holder}"


def _tiers(profile: Profile) -> Found:
    for index, tier in enumerate(profile.differentiation):
        for code in tier.members:
            if code not in divisions():
                yield f"differentiation.{index}.members", f"there is no division {code}"


def _is_region(subject: str) -> bool:
    kind, _, code = subject.partition(":")
    return kind == "region" and code in divisions()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
