"""The books as they were last written, read by whoever asks; no partition is needed for that."""

import re
from collections.abc import Mapping, Sequence

import asyncpg
import numpy as np

from services.evaluator.adapters import judge_codec
from services.evaluator.adapters.book_sums import LATER_HOURS, check_history
from services.evaluator.adapters.judge_store import JUDGED, LANES
from services.evaluator.domain.books import HOURS, I64, Correction, Series, figures
from services.evaluator.domain.judgement import Judged
from services.evaluator.domain.month_sums import months_of, take_off
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.judge import RecordedCorrection
from shared.kit.postgres import Database
from shared.model.instants import to_us


class PostgresBooksReader:
    """The BooksReader on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """See BooksReader."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(LANES, list(subjects))
        found: dict[str, list[Lane]] = {}
        for row in rows:
            found.setdefault(row["subject"], []).append(_lane(row))
        return {subject: sorted(lanes) for subject, lanes in found.items()}

    async def days(
        self,
        subject: str,
        lanes: Sequence[Lane],
        first_day: int,
        end_day: int,
        as_of: int | None = None,
    ) -> Sequence[tuple[Lane, int, bytes]]:
        """See BooksReader."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(
                _DAYS,
                subject,
                [lane.carrier for lane in lanes],
                [lane.flow for lane in lanes],
                [lane.scale for lane in lanes],
                first_day,
                end_day,
            )
            days = [(_lane(row), row["day"], row["body"]) for row in rows]
            if as_of is None or not days:
                return days
            await check_history(tx, as_of)
            months = months_of(np.array([first_day * HOURS, end_day * HOURS - 1], np.int64))
            first, last = months.tolist()
            later = await tx.raw.fetch(LATER_HOURS, [subject], [*range(first, last + 1)], as_of)
        return _before(days, later)

    async def extent(self, subject: str) -> tuple[int, int] | None:
        """See BooksReader."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(_EXTENT, subject)
        if row is None or row["first"] is None:
            return None
        return row["first"], row["last"] + 1

    async def judged(self, codes: Sequence[str]) -> Mapping[str, Judged]:
        """See BooksReader."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(JUDGED, list(codes))
        return {row["code"]: judge_codec.decode(row["body"]) for row in rows}

    async def corrections(
        self, subject: str, first_hour: int, end_hour: int, *, limit: int, below: int | None
    ) -> Sequence[tuple[int, RecordedCorrection]]:
        """See BooksReader."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_CORRECTIONS, subject, first_hour, end_hour, limit, below)
        return [(row["id"], _recorded(row)) for row in rows]


def _before(
    days: Sequence[tuple[Lane, int, bytes]], later: Sequence[asyncpg.Record]
) -> list[tuple[Lane, int, bytes]]:
    """The days without what later commits have added to them."""
    by_lane: dict[Lane, dict[int, I64]] = {}
    for lane, day, body in days:
        by_lane.setdefault(lane, {})[day] = figures(body).copy()
    for row in later:
        take_off(by_lane.get(_lane(row), {}), row["hours"])
    return [
        (lane, day, by_lane[lane][day].astype("<i8", copy=False).tobytes()) for lane, day, _ in days
    ]


def _lane(row: asyncpg.Record) -> Lane:
    return Lane(carrier=row["carrier"], flow=row["flow"], scale=row["scale"])


def _recorded(row: asyncpg.Record) -> RecordedCorrection:
    figures = ("quantity", "estimated", "known")
    return RecordedCorrection(
        commit=row["commit_n"],
        at_us=to_us(row["at"]),
        correction=Correction(
            source_commit=row["source_commit"],
            series=Series(row["subject"], _lane(row)),
            hour=tuple(row["hours"]),
            old=tuple(tuple(row[f"old_{name}"]) for name in figures),
            new=tuple(tuple(row[f"new_{name}"]) for name in figures),
            cause=tuple(row["cause"]),
        ),
    )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_DAYS = _sql("""
    select b.carrier, b.flow, b.scale, b.day, b.body
    from unnest($2::text[], $3::text[], $4::smallint[]) as w (carrier, flow, scale)
    join evaluator.books as b using (carrier, flow, scale)
    where b.subject = $1 and b.day >= $5 and b.day < $6
    order by b.carrier, b.flow, b.scale, b.day
""")

_EXTENT = _sql("""
    select min(day) as first, max(day) as last from evaluator.books where subject = $1
""")

_CORRECTIONS = _sql("""
    select * from evaluator.corrections
    where subject = $1 and first_hour < $3 and last_hour >= $2
    and ($5::bigint is null or id < $5)
    order by id desc limit $4
""")
