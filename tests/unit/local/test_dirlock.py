"""A data folder belongs to one system at a time."""

import os
from pathlib import Path

import pytest

from deploy.local.dirlock import DirLock, LockedError, holder


class TestDirLock:
    def test_names_the_pid_that_holds_the_folder(self, tmp_path: Path) -> None:
        with DirLock(tmp_path), pytest.raises(LockedError, match=f"pid {os.getpid()}"):
            DirLock(tmp_path).__enter__()

    def test_makes_the_folder(self, tmp_path: Path) -> None:
        with DirLock(tmp_path / "new" / "folder"):
            assert (tmp_path / "new" / "folder").is_dir()

    def test_can_be_taken_again_after_it_was_given_back(self, tmp_path: Path) -> None:
        with DirLock(tmp_path):
            pass
        with DirLock(tmp_path):
            assert holder(tmp_path) == os.getpid()

    def test_a_file_that_a_dead_holder_left_behind_locks_nobody_out(self, tmp_path: Path) -> None:
        (tmp_path / "lock").write_text("4194304\n", encoding="ascii")
        with DirLock(tmp_path):
            assert holder(tmp_path) == os.getpid()


class TestHolder:
    def test_is_nobody_without_a_lock(self, tmp_path: Path) -> None:
        assert holder(tmp_path) is None

    def test_is_nobody_after_the_end(self, tmp_path: Path) -> None:
        with DirLock(tmp_path):
            pass
        assert holder(tmp_path) is None
