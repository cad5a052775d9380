"""Alerts: warnings, their history, webhook endpoints and what is due at them.

And the console's sign-ins: its only table.
"""

from alembic import op

revision = "0004_alerts"
down_revision = "0003_evaluator_judge"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE SCHEMA alerts",
    """
    CREATE TABLE alerts.positions (
        topic text NOT NULL,
        partition int NOT NULL,
        next_offset bigint NOT NULL,
        PRIMARY KEY (topic, partition)
    ) WITH (fillfactor = 50)
    """,
    # The newest assessment heard of each subject: lower or equal numbers are ignored.
    """
    CREATE TABLE alerts.subjects (
        subject text PRIMARY KEY,
        number bigint NOT NULL
    )
    """,
    # The id is a function of subject, budget and rule. `latest` is the id of the newest entry of
    # the history: lists are ordered and paged by it. `sequence`, `facts` and the history's `data`
    # are JSON kept to the letter, as it is sent.
    """
    CREATE TABLE alerts.warnings (
        id uuid PRIMARY KEY,
        subject text NOT NULL,
        subject_name text NOT NULL,
        regions text[] NOT NULL,
        budget text NOT NULL,
        budget_name text NOT NULL,
        rule text NOT NULL,
        level smallint NOT NULL,
        highest smallint NOT NULL,
        sequence text NOT NULL,
        entries int NOT NULL,
        opened_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        watermark timestamptz NOT NULL,
        number bigint NOT NULL,
        facts text NOT NULL,
        latest bigint NOT NULL
    )
    """,
    "CREATE INDEX warnings_latest ON alerts.warnings (latest)",
    "CREATE INDEX warnings_open ON alerts.warnings (latest) WHERE level > 0",
    "CREATE INDEX warnings_subject ON alerts.warnings (subject)",
    "CREATE INDEX warnings_regions ON alerts.warnings USING gin (regions)",
    # Ids are drawn under a lock that is held to the commit, so that whoever has read up to an id
    # has seen all entries below it.
    "CREATE SEQUENCE alerts.entry_ids",
    """
    CREATE TABLE alerts.history (
        id bigint PRIMARY KEY,
        warning uuid NOT NULL,
        position int NOT NULL,
        kind text NOT NULL,
        noticed_at timestamptz NOT NULL,
        data text NOT NULL,
        UNIQUE (warning, position)
    )
    """,
    """
    CREATE FUNCTION alerts.history_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the history of warnings is only added to';
    END
    $$
    """,
    """
    CREATE TRIGGER history_is_only_added_to
    BEFORE UPDATE OR DELETE OR TRUNCATE ON alerts.history
    FOR EACH STATEMENT EXECUTE FUNCTION alerts.history_is_only_added_to()
    """,
    """
    CREATE TABLE alerts.endpoints (
        id uuid PRIMARY KEY,
        url text NOT NULL,
        description text NOT NULL,
        secret text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        removed_at timestamptz
    )
    """,
    # next_at: when it is due (or its lease runs out); null once acknowledged. `attempts` fences
    # the outcome of an attempt whose lease has run out.
    """
    CREATE TABLE alerts.deliveries (
        endpoint uuid NOT NULL,
        entry bigint NOT NULL,
        warning uuid NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        next_at timestamptz,
        last_at timestamptz,
        last_status int,
        last_detail text NOT NULL DEFAULT '',
        PRIMARY KEY (endpoint, entry)
    )
    """,
    """
    CREATE INDEX deliveries_due ON alerts.deliveries (endpoint, next_at) WHERE next_at IS NOT NULL
    """,
    """
    CREATE INDEX deliveries_in_order ON alerts.deliveries (endpoint, warning, entry)
    WHERE next_at IS NOT NULL
    """,
    "CREATE SCHEMA console",
    # One-time links and sessions, found by the hash of a secret that only the browser has. The key
    # is sealed with that secret, so that this table alone is of no use.
    """
    CREATE TABLE console.sign_ins (
        hash bytea PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('link', 'session')),
        sealed bytea NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX sign_ins_expiry ON console.sign_ins (expires_at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA console CASCADE")
    op.execute("DROP SCHEMA alerts CASCADE")
