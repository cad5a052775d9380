"""What scheduled work has covered."""

from alembic import op

revision = "0014_alerts_ticks"
down_revision = "0013_principals"
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
