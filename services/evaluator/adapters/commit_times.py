"""When commits were made, from their table in PostgreSQL."""

import re

from shared.kit.postgres import Database
from shared.model.instants import to_us


class PostgresCommitTimes:
    """The CommitTimes and CommitInstants on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def passed_at(self, commit: int) -> int | None:
        """See CommitTimes."""
        async with self._db.reading() as tx:
            at = await tx.raw.fetchval(_PASSED, commit)
        return None if at is None else to_us(at)

    async def made_at(self, commit: int) -> int | None:
        """See CommitInstants."""
        async with self._db.reading() as tx:
            at = await tx.raw.fetchval(_MADE, commit)
        return None if at is None else to_us(at)


_MADE = "select at from evaluator.commits where n <= $1 order by n desc limit 1"

_PASSED = re.sub(
    r"\s+",
    " ",
    """
    select at from evaluator.commits
    where n <= $1 and exists (select 1 from evaluator.commits where n > $1)
    order by n desc limit 1
    """,
).strip()
