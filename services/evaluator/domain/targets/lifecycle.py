"""Which version of a target counts on a day: draft, approved, in force, superseded.

On record a version is a draft, approved (or in force, which is the same), or a repeal. Of those
that have begun by a day the last recorded counts, so that a correction replaces what it corrects.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import State, Target
from services.evaluator.domain.targets.exactly import day

APPROVED = (State.APPROVED, State.IN_FORCE)
_SETTLED = ("holder", "measure", "form", "unit", "parent", "cut", "base_year", "first_year")
_ACCOMPANYING = frozenset(
    ("state", "approver", "approved_on", "effective_from", "reason", "counterpart", "transferred")
)


def is_approved(target: Target) -> bool:
    """Whether the version was approved (it may begin later, or have been replaced since)."""
    return target.state in APPROVED


def begins(target: Target) -> date:
    """The first day of the version; a draft never begins."""
    if target.state is State.DRAFT:
        return date.max
    return day(target.effective_from) or date.min


def index_on(versions: Sequence[Target], today: date) -> int | None:
    """Which of the versions (oldest first) is in force on the day; None if none is."""
    begun = [i for i, version in enumerate(versions) if begins(version) <= today]
    if not begun or versions[begun[-1]].state is State.SUPERSEDED:
        return None
    return begun[-1]


def in_force(versions: Sequence[Target], today: date) -> Target | None:
    """The version in force on the day."""
    index = index_on(versions, today)
    return None if index is None else versions[index]


def all_in_force(known: Mapping[str, Sequence[Target]], today: date) -> dict[str, Target]:
    """Of every target the version in force on the day, by code."""
    found = {code: in_force(versions, today) for code, versions in known.items()}
    return {code: target for code, target in found.items() if target is not None}


def states_on(versions: Sequence[Target], today: date) -> tuple[State, ...]:
    """What each version (oldest first) is on the day."""
    now = index_on(versions, today)
    return tuple(_state(version, i, now, today) for i, version in enumerate(versions))


def _state(version: Target, index: int, now: int | None, today: date) -> State:
    if index == now:
        return State.IN_FORCE
    if version.state is State.DRAFT:
        return State.DRAFT
    if begins(version) > today:
        return State.APPROVED
    return State.SUPERSEDED


def content(target: Target) -> tuple[object, ...]:
    """What the version asks for, without how it came to be."""
    return tuple(getattr(target, name) for name in Target.__slots__ if name not in _ACCOMPANYING)


def says_nothing_new(target: Target, versions: Sequence[Target]) -> bool:
    """Whether the record repeats what is known: a version, or the content of the newest."""
    if target in versions:
        return True
    repeats = bool(versions) and content(target) == content(versions[-1])
    return repeats and target.state is State.DRAFT


def check_next(target: Target, before: Sequence[Target], today: date) -> Iterator[Wrong]:
    """Faults of a version that follows those before it (oldest first)."""
    if target.state is not State.DRAFT:
        yield from _check_approval(target, today)
    yield from _check_settled(target, before)
    if target.state is State.SUPERSEDED and not any(map(is_approved, before)):
        yield Wrong(
            key=target.code,
            field="state",
            message="only a target that has been approved can be superseded; change the draft",
        )


def _check_approval(target: Target, today: date) -> Iterator[Wrong]:
    if not target.approver.strip():
        yield Wrong(
            key=target.code,
            field="approver",
            message=f"a target that is {target.state} names who approved it",
        )
    approved, effective = _dates(target)
    for field, found in (("approved_on", approved), ("effective_from", effective)):
        if found is None:
            message = f"a target that is {target.state} needs a date here, such as 2021-01-01"
            yield Wrong(key=target.code, field=field, message=message)
    if approved is not None and approved > today:
        yield Wrong(
            key=target.code,
            field="approved_on",
            message=f"{approved} is still to come: nobody can have approved it (today is {today})",
        )
    if effective is not None and effective > date(target.last_year, 12, 31):
        yield Wrong(
            key=target.code,
            field="effective_from",
            message=f"{effective} lies after the target's last year {target.last_year}",
        )


def _dates(target: Target) -> tuple[date | None, date | None]:
    return day(target.approved_on), day(target.effective_from)


def _check_settled(target: Target, before: Sequence[Target]) -> Iterator[Wrong]:
    approved = [version for version in before if is_approved(version)]
    for field in _SETTLED if approved else ():
        was = getattr(approved[-1], field)
        if getattr(target, field) != was:
            yield Wrong(
                key=target.code,
                field=field,
                message=f"is {was or 'empty'} ever since {target.code} was approved; give another "
                "target a code of its own",
            )
    last = day(approved[-1].approved_on) if approved else None
    now = day(target.approved_on) if is_approved(target) else None
    if last is not None and now is not None and now < last:
        yield Wrong(
            key=target.code,
            field="approved_on",
            message=f"{now} is before {last}, when the version before was approved",
        )


def beginnings(versions: Iterable[Target]) -> set[date]:
    """The days on which what is in force may change."""
    return {begins(version) for version in versions if version.state is not State.DRAFT}
