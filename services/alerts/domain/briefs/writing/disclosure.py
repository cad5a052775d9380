"""What the public edition is written from: facts without anything that may not be let out.

Totals, intensities, levels and sectors of regions stay. Enterprises stay where they are marked
public. A sum of so few enterprises that it tells the figures of one is joined with others.
"""

from collections import Counter
from collections.abc import Iterator
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
from services.alerts.domain.briefs.writing.fields import joined, parts_of

LEAST_ENTERPRISES = 3
"""A sum of fewer tells somebody what is another's own."""
OTHERS = Label("其他", "Others")
_MONITORED = "monitored"


def disclosed(facts: Facts) -> Facts:
    """The facts that may be told to everybody."""
    return replace(
        facts,
        situation=_situation(facts.situation),
        desk=Desk(journal=facts.desk.journal),
        remarks={},
    )


def _situation(whole: Situation) -> Situation:
    counted = _counted(whole)
    return replace(
        whole,
        places=tuple(_place(one, counted) for one in whole.places),
        counties=tuple(_place(one, counted) for one in whole.counties),
        groupings=tuple(one for found in whole.groupings for one in _grouping(found)),
        users=_public(whole.users),
        outlook=(),
        tasks=Tasks(),
        data=replace(whole.data, findings={}, corrections=()),
        unreconciled=(),
        hidden=0,
    )


def _public(users: Users) -> Users:
    """The columns with only those that may be named."""
    keep = [n for n, public in enumerate(users.public) if public]
    names = [one.name for one in fields(users)]
    return replace(users, **{name: tuple(getattr(users, name)[n] for n in keep) for name in names})


def _counted(whole: Situation) -> Counter[str]:
    """Enterprises by county and by the region that the county lies in."""
    counted = Counter(whole.users.county)
    for one in whole.counties:
        counted[one.parent] += counted[one.code]
    return counted


def _place(one: Place, counted: Counter[str]) -> Place:
    """Without monitored figures where they are those of a few enterprises."""
    if counted[one.code] >= LEAST_ENTERPRISES:
        return one
    kept = tuple(measured for measured in one.measures if measured.scope != _MONITORED)
    return replace(one, measures=kept, completeness=None)


def _grouping(one: Grouping) -> Iterator[Grouping]:
    """The grouping with parts of few enterprises joined; nothing where even that is of few."""
    parts = parts_of(one)
    few = tuple(part for part in parts if _is_few(part.count))
    if not few:
        yield one
        return
    rest = sorted(
        (part for part in parts if part not in few and part.count),
        key=lambda part: (part.moved.now.value or 0, part.code),
    )
    while rest and sum(part.count or 0 for part in few) < LEAST_ENTERPRISES:
        few = (*few, rest.pop(0))
    if sum(part.count or 0 for part in few) < LEAST_ENTERPRISES:
        return
    yield replace(one, parts=(*(part for part in one.parts if part not in few), _others(one, few)))


def _is_few(count: int | None) -> bool:
    return count is not None and 0 < count < LEAST_ENTERPRISES


def _others(one: Grouping, few: tuple[Group, ...]) -> Group:
    return replace(joined(one, few, OTHERS), code="others")
