"""The journal of alerts: whatever happens to warnings, steps, silences and gates, in one chain.

`about` says what an entry belongs to; `warning` is the id of that thing, whatever it is. `hash` is
SHA-256 of the hash before, the id as eight bytes and the text.
"""

from alembic import op

revision = "0007_alerts_journal"
down_revision = "0006_evaluator_outlooks"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE alerts.history ADD COLUMN about text NOT NULL DEFAULT 'warning'",
    "ALTER TABLE alerts.history ADD COLUMN hash bytea",
    "ALTER TABLE alerts.history DISABLE TRIGGER history_is_only_added_to",
    """
    DO $$
    DECLARE
        before bytea := decode(repeat('00', 32), 'hex');
        entry record;
    BEGIN
        FOR entry IN SELECT id, data FROM alerts.history ORDER BY id LOOP
            before := sha256(before || int8send(entry.id) || convert_to(entry.data, 'UTF8'));
            UPDATE alerts.history SET hash = before WHERE id = entry.id;
        END LOOP;
    END
    $$
    """,
    "ALTER TABLE alerts.history ENABLE TRIGGER history_is_only_added_to",
    "ALTER TABLE alerts.history ALTER COLUMN hash SET NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE alerts.history DROP COLUMN hash")
    op.execute("ALTER TABLE alerts.history DROP COLUMN about")
