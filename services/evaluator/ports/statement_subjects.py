"""Who has stated something: a question that lists of records cannot answer quickly."""

from collections.abc import Sequence
from typing import Protocol


class StatementSubjects(Protocol):
    """Subjects of statements by their items."""

    async def stating(self, items: Sequence[str], as_of: int) -> frozenset[str]:
        """Everybody who had stated any of these items as of the commit. Raises Unavailable."""
