"""The judge's store on PostgreSQL: everything of a batch in one transaction, columns in bulk."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import numpy as np
from msgspec.structs import replace

from services.evaluator.adapters import judge_codec
from services.evaluator.domain.books import Correction, Series
from services.evaluator.domain.judgement import Judged
from services.evaluator.domain.month_sums import MonthChange
from services.evaluator.domain.totals import Lane
from services.evaluator.ports.judge import JudgeCommit, PartitionState
from shared.contracts.assessments import AssessmentMade, encode
from shared.contracts.topics import ASSESSMENTS, TOTALS
from shared.kit.kafka.producer import Message
from shared.kit.outbox import Outbox, Staged
from shared.kit.postgres import Database, Positions, Transaction

SCHEMA = "evaluator"

LANES_FROM = 1_000
"""The judge's lanes of the outbox, one a partition of totals; those below are the bookkeeper's."""


class PostgresJudgeStore:
    """The JudgeStore and TotalsInbox on PostgreSQL."""

    def __init__(self, db: Database, outbox: Outbox) -> None:
        """`outbox`: the one of the schema `evaluator`."""
        self._db = db
        self._outbox = outbox
        self._positions = Positions(SCHEMA)

    async def open(self, partitions: frozenset[int]) -> Mapping[int, PartitionState]:
        """See JudgeStore."""
        wanted = sorted(partitions)
        async with self._db.reading() as tx:
            positions = await self._positions.load(tx, TOTALS.name, wanted)
            seen = await tx.raw.fetch(_SEEN, wanted)
            blocks = await tx.raw.fetch(_FRONTIERS, wanted)
        return {
            partition: PartitionState(
                position=positions[partition],
                seen={r["source"]: r["commit_n"] for r in seen if r["partition"] == partition},
                frontier={
                    row["block"]: np.frombuffer(row["body"], "<i8")
                    for row in blocks
                    if row["partition"] == partition
                },
            )
            for partition in wanted
        }

    async def rows(
        self, wanted: Sequence[tuple[Series, int]]
    ) -> Mapping[tuple[Series, int], bytes]:
        """See JudgeStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_ROWS, *_series_columns(wanted), [day for _, day in wanted])
        return {wanted[row["nr"] - 1]: row["body"] for row in rows}

    async def lanes(self, subjects: Sequence[str]) -> Mapping[str, Sequence[Lane]]:
        """See JudgeStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(LANES, list(subjects))
        found: dict[str, list[Lane]] = {}
        for row in rows:
            lane = Lane(carrier=row["carrier"], flow=row["flow"], scale=row["scale"])
            found.setdefault(row["subject"], []).append(lane)
        return found

    async def judged(self, codes: Sequence[str]) -> Mapping[str, Judged]:
        """See JudgeStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(JUDGED, list(codes))
        return {row["code"]: judge_codec.decode(row["body"]) for row in rows}

    async def numbers(self, subjects: Sequence[str]) -> Mapping[str, int]:
        """See JudgeStore."""
        async with self._db.reading() as tx:
            rows = await tx.raw.fetch(_NUMBERS, list(subjects))
        return {row["subject"]: row["number"] for row in rows}

    async def commit(self, commit: JudgeCommit) -> int:
        """See JudgeStore."""
        staged: list[Staged] = []
        async with self._db.transaction() as tx:
            await self._positions.advance(tx, TOTALS.name, commit.positions)
            number: int = await tx.raw.fetchval(_COMMIT, commit.kind)
            await _put_rows(tx, commit.rows)
            await _put_months(tx, commit.months, number)
            await _put_progress(tx, commit)
            await _put_corrections(tx, commit.corrections, number)
            await _put_judged(tx, commit, number)
            for partition, made in commit.assessments.items():
                messages = [_message(one, number) for one in made]
                staged += await self._outbox.put(tx, messages, [LANES_FROM + partition])
        await self._outbox.publish(staged)
        return number

    async def publish_leftovers(self, partitions: frozenset[int]) -> None:
        """See TotalsInbox."""
        await self._outbox.publish_leftovers([LANES_FROM + partition for partition in partitions])

    async def tidy(self) -> None:
        """See TotalsInbox."""
        await self._outbox.tidy()


def _message(made: AssessmentMade, number: int) -> Message:
    return Message(
        ASSESSMENTS.name, encode(replace(made, commit=number)), key=made.subject.encode()
    )


def _series_columns(
    places: Iterable[tuple[Series, int]],
) -> tuple[list[str], list[str], list[str], list[int]]:
    series = [one for one, _ in places]
    return (
        [one.subject for one in series],
        [one.lane.carrier for one in series],
        [one.lane.flow for one in series],
        [one.lane.scale for one in series],
    )


async def _put_rows(tx: Transaction, rows: Mapping[tuple[Series, int], bytes]) -> None:
    if rows:
        # In one order everywhere, so that two writers could not wait for one another.
        places = sorted(rows)
        await tx.raw.execute(
            _PUT_ROWS,
            *_series_columns(places),
            [day for _, day in places],
            [rows[place] for place in places],
        )


async def _put_months(tx: Transaction, made: Sequence[MonthChange], number: int) -> None:
    """Add to the sums and keep what was added, so that earlier sums can be told."""
    if not made:
        return
    figures: list[list[int | Decimal]] = [[change.figures[i] for change in made] for i in range(3)]
    fits = all(-_TWO_63 <= one < _TWO_63 for column in figures for one in column)
    if not fits:
        figures = [[Decimal(one) for one in column] for column in figures]
    await tx.raw.execute(
        _PUT_MONTHS if fits else _PUT_LARGE_MONTHS,
        *_series_columns((change.series, change.month) for change in made),
        [change.month for change in made],
        *figures,
        [change.hours for change in made],
        number,
    )


async def _put_progress(tx: Transaction, commit: JudgeCommit) -> None:
    if commit.seen:
        seen = sorted(commit.seen)
        await tx.raw.execute(
            _PUT_SEEN,
            [partition for partition, _ in seen],
            [source for _, source in seen],
            [commit.seen[place] for place in seen],
        )
    if commit.frontier:
        blocks = sorted(commit.frontier)
        await tx.raw.execute(
            _PUT_FRONTIERS,
            [partition for partition, _ in blocks],
            [block for _, block in blocks],
            [commit.frontier[place].astype("<i8", copy=False).tobytes() for place in blocks],
        )


async def _put_corrections(tx: Transaction, made: Sequence[Correction], number: int) -> None:
    if not made:
        return
    await tx.raw.copy_records_to_table(
        "corrections",
        schema_name=SCHEMA,
        columns=_CORRECTION_COLUMNS,
        records=[
            (
                number,
                one.source_commit,
                one.series.subject,
                one.series.lane.carrier,
                one.series.lane.flow,
                one.series.lane.scale,
                one.hour[0],
                one.hour[-1],
                one.hour,
                *(side for pair in zip(one.old, one.new, strict=True) for side in pair),
                one.cause,
            )
            for one in made
        ],
    )


async def _put_judged(tx: Transaction, commit: JudgeCommit, number: int) -> None:
    if commit.judged:
        codes = sorted(commit.judged)
        await tx.raw.execute(
            _PUT_JUDGED,
            codes,
            [judge_codec.encode(commit.judged[code]) for code in codes],
            number,
        )
    if commit.numbers:
        subjects = sorted(commit.numbers)
        given = [commit.numbers[subject] for subject in subjects]
        await tx.raw.execute(_PUT_NUMBERS, subjects, given)


def _sql(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


_CORRECTION_COLUMNS = (
    *("commit_n", "source_commit", "subject", "carrier", "flow", "scale"),
    *("first_hour", "last_hour", "hours"),
    *("old_quantity", "new_quantity", "old_estimated", "new_estimated", "old_known", "new_known"),
    "cause",
)

_COMMIT = _sql("""
    insert into evaluator.commits (n, kind) values (nextval('evaluator.next_commit'), $1)
    returning n
""")

_SEEN = _sql("""
    select partition, source, commit_n from evaluator.totals_seen
    where partition = any($1::int[])
""")

_FRONTIERS = _sql("""
    select partition, block, body from evaluator.frontiers where partition = any($1::int[])
""")

_ROWS = _sql("""
    select w.nr, b.body
    from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::int[])
        with ordinality as w (subject, carrier, flow, scale, day, nr)
    join evaluator.books as b
        on (b.subject, b.carrier, b.flow, b.scale, b.day)
         = (w.subject, w.carrier, w.flow, w.scale, w.day)
""")

LANES = _sql("""
    select distinct subject, carrier, flow, scale from evaluator.books
    where subject = any($1::text[])
""")

JUDGED = "select code, body::text as body from evaluator.judged where code = any($1::text[])"

_NUMBERS = _sql("""
    select subject, number from evaluator.assessment_numbers where subject = any($1::text[])
""")

_PUT_ROWS = _sql("""
    insert into evaluator.books (subject, carrier, flow, scale, day, body)
    select * from unnest(
        $1::text[], $2::text[], $3::text[], $4::smallint[], $5::int[], $6::bytea[]
    )
    on conflict (subject, carrier, flow, scale, day) do update set body = excluded.body
""")

_TWO_63 = 2**63

_ADD_MONTHS = """
    with d as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::int[],
            $6::{type}[], $7::{type}[], $8::{type}[], $9::bytea[])
        as d (subject, carrier, flow, scale, month, quantity, estimated, known, hours)
    ), logged as (
        insert into evaluator.month_log (commit_n, subject, carrier, flow, scale, month,
            quantity, estimated, known, hours)
        select $10::bigint, d.* from d
    )
    insert into evaluator.months
        (subject, carrier, flow, scale, month, quantity, estimated, known)
    select subject, carrier, flow, scale, month, quantity, estimated, known from d
    on conflict (subject, month, carrier, flow, scale) do update set
        quantity = months.quantity + excluded.quantity,
        estimated = months.estimated + excluded.estimated,
        known = months.known + excluded.known
"""

_PUT_MONTHS = _sql(_ADD_MONTHS.format(type="bigint"))
_PUT_LARGE_MONTHS = _sql(_ADD_MONTHS.format(type="numeric"))

_PUT_SEEN = _sql("""
    insert into evaluator.totals_seen (partition, source, commit_n)
    select * from unnest($1::int[], $2::int[], $3::bigint[])
    on conflict (partition, source) do update set commit_n = excluded.commit_n
""")

_PUT_FRONTIERS = _sql("""
    insert into evaluator.frontiers (partition, block, body)
    select * from unnest($1::int[], $2::int[], $3::bytea[])
    on conflict (partition, block) do update set body = excluded.body
""")

_PUT_JUDGED = _sql("""
    insert into evaluator.judged (code, commit_n, body)
    select j.code, $3, j.body::jsonb from unnest($1::text[], $2::text[]) as j (code, body)
    on conflict (code) do update set commit_n = excluded.commit_n, body = excluded.body
""")

_PUT_NUMBERS = _sql("""
    insert into evaluator.assessment_numbers (subject, number)
    select * from unnest($1::text[], $2::bigint[])
    on conflict (subject) do update set number = excluded.number
""")
