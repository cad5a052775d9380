"""Records are taken in: read, checked with everything they refer to, and put all or none."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.reading import read_all
from services.evaluator.domain.forms.written import Read, Written
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.record_check import wrongs
from services.evaluator.domain.records.indicator import Indicator
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.statement import Statement
from services.evaluator.domain.statement_check import StatementCheck, declared_items
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.register import Draft, RecordKind, Register

Reads = Mapping[RecordKind, Sequence[Read[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is wrong with records, and which of them say nothing new (their kinds and keys)."""

    faults: Sequence[Fault] = ()
    known: frozenset[tuple[RecordKind, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Looks at the records of some kinds together, those named twice among them."""

    kinds: frozenset[RecordKind]
    look: Callable[[Reads], Awaitable[Checked]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done, or would be. commit: 0 when nothing was. Keys are counted by kind."""

    records: int
    commit: int = 0
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()


class RecordsDesk:
    """Takes records of every kind."""

    def __init__(
        self,
        register: Register,
        rulebook: Rulebook,
        types: Mapping[RecordKind, type[Any]],
        checks: Sequence[Check] = (),
    ) -> None:
        """types: the dataclass of each kind. checks: beyond those that this desk makes itself."""
        self._register = register
        self._rulebook = rulebook
        self._types = types
        self._checks = checks
        self._checked = frozenset(kind for check in checks for kind in check.kinds)

    async def take(
        self,
        written: Mapping[str, Sequence[Written]],
        by: str,
        *,
        faults: Iterable[Fault] = (),
        dry_run: bool = False,
    ) -> Outcome:
        """Put everything on record unless there is a fault anywhere. Raises Unavailable.

        written: by name of the kind. faults: those that were found while files were read.
        """
        known = {kind.value: kind for kind in self._types}
        found = list(faults)
        for name in written.keys() - known.keys():
            found += _strangers(name, written[name], known)
        wanted = {known[name]: listed for name, listed in written.items() if name in known}
        # Long lists take a while to read: everything else goes on meanwhile.
        reads, wrong = await asyncio.to_thread(self._read, wanted)
        found += wrong
        checker = StatementCheck(self._rulebook.catalogue, await self._declared(reads))
        found += await asyncio.to_thread(_own_faults, checker, reads)
        others = await self._others(reads)
        found += others.faults
        count = sum(map(len, written.values()))
        if found:
            return Outcome(records=count, faults=tuple(found))
        holders = await self._holders(reads)
        drafts = [
            _draft(kind, one.record, checker, holders)
            for kind, listed in reads.items()
            for one in listed
            if (kind, one.record.key) not in others.known
        ]
        return await self._put(drafts, by, count, dry_run=dry_run)

    async def _put(self, drafts: Sequence[Draft], by: str, count: int, *, dry_run: bool) -> Outcome:
        if dry_run:
            return _outcome(count, 0, await self._foreseen(drafts))
        taken = await self._register.put(drafts, by)
        return _outcome(count, taken.commit, {(e.kind, e.key): e.version for e in taken.entries})

    async def _others(self, reads: Reads) -> Checked:
        looked = [
            await check.look(reads)
            for check in self._checks
            if any(reads.get(kind) for kind in check.kinds)
        ]
        return Checked(
            faults=[fault for one in looked for fault in one.faults],
            known=frozenset(place for one in looked for place in one.known),
        )

    def _read(
        self, wanted: Mapping[RecordKind, Sequence[Written]]
    ) -> tuple[dict[RecordKind, list[Read[Any]]], list[Fault]]:
        reads: dict[RecordKind, list[Read[Any]]] = {}
        faults: list[Fault] = []
        for kind, listed in wanted.items():
            reads[kind], wrong = read_all(self._types[kind], listed)
            faults += wrong
            if kind not in self._checked:
                faults += _twice(reads[kind])
        return reads, faults

    async def _declared(self, reads: Reads) -> frozenset[str]:
        if not reads.get(RecordKind.STATEMENT):
            return frozenset()
        stored = await self._register.find(RecordKind.INDICATOR)
        new = [one.record for one in reads.get(RecordKind.INDICATOR, ())]
        indicators: list[Indicator] = [*(entry.body for entry in stored), *new]
        return declared_items(ref for one in indicators for ref in _references(one))

    async def _holders(self, reads: Reads) -> Mapping[str, str]:
        """Code of a task -> its holder, whom reports about it concern as well."""
        reports = reads.get(RecordKind.PROGRESS, ())
        if not reports:
            return {}
        codes = sorted({one.record.task for one in reports})
        stored = await self._register.find(RecordKind.TASK, keys=codes)
        new = [one.record for one in reads.get(RecordKind.TASK, ())]
        return {task.code: task.holder for task in (*(entry.body for entry in stored), *new)}

    async def _foreseen(self, drafts: Sequence[Draft]) -> dict[tuple[RecordKind, str], int]:
        """The versions that there would be of those that say something new."""
        fates: dict[tuple[RecordKind, str], int] = {}
        for kind in {draft.kind for draft in drafts}:
            mine = [draft for draft in drafts if draft.kind is kind]
            stored = await self._register.find(kind, keys=[draft.key for draft in mine])
            newest = {entry.key: entry for entry in stored}
            for draft in mine:
                before = newest.get(draft.key)
                if before is None or before.body != draft.body:
                    fates[kind, draft.key] = before.version + 1 if before else 1
        return fates


def subject_of(body: Any) -> str:
    """Whom a record concerns; empty for everybody."""
    return str(getattr(body, "subject", "") or getattr(body, "holder", ""))


def _draft(
    kind: RecordKind, body: Any, checker: StatementCheck, holders: Mapping[str, str]
) -> Draft:
    hours = checker.hours(body) if isinstance(body, Statement) else None
    subject = holders.get(body.task, "") if isinstance(body, Progress) else subject_of(body)
    return Draft(kind=kind, key=body.key, subject=subject, body=body, hours=hours)


def _outcome(records: int, commit: int, fates: Mapping[tuple[RecordKind, str], int]) -> Outcome:
    added: dict[str, int] = {}
    changed: dict[str, int] = {}
    for (kind, _), version in fates.items():
        counts = added if version == 1 else changed
        counts[kind.value] = counts.get(kind.value, 0) + 1
    return Outcome(
        records=records,
        commit=commit,
        added=added,
        changed=changed,
        unchanged=records - len(fates),
    )


def _own_faults(checker: StatementCheck, reads: Reads) -> list[Fault]:
    return [
        one.fault(Wrong(key="", field=name, message=message))
        for listed in reads.values()
        for one in listed
        for name, message in wrongs(one.record, checker)
    ]


def _references(indicator: Indicator) -> Iterable[str]:
    yield indicator.stated
    for term in (*indicator.numerator, *indicator.denominator):
        yield term.ref


def _twice(reads: Sequence[Read[Any]]) -> list[Fault]:
    first: dict[str, Read[Any]] = {}
    faults: list[Fault] = []
    for one in reads:
        before = first.setdefault(one.record.key, one)
        if before is not one:
            place = before.place
            where = f"line {place.line} of {place.file}" if place.file else place.pointer or "/"
            message = f"is the same record as the one at {where}: {one.record.key}"
            faults.append(Fault(place=one.place, field=None, message=message))
    return faults


def _strangers(name: str, listed: Sequence[Written], known: Iterable[str]) -> list[Fault]:
    message = f"there are no records called {name!r}; known are {', '.join(sorted(known))}"
    return [Fault(place=one.place, field=None, message=message) for one in listed[:1]]
