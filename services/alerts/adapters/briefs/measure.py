"""How wide words are, in Chinese characters: other characters take half of one."""

import unicodedata

_WIDE = frozenset("WFA")


def width(text: str) -> float:
    """The width of a line of text in Chinese characters (ems)."""
    if text.isascii():
        return len(text) / 2
    return sum(1.0 if unicodedata.east_asian_width(one) in _WIDE else 0.5 for one in text)
