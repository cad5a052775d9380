"""The bookkeeper's tables: commits, positions, readings in blocks, heads, findings, outbox.

Revision ID: 0002_evaluator
"""

from alembic import op

revision = "0002_evaluator"
down_revision = "0001_ingest"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema evaluator",
    "create sequence evaluator.next_commit",
    """
    create table evaluator.commits (
        n bigint primary key,
        at timestamptz not null default clock_timestamp(),
        kind text not null
    )
    """,
    "create index commits_at on evaluator.commits (at)",
    """
    create table evaluator.positions (
        topic text not null,
        partition int not null,
        next_offset bigint not null,
        primary key (topic, partition)
    ) with (fillfactor = 50)
    """,
    """
    create table evaluator.reading_blocks (
        owner int not null,
        week int not null,
        commit_n bigint not null,
        count int not null,
        body bytea not null,
        primary key (owner, week, commit_n)
    )
    """,
    "alter table evaluator.reading_blocks alter column body set storage external",
    """
    create table evaluator.heads (
        owner int primary key,
        partition int not null,
        catalogue_version bigint not null,
        commit_n bigint not null,
        count int not null,
        body bytea not null,
        older bytea not null
    ) with (fillfactor = 50)
    """,
    "alter table evaluator.heads alter column body set storage external",
    "create index heads_partition on evaluator.heads (partition)",
    """
    create table evaluator.findings (
        id bigint generated always as identity primary key,
        point int not null,
        kind smallint not null,
        start_us bigint not null,
        end_us bigint not null,
        commit_n bigint not null,
        ended_n bigint
    )
    """,
    "create index findings_standing on evaluator.findings (point, start_us) where ended_n is null",
    "create index findings_point on evaluator.findings (point, id)",
    """
    create table evaluator.outbox (
        id bigint generated always as identity primary key,
        lanes int[] not null,
        topic text not null,
        partition int,
        key bytea,
        value bytea,
        headers jsonb not null default '[]',
        created_at timestamptz not null default now()
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema evaluator cascade")
