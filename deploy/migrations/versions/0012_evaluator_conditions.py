"""Conditions that the evaluator has told of."""

from alembic import op

revision = "0012_evaluator_conditions"
down_revision = "0011_alerts_silences"
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
