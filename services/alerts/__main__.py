"""Run the alerts service: `python -m services.alerts`, told by QINGYU_* what it needs."""

import logging
import sys

from services.alerts import app
from services.alerts.adapters.policy import BadPolicyError
from services.alerts.settings import AlertsSettings
from shared.kit import logs
from shared.kit.process import run

log = logging.getLogger(__name__)


def main() -> int:
    """Read settings, set up logs, run; the exit code."""
    settings = AlertsSettings()
    logs.configure(app.NAME, settings.log_level)
    try:
        return run(app.run(settings))
    except BadPolicyError as error:
        sentence = f"the policy file cannot be used: {error}"
        log.critical(sentence, extra={"action": "bad_policy"})
        return 1


if __name__ == "__main__":
    sys.exit(main())
