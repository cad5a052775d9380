"""What scheduled work has covered; what the worth of warnings is counted from."""

from alembic import op

revision = "0014_alerts_ticks"
down_revision = "0013_principals"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    # Written after the work was done, and only if nobody else has written since.
    """
    CREATE TABLE alerts.ticks (
        name text PRIMARY KEY,
        covered_until timestamptz NOT NULL
    ) WITH (fillfactor = 50)
    """,
    # What the worth of warnings is counted from, without a look at their documents.
    """
    CREATE INDEX history_moments ON alerts.history (noticed_at) INCLUDE (id, warning, kind)
    WHERE about = 'warning' AND kind IN ('raised', 'reopened', 'resolved', 'acknowledged',
        'responded', 'returned', 'closed')
    """,
    """
    CREATE INDEX history_words ON alerts.history (noticed_at)
    WHERE about = 'warning' AND kind IN ('closed', 'reopened')
    """,
    """
    CREATE INDEX history_overdue ON alerts.history (noticed_at)
    WHERE about = 'step' AND kind = 'overdue'
    """,
)
BACK: tuple[str, ...] = (
    "DROP INDEX alerts.history_overdue",
    "DROP INDEX alerts.history_words",
    "DROP INDEX alerts.history_moments",
    "DROP TABLE alerts.ticks",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
