"""All checks that a set of changed targets must pass together before it is recorded."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.targets.holders import below_fault, holder_fault
from services.evaluator.domain.targets.lifecycle import (
    all_in_force,
    beginnings,
    begins,
    check_next,
    in_force,
)
from services.evaluator.domain.targets.sound import first_day, sound
from services.evaluator.domain.targets.tree import (
    Division,
    Sums,
    Weights,
    divisions,
    sums,
    yearly_faults,
)
from shared.model.catalogue import Catalogue

Known = Mapping[str, Sequence[Target]]
"""Code -> versions, oldest first."""

_SHARED = ("form", "unit", "last_year", "base_year")


def check_targets(
    drafts: Sequence[Target],
    existing: Known,
    catalogue: Catalogue,
    today: date,
    gdp: Weights | None = None,
) -> tuple[Wrong, ...]:
    """Every fault that recording `drafts` together, in their order, would bring about.

    existing: all versions of at least the targets that the drafts change, of their parents, their
    parents' parts and their own parts. gdp: weights of reductions where no share is written down.
    """
    found: list[Wrong] = []
    known: dict[str, Sequence[Target]] = dict(existing)
    for draft in drafts:
        found += sound(draft, catalogue)
        before = known.get(draft.code, ())
        found += check_next(draft, before, today)
        known[draft.code] = (*before, draft)
    newest = {code: versions[-1] for code, versions in known.items()}
    others = _parts(newest, {draft.code for draft in drafts})
    for draft in drafts:
        found += _placed(draft, newest, others.get(draft.code, ()), catalogue)
    if not found:
        found += _divided(drafts, known, newest, gdp or {})
    return tuple(dict.fromkeys(found))


def remarks(targets: Mapping[str, Target], gdp: Weights | None = None) -> tuple[Wrong, ...]:
    """What could not be checked among the targets, and why."""
    found = ((division, sums(division, gdp)) for division in divisions(targets.values(), targets))
    return tuple(
        Wrong(key=division.parent.code, message=stand.remark)
        for division, stand in found
        if stand.remark
    )


def _parts(
    newest: Mapping[str, Target], looked_at: Collection[str]
) -> Mapping[str, Sequence[Target]]:
    """Parts by parent, without those that are looked at themselves."""
    grouped: dict[str, list[Target]] = defaultdict(list)
    for target in newest.values():
        stands = target.state is not State.SUPERSEDED
        if target.parent and stands and target.code not in looked_at:
            grouped[target.parent].append(target)
    return grouped


def _placed(
    draft: Target,
    newest: Mapping[str, Target],
    parts: Sequence[Target],
    catalogue: Catalogue,
) -> Iterator[Wrong]:
    """Faults of the draft's place below its parent, and of its parts' places below it."""
    if draft.parent:
        parent = newest.get(draft.parent)
        if parent is None:
            yield Wrong(
                key=draft.code,
                field="parent",
                message=f"there is no target {draft.parent}: add it first, or with this one",
            )
        else:
            yield from _fits(draft, parent, catalogue)
            yield from _no_circle(draft, newest)
    for child in parts:
        yield from _fits(child, draft, catalogue, key=draft.code)


def _fits(child: Target, parent: Target, catalogue: Catalogue, key: str = "") -> Iterator[Wrong]:
    whose = f"{child.code}: " if key else ""
    key = key or child.code
    for field in _SHARED:
        own, above = getattr(child, field), getattr(parent, field)
        if own != above:
            yield Wrong(
                key=key,
                field=field,
                message=f"{whose}{_said(own)} differs from {_said(above)} of {parent.code}, of "
                "which it is a part",
            )
    if child.measure != parent.measure and child.form not in (Form.AT_MOST, Form.AT_LEAST):
        yield Wrong(
            key=key,
            field="measure",
            message=f"{whose}a part of {parent.code} measures {parent.measure} as well",
        )
    why = _misplaced(child, parent, catalogue)
    if why:
        yield Wrong(key=key, field="holder", message=f"{whose}{why}")


def _misplaced(child: Target, parent: Target, catalogue: Catalogue) -> str | None:
    if holder_fault(child.holder, catalogue) or holder_fault(parent.holder, catalogue):
        return None  # told where the holder itself is checked
    if child.holder == parent.holder and child.measure != parent.measure:
        return None
    return below_fault(child.holder, parent.holder, first_day(child), catalogue)


def _said(value: object) -> str:
    return str(value) if value not in (None, "") else "nothing"


def _no_circle(draft: Target, newest: Mapping[str, Target]) -> Iterator[Wrong]:
    path, code = [draft.code], draft.parent
    while code in newest and code not in path:
        path.append(code)
        code = newest[code].parent
    if code == draft.code:
        yield Wrong(
            key=draft.code,
            field="parent",
            message=f"is a part of itself: {' → '.join([*path, code])}",
        )


def _divided(
    drafts: Sequence[Target], known: Known, newest: Mapping[str, Target], gdp: Weights
) -> Iterator[Wrong]:
    touched = {draft.code for draft in drafts} | {draft.parent for draft in drafts}
    touched |= {v.parent for draft in drafts for v in known[draft.code] if v.parent}
    standing = {code: t for code, t in newest.items() if t.state is not State.SUPERSEDED}
    keys = [draft.code for draft in drafts]
    yield from _uneven(touched, standing, keys, gdp, "")
    for on in _days(drafts, known, touched):
        yield from _uneven(touched, all_in_force(known, on), keys, gdp, f"in force on {on}: ")
    for draft in drafts:
        yield from _orphaned(draft, known)
        yield from _bereft(draft, known)


def _bereft(draft: Target, known: Known) -> Iterator[Wrong]:
    """The whole cannot be repealed while parts of it stay in force."""
    if draft.state is not State.SUPERSEDED:
        return
    on = begins(draft)
    view = all_in_force(known, on)
    parts = sorted(part.code for part in view.values() if part.parent == draft.code)
    if parts and draft.code not in view:
        yield Wrong(
            key=draft.code,
            field="state",
            message=f"{', '.join(parts)} are parts of it and stay in force on {on}: repeal them "
            "together with it",
        )


def _days(drafts: Sequence[Target], known: Known, touched: set[str]) -> list[date]:
    """Days from which other targets count than before, once the drafts are recorded."""
    first = min((begins(draft) for draft in drafts), default=date.max)
    concerned = (
        versions
        for code, versions in known.items()
        if code in touched or versions[-1].parent in touched
    )
    days = {on for versions in concerned for on in beginnings(versions)}
    return sorted(on for on in days if first <= on < date.max)


def _uneven(
    touched: set[str], view: Mapping[str, Target], keys: Iterable[str], gdp: Weights, when: str
) -> Iterator[Wrong]:
    parents = {code: view[code] for code in touched if code in view}
    for division in divisions(view.values(), parents):
        stand: Sums = sums(division, gdp)
        found = [("value", stand.fault)] if stand.fault else []
        found += [(f"yearly.{year}", message) for year, message in yearly_faults(division)]
        for field, message in found:
            key = _told_at(division, keys)
            yield Wrong(key=key, field=field, message=f"{when}{message}")
    for parent in parents.values():
        stand = _bare(parent)
        if stand.fault:
            yield Wrong(key=parent.code, field="reserve", message=f"{when}{stand.fault}")


def _bare(parent: Target) -> Sums:
    """What is kept undivided must not exceed the whole, whether or not there are parts."""
    bare = Division(parent=parent, cut="", parts=())
    over = parent.value is not None and bare.undivided > max(Fraction(parent.value), Fraction(0))
    return Sums(
        held=None,
        undivided=bare.undivided,
        difference=None,
        fault=f"reserve and unmonitored are more than the whole of {parent.code}" if over else "",
    )


def _told_at(division: Division, keys: Iterable[str]) -> str:
    parts = {part.code for part in division.parts}
    changed = [key for key in keys if key == division.parent.code or key in parts]
    return changed[0] if changed else division.parent.code


def _orphaned(draft: Target, known: Known) -> Iterator[Wrong]:
    """A part cannot be in force before the whole is."""
    if not draft.parent or draft.state in (State.DRAFT, State.SUPERSEDED):
        return
    on = begins(draft)
    if in_force(known[draft.parent], on) is None:
        yield Wrong(
            key=draft.code,
            field="effective_from",
            message=f"{draft.parent}, of which it is a part, is not in force on {on}: approve it "
            "first, or both together",
        )
