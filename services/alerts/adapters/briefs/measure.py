"""How wide words are, in Chinese characters: other characters take half of one."""

import unicodedata

TITLE_ROOM = 19.5
"""Characters of a title (22 points) that stand in a line of 156 mm."""

_WIDE = frozenset("WFA")


def width(text: str) -> float:
    """The width of a line of text in Chinese characters (ems)."""
    if text.isascii():
        return len(text) / 2
    return sum(1.0 if unicodedata.east_asian_width(one) in _WIDE else 0.5 for one in text)
