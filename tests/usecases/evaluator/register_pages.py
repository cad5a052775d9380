"""The register in memory, with pages."""

from collections.abc import Sequence

from services.evaluator.ports.register import Entry, RecordKind
from tests.usecases.evaluator.registers import MemoryRegister


class MemoryPages(MemoryRegister):
    """A MemoryRegister that also answers in pages."""

    async def page(
        self,
        kind: RecordKind,
        *,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
        after: str = "",
        limit: int = 100,
    ) -> Sequence[Entry]:
        found = await self.find(kind, subjects=subjects, as_of=as_of)
        return [entry for entry in found if entry.key > after][:limit]
