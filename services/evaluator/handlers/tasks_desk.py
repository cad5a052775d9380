"""Tasks, reports of progress and inventories: taken in, and how they stand on a day."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.written import Read
from services.evaluator.domain.forms.wrong import Wrong
from services.evaluator.domain.records.progress import Progress
from services.evaluator.domain.records.task import Task
from services.evaluator.domain.tasks.check import (
    check_inventories,
    check_progress,
    check_tasks,
)
from services.evaluator.domain.tasks.standing import Standing, standings
from services.evaluator.handlers.rulebook import Rulebook
from services.evaluator.ports.register import Draft, Entry, RecordKind, Register

Reads = Mapping[RecordKind, Sequence[Read[Any]]]
KINDS = (RecordKind.TASK, RecordKind.PROGRESS, RecordKind.INVENTORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of records: nothing where there are faults. commit: 0 when nothing changed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    commit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A task as it is on record, with how each of its instances stands on a day."""

    entry: Entry
    standings: tuple[Standing, ...]

    @property
    def task(self) -> Task:
        """The task itself."""
        task: Task = self.entry.body
        return task


class TasksDesk:
    """Takes tasks and reports, and tells what is behind."""

    def __init__(self, register: Register, rulebook: Rulebook) -> None:
        """The rulebook holds the catalogue in use."""
        self._register = register
        self._rulebook = rulebook
        self._turn = asyncio.Lock()

    async def take(
        self,
        reads: Reads,
        faults: Iterable[Fault] = (),
        *,
        by: str,
        today: date,
        dry_run: bool = False,
    ) -> Recorded:
        """Record tasks, reports and inventories in one commit, or nothing. Raises Unavailable.

        faults: those found while reading. Reports may be about tasks that come along.
        """
        async with self._turn:
            found = (*faults, *await self.check(reads, today))
            listed = [(kind, read.record) for kind in KINDS for read in reads.get(kind, ())]
            stored = await self._stored(listed)
            recorded = replace(_fates(listed, stored), faults=found)
            if found or dry_run or not (recorded.added or recorded.changed):
                return recorded
            holders = await self._holders(reads)
            drafts = [_draft(kind, body, holders) for kind, body in listed]
            taken = await self._register.put(drafts, by)
            return replace(recorded, commit=taken.commit)

    async def check(self, reads: Reads, today: date) -> tuple[Fault, ...]:
        """The faults of the records, looked at together; nothing is written."""
        catalogue = self._rulebook.catalogue
        tasks = reads.get(RecordKind.TASK, ())
        reports = reads.get(RecordKind.PROGRESS, ())
        inventories = reads.get(RecordKind.INVENTORY, ())
        known = await self._tasks_of(reports, tasks)
        return (
            *_placed(tasks, check_tasks([one.record for one in tasks], catalogue)),
            *_placed(reports, check_progress([one.record for one in reports], known, today)),
            *_placed(
                inventories,
                check_inventories([one.record for one in inventories], catalogue, today),
            ),
            *(fault for kind in KINDS for fault in _twice(reads.get(kind, ()))),
        )

    async def kept(
        self, on: date, as_of: int | None = None, codes: Sequence[str] | None = None
    ) -> tuple[Kept, ...]:
        """All tasks (or those of the codes) as they stood on the day, as was known at the commit.

        In the order of their codes.
        """
        entries = await self._register.find(RecordKind.TASK, keys=codes, as_of=as_of)
        reports = await self._reports(as_of)
        return tuple(
            Kept(entry=entry, standings=standings(entry.body, reports.get(entry.key, ()), on))
            for entry in entries
        )

    async def reports(self, code: str, as_of: int | None = None) -> tuple[Entry, ...]:
        """The reports about a task, the latest day first."""
        found = await self._register.find(RecordKind.PROGRESS, as_of=as_of)
        mine = [entry for entry in found if entry.body.task == code]
        return tuple(sorted(mine, key=lambda e: (e.body.on, e.commit), reverse=True))

    async def inventories(
        self, holder: str | None = None, year: int | None = None, as_of: int | None = None
    ) -> tuple[Entry, ...]:
        """The inventories, by holder and year."""
        subjects = None if holder is None else [holder]
        found = await self._register.find(RecordKind.INVENTORY, subjects=subjects, as_of=as_of)
        chosen = [entry for entry in found if year in (None, entry.body.year)]
        return tuple(sorted(chosen, key=lambda e: (e.body.holder, e.body.year)))

    async def _reports(self, as_of: int | None) -> dict[str, list[Progress]]:
        """Reports by task, in the order in which they were recorded."""
        found = await self._register.find(RecordKind.PROGRESS, as_of=as_of)
        grouped: dict[str, list[Progress]] = {}
        for entry in sorted(found, key=lambda entry: entry.commit):
            grouped.setdefault(entry.body.task, []).append(entry.body)
        return grouped

    async def _tasks_of(
        self, reports: Sequence[Read[Progress]], tasks: Sequence[Read[Task]]
    ) -> dict[str, Task]:
        if not reports:
            return {}
        codes = sorted({one.record.task for one in reports})
        stored = await self._register.find(RecordKind.TASK, keys=codes)
        known: dict[str, Task] = {entry.key: entry.body for entry in stored}
        return known | {one.record.code: one.record for one in tasks}

    async def _stored(
        self, listed: Sequence[tuple[RecordKind, Any]]
    ) -> dict[tuple[RecordKind, str], Any]:
        found: dict[tuple[RecordKind, str], Any] = {}
        for kind in KINDS:
            keys = [body.key for one, body in listed if one is kind]
            if keys:
                stored = await self._register.find(kind, keys=keys)
                found |= {(kind, entry.key): entry.body for entry in stored}
        return found

    async def _holders(self, reads: Reads) -> dict[str, str]:
        """Code of a task -> its holder, whom its reports concern as well."""
        reports = reads.get(RecordKind.PROGRESS, ())
        tasks = await self._tasks_of(reports, reads.get(RecordKind.TASK, ()))
        return {code: task.holder for code, task in tasks.items()}


def _fates(
    listed: Sequence[tuple[RecordKind, Any]], stored: Mapping[tuple[RecordKind, str], Any]
) -> Recorded:
    fates: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for kind, body in listed:
        before = stored.get((kind, body.key))
        fate = "added" if before is None else "unchanged" if before == body else "changed"
        fates[fate].append(body.key)
    return Recorded(
        added=tuple(fates["added"]),
        changed=tuple(fates["changed"]),
        unchanged=tuple(fates["unchanged"]),
    )


def _draft(kind: RecordKind, body: Any, holders: Mapping[str, str]) -> Draft:
    subject = holders.get(body.task, "") if kind is RecordKind.PROGRESS else body.holder
    return Draft(kind=kind, key=body.key, subject=subject, body=body)


def _key(body: Any) -> str:
    return body.code if isinstance(body, Task) else str(body.key)


def _placed(reads: Sequence[Read[Any]], wrongs: Iterable[Wrong]) -> list[Fault]:
    places = {_key(one.record): one for one in reads}
    return [places[wrong.key].fault(wrong) for wrong in wrongs]


def _twice(reads: Sequence[Read[Any]]) -> list[Fault]:
    seen: set[str] = set()
    found: list[Fault] = []
    for one in reads:
        key = _key(one.record)
        if key in seen:
            found.append(one.fault(Wrong(key=key, message=f"{key} stands here twice")))
        seen.add(key)
    return found
