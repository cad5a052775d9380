"""Findings and corrections as of a commit, from their tables in PostgreSQL."""

import re
from collections.abc import Collection, Sequence

from services.evaluator.adapters.publications_store import correction_of
from services.evaluator.ports.data_quality import Findings
from services.evaluator.ports.publications import FigureCorrection
from shared.kit.postgres import Database


class PostgresDataQuality:
    """The DataQuality on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def standing(self, first_us: int, end_us: int, as_of: int) -> Sequence[Findings]:
        """See DataQuality."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_STANDING, first_us, end_us, as_of)
        return [Findings(point=row["point"], kind=row["kind"], count=row["count"]) for row in rows]

    async def corrected(
        self, subjects: Collection[str], after: int, upto: int, most: int
    ) -> tuple[int, Sequence[FigureCorrection]]:
        """See DataQuality."""
        listed = sorted(subjects)
        async with self._db.reading() as tx:
            count: int = await tx.raw.fetchval(_COUNTED, listed, after, upto)
            rows = await tx.raw.fetch(_CORRECTED, listed, after, upto, most) if count else []
        return count, [correction_of(row) for row in rows]


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_STANDING = _sql("""
    select point, kind, count(*) as count from evaluator.findings
    where start_us < $2 and end_us > $1 and commit_n <= $3
    and (ended_n is null or ended_n > $3)
    group by point, kind order by point, kind
""")

_OF_SUBJECTS = """
    from evaluator.figure_corrections
    where commit_n > $2 and commit_n <= $3 and subject = any($1::text[])
"""

_COUNTED = _sql(f"select count(*) {_OF_SUBJECTS}")

_CORRECTED = _sql(f"select * {_OF_SUBJECTS} order by id limit $4")
