"""`qingyu alerts`: run this one service in the foreground."""

from deploy.cli.service import SettingsFlag, run_service


def command(settings: SettingsFlag = False) -> None:
    """Opens, raises, lowers and resolves warnings, and delivers them.

    Runs one copy in the foreground against the PostgreSQL and Kafka that the QINGYU_* settings
    name, until Ctrl-C or SIGTERM. Any number of copies may run. `qingyu up` runs it by itself.

    \b
    $ qingyu alerts --settings               its settings, their defaults and meaning
    $ QINGYU_KAFKA=kafka:9092 QINGYU_DATABASE_URL=postgresql://... qingyu alerts
    """
    run_service("alerts", show_settings=settings)
