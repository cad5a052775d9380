"""One JSON line on standard output for every event worth telling an operator.

A line always has `ts`, `level`, `service`, `action` and `message`; `correlation_id` when the work
was started by a request; and whatever else the caller passed in `extra`.
"""

import json
import logging
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

correlation: ContextVar[str] = ContextVar("correlation", default="")

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# These libraries repeat a lost connection at every attempt; the kit reports each change once.
_CHATTERING_LIBRARIES = ("aiokafka", "uvicorn", "apscheduler", "httpx", "httpcore")


def new_correlation_id() -> str:
    """A fresh identifier under which everything done for one request can be found."""
    return secrets.token_hex(16)


def configure(service: str, level: str) -> None:
    """Send every log record of this process to standard output as JSON lines.

    `level` is a standard level name, upper or lower case; ValueError if there is no such level.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quiet = logging.DEBUG if root.level <= logging.DEBUG else logging.CRITICAL
    for library in _CHATTERING_LIBRARIES:
        logging.getLogger(library).setLevel(quiet)


class JsonLines(logging.Formatter):
    """Turns a log record into one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """One line; values JSON cannot hold are written as their text."""
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "action": getattr(record, "action", "noted"),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if identifier := correlation.get():
            line["correlation_id"] = identifier
        line.update(_extra(record))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {
        name: value
        for name, value in vars(record).items()
        if name not in _STANDARD_FIELDS and name != "action"
    }
