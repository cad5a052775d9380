"""What runs is written down for other commands, and a pid alone is never trusted."""

import os
import stat
from dataclasses import replace
from pathlib import Path

from deploy.local import state
from deploy.local.state import State, describe

STATE = State(
    supervisor=1,
    version="0.1.0",
    started_at="2026-01-01T00:00:00+00:00",
    ready=True,
    database_url="postgresql://qingyu:secret@127.0.0.1:15432/qingyu",
    kafka="127.0.0.1:19092",
    urls={"ingest": "http://127.0.0.1:8601"},
    parts={"ingest": describe(os.getpid(), "http://127.0.0.1:8601")},
)


class TestState:
    def test_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        state.write(tmp_path, STATE)
        assert state.read(tmp_path) == STATE

    def test_is_for_its_owner_only_because_it_holds_a_password(self, tmp_path: Path) -> None:
        state.write(tmp_path, STATE)
        assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600

    def test_does_not_show_the_password(self) -> None:
        assert "secret" not in repr(STATE)

    def test_is_nothing_without_a_file(self, tmp_path: Path) -> None:
        assert state.read(tmp_path) is None

    def test_is_nothing_if_the_file_cannot_be_understood(self, tmp_path: Path) -> None:
        for text in ("", "{", "[]", '{"parts": {}}', '{"parts": {"ingest": 1}}'):
            (tmp_path / "state.json").write_text(text, encoding="utf-8")
            assert state.read(tmp_path) is None

    def test_can_be_removed_twice(self, tmp_path: Path) -> None:
        state.write(tmp_path, STATE)
        state.remove(tmp_path)
        state.remove(tmp_path)
        assert state.read(tmp_path) is None


class TestPartState:
    def test_finds_its_process(self) -> None:
        found = STATE.parts["ingest"].process()
        assert found is not None
        assert found.pid == os.getpid()

    def test_takes_no_other_process_with_the_same_pid_for_it(self) -> None:
        part = STATE.parts["ingest"]
        assert replace(part, created=part.created - 100).process() is None

    def test_finds_nothing_when_the_process_is_gone(self) -> None:
        assert describe(4_194_304, "").process() is None
