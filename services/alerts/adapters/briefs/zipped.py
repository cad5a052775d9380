"""Zip archives (DOCX, XLSX) that are the same bytes whenever and wherever they are made."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say."""
_LEVEL = 6


def same(archive: bytes) -> bytes:
    """The archive with its members in one order, at one time, and without the machine's marks.

    Raises zipfile.BadZipFile for what is no zip archive.
    """
    with zipfile.ZipFile(BytesIO(archive)) as read:
        return packed({name: read.read(name) for name in read.namelist()})


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of the members: those that say what the others are first, as readers expect."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(members, key=_place):
            archive.writestr(_entry(name), members[name], zipfile.ZIP_DEFLATED, _LEVEL)
    return made.getvalue()


def _place(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MADE_AT)
    entry.create_system = 0
    entry.external_attr = 0
    return entry
