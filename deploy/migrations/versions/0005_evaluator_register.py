"""The register, sums of books by month with their history, publications and forecasts.

Revision ID: 0005_evaluator_register
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from alembic import op
from sqlalchemy import Connection, text

revision = "0005_evaluator_register"
down_revision = "0004_alerts"
branch_labels = None
depends_on = None

STATEMENTS = (
    # Versions of records, only ever added. first_hour, end_hour: the time that a record is about.
    # Keys are ordered by their bytes, so that lists are paged along the primary key.
    """
    create table evaluator.register (
        kind text not null,
        key text collate "C" not null,
        version int not null,
        commit_n bigint not null,
        at timestamptz not null,
        by text not null,
        subject text not null,
        first_hour bigint,
        end_hour bigint,
        body jsonb not null,
        primary key (kind, key, version)
    )
    """,
    "create index register_subject on evaluator.register (kind, subject)",
    "create index register_commit on evaluator.register (kind, commit_n)",
    # One row: the commit of the newest record. Whoever adds records locks it.
    """
    create table evaluator.register_revision (
        single boolean primary key default true check (single),
        n bigint not null
    )
    """,
    "insert into evaluator.register_revision (n) values (0)",
    # Sums of evaluator.books by calendar month at UTC+8 (year x 12 + month - 1).
    """
    create table evaluator.months (
        subject text not null,
        carrier text not null,
        flow text not null,
        scale smallint not null,
        month int not null,
        quantity numeric not null,
        estimated numeric not null,
        known numeric not null,
        primary key (subject, month, carrier, flow, scale)
    ) with (fillfactor = 60)
    """,
    # What each commit added to a month. hours: one (hour int64, quantity, estimated, known) each,
    # little-endian int64, modulo 2^64: the hours' differences, for whatever is no whole month.
    """
    create table evaluator.month_log (
        commit_n bigint not null,
        subject text not null,
        carrier text not null,
        flow text not null,
        scale smallint not null,
        month int not null,
        quantity numeric not null,
        estimated numeric not null,
        known numeric not null,
        hours bytea not null
    )
    """,
    "create index month_log_subject on evaluator.month_log (subject, month, commit_n)",
    # Books as of an earlier commit than this one cannot be told: no log was kept yet.
    """
    create table evaluator.history_begins (
        single boolean primary key default true check (single),
        commit_n bigint not null
    )
    """,
    """
    insert into evaluator.history_begins (commit_n)
    select coalesce(max(n), 0) from evaluator.commits
    """,
    # Readings that came in, by catalogue number of their point and month of their time at UTC+8.
    """
    create table evaluator.reading_counts (
        point bigint not null,
        month int not null,
        count bigint not null,
        primary key (point, month)
    ) with (fillfactor = 60)
    """,
    # Counts of single commits until they are added to those above. body: rows of two little-endian
    # int64, point x 2^20 + month, and count.
    """
    create table evaluator.reading_count_log (
        id bigint generated always as identity primary key,
        body bytea not null
    )
    """,
    # Figures that were handed out as published, and the commit that they were made of.
    """
    create table evaluator.publications (
        id bigint generated always as identity primary key,
        subject text not null,
        figure text not null,
        options jsonb not null default '{}',
        period text not null,
        as_of bigint not null,
        value text,
        level text,
        body jsonb not null default '{}',
        commit_n bigint not null,
        at timestamptz not null default clock_timestamp(),
        by text not null
    )
    """,
    "create index publications_subject on evaluator.publications (subject, id)",
    "create index publications_figure on evaluator.publications (figure, id)",
    """
    create table evaluator.figure_corrections (
        id bigint generated always as identity primary key,
        commit_n bigint not null,
        at timestamptz not null default clock_timestamp(),
        subject text not null,
        figure text not null,
        period text not null,
        old text,
        new text,
        old_as_of bigint not null,
        cause text not null,
        detail jsonb not null default '{}'
    )
    """,
    "create index figure_corrections_subject on evaluator.figure_corrections (subject, id)",
    "create index figure_corrections_figure on evaluator.figure_corrections (figure, id)",
    """
    create table evaluator.forecasts (
        subject text not null,
        measure text not null,
        period text not null,
        made_at timestamptz not null,
        cut_hour bigint not null,
        method text not null,
        body jsonb not null,
        primary key (subject, measure, period, made_at)
    )
    """,
    """
    create table evaluator.forecast_errors (
        subject text not null,
        measure text not null,
        method text not null,
        horizon_days int not null,
        errors jsonb not null,
        primary key (subject, measure, method, horizon_days)
    )
    """,
)

_TABLES = (
    *("forecast_errors", "forecasts", "figure_corrections", "publications", "reading_count_log"),
    *("reading_counts", "history_begins", "month_log", "months", "register_revision", "register"),
)
_ROWS_AT_ONCE = 20_000
_ROW = np.dtype("<i8")


def upgrade() -> None:
    """Create the tables and fill the sums from the books that there are."""
    for statement in STATEMENTS:
        op.execute(statement)
    connection = op.get_bind()
    _fill_months(connection)
    _fill_counts(connection)


def downgrade() -> None:
    """Drop what this revision added."""
    for table in _TABLES:
        op.execute(f"drop table evaluator.{table}")


_Sums = dict[tuple[Any, ...], list[int]]

_ADD_MONTHS = """
    insert into evaluator.months
        (subject, carrier, flow, scale, month, quantity, estimated, known)
    values (:subject, :carrier, :flow, :scale, :month,
        cast(:quantity as text)::numeric, cast(:estimated as text)::numeric,
        cast(:known as text)::numeric)
    on conflict (subject, month, carrier, flow, scale) do update set
        quantity = months.quantity + excluded.quantity,
        estimated = months.estimated + excluded.estimated,
        known = months.known + excluded.known
"""

_ADD_COUNTS = """
    insert into evaluator.reading_counts (point, month, count) values (:point, :month, :count)
    on conflict (point, month) do update set count = reading_counts.count + excluded.count
"""


def _fill_months(connection: Connection) -> None:
    names = ("subject", "carrier", "flow", "scale", "month", "quantity", "estimated", "known")
    books = "select subject, carrier, flow, scale, day, body from evaluator.books order by 1"
    for rows in _chunks(connection, books):
        sums: _Sums = {}
        days = np.array([row.day for row in rows], np.int64)
        whole = np.frombuffer(b"".join(row.body for row in rows), _ROW).reshape(-1, 24, 3)
        # The day at UTC+8 begins at 16:00 UTC of the day before.
        for part, months in ((whole[:, :16], _months(days)), (whole[:, 16:], _months(days + 1))):
            columns = part.astype(object).sum(axis=1).tolist()
            for row, month, figures in zip(rows, months, columns, strict=True):
                key = (row.subject, row.carrier, row.flow, row.scale, month)
                known = sums.setdefault(key, [0, 0, 0])
                sums[key] = [a + b for a, b in zip(known, figures, strict=True)]
        made = [(*key, *map(str, figures)) for key, figures in sums.items() if any(figures)]
        if made:
            rows_of = [dict(zip(names, one, strict=True)) for one in made]
            connection.execute(text(_ADD_MONTHS), rows_of)


def _fill_counts(connection: Connection) -> None:
    """Blocks are columns: times (int64), values (int64), points (uint32), then the rest."""
    blocks = "select count, body from evaluator.reading_blocks"
    for rows in _chunks(connection, blocks):
        at = np.concatenate([np.frombuffer(row.body, "<i8", row.count) for row in rows])
        point = np.concatenate(
            [np.frombuffer(row.body, "<u4", row.count, 16 * row.count) for row in rows]
        ).astype(np.int64)
        months = np.array(_months((at // 3_600_000_000 + 8) // 24), np.int64)
        pairs, counts = np.unique(np.stack((point, months), axis=1), axis=0, return_counts=True)
        found = zip(pairs.tolist(), counts.tolist(), strict=True)
        made = [{"point": p, "month": m, "count": count} for (p, m), count in found]
        connection.execute(text(_ADD_COUNTS), made)


def _chunks(connection: Connection, query: str) -> Iterator[list[Any]]:
    found = connection.execute(text(query).execution_options(yield_per=_ROWS_AT_ONCE))
    for rows in found.partitions(_ROWS_AT_ONCE):
        yield list(rows)


def _months(days: Any) -> list[int]:
    """Year x 12 + month - 1 of days since 1970."""
    since_1970: list[int] = (
        days.astype("datetime64[D]").astype("datetime64[M]").astype(int).tolist()
    )
    return [month + 1970 * 12 for month in since_1970]
