"""The register read page by page, for lists that are longer than one answer."""

from collections.abc import Sequence
from typing import Protocol

from services.evaluator.ports.register import Entry, RecordKind, Register


class RegisterPages(Register, Protocol):
    """A register that also answers in pages."""

    async def page(
        self,
        kind: RecordKind,
        *,
        subjects: Sequence[str] | None = None,
        as_of: int | None = None,
        after: str = "",
        limit: int = 100,
    ) -> Sequence[Entry]:
        """As `find`, at most `limit` records with a key above `after`, in the order of keys.

        Keys are ordered by their bytes. Raises Unavailable.
        """
