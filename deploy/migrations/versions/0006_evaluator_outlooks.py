"""What the daily forecasts say of budgets and targets: whether they will be exceeded, since when.

Revision ID: 0006_evaluator_outlooks
"""

from alembic import op

revision = "0006_evaluator_outlooks"
down_revision = "0005_evaluator_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    # limited_by: budget or target. since: null unless it will be exceeded.
    op.execute(
        """
        create table evaluator.outlooks (
            limited_by text not null,
            code text not null,
            period text not null,
            subject text not null,
            measure text not null,
            looked_on date not null,
            made_at timestamptz not null,
            exceeds boolean not null,
            since timestamptz,
            probability double precision,
            lead_days int,
            run_out date,
            primary key (limited_by, code, period)
        )
        """
    )


def downgrade() -> None:
    """Drop it again."""
    op.execute("drop table evaluator.outlooks")
