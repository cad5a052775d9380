"""What may be told to everybody: the proof's own reading of the rule for public editions."""

from dataclasses import fields, replace

from services.alerts.domain.briefs.facts import (
    Desk,
    Facts,
    Group,
    Grouping,
    Label,
    Place,
    Situation,
    Tasks,
    Users,
)
from services.alerts.domain.briefs.proof.adding import added
from services.alerts.domain.briefs.proof.due_parts import members

_LEAST = 3
"""Fewer enterprises than these are not to be told as a sum."""


def let_out(facts: Facts) -> Facts:
    """The facts without what is for the office."""
    here = facts.situation
    monitored = _monitored(here)
    groupings = [_grouping(one) for one in here.groupings]
    situation = replace(
        here,
        places=tuple(_place(one, monitored) for one in here.places),
        counties=tuple(_place(one, monitored) for one in here.counties),
        groupings=tuple(one for one in groupings if one is not None),
        users=_users(here.users),
        outlook=(),
        tasks=Tasks(),
        data=replace(here.data, findings={}, corrections=()),
        unreconciled=(),
        hidden=0,
    )
    return replace(facts, situation=situation, desk=Desk(journal=facts.desk.journal), remarks={})


def _users(users: Users) -> Users:
    kept = [n for n, public in enumerate(users.public) if public]
    columns = {one.name: getattr(users, one.name) for one in fields(users)}
    return Users(**{name: tuple(column[n] for n in kept) for name, column in columns.items()})


def _monitored(here: Situation) -> dict[str, int]:
    """Enterprises in each county, and in each region that has counties."""
    found: dict[str, int] = {}
    for county in here.users.county:
        found[county] = found.get(county, 0) + 1
    direct = dict(found)
    for one in here.counties:
        found[one.parent] = found.get(one.parent, 0) + direct.get(one.code, 0)
    return found


def _place(one: Place, monitored: dict[str, int]) -> Place:
    if monitored.get(one.code, 0) >= _LEAST:
        return one
    told = tuple(measure for measure in one.measures if measure.scope != "monitored")
    return replace(one, measures=told, completeness=None)


def _grouping(one: Grouping) -> Grouping | None:
    """Parts of few enterprises are put together, with the smallest others if need be."""
    few = [part for part in members(one) if part.count is not None and 0 < part.count < _LEAST]
    if not few:
        return one
    others = [part for part in members(one) if part not in few and part.count]
    others.sort(key=lambda part: (part.moved.now.value or 0, part.code))
    while others and _count(few) < _LEAST:
        few.append(others.pop(0))
    if _count(few) < _LEAST:
        return None
    rest = added(one, tuple(few), Label("其他", "Others"), code="others")
    return replace(one, parts=(*(part for part in one.parts if part not in few), rest))


def _count(parts: list[Group]) -> int:
    return sum(part.count or 0 for part in parts)
