"""How wide words are in the fonts of tables, so that columns get the room that they need."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from matplotlib.ft2font import FT2Font, LoadFlags

from services.alerts.adapters.briefs.measure import width

_FILES = ("NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf")
_BESIDE = 0.25
"""Ems between Chinese characters and letters or digits."""


class Face:
    """A font whose advances are looked up as they are asked for."""

    def __init__(self, path: Path) -> None:
        """Without such a file, widths are estimated."""
        self._font = FT2Font(str(path)) if path.is_file() else None
        self._known: dict[str, float] = {"\u200b": 0.0}

    def ems(self, text: str) -> float:
        """The width of a line of text in ems, rather a little more than less."""
        whole, last = 0.0, ""
        for one in text:
            whole += self._advance(one)
            whole += _BESIDE if last and one.isascii() != last.isascii() else 0.0
            last = one
        return whole

    def _advance(self, character: str) -> float:
        if character not in self._known:
            self._known[character] = self._looked_up(character)
        return self._known[character]

    def _looked_up(self, character: str) -> float:
        if self._font is None or not self._font.get_char_index(ord(character)):
            return width(character)
        glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_SCALE)
        return glyph.horiAdvance / self._font.units_per_EM


class Faces(NamedTuple):
    """The faces of cells, and of heads and levels."""

    plain: Face
    bold: Face


@cache
def faces(folder: Path) -> Faces:
    """The faces that tables are set in."""
    plain, bold = (Face(folder / name) for name in _FILES)
    return Faces(plain, bold)
