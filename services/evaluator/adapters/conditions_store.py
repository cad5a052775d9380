"""What was told of conditions, on PostgreSQL: each telling in one transaction with its messages."""

import asyncio
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import asyncpg

from services.evaluator.adapters.conditions_codec import message, steps_body, told_of
from services.evaluator.domain.conditions.seen import Series, Told
from services.evaluator.ports.conditions import (
    Announcement,
    ConditionNews,
    Kept,
    Place,
    Reached,
    Wanted,
)
from services.evaluator.ports.judge import ConflictError
from services.evaluator.ports.register import RecordKind
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox
from shared.kit.postgres import Database
from shared.model.condition import ConditionKind
from shared.model.instants import from_us, to_us
from shared.model.level import Level

LANE = 900
"""The lane of the outbox: the bookkeeper's and the judge's are below and above."""


class PostgresConditions:
    """The Conditions on PostgreSQL."""

    def __init__(self, db: Database, outbox: Outbox) -> None:
        """`outbox`: one of the schema `evaluator`."""
        self._db = db
        self._outbox = outbox

    async def reached(self) -> Mapping[str, Reached]:
        """See Conditions."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_REACHED)
        return {row["source"]: Reached(commit=row["commit_n"], mark=row["mark"]) for row in rows}

    async def advance(self, source: str, reached: Reached) -> None:
        """See Conditions."""
        async with self._db.transaction() as tx:
            await tx.raw.execute(_ADVANCE, source, reached.commit, reached.mark)

    async def news(self, after: int, upto: int, before_month: int) -> ConditionNews:
        """See Conditions."""
        async with self._db.reading() as tx:
            books = await tx.raw.fetch(_BOOK_NEWS, after, upto, before_month)
            records = await tx.raw.fetch(_RECORD_NEWS, after, upto)
        return ConditionNews(
            books=frozenset(row["subject"] for row in books),
            records=frozenset((RecordKind(row["kind"]), row["subject"]) for row in records),
        )

    async def told(
        self, kinds: Collection[ConditionKind], subjects: Sequence[str]
    ) -> Mapping[Series, Told]:
        """See Conditions."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_TOLD, sorted(kinds), list(subjects))
        return await asyncio.to_thread(_by_series, rows)

    async def standing(self, kinds: Collection[ConditionKind]) -> frozenset[str]:
        """See Conditions."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_STANDING, sorted(kinds))
        return frozenset(row["subject"] for row in rows)

    async def tell(self, made: Sequence[Announcement]) -> None:
        """See Conditions."""
        if not made:
            return
        columns, messages = await asyncio.to_thread(_written, made)
        async with self._db.transaction() as tx:
            written = await tx.raw.fetch(_TELL, *columns)
            if len(written) != len(made):
                raise ConflictError("somebody else has told these conditions: look again")
            staged = await self._outbox.put(tx, messages, [LANE])
        await self._outbox.publish(staged)

    async def send_leftovers(self) -> None:
        """See Conditions."""
        await self._outbox.publish_leftovers([LANE])

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Sequence[Kept]:
        """See Conditions."""
        level, number = after or (None, None)
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(
                _PAGE,
                *map(_asked, (wanted.kinds, wanted.subjects, wanted.measures, wanted.levels)),
                level,
                number,
                limit,
            )
        return tuple(
            Kept(id=row["id"], told=told_of(dict(row)), made_at_us=to_us(row["made_at"]))
            for row in rows
        )

    async def counts(self) -> Mapping[tuple[ConditionKind, Level], int]:
        """See Conditions."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_COUNTS)
        return {(ConditionKind(row["kind"]), Level(row["level"])): row["many"] for row in rows}


def _by_series(rows: Iterable[asyncpg.Record]) -> dict[Series, Told]:
    found = (told_of(dict(row)) for row in rows)
    return {one.series: one for one in found}


def _written(made: Sequence[Announcement]) -> tuple[list[list[object]], list[Message]]:
    """The columns of the rows, and the messages."""
    return _columns(made), [message(one) for one in made]


def _columns(made: Sequence[Announcement]) -> list[list[object]]:
    rows = [_row(one) for one in sorted(made, key=lambda one: one.change.told.series)]
    return [list(column) for column in zip(*rows, strict=True)]


def _row(one: Announcement) -> tuple[object, ...]:
    told = one.change.told
    series = told.series
    return (
        series.kind.value,
        series.subject,
        series.about,
        series.rule,
        told.about_name,
        told.measure.value,
        int(told.level),
        told.number,
        json.dumps(steps_body(told.steps)),
        json.dumps(told.facts, ensure_ascii=False),
        from_us(told.watermark_us),
        from_us(one.made_at_us),
        told.commit,
        told.cause,
    )


def _asked(wanted: Collection[object]) -> list[object] | None:
    return list(wanted) or None


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_REACHED = "select source, commit_n, mark from evaluator.condition_sources"

_ADVANCE = _sql("""
    insert into evaluator.condition_sources (source, commit_n, mark) values ($1, $2, $3)
    on conflict (source) do update
    set commit_n = excluded.commit_n, mark = excluded.mark, at = now()
""")

_BOOK_NEWS = _sql("""
    select distinct subject from evaluator.month_log
    where commit_n > $1 and commit_n <= $2 and month < $3
""")

_RECORD_NEWS = _sql("""
    select distinct kind, subject from evaluator.register where commit_n > $1 and commit_n <= $2
""")

_TOLD = _sql("""
    select * from evaluator.conditions where kind = any($1::text[]) and subject = any($2::text[])
""")

_STANDING = _sql("""
    select distinct subject from evaluator.conditions where level > 0 and kind = any($1::text[])
""")

# A series that has been told goes on only from the number that was looked at.
_TELL = _sql("""
    insert into evaluator.conditions as c (kind, subject, about, rule, about_name, measure, level,
        number, steps, facts, watermark, made_at, commit_n, cause)
    select n.kind, n.subject, n.about, n.rule, n.about_name, n.measure, n.level, n.number,
        n.steps::jsonb, n.facts::jsonb, n.watermark, n.made_at, n.commit_n, n.cause
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
        $7::smallint[], $8::bigint[], $9::text[], $10::text[], $11::timestamptz[],
        $12::timestamptz[], $13::bigint[], $14::text[])
        as n (kind, subject, about, rule, about_name, measure, level, number, steps, facts,
            watermark, made_at, commit_n, cause)
    on conflict (kind, subject, about, rule) do update
    set about_name = excluded.about_name, measure = excluded.measure, level = excluded.level,
        number = excluded.number, steps = excluded.steps, facts = excluded.facts,
        watermark = excluded.watermark, made_at = excluded.made_at,
        commit_n = excluded.commit_n, cause = excluded.cause
    where c.number = excluded.number - 1
    returning 1
""")

_PAGE = _sql("""
    select * from evaluator.conditions
    where ($1::text[] is null or kind = any($1)) and ($2::text[] is null or subject = any($2))
    and ($3::text[] is null or measure = any($3))
    and ($4::smallint[] is null or level = any($4))
    and ($5::int is null or level < $5 or (level = $5 and id > $6::bigint))
    order by level desc, id limit $7
""")

_COUNTS = "select kind, level, count(*) as many from evaluator.conditions group by kind, level"
