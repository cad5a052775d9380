"""Records that come with the program: version 0 of a register, until somebody records another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from services.evaluator.adapters.factors_file import load_shipped
from services.evaluator.adapters.record_files import read_records
from services.evaluator.adapters.register_codec import TYPES
from services.evaluator.domain.budget_rows import Fault
from services.evaluator.domain.forms.reading import read_all
from services.evaluator.domain.records.factor import FactorRecord
from services.evaluator.handlers.records_desk import subject_of
from services.evaluator.ports.register import Draft, Entry, RecordKind, Taken
from services.evaluator.ports.register_pages import RegisterPages

SHIPPED_BY = "shipped"
FOLDERS = ("rules", "limits", "indicators", "sheets", "methods")
"""Folders of data whose files hold lists of records; factors have a form of their own."""

Shipped = Mapping[RecordKind, Sequence[Any]]


class ShippedError(ValueError):
    """A file of the package cannot be used; the message names every fault."""


def load_records(factors: Sequence[FactorRecord] | None = None) -> Shipped:
    """All records of the package. factors: instead of the package's own. Raises ShippedError."""
    found: dict[RecordKind, list[Any]] = {
        RecordKind.FACTOR: list(load_shipped("").records if factors is None else factors)
    }
    faults: list[Fault] = []
    for file in _files():
        lists, wrong = read_records(file.name, file.read_text(encoding="utf-8"))
        faults += wrong
        for name, written in lists.items():
            kind = RecordKind(name)
            reads, wrong = read_all(TYPES[kind], written)
            faults += wrong
            found.setdefault(kind, []).extend(read.record for read in reads)
    if faults:
        raise ShippedError("; ".join(_told(fault) for fault in faults))
    return found


def _files() -> Iterator[Traversable]:
    root = files("services.evaluator") / "data"
    for folder in FOLDERS:
        if (root / folder).is_dir():
            listed = (file for file in (root / folder).iterdir() if file.name.endswith(".yaml"))
            yield from sorted(listed, key=lambda file: file.name)


def _told(fault: Fault) -> str:
    return f"{fault.place.file} line {fault.place.line}: {fault.field or ''} {fault.message}"


class WithShipped:
    """A RegisterPages in which records of the package stand until one of their key is recorded."""

    def __init__(self, register: RegisterPages, shipped: Shipped) -> None:
        self._register = register
        self._shipped = {
            kind: {body.key: _entry(kind, body) for body in bodies}
            for kind, bodies in shipped.items()
        }

    async def put(
        self, drafts: Sequence[Draft], by: str, *, based_on: Mapping[str, int] | None = None
    ) -> Taken:
        """See Register."""
        return await self._register.put(drafts, by, based_on=based_on)

    async def find(
        self,
        kind: RecordKind,
        *,
        keys: Sequence[str] | None = None,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
    ) -> Sequence[Entry]:
        """See Register; a record of the package is known as of every commit."""
        found = await self._register.find(kind, keys=keys, subjects=subjects, as_of=as_of)
        known = self._shipped.get(kind, {})
        wanted = known.values() if keys is None else (known[k] for k in keys if k in known)
        return _merged(found, _of(wanted, subjects))

    async def page(
        self,
        kind: RecordKind,
        *,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
        after: str = "",
        limit: int = 100,
    ) -> Sequence[Entry]:
        """See RegisterPages."""
        found = await self._register.page(
            kind, subjects=subjects, as_of=as_of, after=after, limit=limit
        )
        # Beyond a full page there may be records that replace what was shipped.
        last = found[-1].key if len(found) == limit else None
        shipped = (
            entry
            for key, entry in self._shipped.get(kind, {}).items()
            if key > after and (last is None or key <= last)
        )
        return _merged(found, _of(shipped, subjects))[:limit]

    async def history(self, kind: RecordKind, key: str) -> Sequence[Entry]:
        """See Register; version 0 is the package's."""
        found = await self._register.history(kind, key)
        shipped = self._shipped.get(kind, {}).get(key)
        return found if shipped is None else (shipped, *found)

    async def commit_at(self, instant_us: int | None) -> int:
        """See Register."""
        return await self._register.commit_at(instant_us)

    async def revision(self) -> int:
        """See Register."""
        return await self._register.revision()


def _entry(kind: RecordKind, body: Any) -> Entry:
    return Entry(
        kind=kind,
        key=body.key,
        version=0,
        commit=0,
        at_us=0,
        by=SHIPPED_BY,
        subject=subject_of(body),
        body=body,
    )


def _of(entries: Iterable[Entry], subjects: Sequence[str] | None) -> list[Entry]:
    if subjects is None:
        return list(entries)
    wanted = frozenset(subjects)
    return [entry for entry in entries if entry.subject in wanted]


def _merged(found: Sequence[Entry], shipped: Iterable[Entry]) -> tuple[Entry, ...]:
    merged = {entry.key: entry for entry in shipped} | {entry.key: entry for entry in found}
    return tuple(entry for _, entry in sorted(merged.items()))
