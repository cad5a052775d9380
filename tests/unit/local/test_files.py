"""Logs stay small, followers miss nothing, and the first key is made once and kept private."""

import re
import stat
from pathlib import Path

from deploy.local import operator_key
from deploy.local.process import tail
from deploy.local.rotation import Follower, rotate


class TestRotate:
    def test_leaves_a_small_log_alone(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        log.write_text("few", encoding="utf-8")
        assert not rotate(log, limit=3)
        assert not rotate(tmp_path / "none.log", limit=3)

    def test_keeps_a_number_of_older_ones(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        for text in ("first", "second", "third", "fourth"):
            with log.open("a", encoding="utf-8") as file:
                file.write(text)
            assert rotate(log, limit=3, kept=2)
        kept = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
        assert kept == {"part.log": "", "part.log.1": "fourth", "part.log.2": "third"}

    def test_lets_a_writer_that_appends_go_on(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        with log.open("a", encoding="utf-8") as writer:
            print("before", file=writer, flush=True)
            assert rotate(log, limit=3)
            print("after", file=writer, flush=True)
        assert log.read_text(encoding="utf-8") == "after\n"


class TestFollower:
    def test_gives_whole_lines_that_are_new(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        log.write_text("old\n", encoding="utf-8")
        follower = Follower([log, tmp_path / "later.log"])
        with log.open("a", encoding="utf-8") as writer:
            print("one\ntwo\nhal", end="", file=writer, flush=True)
            assert list(follower.lines()) == [("part", "one"), ("part", "two")]
            print("f", file=writer, flush=True)
            assert list(follower.lines()) == [("part", "half")]
        assert list(follower.lines()) == []

    def test_starts_again_when_a_log_was_emptied(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        log.write_text("a long old line\n", encoding="utf-8")
        follower = Follower([log])
        log.write_text("new\n", encoding="utf-8")
        assert list(follower.lines()) == [("part", "new")]


class TestTail:
    def test_is_the_last_lines_with_their_place(self, tmp_path: Path) -> None:
        log = tmp_path / "part.log"
        log.write_text("".join(f"line {number}\n" for number in range(100)), encoding="utf-8")
        assert tail(log, 2) == f"The end of {log}:\nline 98\nline 99"

    def test_says_so_when_there_is_none(self, tmp_path: Path) -> None:
        assert "no log" in tail(tmp_path / "part.log")


class TestOperatorKey:
    def test_has_the_form_of_all_keys(self) -> None:
        assert re.fullmatch(r"qy_[a-z2-7]{8}_[A-Za-z0-9_-]{43}", operator_key.new_key())

    def test_is_made_once(self, tmp_path: Path) -> None:
        assert operator_key.read(tmp_path) is None
        key = operator_key.ensure(tmp_path)
        assert operator_key.ensure(tmp_path) == key == operator_key.read(tmp_path)

    def test_is_for_its_owner_only(self, tmp_path: Path) -> None:
        operator_key.ensure(tmp_path)
        assert stat.S_IMODE((tmp_path / "operator.key").stat().st_mode) == 0o600
