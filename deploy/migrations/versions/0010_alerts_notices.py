"""Notices: groups, what is due to whom, and every attempt."""

from alembic import op

revision = "0010_alerts_notices"
down_revision = "0009_alerts_ladder"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ()
BACK: tuple[str, ...] = ()


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
