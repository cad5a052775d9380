"""Notices: groups, what is due to whom, and every attempt."""

from alembic import op

revision = "0010_alerts_notices"
down_revision = "0009_alerts_ladder"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    # Every version that was ever in force; the newest one is. None at all: the policy file's.
    """
    CREATE TABLE alerts.routes (
        version bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        document text NOT NULL,
        made_at timestamptz NOT NULL,
        made_by text NOT NULL
    )
    """,
    """
    CREATE TABLE alerts.contacts (
        name text PRIMARY KEY,
        document text NOT NULL,
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL
    )
    """,
    # due_at: when the group is looked at next; null while there is nothing to look for.
    """
    CREATE TABLE alerts.groups (
        id uuid PRIMARY KEY,
        route text NOT NULL,
        receiver text NOT NULL,
        labels text NOT NULL,
        every interval NOT NULL,
        due_at timestamptz,
        flushed_at timestamptz
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX groups_due ON alerts.groups (due_at) WHERE due_at IS NOT NULL",
    # An item is a warning, or a reminder (then `event` holds it). What no longer holds stays until
    # it was told.
    """
    CREATE TABLE alerts.members (
        group_id uuid NOT NULL,
        item uuid NOT NULL,
        holds boolean NOT NULL,
        level smallint NOT NULL,
        event text,
        PRIMARY KEY (group_id, item)
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX members_item ON alerts.members (item)",
    # What each recipient was told of a group the last time, and what was decided since.
    """
    CREATE TABLE alerts.told (
        group_id uuid NOT NULL,
        contact text NOT NULL,
        firing text NOT NULL,
        told_at timestamptz,
        reason text NOT NULL,
        decided_at timestamptz NOT NULL,
        muted text NOT NULL,
        PRIMARY KEY (group_id, contact)
    ) WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE alerts.held (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        contact text NOT NULL,
        due_at timestamptz NOT NULL,
        document text NOT NULL
    )
    """,
    "CREATE INDEX held_due ON alerts.held (due_at, contact)",
    # How many notices a contact was given since `begin`.
    """
    CREATE TABLE alerts.told_lately (
        contact text PRIMARY KEY,
        begin timestamptz NOT NULL,
        told int NOT NULL
    ) WITH (fillfactor = 50)
    """,
    "CREATE SEQUENCE alerts.notice_numbers",
    # One row for each notice at each address of its recipient. `claimed_by` is the number of the
    # copy that is sending it; a copy holds an advisory lock of that number while it lives.
    # `unsure`: an attempt was begun and its answer was never heard.
    """
    CREATE TABLE alerts.notices (
        number bigint PRIMARY KEY,
        notice uuid NOT NULL,
        recipient text NOT NULL,
        address text NOT NULL,
        channel text NOT NULL,
        group_id uuid,
        reason text NOT NULL,
        level smallint NOT NULL,
        warnings uuid[] NOT NULL,
        created_at timestamptz NOT NULL,
        document text NOT NULL,
        rendered text NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        attempts int NOT NULL DEFAULT 0,
        next_at timestamptz,
        claimed_by bigint,
        unsure boolean NOT NULL DEFAULT false,
        first_at timestamptz,
        last_at timestamptz,
        last_status int,
        last_detail text NOT NULL DEFAULT '',
        UNIQUE (notice, address)
    ) WITH (fillfactor = 80)
    """,
    """
    CREATE INDEX notices_due ON alerts.notices (channel, next_at)
    WHERE state = 'waiting' AND claimed_by IS NULL
    """,
    "CREATE INDEX notices_claimed ON alerts.notices (claimed_by) WHERE claimed_by IS NOT NULL",
    """
    CREATE INDEX notices_in_order ON alerts.notices (recipient, address, group_id, number)
    WHERE state = 'waiting'
    """,
    "CREATE INDEX notices_recipient ON alerts.notices (recipient, number)",
    "CREATE INDEX notices_warnings ON alerts.notices USING gin (warnings)",
    # Addresses that were not there: nothing is sent there before `until`.
    """
    CREATE TABLE alerts.resting (
        recipient text NOT NULL,
        address text NOT NULL,
        until timestamptz NOT NULL,
        PRIMARY KEY (recipient, address)
    ) WITH (fillfactor = 50)
    """,
    # Two lines an attempt: that it was begun, and what was answered.
    """
    CREATE TABLE alerts.attempts (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        number bigint NOT NULL,
        attempt int NOT NULL,
        step text NOT NULL,
        at timestamptz NOT NULL,
        copy bigint NOT NULL,
        repeats boolean NOT NULL,
        result text NOT NULL,
        status int,
        detail text NOT NULL
    )
    """,
    "CREATE INDEX attempts_of ON alerts.attempts (number)",
    """
    CREATE TRIGGER attempts_are_only_added_to
    BEFORE UPDATE OR DELETE OR TRUNCATE ON alerts.attempts
    FOR EACH STATEMENT EXECUTE FUNCTION alerts.history_is_only_added_to()
    """,
)
BACK: tuple[str, ...] = (
    "DROP TABLE alerts.attempts, alerts.resting, alerts.notices, alerts.told_lately, alerts.held, "
    "alerts.told, alerts.members, alerts.groups, alerts.contacts, alerts.routes",
    "DROP SEQUENCE alerts.notice_numbers",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
