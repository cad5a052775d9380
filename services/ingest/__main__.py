"""Run the ingest service: `python -m services.ingest`, told by QINGYU_* what it needs."""

import sys

from services.ingest import app
from services.ingest.settings import IngestSettings
from shared.kit import logs
from shared.kit.process import run


def main() -> int:
    """Read settings, set up logs, run; the exit code."""
    settings = IngestSettings()
    logs.configure(app.NAME, settings.log_level)
    return run(app.run(settings))


if __name__ == "__main__":
    sys.exit(main())
