"""`qingyu ingest`: run this one service in the foreground."""

from deploy.cli.service import SettingsFlag, run_service


def command(settings: SettingsFlag = False) -> None:
    """Takes readings in over HTTP, checks them, and hands them to Kafka.

    Runs one copy in the foreground against the PostgreSQL and Kafka that the QINGYU_* settings
    name, until Ctrl-C or SIGTERM. Any number of copies may run. `qingyu up` runs it by itself.

    \b
    $ qingyu ingest --settings               its settings, their defaults and meaning
    $ QINGYU_KAFKA=kafka:9092 QINGYU_DATABASE_URL=postgresql://... qingyu ingest
    """
    run_service("ingest", show_settings=settings)
