"""Open warnings counted as they come and go, and lists of those that few are like."""

from alembic import op

revision = "0015_alerts_counts"
down_revision = "0014_alerts_ticks"
branch_labels = None
depends_on = None

# By row: what a change of warnings adds to the counts, or takes away.
_SEEN = """
    SELECT regions, CASE WHEN subject LIKE 'region:%' AND NOT regions @> ARRAY[substr(subject, 8)]
        THEN subject ELSE '' END AS holder, kind, measure, level, {number} AS number
    FROM {rows} WHERE level > 0 AND state = 'open'
"""
_ADDED = _SEEN.format(number="1", rows="added")
_GONE = _SEEN.format(number="-1", rows="gone")


def _counting(name: str, changes: str) -> str:
    # One statement counts at a time, to the commit: two of them could wait for one another.
    return f"""
    CREATE FUNCTION alerts.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(x'71796374'::int);
        INSERT INTO alerts.open_counts AS c (regions, holder, kind, measure, level, number)
        SELECT regions, holder, kind, measure, level, sum(number) FROM ({changes}) AS changes
        GROUP BY regions, holder, kind, measure, level HAVING sum(number) <> 0
        ON CONFLICT (regions, holder, kind, measure, level)
        DO UPDATE SET number = c.number + excluded.number;
        RETURN NULL;
    END
    $$
    """


def _trigger(name: str, when: str, tables: str) -> str:
    return f"""
    CREATE TRIGGER {name} AFTER {when} ON alerts.warnings {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION alerts.{name}()
    """


STATEMENTS: tuple[str, ...] = (
    # `holder`: a region that is the subject without being among the regions, which only alerts of
    # somebody else's could be. A count that has come down to 0 stays.
    """
    CREATE TABLE alerts.open_counts (
        regions text[] NOT NULL,
        holder text NOT NULL,
        kind text NOT NULL,
        measure text NOT NULL,
        level smallint NOT NULL,
        number int NOT NULL,
        region text NOT NULL GENERATED ALWAYS AS (coalesce(regions[1], '')) STORED,
        PRIMARY KEY (regions, holder, kind, measure, level)
    ) WITH (fillfactor = 50)
    """,
    f"""
    INSERT INTO alerts.open_counts (regions, holder, kind, measure, level, number)
    SELECT regions, holder, kind, measure, level, sum(number)
    FROM ({_SEEN.format(number="1", rows="alerts.warnings")}) AS changes GROUP BY 1, 2, 3, 4, 5
    """,
    _counting("count_added", _ADDED),
    _counting("count_changed", f"{_ADDED} UNION ALL {_GONE}"),
    _counting("count_gone", _GONE),
    """
    CREATE FUNCTION alerts.count_none() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM alerts.open_counts;
        RETURN NULL;
    END
    $$
    """,
    _trigger("count_added", "INSERT", "REFERENCING NEW TABLE AS added"),
    _trigger("count_changed", "UPDATE", "REFERENCING NEW TABLE AS added OLD TABLE AS gone"),
    _trigger("count_gone", "DELETE", "REFERENCING OLD TABLE AS gone"),
    _trigger("count_none", "TRUNCATE", ""),
    # The newest of a region or kind, and kinds and stages that few warnings are of.
    """
    CREATE INDEX warnings_open_region ON alerts.warnings (region, latest)
    WHERE level > 0 AND state = 'open'
    """,
    """
    CREATE INDEX warnings_open_kind ON alerts.warnings (kind, latest)
    WHERE level > 0 AND state = 'open'
    """,
    "CREATE INDEX warnings_stage ON alerts.warnings (stage, latest) WHERE stage <> 'raised'",
)
BACK: tuple[str, ...] = (
    "DROP INDEX alerts.warnings_stage",
    "DROP INDEX alerts.warnings_open_kind",
    "DROP INDEX alerts.warnings_open_region",
    *(
        f"DROP TRIGGER {name} ON alerts.warnings"
        for name in ("count_added", "count_changed", "count_gone", "count_none")
    ),
    *(
        f"DROP FUNCTION alerts.{name}()"
        for name in ("count_added", "count_changed", "count_gone", "count_none")
    ),
    "DROP TABLE alerts.open_counts",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
