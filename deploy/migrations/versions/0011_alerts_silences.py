"""Silences, quiet times and inhibition."""

from alembic import op

revision = "0011_alerts_silences"
down_revision = "0010_alerts_notices"
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
