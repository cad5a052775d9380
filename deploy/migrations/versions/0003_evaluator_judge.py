"""The judge's tables: books, what was seen, booked ends, corrections, judgements, budgets.

Revision ID: 0003_evaluator_judge
"""

from alembic import op

revision = "0003_evaluator_judge"
down_revision = "0002_evaluator"
branch_labels = None
depends_on = None

STATEMENTS = (
    # One row a subject, lane and UTC day: 24 hours x (quantity, estimated, known), each a
    # little-endian int64. Small enough never to be moved out of line.
    """
    create table evaluator.books (
        subject text not null,
        carrier text not null,
        flow text not null,
        scale smallint not null,
        day int not null,
        body bytea not null,
        primary key (subject, carrier, flow, scale, day)
    ) with (fillfactor = 60)
    """,
    """
    create table evaluator.totals_seen (
        partition int not null,
        source int not null,
        commit_n bigint not null,
        primary key (partition, source)
    ) with (fillfactor = 50)
    """,
    # Booked ends (microseconds, int64) of 128 neighbouring catalogue numbers.
    """
    create table evaluator.frontiers (
        partition int not null,
        block int not null,
        body bytea not null,
        primary key (partition, block)
    ) with (fillfactor = 50)
    """,
    """
    create table evaluator.corrections (
        id bigint generated always as identity primary key,
        commit_n bigint not null,
        at timestamptz not null default clock_timestamp(),
        source_commit bigint not null,
        subject text not null,
        carrier text not null,
        flow text not null,
        scale smallint not null,
        first_hour bigint not null,
        last_hour bigint not null,
        hours bigint[] not null,
        old_quantity bigint[] not null,
        new_quantity bigint[] not null,
        old_estimated bigint[] not null,
        new_estimated bigint[] not null,
        old_known bigint[] not null,
        new_known bigint[] not null,
        cause smallint[] not null,
        unique (source_commit, subject, carrier, flow, scale)
    )
    """,
    "create index corrections_subject on evaluator.corrections (subject, id)",
    """
    create table evaluator.judged (
        code text primary key,
        commit_n bigint not null,
        body jsonb not null
    ) with (fillfactor = 50)
    """,
    """
    create table evaluator.assessment_numbers (
        subject text primary key,
        number bigint not null
    )
    """,
    """
    create table evaluator.budgets (
        code text not null,
        version int not null,
        revision bigint not null,
        recorded_commit bigint not null,
        recorded_at timestamptz not null,
        body jsonb not null,
        primary key (code, version)
    )
    """,
    "create index budgets_revision on evaluator.budgets (revision)",
    # One row: whoever adds budgets locks it, so that revisions become visible in their order.
    """
    create table evaluator.budget_revision (
        single boolean primary key default true check (single),
        n bigint not null
    )
    """,
    "insert into evaluator.budget_revision (n) values (0)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "budget_revision", "budgets", "assessment_numbers", "judged", "corrections", "frontiers",
        "totals_seen", "books",
    ):
        op.execute(f"drop table evaluator.{table}")
