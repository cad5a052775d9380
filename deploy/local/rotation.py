"""Logs that parts append to by themselves, kept small, and shown line by line to who follows."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

LIMIT_BYTES = 10 * 1024 * 1024
KEPT = 3


def rotate(log: Path, *, limit: int = LIMIT_BYTES, kept: int = KEPT) -> bool:
    """Copy a log that grew past `limit` aside and empty it; true if it did.

    The part keeps its open file: it appends, so it goes on at the start of the emptied one. A line
    written between the copy and the emptying is lost; logs are not the record of anything.
    """
    if not log.is_file() or log.stat().st_size <= limit:
        return False
    for number in range(kept - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.is_file():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    with log.open("r+b") as file:
        file.truncate(0)
    return True


class Follower:
    """Gives the lines that were added to some logs since it was last asked."""

    def __init__(self, logs: Iterable[Path]) -> None:
        self._seen = {log: log.stat().st_size if log.is_file() else 0 for log in logs}

    def lines(self) -> Iterator[tuple[str, str]]:
        """(name of the part, line) for every whole line that is new."""
        for log, seen in self._seen.items():
            if not log.is_file():
                continue
            start = seen if seen <= log.stat().st_size else 0
            with log.open("rb") as file:
                file.seek(start)
                added = file.read()
            whole = added.rfind(b"\n") + 1
            self._seen[log] = start + whole
            for line in added[:whole].decode(errors="replace").splitlines():
                yield log.stem, line
