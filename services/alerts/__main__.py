"""Run the alerts service: `python -m services.alerts`, told by QINGYU_* what it needs."""

import sys

from services.alerts import app
from services.alerts.settings import AlertsSettings
from shared.kit import logs
from shared.kit.process import run


def main() -> int:
    """Read settings, set up logs, run; the exit code."""
    settings = AlertsSettings()
    logs.configure(app.NAME, settings.log_level)
    return run(app.run(settings))


if __name__ == "__main__":
    sys.exit(main())
