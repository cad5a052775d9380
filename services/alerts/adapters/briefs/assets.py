"""Where the fonts and outlines are that `python -m deploy.assets` fetched for this environment."""

import os
import sys
from pathlib import Path

_VARIABLE = "QINGYU_ASSETS"


class AssetMissing(FileNotFoundError):  # noqa: N818 - named for what is so
    """A file that belongs to the installation is not there; the message says what to do."""


def folder() -> Path:
    """The folder with fonts/, outlines/ and licences/: QINGYU_ASSETS, else share/qingyu here.

    Raises AssetMissing where there is no such folder.
    """
    named = os.environ.get(_VARIABLE)
    path = Path(named) if named else Path(sys.prefix, "share", "qingyu")
    if not path.is_dir():
        raise _missing(path, named)
    return path


def font(name: str) -> Path:
    """A font's file, such as NotoSansSC_400Regular.ttf; AssetMissing where it is not there."""
    return _file("fonts", name)


def fonts() -> Path:
    """The folder of all fonts, for programs that look through one; AssetMissing without it."""
    path = folder() / "fonts"
    if not path.is_dir():
        raise _missing(path, os.environ.get(_VARIABLE))
    return path


def outline(name: str) -> Path:
    """A map's file, such as china.json or province/qinghai.json; AssetMissing without it."""
    return _file("outlines", name)


def _file(kind: str, name: str) -> Path:
    path = folder() / kind / name
    if not path.is_file():
        raise _missing(path, os.environ.get(_VARIABLE))
    return path


def _missing(path: Path, named: str | None) -> AssetMissing:
    where = f" ({_VARIABLE} is {named})" if named else ""
    return AssetMissing(
        f"{path} is not there{where}: fonts and outlines of briefs come with `make setup`, or by "
        "`python -m deploy.assets` in this environment."
    )
