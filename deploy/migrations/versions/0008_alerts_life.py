"""Warnings: kinds, hold and keep-active times, what people did about them, and attachments.

Warnings so far were of budgets: their kind is their rule, their measure follows from the unit.
"""

from alembic import op

revision = "0008_alerts_life"
down_revision = "0007_alerts_journal"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE alerts.warnings RENAME COLUMN budget TO about",
    "ALTER TABLE alerts.warnings RENAME COLUMN budget_name TO about_name",
    # `region` is the nearest one, for groups. `heard` is the sequence as it was judged, empty
    # where it is `sequence`; `handling` is JSON, empty while nobody has done anything; `labels`
    # is JSON, empty but for alerts of somebody else's. `wakes_at`: when time alone changes
    # anything. `latest` is below zero until the first entry.
    """
    ALTER TABLE alerts.warnings
        ADD COLUMN kind text NOT NULL DEFAULT 'used',
        ADD COLUMN measure text NOT NULL DEFAULT 'energy',
        ADD COLUMN region text NOT NULL DEFAULT '',
        ADD COLUMN heard text NOT NULL DEFAULT '',
        ADD COLUMN holding text NOT NULL DEFAULT 'active',
        ADD COLUMN due_at timestamptz,
        ADD COLUMN wakes_at timestamptz,
        ADD COLUMN handling text NOT NULL DEFAULT '',
        ADD COLUMN stage text NOT NULL DEFAULT 'raised',
        ADD COLUMN assignee text NOT NULL DEFAULT '',
        ADD COLUMN state text NOT NULL DEFAULT 'open',
        ADD COLUMN labels text NOT NULL DEFAULT ''
    """,
    """
    UPDATE alerts.warnings SET
        kind = CASE rule WHEN 'pace' THEN 'pace' ELSE 'used' END,
        measure = CASE WHEN facts::json -> 'budget' ->> 'unit' LIKE '%CO2%' THEN 'carbon'
            ELSE 'energy' END,
        region = coalesce(regions[1], ''),
        holding = CASE level WHEN 0 THEN 'resolved' ELSE 'active' END,
        state = CASE level WHEN 0 THEN 'resolved' ELSE 'open' END
    """,
    "CREATE SEQUENCE alerts.untold",
    "DROP INDEX alerts.warnings_open",
    # Narrow enough that counting all open warnings by any of these never touches the table.
    """
    CREATE INDEX warnings_open ON alerts.warnings (latest)
    INCLUDE (level, measure, kind, region, subject, state) WHERE level > 0
    """,
    "CREATE INDEX warnings_wake ON alerts.warnings (wakes_at) WHERE wakes_at IS NOT NULL",
    "CREATE INDEX warnings_assignee ON alerts.warnings (assignee, latest) WHERE assignee <> ''",
    "CREATE INDEX warnings_pending ON alerts.warnings (latest) WHERE state = 'pending'",
    # Counting from the index alone needs pages that a vacuum has seen.
    """
    ALTER TABLE alerts.warnings SET (
        autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05)
    """,
    # What responses are proved with: stored once, however often it is attached.
    """
    CREATE TABLE alerts.attachments (
        sha256 bytea PRIMARY KEY,
        data bytea NOT NULL
    )
    """,
    "ALTER TABLE alerts.attachments ALTER COLUMN data SET STORAGE EXTERNAL",
    """
    CREATE TABLE alerts.attached (
        warning uuid NOT NULL,
        sha256 bytea NOT NULL REFERENCES alerts.attachments (sha256),
        name text NOT NULL,
        content_type text NOT NULL,
        size int NOT NULL,
        at timestamptz NOT NULL,
        by_name text NOT NULL,
        PRIMARY KEY (warning, sha256)
    )
    """,
)
BACK: tuple[str, ...] = (
    """
    ALTER TABLE alerts.warnings
        RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)
    """,
    "DROP TABLE alerts.attached",
    "DROP TABLE alerts.attachments",
    "DROP INDEX alerts.warnings_pending",
    "DROP INDEX alerts.warnings_assignee",
    "DROP INDEX alerts.warnings_wake",
    "DROP INDEX alerts.warnings_open",
    # What was never told has no entry to be listed by.
    "DELETE FROM alerts.warnings WHERE latest < 0",
    "CREATE INDEX warnings_open ON alerts.warnings (latest) WHERE level > 0",
    "DROP SEQUENCE alerts.untold",
    """
    ALTER TABLE alerts.warnings DROP COLUMN kind, DROP COLUMN measure, DROP COLUMN region,
        DROP COLUMN heard, DROP COLUMN holding, DROP COLUMN due_at, DROP COLUMN wakes_at,
        DROP COLUMN handling, DROP COLUMN stage, DROP COLUMN assignee, DROP COLUMN state,
        DROP COLUMN labels
    """,
    "ALTER TABLE alerts.warnings RENAME COLUMN about_name TO budget_name",
    "ALTER TABLE alerts.warnings RENAME COLUMN about TO budget",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
