"""Targets are written, shared out, approved and exchanged: all of a change or nothing of it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Protocol

from services.evaluator.domain.budget_rows import Fault, Place
from services.evaluator.domain.figures.figure import Figure
from services.evaluator.domain.forms.written import Read
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.statement import Statement, Status
from services.evaluator.domain.records.target import Form, State, Target
from services.evaluator.domain.targets.lifecycle import all_in_force, says_nothing_new
from services.evaluator.domain.targets.transfer import Transfer, transfer
from services.evaluator.domain.targets.tree import Weights
from services.evaluator.domain.targets.whatif import Effect, Rated, what_if
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.handlers.target_book import Shelf, TargetBook
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import Draft, RecordKind, Register

GDP = "gdp"


class Rater(Protocol):
    """Rates targets, as if each were in force, by what is known as of a commit."""

    async def rate(
        self, targets: Sequence[Target], period: str, as_of: int | None = None
    ) -> Sequence[Rated]:
        """Their ratings for a reporting period, in the same order."""

    async def base(self, target: Target, as_of: int | None = None) -> Figure | None:
        """The measure of the target's base year, as ratings take it; None without such a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approves what, when, from which day it holds, and whether its parts go with it."""

    codes: tuple[str, ...]
    approver: str
    approved_on: str
    effective_from: str
    reason: str = ""
    with_parts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a change: nothing where there are faults, all of it otherwise.

    commit: 0 when nothing was written. effects: levels before and after, where asked for.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Wrong, ...] = ()
    effects: tuple[Effect, ...] = ()
    commit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """A change worked out against what is known: its drafts with their places, or its faults."""

    reads: tuple[Read[Target], ...] = ()
    unchanged: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


_Wishes = Callable[[Mapping[str, Sequence[Target]]], _Wish]


class TargetsDesk:
    """Takes every change of targets, one at a time."""

    def __init__(self, register: Register, rulebook: Rulebook, rater: Rater | None = None) -> None:
        """The rulebook holds the catalogue in use; without a rater what-if shows no levels."""
        self.book = TargetBook(register)
        self._register = register
        self._rulebook = rulebook
        self._rater = rater
        self._turn = asyncio.Lock()

    async def base_of(self, target: Target, as_of: int | None = None) -> Figure | None:
        """What a total starts from: the amount of its base year. Raises Unavailable."""
        if self._rater is None or target.form is not Form.TOTAL or target.base_year is None:
            return None
        return await self._rater.base(target, as_of)

    async def take(
        self,
        reads: Sequence[Read[Target]],
        faults: Iterable[Fault] = (),
        *,
        by: str,
        today: date,
        dry_run: bool = False,
        period: str = "",
    ) -> Outcome:
        """Record new targets and new versions. Raises Unavailable.

        faults: those found while reading. dry_run: only tell what would be; with `period` (a
        reporting period) also the levels that there would be.
        """
        found = tuple(faults)

        def wish(known: Mapping[str, Sequence[Target]]) -> _Wish:
            new = [r for r in reads if not says_nothing_new(r.record, known.get(r.record.code, ()))]
            fresh = {r.record.code for r in new}
            same = {r.record.code for r in reads} - fresh
            return _Wish(
                reads=tuple(new), unchanged=tuple(sorted(same)), faults=(*found, *_twice(new))
            )

        return await self._do(wish, by=by, today=today, dry_run=dry_run, period=period)

    async def check(self, reads: Sequence[Read[Target]], today: date) -> tuple[Fault, ...]:
        """The faults that recording these together would have; nothing is written."""
        outcome = await self.take(reads, by="", today=today, dry_run=True)
        return outcome.faults

    async def weights(self, targets: Sequence[Target]) -> Weights:
        """GDP by which the reductions among these targets are weighed. Raises Unavailable."""
        return await self._gdp(targets, {})

    async def transfer(
        self, wanted: Transfer, *, by: str, today: date, dry_run: bool = False
    ) -> Outcome:
        """Move an amount between two parts of the same whole, in one commit."""

        def wish(known: Mapping[str, Sequence[Target]]) -> _Wish:
            shared = frozenset(versions[-1].parent for versions in known.values())
            moved = transfer(wanted, known, shared)
            return _Wish(reads=_placed(moved.drafts), faults=_unplaced(moved.faults))

        return await self._do(wish, by=by, today=today, dry_run=dry_run)

    async def approve(
        self, approval: Approval, *, by: str, today: date, dry_run: bool = False
    ) -> Outcome:
        """Approve drafts, with the drafts among their parts."""

        def wish(known: Mapping[str, Sequence[Target]]) -> _Wish:
            return _approved(approval, known)

        return await self._do(wish, by=by, today=today, dry_run=dry_run)

    async def _do(
        self, wishes: _Wishes, *, by: str, today: date, dry_run: bool, period: str = ""
    ) -> Outcome:
        async with self._turn:
            while True:
                shelf = await self.book.shelf()
                known = {code: [e.body for e in entries] for code, entries in shelf.items()}
                wish = wishes(known)
                outcome = await self._checked(wish, known, today, period if dry_run else "")
                if dry_run or outcome.faults or not wish.reads:
                    return outcome
                try:
                    return await self._put(wish, outcome, shelf, by)
                except ConflictError:
                    continue

    async def _checked(
        self, wish: _Wish, known: Mapping[str, Sequence[Target]], today: date, period: str
    ) -> Outcome:
        drafts = [read.record for read in wish.reads]
        catalogue = self._rulebook.catalogue
        gdp = await self._gdp(drafts, known)
        checked = await asyncio.to_thread(what_if, drafts, known, catalogue, today, None, gdp)
        placed = {read.record.code: read for read in wish.reads}
        faults = (*wish.faults, *(_at(wrong, placed) for wrong in checked.faults))
        added = [code for code in placed if code not in known]
        effects = await self._effects(drafts, known, today, period) if period else ()
        return Outcome(
            added=tuple(sorted(added)),
            changed=tuple(sorted(set(placed) - set(added))),
            unchanged=wish.unchanged,
            faults=faults,
            remarks=checked.remarks,
            effects=effects,
        )

    async def _put(self, wish: _Wish, outcome: Outcome, shelf: Shelf, by: str) -> Outcome:
        drafts = [read.record for read in wish.reads]
        taken = await self._register.put(
            [_draft(target) for target in drafts], by, based_on=_looked_at(drafts, shelf)
        )
        return replace(outcome, commit=taken.commit)

    async def _gdp(
        self, drafts: Sequence[Target], known: Mapping[str, Sequence[Target]]
    ) -> Weights:
        """GDP of the holders of reductions that are weighed against each other."""
        parents = {t.parent for t in drafts} | {t.code for t in drafts}
        newest = {code: versions[-1] for code, versions in known.items()}
        newest |= {target.code: target for target in drafts}
        holders = {
            target.holder
            for target in newest.values()
            if target.form is Form.REDUCTION and target.parent in parents and target.weight is None
        }
        if not holders:
            return {}
        found = await self._register.find(RecordKind.STATEMENT, subjects=sorted(holders))
        return _weights(entry.body for entry in found)

    async def _effects(
        self,
        drafts: Sequence[Target],
        known: Mapping[str, Sequence[Target]],
        today: date,
        period: str,
    ) -> tuple[Effect, ...]:
        if self._rater is None:
            return ()
        now = all_in_force(known, today)
        wanted = [*drafts, *(now[draft.code] for draft in drafts if draft.code in now)]
        rated = await self._rater.rate(wanted, period)
        by_identity = {id(t): rating for t, rating in zip(wanted, rated, strict=True)}
        standing = {code: [target] for code, target in now.items()}
        checked = what_if(
            drafts, standing, self._rulebook.catalogue, today, lambda t: by_identity[id(t)]
        )
        return checked.effects


def _twice(reads: Sequence[Read[Target]]) -> tuple[Fault, ...]:
    seen: set[str] = set()
    found: list[Fault] = []
    for read in reads:
        code = read.record.code
        if code in seen:
            message = f"{code} stands here twice: send its versions one after the other"
            found.append(read.fault(Wrong(key=code, field="code", message=message)))
        seen.add(code)
    return tuple(found)


def _approved(approval: Approval, known: Mapping[str, Sequence[Target]]) -> _Wish:
    newest = {code: versions[-1] for code, versions in known.items()}
    faults: list[Wrong] = []
    for code in approval.codes:
        if code not in newest:
            faults.append(Wrong(key=code, field="code", message=f"there is no target {code!r}"))
        elif newest[code].state is not State.DRAFT and not approval.with_parts:
            message = f"its newest version is {newest[code].state} already"
            faults.append(Wrong(key=code, field="code", message=message))
    wanted = _with_parts(approval, newest)
    drafts = [newest[code] for code in wanted if newest[code].state is State.DRAFT]
    if not drafts and not faults:
        named = ", ".join(approval.codes)
        faults.append(Wrong(key=named, message=f"nothing of {named} waits to be approved"))
    changed = [
        replace(
            draft,
            state=State.APPROVED,
            approver=approval.approver.strip(),
            approved_on=approval.approved_on,
            effective_from=approval.effective_from,
            reason=approval.reason or draft.reason,
        )
        for draft in drafts
    ]
    return _Wish(reads=_placed(changed), faults=_unplaced(faults))


def _with_parts(approval: Approval, newest: Mapping[str, Target]) -> list[str]:
    found = [code for code in dict.fromkeys(approval.codes) if code in newest]
    if not approval.with_parts:
        return found
    below: dict[str, list[str]] = {}
    for target in newest.values():
        below.setdefault(target.parent, []).append(target.code)
    for code in found:  # grows while it is walked: parts of parts follow
        found += [part for part in sorted(below.get(code, ())) if part not in found]
    return found


def _placed(drafts: Iterable[Target]) -> tuple[Read[Target], ...]:
    return tuple(Read(record=draft, place=Place(pointer=f"/{draft.code}")) for draft in drafts)


def _unplaced(wrong: Iterable[Wrong]) -> tuple[Fault, ...]:
    return tuple(_at(one, {}) for one in wrong)


def _at(wrong: Wrong, placed: Mapping[str, Read[Target]]) -> Fault:
    read = placed.get(wrong.key)
    if read is not None:
        return read.fault(wrong)
    message = f"{wrong.key}: {wrong.message}"
    return Fault(place=Place(), field=wrong.field or None, message=message)


def _draft(target: Target) -> Draft:
    return Draft(kind=RecordKind.TARGET, key=target.key, subject=target.holder, body=target)


def _looked_at(drafts: Sequence[Target], shelf: Shelf) -> dict[str, int]:
    """Versions of everything that the checks of these drafts looked at."""
    codes = {draft.code for draft in drafts} | {draft.parent for draft in drafts}
    family = {code: e[-1].version for code, e in shelf.items() if _is_near(e[-1].body, codes)}
    return {draft.code: 0 for draft in drafts} | family


def _is_near(target: Target, codes: set[str]) -> bool:
    return target.code in codes or target.parent in codes - {""}


def _weights(statements: Iterable[Statement]) -> dict[tuple[str, int], Fraction]:
    """GDP by holder and whole year; final figures before preliminary ones."""
    found: dict[tuple[str, int], Fraction] = {}
    known = [s for s in statements if s.item == GDP and s.value is not None and s.period.isdigit()]
    for statement in sorted(known, key=lambda one: one.status is Status.FINAL):
        found[statement.subject, int(statement.period)] = Fraction(statement.value or 0)
    return found
