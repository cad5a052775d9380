"""Operators' files as text, whatever their spreadsheet wrote."""

from collections.abc import Sequence
from pathlib import Path

from deploy.cli.terminal import fail


def text_of(path: Path) -> str:
    """The file's text: UTF-8, or what spreadsheets in China write by default."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            fail(f"{path} is neither UTF-8 nor GB 18030: save it as UTF-8")


def body_of(files: Sequence[Path], *, dry_run: bool) -> dict[str, object]:
    """The body of an import of these files."""
    return {
        "files": [{"filename": str(path), "text": text_of(path)} for path in files],
        "dry_run": dry_run,
    }
