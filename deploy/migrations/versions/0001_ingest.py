"""The catalogue's entities, versions and records; keys; the outbox of both.

Revision ID: 0001_ingest
"""

from alembic import op

revision = "0001_ingest"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema ingest",
    """
    create table ingest.versions (
        version bigint primary key,
        recorded_at bigint not null,
        key_id text not null,
        files text[] not null
    )
    """,
    """
    create table ingest.entities (
        number bigint generated always as identity primary key check (number < 4294967296),
        kind text not null,
        code text not null,
        unique (kind, code)
    )
    """,
    """
    create table ingest.records (
        number bigint not null references ingest.entities,
        version bigint not null references ingest.versions,
        place int not null,
        valid_from bigint not null,
        valid_to bigint not null,
        attributes jsonb not null,
        primary key (number, version, place)
    )
    """,
    "create index records_version on ingest.records (version)",
    """
    create table ingest.keys (
        id text primary key,
        name text not null,
        sha256 text not null unique,
        role text not null,
        scope text[] not null,
        created_at bigint not null,
        revoked_at bigint,
        changed bigint generated always as identity unique
    )
    """,
    """
    create table ingest.outbox (
        id bigint generated always as identity primary key,
        lanes int[] not null,
        topic text not null,
        partition int,
        key bytea,
        value bytea,
        headers jsonb not null default '[]',
        created_at timestamptz not null default now()
    )
    """,
)


def upgrade() -> None:
    """Create the schema and its tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Drop everything of this service."""
    op.execute("drop schema ingest cascade")
