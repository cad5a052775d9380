"""`qingyu evaluator`: run this one service in the foreground."""

from deploy.cli.service import SettingsFlag, run_service


def command(settings: SettingsFlag = False) -> None:
    """Keeps the exact books and judges them against the budgets.

    Runs one copy in the foreground against the PostgreSQL and Kafka that the QINGYU_* settings
    name, until Ctrl-C or SIGTERM. Any number of copies may run. `qingyu up` runs it by itself.

    \b
    $ qingyu evaluator --settings               its settings, their defaults and meaning
    $ QINGYU_KAFKA=kafka:9092 QINGYU_DATABASE_URL=postgresql://... qingyu evaluator
    """
    run_service("evaluator", show_settings=settings)
