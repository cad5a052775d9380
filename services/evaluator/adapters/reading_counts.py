"""How many readings came in, by point and month: noted with each commit, added up now and then.

A commit may touch very many points. Writing one row for all of them is cheap; adding to a row of
each point is not, so that is done for many commits at once.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from services.evaluator.domain.month_sums import months_of
from services.evaluator.domain.totals import I64
from shared.kit.postgres import Database, Transaction
from shared.model.instants import HOUR_US
from shared.model.readings import Readings

_MONTH_BITS = 20
"""Room for a month beside the number of a point."""


async def note(tx: Transaction, parts: Sequence[Readings]) -> None:
    """Note the readings in the transaction that stores them."""
    if parts:
        point = np.concatenate([rows.point for rows in parts]).astype(np.int64)
        hour = np.concatenate([rows.at for rows in parts]) // HOUR_US
        places, counts = np.unique(point << _MONTH_BITS | months_of(hour), return_counts=True)
        body = np.stack((places, counts), axis=1).astype("<i8", copy=False).tobytes()
        await tx.raw.execute(_NOTE, body)


async def add_up(db: Database) -> None:
    """Add what was noted to the counts, exactly once. Raises Unavailable."""
    async with db.transaction() as tx:
        noted = await tx.raw.fetch(_TAKE)
        if noted:
            places, counts = _summed(row["body"] for row in noted)
            points, months = places >> _MONTH_BITS, places & (1 << _MONTH_BITS) - 1
            await tx.raw.execute(_ADD, points.tolist(), months.tolist(), counts.tolist())


async def counted(
    tx: Transaction, points: Sequence[int], first_month: int, end_month: int
) -> dict[int, int]:
    """Readings by point in the months `[first_month, end_month)`; a point without any is left out.

    The transaction must read everything as of one moment.
    """
    rows = await tx.raw.fetch(_COUNTS, list(points), first_month, end_month)
    found: dict[int, int] = {row["point"]: row["count"] for row in rows}
    noted = await tx.raw.fetch("select body from evaluator.reading_count_log")
    if noted:
        wanted = frozenset(points)
        places, counts = _summed(row["body"] for row in noted)
        for place, count in zip(places.tolist(), counts.tolist(), strict=True):
            point, month = place >> _MONTH_BITS, place & (1 << _MONTH_BITS) - 1
            if point in wanted and first_month <= month < end_month:
                found[point] = found.get(point, 0) + count
    return found


def _summed(bodies: Iterable[bytes]) -> tuple[I64, I64]:
    """Places in ascending order, so that two who add up never wait for one another; counts."""
    rows = np.frombuffer(b"".join(bodies), "<i8").reshape(-1, 2)
    places, of = np.unique(rows[:, 0], return_inverse=True)
    counts = np.zeros(len(places), np.int64)
    np.add.at(counts, of, rows[:, 1])
    return places, counts


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_NOTE = "insert into evaluator.reading_count_log (body) values ($1)"

_TAKE = "delete from evaluator.reading_count_log returning body"

_ADD = _sql("""
    insert into evaluator.reading_counts (point, month, count)
    select * from unnest($1::bigint[], $2::int[], $3::bigint[])
    on conflict (point, month) do update set count = reading_counts.count + excluded.count
""")

_COUNTS = _sql("""
    select point, sum(count)::bigint as count from evaluator.reading_counts
    where point = any($1::bigint[]) and month >= $2 and month < $3 group by point
""")
