"""What scheduled work has covered."""

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
)
BACK: tuple[str, ...] = ("DROP TABLE alerts.ticks",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
