"""`qingyu migrate`: bring the tables of a database up to date."""

from deploy.cli.terminal import fail, out
from deploy.local import schema
from shared.kit.settings import Settings


def command() -> None:
    """Bring the tables of the database that QINGYU_DATABASE_URL names to the newest revision.

    `qingyu up` does it by itself. Several may run at once: one works, the others wait.

    \b
    $ QINGYU_DATABASE_URL=postgresql://qingyu:secret@db:5432/qingyu qingyu migrate
    """
    settings = Settings()
    try:
        before, after = schema.migrate(settings)
    except OSError as error:
        fail(f"the database cannot be reached: {error}. Is QINGYU_DATABASE_URL right?")
    if before == after:
        out.print(f"[green]✓[/] the tables are up to date ({after})")
    else:
        out.print(f"[green]✓[/] the tables went from {before or 'nothing'} to {after}")
