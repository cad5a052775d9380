"""Publications, corrections of figures and bulk reads of month sums, on PostgreSQL."""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence

import asyncpg

from services.evaluator.ports.publications import (
    FigureChange,
    FigureCorrection,
    MonthBlock,
    News,
    Publication,
    PublicationDraft,
)
from shared.kit.postgres import Database
from shared.model.instants import to_us

# Other requests wait while rows are written down or read: a few hundredths of a second at a time.
_AT_ONCE = 2_000
_CHANGE_COLUMNS = (
    *("commit_n", "subject", "figure", "period"),
    *("old", "new", "old_as_of", "cause", "detail"),
)


class PostgresPublications:
    """The Publications and MonthRows on PostgreSQL."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def publish(self, drafts: Sequence[PublicationDraft], by: str) -> Sequence[Publication]:
        """See Publications."""
        rows = [_row(draft) for draft in drafts]
        async with self._db.transaction() as tx:
            commit = await tx.raw.fetchval(_COMMIT)
            made = [await tx.raw.fetchrow(_PUBLISH, *row, commit, by) for row in rows]
        return tuple(_publication(row) for row in made if row is not None)

    async def published(
        self, *, subject: str | None = None, below: int | None = None, limit: int = 100
    ) -> Sequence[Publication]:
        """See Publications."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_PUBLISHED, subject, below, limit)
        return tuple(map(_publication, rows))

    async def get(self, number: int) -> Publication | None:
        """See Publications."""
        async with self._db.reading() as tx:
            row = await tx.raw.fetchrow(
                "select * from evaluator.publications where id = $1", number
            )
        return None if row is None else _publication(row)

    async def correct(self, changes: Sequence[FigureChange]) -> int:
        """See Publications: by COPY, since a new factor can change a million figures at once."""
        async with self._db.transaction() as tx:
            for first in range(0, len(changes), _AT_ONCE):
                await tx.raw.copy_records_to_table(
                    "figure_corrections",
                    schema_name="evaluator",
                    columns=_CHANGE_COLUMNS,
                    records=map(_columns, changes[first : first + _AT_ONCE]),
                )
        return len(changes)

    async def corrections(
        self,
        *,
        subject: str | None = None,
        figure: str | None = None,
        cause: str | None = None,
        below: int | None = None,
        limit: int = 100,
    ) -> Sequence[FigureCorrection]:
        """See Publications."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_CORRECTIONS, subject, figure, cause, below, limit)
        return tuple(correction_of(row) for row in rows)

    async def last_of(self, figures: Sequence[str]) -> Mapping[int, FigureChange]:
        """See Publications."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_LAST, list(figures))
        return {row["publication"]: _change(row) for row in rows}

    async def news(self, after: int, upto: int) -> News:
        """See Publications."""
        async with self._db.reading() as tx:
            books = await tx.raw.fetch(_BOOK_NEWS, after, upto)
            records = await tx.raw.fetch(_RECORD_NEWS, after, upto)
        return News(
            books=frozenset(row["subject"] for row in books),
            records=frozenset(row["kind"] for row in records),
        )

    async def all_months(self, year: int) -> AsyncIterator[MonthBlock]:
        """See MonthRows."""
        after = ""
        while True:
            async with self._db.reading() as tx:
                last = await tx.raw.fetchval(_SUBJECTS_END, after)
                if last is None:
                    return
                rows = await tx.raw.fetch(_MONTHS, after, last, year * 12)
            after = last
            if rows:
                yield _block(rows)


def _row(draft: PublicationDraft) -> tuple[object, ...]:
    return (
        draft.subject,
        draft.figure,
        json.dumps(dict(draft.options)),
        draft.period,
        draft.as_of,
        draft.value,
        draft.level,
        json.dumps(dict(draft.body), ensure_ascii=False),
    )


def _columns(change: FigureChange) -> tuple[object, ...]:
    return (
        change.commit,
        change.subject,
        change.figure,
        change.period,
        change.old,
        change.new,
        change.old_as_of,
        change.cause,
        json.dumps(dict(change.detail), ensure_ascii=False),
    )


def _publication(row: asyncpg.Record) -> Publication:
    return Publication(
        id=row["id"],
        draft=PublicationDraft(
            subject=row["subject"],
            figure=row["figure"],
            options=row["options"],
            period=row["period"],
            as_of=row["as_of"],
            value=row["value"],
            level=row["level"],
            body=row["body"],
        ),
        commit=row["commit_n"],
        at_us=to_us(row["at"]),
        by=row["by"],
    )


def correction_of(row: asyncpg.Record) -> FigureCorrection:
    """A row of the table of corrections."""
    return FigureCorrection(id=row["id"], at_us=to_us(row["at"]), change=_change(row))


def _change(row: asyncpg.Record) -> FigureChange:
    return FigureChange(
        commit=row["commit_n"],
        subject=row["subject"],
        figure=row["figure"],
        period=row["period"],
        old=row["old"],
        new=row["new"],
        old_as_of=row["old_as_of"],
        cause=row["cause"],
        detail=row["detail"],
    )


def _block(rows: Sequence[asyncpg.Record]) -> MonthBlock:
    return MonthBlock(
        subjects=[row[0] for row in rows],
        carriers=[row[1] for row in rows],
        flows=[row[2] for row in rows],
        scales=[row[3] for row in rows],
        months=[row[4] for row in rows],
        quantities=[int(row[5]) for row in rows],
    )


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_COMMIT = _sql("""
    insert into evaluator.commits (n, kind)
    values (nextval('evaluator.next_commit'), 'publication') returning n
""")

_PUBLISH = _sql("""
    insert into evaluator.publications
        (subject, figure, options, period, as_of, value, level, body, commit_n, by)
    values ($1, $2, $3::jsonb, $4, $5, $6, $7, $8::jsonb, $9, $10)
    returning *
""")

_PUBLISHED = _sql("""
    select * from evaluator.publications
    where ($1::text is null or subject = $1) and ($2::bigint is null or id < $2)
    order by id desc limit $3
""")

_CORRECTIONS = _sql("""
    select * from evaluator.figure_corrections
    where ($1::text is null or subject = $1) and ($2::text is null or figure = $2)
    and ($3::text is null or cause = $3) and ($4::bigint is null or id < $4)
    order by id desc limit $5
""")

_LAST = _sql("""
    select distinct on ((detail->>'publication')::bigint) *,
        (detail->>'publication')::bigint as publication
    from evaluator.figure_corrections
    where figure = any($1::text[]) and detail ? 'publication'
    order by (detail->>'publication')::bigint, id desc
""")

_BOOK_NEWS = _sql("""
    select distinct subject from evaluator.month_log where commit_n > $1 and commit_n <= $2
""")

_RECORD_NEWS = _sql("""
    select distinct kind from evaluator.register where commit_n > $1 and commit_n <= $2
""")

# Whole subjects at a time: what one enterprise gives out is settled from all of its rows.
_SUBJECTS_END = _sql("""
    select max(subject) from (
        select distinct subject from evaluator.months where subject > $1
        order by subject limit 300
    ) as listed
""")

_MONTHS = _sql("""
    select subject, carrier, flow, scale, month, quantity::text from evaluator.months
    where subject > $1 and subject <= $2 and month >= $3 and month < $3 + 12
    order by subject, month
""")
