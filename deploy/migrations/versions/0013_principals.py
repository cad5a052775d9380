"""Keys that are there for one arm of dual control."""

from alembic import op

revision = "0013_principals"
down_revision = "0012_evaluator_conditions"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    "alter table ingest.keys add column measures text[] not null default '{carbon,energy}'",
    # The list of principals that the key stands in, where its name is its own.
    "alter table ingest.keys add column managed_by text not null default ''",
    """
    create unique index keys_in_lists on ingest.keys (managed_by, name)
    where managed_by <> '' and revoked_at is null
    """,
)
BACK: tuple[str, ...] = (
    "alter table ingest.keys drop column managed_by",
    "alter table ingest.keys drop column measures",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
