"""Log lines: one JSON object each, with the same fields always."""

import json
import logging
from collections.abc import Generator

import pytest

from shared.kit.logs import JsonLines, configure, correlation, new_correlation_id


@pytest.fixture
def restored_logging() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("aiokafka", "uvicorn")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def line_of(message: str, **extra: object) -> dict[str, object]:
    record = logging.makeLogRecord(
        {"name": "a.module", "levelno": 20, "levelname": "INFO", "msg": message, "created": 0.25}
        | extra
    )
    line: dict[str, object] = json.loads(JsonLines("ingest").format(record))
    return line


class TestALine:
    def test_has_the_fields_that_are_always_there(self) -> None:
        assert line_of("took 3") == {
            "ts": "1970-01-01T00:00:00.250+00:00",
            "level": "info",
            "service": "ingest",
            "action": "noted",
            "message": "took 3",
            "logger": "a.module",
        }

    def test_has_the_action_and_whatever_else_was_told(self) -> None:
        line = line_of("done", action="committed", rows=3, where={1, 2} - {2})
        assert (line["action"], line["rows"], line["where"]) == ("committed", 3, "{1}")

    def test_keeps_chinese_readable(self) -> None:
        record = logging.makeLogRecord({"msg": "双控"})
        assert "双控" in JsonLines("ingest").format(record)

    def test_has_the_correlation_id_of_the_request(self) -> None:
        token = correlation.set("abc")
        try:
            assert line_of("done")["correlation_id"] == "abc"
        finally:
            correlation.reset(token)

    def test_has_the_traceback_on_the_same_line(self) -> None:
        line = line_of("failed", exc_info=(LookupError, LookupError("gone"), None))
        assert "LookupError: gone" in str(line["exception"])


@pytest.mark.usefixtures("restored_logging")
class TestConfigure:
    def test_writes_to_standard_output(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure("ingest", "info")
        logging.getLogger("a").info("told", extra={"action": "tested"})
        logging.getLogger("a").debug("not told")
        (line,) = capsys.readouterr().out.splitlines()
        assert json.loads(line)["action"] == "tested"

    def test_silences_libraries_that_repeat_an_outage(self) -> None:
        configure("ingest", "INFO")
        assert not logging.getLogger("aiokafka.conn").isEnabledFor(logging.ERROR)
        configure("ingest", "DEBUG")
        assert logging.getLogger("aiokafka.conn").isEnabledFor(logging.ERROR)

    def test_refuses_a_level_that_does_not_exist(self) -> None:
        with pytest.raises(ValueError, match="LOUD"):
            configure("ingest", "loud")


def test_correlation_ids_differ() -> None:
    assert new_correlation_id() != new_correlation_id()
