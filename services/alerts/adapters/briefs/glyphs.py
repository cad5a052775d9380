"""Which characters the fonts of briefs have, and how the others are written all the same."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from matplotlib.ft2font import FT2Font

_MADE = frozenset("\n\u200b₀₁₂₃₄₅₆₇₈₉")
"""Line ends and places where a line may end need no glyph; small digits are made of large ones."""


@cache
def known(folder: Path) -> frozenset[str]:
    """The characters that at least one of the folder's fonts can draw."""
    codes: set[int] = set()
    for path in sorted(folder.glob("*.ttf")):
        codes.update(FT2Font(str(path)).get_charmap())
    return frozenset(map(chr, codes)) | _MADE


def printable(text: str, known: frozenset[str]) -> str:
    """The text with what has no glyph by its code: 〔U+1F600〕; control characters fall away."""
    if known.issuperset(text):
        return text
    return "".join(one if one in known else _code(one) for one in text)


def printer(known: frozenset[str]) -> Callable[[str], str]:
    """`printable` for these characters."""
    return lambda text: printable(text, known)


def _code(character: str) -> str:
    return f"〔U+{ord(character):04X}〕" if character.isprintable() else ""
