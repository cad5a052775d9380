"""Silences and quiet times.

`data` is the whole record as JSON; the columns beside it are what is looked for. `entries` counts
the lines that the journal has of a silence: whoever writes says how many there were.
"""

from alembic import op

revision = "0011_alerts_silences"
down_revision = "0010_alerts_notices"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE alerts.silences (
        id uuid PRIMARY KEY,
        entries int NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        data text NOT NULL
    )
    """,
    "CREATE INDEX silences_live ON alerts.silences (created_at) WHERE ended_at IS NULL",
    "CREATE INDEX silences_ended ON alerts.silences (ended_at) WHERE ended_at IS NOT NULL",
    """
    CREATE TABLE alerts.quiet_times (
        name text PRIMARY KEY,
        owner text NOT NULL,
        data text NOT NULL
    )
    """,
)
BACK: tuple[str, ...] = ("DROP TABLE alerts.quiet_times", "DROP TABLE alerts.silences")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
