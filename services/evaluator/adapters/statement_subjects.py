"""Who has stated something, on PostgreSQL; asked again only when the register has changed."""

import re
from collections.abc import Sequence

from shared.kit.postgres import Database


class PostgresStatementSubjects:
    """The StatementSubjects on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def stating(self, items: Sequence[str], as_of: int) -> frozenset[str]:
        """See StatementSubjects."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_STATING, list(items), as_of)
        return frozenset(row["subject"] for row in rows)


_STATING = re.sub(
    r"\s+",
    " ",
    """
    select distinct subject from evaluator.register
    where kind = 'statements' and body->>'item' = any($1::text[]) and commit_n <= $2
    """,
).strip()
