"""What the daily forecasts say of budgets and targets, kept in PostgreSQL."""

import re
from collections.abc import Sequence
from datetime import date

import asyncpg

from services.evaluator.ports.outlooks import Limit, Standing
from shared.kit.postgres import Database
from shared.model.instants import from_us, to_us


class PostgresOutlooks:
    """The Outlooks on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, standing: Standing) -> None:
        """See Outlooks."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(
                _KEEP,
                *standing.limit,
                standing.subject,
                standing.measure,
                standing.looked_on,
                from_us(standing.made_at_us),
                standing.exceeds,
                standing.probability,
                standing.lead_days,
                standing.run_out,
            )

    async def looked(self, day: date) -> frozenset[Limit]:
        """See Outlooks."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_LOOKED, day)
        return frozenset((row["limited_by"], row["code"], row["period"]) for row in rows)

    async def exceeding(self) -> Sequence[Standing]:
        """See Outlooks."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_EXCEEDING)
        return tuple(map(_standing, rows))


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(
        limited_by=row["limited_by"],
        code=row["code"],
        period=row["period"],
        subject=row["subject"],
        measure=row["measure"],
        looked_on=row["looked_on"],
        made_at_us=to_us(row["made_at"]),
        exceeds=row["exceeds"],
        since_us=None if row["since"] is None else to_us(row["since"]),
        probability=row["probability"],
        lead_days=row["lead_days"],
        run_out=row["run_out"],
    )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_KEEP = _sql("""
    insert into evaluator.outlooks as o (limited_by, code, period, subject, measure, looked_on,
        made_at, exceeds, since, probability, lead_days, run_out)
    values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8 then $7::timestamptz end, $9, $10, $11)
    on conflict (limited_by, code, period) do update
    set subject = excluded.subject, measure = excluded.measure, looked_on = excluded.looked_on,
        made_at = excluded.made_at, exceeds = excluded.exceeds,
        since = case when excluded.exceeds then coalesce(o.since, excluded.since) end,
        probability = excluded.probability, lead_days = excluded.lead_days,
        run_out = excluded.run_out
""")

_LOOKED = "select limited_by, code, period from evaluator.outlooks where looked_on >= $1"

_EXCEEDING = _sql("""
    select * from evaluator.outlooks where exceeds
    order by lead_days nulls last, probability desc, limited_by, code, period
""")
