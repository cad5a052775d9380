"""The response ladder: steps, consultations and gates."""

from alembic import op

revision = "0009_alerts_ladder"
down_revision = "0008_alerts_life"
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
