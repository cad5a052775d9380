"""Run the evaluator: `python -m services.evaluator`, told by QINGYU_* what it needs."""

import sys

from services.evaluator import app
from services.evaluator.settings import EvaluatorSettings
from shared.kit import logs
from shared.kit.process import run


def main() -> int:
    """Read settings, set up logs, run; the exit code."""
    settings = EvaluatorSettings()
    logs.configure(app.NAME, settings.log_level)
    return run(app.run(settings))


if __name__ == "__main__":
    sys.exit(main())
