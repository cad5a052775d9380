"""Conditions that the evaluator has told of."""

from alembic import op

revision = "0012_evaluator_conditions"
down_revision = "0011_alerts_silences"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    # level: 0 none … 4 red, that of the last step. steps: instant (microseconds), level and the
    # numbers of each. number grows by one with every telling.
    """
    create table evaluator.conditions (
        id bigint generated always as identity,
        kind text not null,
        subject text not null,
        about text not null,
        rule text not null,
        about_name text not null,
        measure text not null,
        level smallint not null,
        number bigint not null,
        steps jsonb not null,
        facts jsonb not null,
        watermark timestamptz not null,
        made_at timestamptz not null,
        commit_n bigint not null,
        cause text not null,
        primary key (kind, subject, about, rule)
    )
    """,
    "create index conditions_page on evaluator.conditions (level desc, id)",
    # mark: a word of the source's own about the time that it has looked at.
    """
    create table evaluator.condition_sources (
        source text primary key,
        commit_n bigint not null,
        mark text not null,
        at timestamptz not null default now()
    )
    """,
    # Whoever looks what commits have changed reads the log from a commit on; it is written in that
    # order, so that a few bytes for each megabyte of it are enough.
    "create index month_log_commit on evaluator.month_log using brin (commit_n) "
    "with (autosummarize = on)",
    # What was found of the last days is looked for once a day, of all points.
    "create index findings_lately on evaluator.findings (end_us) where ended_n is null",
)
BACK: tuple[str, ...] = (
    "drop index evaluator.findings_lately",
    "drop index evaluator.month_log_commit",
    "drop table evaluator.condition_sources",
    "drop table evaluator.conditions",
)


def upgrade() -> None:
    """Create the tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop them again."""
    for statement in BACK:
        op.execute(statement)
