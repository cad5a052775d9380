"""The response ladder: steps, consultations and gates.

`data` is the whole record as JSON; the columns beside it are what it is found by.
"""

from alembic import op

revision = "0009_alerts_ladder"
down_revision = "0008_alerts_life"
branch_labels = None
depends_on = None

STATEMENTS = (
    # ordered_on: the day by which the next person has to act. watch_on: when time alone may have
    # something to say, null for never.
    """
    CREATE TABLE alerts.steps (
        id uuid PRIMARY KEY,
        warning uuid NOT NULL,
        subject text NOT NULL,
        regions text[] NOT NULL,
        measure text NOT NULL,
        kind text NOT NULL,
        state text NOT NULL,
        due date,
        ordered_on date NOT NULL,
        watch_on date,
        proposed_at timestamptz NOT NULL,
        data text NOT NULL
    )
    """,
    "CREATE INDEX steps_warning ON alerts.steps (warning)",
    "CREATE INDEX steps_ordered ON alerts.steps (ordered_on, proposed_at, id)",
    "CREATE INDEX steps_regions ON alerts.steps USING gin (regions)",
    "CREATE INDEX steps_watched ON alerts.steps (watch_on) WHERE watch_on IS NOT NULL",
    """
    CREATE TABLE alerts.restrictions (
        id uuid PRIMARY KEY,
        region text NOT NULL,
        state smallint NOT NULL,
        data text NOT NULL
    )
    """,
    "CREATE INDEX restrictions_region ON alerts.restrictions (region)",
    """
    CREATE TABLE alerts.gate_decisions (
        id uuid PRIMARY KEY,
        region text NOT NULL,
        decided_at timestamptz NOT NULL,
        data text NOT NULL
    )
    """,
    "CREATE INDEX gate_decisions_region ON alerts.gate_decisions (region, decided_at)",
    """
    CREATE TABLE alerts.consultations (
        id uuid PRIMARY KEY,
        region text NOT NULL,
        regions text[] NOT NULL,
        measure text NOT NULL,
        held_at timestamptz NOT NULL,
        is_open boolean NOT NULL,
        watch_on date,
        data text NOT NULL
    )
    """,
    "CREATE INDEX consultations_held ON alerts.consultations (held_at, id)",
    "CREATE INDEX consultations_watched ON alerts.consultations (watch_on) WHERE watch_on IS NOT NULL",
    # Ladders that stand in the place of shipped ones; the highest version holds.
    """
    CREATE TABLE alerts.ladders (
        name text NOT NULL,
        version int NOT NULL,
        text text NOT NULL,
        put_by text NOT NULL,
        put_at timestamptz NOT NULL,
        PRIMARY KEY (name, version)
    )
    """,
    """
    CREATE TABLE alerts.ladder_assignments (
        region text PRIMARY KEY,
        ladder text NOT NULL,
        assigned_by text NOT NULL,
        assigned_at timestamptz NOT NULL
    )
    """,
)
BACK = (
    "DROP TABLE alerts.ladder_assignments",
    "DROP TABLE alerts.ladders",
    "DROP TABLE alerts.consultations",
    "DROP TABLE alerts.gate_decisions",
    "DROP TABLE alerts.restrictions",
    "DROP TABLE alerts.steps",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
