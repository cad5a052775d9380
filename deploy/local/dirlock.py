"""One system per data folder: a lock that the kernel releases when its holder is gone."""

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self


class LockedError(RuntimeError):
    """Another process holds the folder; the message names it."""


class DirLock:
    """`with DirLock(folder):` holds the folder; LockedError if somebody else does."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise LockedError(self._explain()) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()

    def _explain(self) -> str:
        pid = self._path.read_text(encoding="ascii").strip() or "unknown"
        return (
            f"{self._path.parent} is in use by another `qingyu up` (pid {pid}). Stop it first "
            f"(Ctrl-C in its terminal, or `kill {pid}`), or choose another --data-dir."
        )


def holder(folder: Path) -> int | None:
    """The pid of the process that holds the folder now; None if nobody does."""
    path = folder / "lock"
    if not path.is_file():
        return None
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            return int(file.read().strip() or 0) or None
    return None
