"""Warnings: kinds, hold and keep-active times, and what people did about them."""

from alembic import op

revision = "0008_alerts_life"
down_revision = "0007_alerts_journal"
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
