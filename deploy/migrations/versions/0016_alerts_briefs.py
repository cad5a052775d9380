"""Situation briefs: their way, what each revision was made of, files, and settings of regions.

`data` is the whole record as JSON; the columns beside it are what it is found by. What is published
cannot be changed, here as little as anywhere else.
"""

from alembic import op

revision = "0016_alerts_briefs"
down_revision = "0015_alerts_counts"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = (
    # place: the order of lists. nth, part: the number within region and year; part 0 is the brief,
    # others are sheets of errata about it. try_at: when a waiting or stopped one is tried again.
    """
    CREATE TABLE alerts.briefs (
        id uuid PRIMARY KEY,
        place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        region text NOT NULL,
        regions text[] NOT NULL,
        period text NOT NULL,
        state text NOT NULL,
        is_public boolean NOT NULL,
        corrects uuid REFERENCES alerts.briefs,
        year int,
        nth int,
        part int,
        address text UNIQUE,
        try_at timestamptz,
        published_at timestamptz,
        data text NOT NULL,
        CONSTRAINT briefs_numbers UNIQUE (region, year, nth, part),
        CONSTRAINT briefs_published_have_numbers CHECK (
            (state = 'published') = (year IS NOT NULL AND nth IS NOT NULL AND part IS NOT NULL
                AND address IS NOT NULL AND published_at IS NOT NULL))
    )
    """,
    "CREATE INDEX briefs_regions ON alerts.briefs USING gin (regions)",
    "CREATE INDEX briefs_region ON alerts.briefs (region, period)",
    "CREATE INDEX briefs_corrects ON alerts.briefs (corrects) WHERE corrects IS NOT NULL",
    "CREATE INDEX briefs_tried ON alerts.briefs (try_at) WHERE try_at IS NOT NULL",
    "CREATE INDEX briefs_published ON alerts.briefs (place) WHERE state = 'published'",
    # Briefs to be made: `token` is whose turn it is until `until`; nobody's before `next_at`.
    """
    CREATE TABLE alerts.brief_making (
        brief uuid PRIMARY KEY REFERENCES alerts.briefs,
        queued bigint GENERATED ALWAYS AS IDENTITY,
        token uuid,
        until timestamptz,
        next_at timestamptz,
        attempts int NOT NULL DEFAULT 0,
        step text NOT NULL DEFAULT 'queued',
        done int NOT NULL DEFAULT 0,
        whole int NOT NULL DEFAULT 0
    )
    """,
    # facts and pages: canonical JSON, packed by zstd.
    """
    CREATE TABLE alerts.brief_revisions (
        brief uuid NOT NULL REFERENCES alerts.briefs,
        revision int NOT NULL,
        facts bytea NOT NULL,
        pages bytea NOT NULL,
        PRIMARY KEY (brief, revision)
    )
    """,
    "ALTER TABLE alerts.brief_revisions ALTER COLUMN facts SET STORAGE EXTERNAL",
    "ALTER TABLE alerts.brief_revisions ALTER COLUMN pages SET STORAGE EXTERNAL",
    """
    CREATE TABLE alerts.brief_files (
        sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
        data bytea NOT NULL,
        CHECK (sha256 = sha256(data))
    )
    """,
    "ALTER TABLE alerts.brief_files ALTER COLUMN data SET STORAGE EXTERNAL",
    """
    CREATE TABLE alerts.brief_revision_files (
        brief uuid NOT NULL,
        revision int NOT NULL,
        name text NOT NULL,
        sha256 bytea NOT NULL REFERENCES alerts.brief_files,
        PRIMARY KEY (brief, revision, name),
        FOREIGN KEY (brief, revision) REFERENCES alerts.brief_revisions
    )
    """,
    "CREATE INDEX brief_revision_files_sha256 ON alerts.brief_revision_files (sha256)",
    # Against which commit of the evaluator a published brief was held last.
    """
    CREATE TABLE alerts.brief_checks (
        brief uuid PRIMARY KEY REFERENCES alerts.briefs,
        commit bigint NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE alerts.brief_settings (
        region text PRIMARY KEY,
        name text NOT NULL,
        assigned_by text NOT NULL,
        assigned_at timestamptz NOT NULL
    )
    """,
    """
    CREATE FUNCTION alerts.published_briefs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.state = 'published' THEN
            RAISE EXCEPTION 'brief % is published and stays as it is', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER published_briefs_stay BEFORE UPDATE OR DELETE ON alerts.briefs
    FOR EACH ROW EXECUTE FUNCTION alerts.published_briefs_stay()
    """,
    """
    CREATE FUNCTION alerts.published_revisions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        gone uuid;
        come uuid;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            gone := OLD.brief;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            come := NEW.brief;
        END IF;
        IF EXISTS (SELECT FROM alerts.briefs AS b
                WHERE b.id IN (gone, come) AND b.state = 'published') THEN
            RAISE EXCEPTION 'brief % is published and stays as it is', coalesce(gone, come)
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    *(
        f"""
        CREATE TRIGGER published_revisions_stay BEFORE INSERT OR UPDATE OR DELETE ON alerts.{table}
        FOR EACH ROW EXECUTE FUNCTION alerts.published_revisions_stay()
        """
        for table in ("brief_revisions", "brief_revision_files")
    ),
    """
    CREATE FUNCTION alerts.briefs_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'published briefs stay as they are' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    *(
        f"""
        CREATE TRIGGER {table}_are_not_emptied BEFORE TRUNCATE ON alerts.{table}
        FOR EACH STATEMENT EXECUTE FUNCTION alerts.briefs_are_not_emptied()
        """
        for table in ("briefs", "brief_revisions", "brief_revision_files", "brief_files")
    ),
    """
    CREATE TRIGGER brief_files_stay BEFORE UPDATE ON alerts.brief_files
    FOR EACH STATEMENT EXECUTE FUNCTION alerts.briefs_are_not_emptied()
    """,
    # The journal's entries about gates and briefs are few among many.
    "CREATE INDEX history_gates ON alerts.history (id) WHERE about = 'gate'",
    "CREATE INDEX history_briefs ON alerts.history (id) WHERE about = 'brief'",
    # Regions that a warning lay in once: its entries of that time still belong to them.
    """
    CREATE TABLE alerts.former_regions (
        warning uuid NOT NULL,
        region text NOT NULL,
        PRIMARY KEY (region, warning)
    )
    """,
    """
    CREATE FUNCTION alerts.keep_former_regions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO alerts.former_regions (warning, region)
        SELECT OLD.id, region FROM unnest(OLD.regions) AS region WHERE region <> ALL (NEW.regions)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER keep_former_regions AFTER UPDATE OF regions ON alerts.warnings
    FOR EACH ROW WHEN (OLD.regions IS DISTINCT FROM NEW.regions)
    EXECUTE FUNCTION alerts.keep_former_regions()
    """,
)
BACK: tuple[str, ...] = (
    "DROP TRIGGER keep_former_regions ON alerts.warnings",
    "DROP FUNCTION alerts.keep_former_regions()",
    "DROP TABLE alerts.former_regions",
    "DROP INDEX alerts.history_briefs",
    "DROP INDEX alerts.history_gates",
    *(
        f"DROP TABLE alerts.{name}"
        for name in (
            *("brief_settings", "brief_checks", "brief_revision_files", "brief_files"),
            *("brief_revisions", "brief_making", "briefs"),
        )
    ),
    "DROP FUNCTION alerts.briefs_are_not_emptied()",
    "DROP FUNCTION alerts.published_revisions_stay()",
    "DROP FUNCTION alerts.published_briefs_stay()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
