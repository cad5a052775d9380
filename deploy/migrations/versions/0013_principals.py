"""Keys that are there for one arm of dual control."""

from alembic import op

revision = "0013_principals"
down_revision = "0012_evaluator_conditions"
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
