"""Run the console: `python -m services.console`, told by QINGYU_* what it needs."""

import sys

from services.console import app
from services.console.settings import ConsoleSettings
from shared.kit import logs
from shared.kit.process import run


def main() -> int:
    """Read settings, set up logs, run; the exit code."""
    settings = ConsoleSettings()
    logs.configure(app.NAME, settings.log_level)
    return run(app.run(settings))


if __name__ == "__main__":
    sys.exit(main())
