"""The codes of the catalogue: divisions, enterprises, industries, and the words we choose."""

import re
from itertools import pairwise

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC = re.compile(f"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_REGION = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")
_INDUSTRY = re.compile(r"([A-T]?)([0-9]{2})([0-9]{0,2})")
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9])?")
_POINT = re.compile(r"[\w][\w.:@#+/-]{0,99}")
_MOST_CODE_BYTES = 200

_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
COUNTRY = "100000"
"""The whole country: no division of GB/T 2260, but everybody writes it so."""

# The first division of each section A … T of GB/T 4754, and one past the last.
_SECTIONS = "ABCDEFGHIJKLMNOPQRST"
_FIRST_DIVISION = (1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91, 97, 98)


def region_code(text: str) -> str:
    """A division's code; raises ValueError saying what it should look like."""
    if _REGION.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is not a division code: 6 digits to the county (GB/T 2260), "
            "9 or 12 below (GB/T 10114)"
        )
    if text != COUNTRY and _PROVINCE.fullmatch(text[:2]) is None:
        raise ValueError(f"{text!r} begins with {text[:2]}, which is no province of GB/T 2260")
    return text


def significant(code: str) -> str:
    """The digits that place a division: `150000` -> `15`, `150100` -> `1501`; none: the country."""
    if code == COUNTRY:
        return ""
    for cut, zeros in ((9, "000"), (6, "000"), (4, "00"), (2, "00")):
        if len(code) > cut and code[cut:] == zeros:
            code = code[:cut]
    return code


def lies_in(child: str, parent: str) -> bool:
    """Whether the child's code continues the parent's, as the division below it must."""
    inner, outer = significant(child), significant(parent)
    return len(inner) > len(outer) and inner.startswith(outer)


def enterprise_code(text: str) -> str:
    """A unified social credit code; raises ValueError, naming the check character that fits."""
    if _USCC.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is not a unified social credit code: 18 digits and capitals "
            "(without I, O, S, V, Z), digits in places 3 to 8"
        )
    expected = check_character(text[:17])
    if text[17] != expected:
        raise ValueError(
            f"{text!r} fails the check of GB 32100: after {text[:17]} comes {expected}, "
            f"not {text[17]}; one of the characters is wrong"
        )
    return text


def check_character(first_17: str) -> str:
    """The 18th character that GB 32100 gives to the first 17."""
    pairs = zip(first_17, _USCC_WEIGHTS, strict=True)
    total = sum(_USCC_ALPHABET.index(character) * weight for character, weight in pairs)
    return _USCC_ALPHABET[-total % 31]


def industry_code(text: str) -> str:
    """An industry of GB/T 4754: division, group or class, with or without its section's letter."""
    match = _INDUSTRY.fullmatch(text)
    if match is None or not 1 <= int(match[2]) < _FIRST_DIVISION[-1]:
        raise ValueError(
            f"{text!r} is not an industry of GB/T 4754: write two to four digits, as in 31 or C3120"
        )
    section = _section_of(int(match[2]))
    if match[1] and match[1] != section:
        raise ValueError(f"{text!r}: division {match[2]} of GB/T 4754 is in section {section}")
    return text


def _section_of(division: int) -> str:
    spans = zip(_SECTIONS, pairwise(_FIRST_DIVISION), strict=True)
    return next(letter for letter, (first, end) in spans if first <= division < end)


def word(text: str) -> str:
    """A code of our own for carriers and tags; raises ValueError."""
    if _WORD.fullmatch(text) is None:
        raise ValueError(
            f"{text!r} is not a code: up to 64 letters a–z, digits, and - _ . between them"
        )
    return text


def member_code(text: str) -> str:
    """`TAG/ENTERPRISE`; raises ValueError."""
    tag, slash, enterprise = text.partition("/")
    if not slash:
        raise ValueError(f"{text!r} is not TAG/ENTERPRISE")
    return f"{word(tag)}/{enterprise_code(enterprise)}"


def point_code(text: str) -> str:
    """A metering point's code: up to 100 letters of any script, digits and - _ . : @ # + /."""
    if _POINT.fullmatch(text) is None or len(text.encode()) > _MOST_CODE_BYTES:
        raise ValueError(
            f"{text!r} is not a point code: up to 100 letters, digits and . _ : @ # + / -, "
            "beginning with a letter or digit, without spaces"
        )
    return text
