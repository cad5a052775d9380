"""An import of catalogue files: read, compared, judged, and written as one new version or not."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.ingest.domain.catalogue.drafts import draft
from services.ingest.domain.catalogue.planning import Plan, describe, plan
from services.ingest.domain.catalogue.rows import Fault
from services.ingest.handlers.shelf import Shelf
from services.ingest.ports import CatalogueStore, File, Outdated, ReadFile, Wake
from shared.model.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do, or why it did nothing.

    `version`: the newest version afterwards. `added` and `changed`: a line for each entity.
    """

    version: int
    rows: int
    faults: tuple[Fault, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether the catalogue said all of that already."""
        return not self.faults and not self.added and not self.changed


class Registrar:
    """Takes imports, one after another."""

    def __init__(
        self,
        *,
        store: CatalogueStore,
        shelf: Shelf,
        read_file: ReadFile,
        clock_us: Callable[[], int],
        wake: Wake,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._read_file = read_file
        self._clock_us = clock_us
        self._wake = wake
        self._turn = asyncio.Lock()

    async def take(self, files: Sequence[File], *, by: str, dry_run: bool = False) -> Report:
        """Import all files or none; raises ConnectionError when the store is away."""
        async with self._turn:
            while True:
                await self._shelf.refresh()
                catalogue, recorded_at = self._shelf.catalogue, self._clock_us()
                # Large files take seconds to read: readings go on being admitted meanwhile.
                planned = await asyncio.to_thread(self._plan, files, catalogue, recorded_at)
                if planned.faults or not planned.changes or dry_run:
                    return _report(catalogue, planned, catalogue.version)
                try:
                    version = await self._store.commit(
                        planned.base,
                        recorded_at,
                        planned.changes,
                        by=by,
                        files=[file.name for file in files],
                    )
                except Outdated:
                    continue
                self._wake()
                await self._shelf.refresh()
                return _report(catalogue, planned, version)

    def _plan(self, files: Sequence[File], catalogue: Catalogue, recorded_at: int) -> Plan:
        read = [self._read_file(file) for file in files]
        drafted = draft(row for part in read for row in part.rows)
        faults = [fault for part in read for fault in part.faults]
        return plan(catalogue, drafted, faults, recorded_at=recorded_at)


def _report(catalogue: Catalogue, planned: Plan, version: int) -> Report:
    lines = [(change.number is None, describe(catalogue, change)) for change in planned.changes]
    return Report(
        version=version,
        rows=planned.rows,
        faults=planned.faults,
        added=tuple(line for new, line in lines if new),
        changed=tuple(line for new, line in lines if not new),
        notes=planned.notes,
    )
