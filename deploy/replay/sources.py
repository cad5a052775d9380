"""Files, globs, gzip and tar archives, each as streams of lines; nothing is unpacked to disk."""

import gzip
import io
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import glob, has_magic
from pathlib import Path
from typing import IO

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
_NAME = re.compile(r"\{([A-Za-z_]\w*)\}")


class SourceError(ValueError):
    """A file that was named cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table: the path by which people know it, and its open lines (used before the next)."""

    path: str
    lines: IO[str]


def expand(patterns: Sequence[str]) -> tuple[Path, ...]:
    """The files that paths and globs name, in order; raises SourceError for one without a file."""
    found: list[Path] = []
    for pattern in patterns:
        paths = sorted(glob(pattern, recursive=True)) if has_magic(pattern) else [pattern]
        files = [Path(path) for path in paths if Path(path).is_file()]
        if not files:
            raise SourceError(f"{pattern}: there is no such file")
        found += files
    return tuple(found)


def open_all(
    paths: Sequence[Path],
    *,
    members: Sequence[str],
    encoding: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Source]:
    """Every table of every file, one after another; `progress` hears of bytes read from disk.

    Raises SourceError for an archive that cannot be read or holds no member asked for.
    """
    for path in paths:
        with path.open("rb") as raw:
            counted = _Counted(raw, progress)
            try:
                yield from _tables(path, counted, members, encoding)
            except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
                raise SourceError(f"{path} cannot be read: {error}") from error


class _Counted(io.RawIOBase):
    """A file that tells how much of it has been read."""

    def __init__(self, raw: IO[bytes], progress: Callable[[int], None]) -> None:
        super().__init__()
        self._raw = raw
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # narrower than Buffer on purpose
        chunk = self._raw.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._progress(len(chunk))
        return len(chunk)


def _tables(
    path: Path, raw: io.RawIOBase, members: Sequence[str], encoding: str
) -> Iterator[Source]:
    stream = io.BufferedReader(raw, 1 << 18)
    if path.name.endswith(_TAR):
        yield from _members(path, stream, members, encoding)
        return
    packed = stream.peek(2)[:2] == b"\x1f\x8b"
    name = path.as_posix().removesuffix(".gz")
    data = io.BufferedReader(gzip.GzipFile(fileobj=stream)) if packed else stream
    yield Source(path=name, lines=_text(data, encoding))


def _members(
    path: Path, stream: IO[bytes], members: Sequence[str], encoding: str
) -> Iterator[Source]:
    found = 0
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for member in archive:
            if not member.isfile() or not any(fnmatch(member.name, one) for one in members):
                continue
            data = archive.extractfile(member)
            if data is None:
                continue
            found += 1
            # The stream of a member is not seekable and, in old Pythons, cannot even say so.
            plain = io.BufferedReader(_Counted(data, lambda _: None), 1 << 18)
            yield Source(path=member.name, lines=_text(plain, encoding))
    if not found:
        raise SourceError(f"{path} has no member like {', '.join(members)}")


def _text(data: IO[bytes], encoding: str) -> IO[str]:
    return io.TextIOWrapper(data, encoding=encoding, newline="")


def names_in(template: str, path: str) -> dict[str, str]:
    """What stands in the path where the template has {names}; the path's end must fit.

    Raises SourceError when it does not.
    """
    pattern = _NAME.sub(
        r"(?P<\1>[^/]+?)", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
    )
    match = re.search(rf"(?:^|/){pattern}$", path)
    if match is None:
        raise SourceError(f"{path} does not end like {template}, which the mapping's path demands")
    return match.groupdict()
