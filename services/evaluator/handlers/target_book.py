"""All versions of all targets at hand, and which of them count on a day as of a commit."""

import asyncio
from collections.abc import Mapping
from datetime import date

from services.evaluator.domain.targets.lifecycle import index_on
from services.evaluator.ports.register import Entry, RecordKind, Register

Shelf = Mapping[str, tuple[Entry, ...]]
"""Code -> versions, oldest first."""


class TargetBook:
    """Reads a target's history only when it has changed.

    The register's newest version of a target may be a draft, or begin later: what is in force is
    found among all versions.
    """

    def __init__(self, register: Register) -> None:
        """Nothing is read before somebody asks."""
        self._register = register
        self._revision = -1
        self._shelf: dict[str, tuple[Entry, ...]] = {}
        self._turn = asyncio.Lock()

    async def shelf(self, as_of: int | None = None) -> Shelf:
        """All versions made up to the commit, by code. Raises Unavailable."""
        async with self._turn:
            await self._look()
        if as_of is None:
            return self._shelf
        cut = {code: _until(entries, as_of) for code, entries in self._shelf.items()}
        return {code: entries for code, entries in cut.items() if entries}

    async def in_force(self, on: date, as_of: int | None = None) -> tuple[Entry, ...]:
        """The versions in force on the day, as was known at the commit, by code."""
        shelf = await self.shelf(as_of)
        found = (standing(entries, on) for _, entries in sorted(shelf.items()))
        return tuple(entry for entry in found if entry is not None)

    async def _look(self) -> None:
        revision = await self._register.revision()
        if revision == self._revision:
            return
        newest = await self._register.find(RecordKind.TARGET)
        shelf = dict(self._shelf)
        for entry in newest:
            known = shelf.get(entry.key, ())
            if not known or known[-1].version != entry.version:
                shelf[entry.key] = await self._versions(entry, known)
        self._shelf, self._revision = shelf, revision

    async def _versions(self, entry: Entry, known: tuple[Entry, ...]) -> tuple[Entry, ...]:
        if entry.version == len(known) + 1:
            return (*known, entry)
        return tuple(await self._register.history(RecordKind.TARGET, entry.key))


def standing(entries: tuple[Entry, ...], on: date) -> Entry | None:
    """Of a target's versions the one in force on the day."""
    index = index_on([entry.body for entry in entries], on)
    return None if index is None else entries[index]


def _until(entries: tuple[Entry, ...], as_of: int) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.commit <= as_of)
