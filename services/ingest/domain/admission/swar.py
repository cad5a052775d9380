"""Eight ASCII digits at once: arithmetic inside 64-bit words, for whole columns of them."""

import numpy as np

from services.ingest.domain.admission.texts import U64, Bools

ZEROS = np.uint64(0x3030303030303030)
_HIGH = np.uint64(0x8080808080808080)
_ONES = np.uint64(0x0101010101010101)
_ABOVE_NINE = np.uint64(0x4646464646464646)
_NIBBLES = np.uint64(0x0F0F0F0F0F0F0F0F)
_BYTE_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_WORD_PAIRS = np.uint64(0x0000FFFF0000FFFF)
_TENS = np.uint64(10 * 256 + 1)
_HUNDREDS = np.uint64(100 * 65536 + 1)
_TEN_THOUSANDS = np.uint64(10000 * 2**32 + 1)
_8, _16, _32 = np.uint64(8), np.uint64(16), np.uint64(32)
_TEN = np.uint64(10)


def word(text: str) -> np.uint64:
    """Eight ASCII characters as the word that a column holds of them."""
    return np.uint64(int.from_bytes(text.encode("ascii"), "little"))


def are_digits(words: U64) -> Bools:
    """Whether all eight characters are digits."""
    strange = ((words + _ABOVE_NINE) | (words - ZEROS)) & _HIGH
    same: Bools = strange == 0
    return same


def number(words: U64) -> U64:
    """The number that eight digits write."""
    pairs = ((words & _NIBBLES) * _TENS) >> _8
    fours = ((pairs & _BYTE_PAIRS) * _HUNDREDS) >> _16
    return ((fours & _WORD_PAIRS) * _TEN_THOUSANDS) >> _32


def pairs(words: U64) -> U64:
    """Byte i of the result is the two-digit number that characters i and i+1 write."""
    nibbles = words & _NIBBLES
    return nibbles * _TEN + (nibbles >> _8)


def first_place(words: U64, character: str) -> U64:
    """Where the character first stands, 0 to 7; 8 if it does not."""
    differing = words ^ np.uint64(ord(character) * int(_ONES))
    marks = (differing - _ONES) & ~differing & _HIGH
    lowest = marks & (~marks + np.uint64(1))
    return (np.bitwise_count(lowest - np.uint64(1)) >> np.uint8(3)).astype(np.uint64)
