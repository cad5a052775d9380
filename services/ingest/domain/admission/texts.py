"""Columns of texts inside one buffer, read eight bytes at a time without making strings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
import numpy.typing as npt

I64: TypeAlias = npt.NDArray[np.int64]
U64: TypeAlias = npt.NDArray[np.uint64]
U8: TypeAlias = npt.NDArray[np.uint8]
Bools: TypeAlias = npt.NDArray[np.bool_]

PAD = 128
"""Bytes before and after the texts, so that a word can be read from around every text."""
NULL = -1
"""The length of a text that is not there."""

_PADDING = b"\0" * PAD
_NEWLINE = 10
FIRST: U64 = np.array([(1 << (8 * k)) - 1 for k in range(9)], np.uint64)
"""FIRST[k] keeps the first k bytes of a word."""
LAST: U64 = ~FIRST[::-1]
"""LAST[k] keeps the last k bytes of a word."""


class Buffer:
    """Bytes between two paddings; `words[i]` is the eight bytes from i on, the first lowest."""

    __slots__ = ("data", "words")

    def __init__(self, *parts: bytes | memoryview) -> None:
        self.data = b"".join((_PADDING, *parts, _PADDING))
        # Overlapping and unaligned on purpose: one gather reads any eight bytes.
        self.words: U64 = np.ndarray(
            shape=(len(self.data) - 7,), dtype="<u8", buffer=self.data, strides=(1,)
        )


@dataclass(frozen=True, slots=True)
class Texts:
    """One column: text i is `length[i]` bytes from `start[i]` on; a length of NULL is no text."""

    buffer: Buffer
    start: I64
    length: I64

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self.start)

    def words(self, offset: int = 0) -> U64:
        """The eight bytes of each text from `offset` on, whatever follows its end."""
        found: U64 = self.buffer.words[self.start + offset]
        return found

    def text(self, index: int) -> str | None:
        """One text as a string; None if it is not there."""
        start, length = int(self.start[index]), int(self.length[index])
        if length < 0:
            return None
        return self.buffer.data[start : start + length].decode("utf-8", "replace")

    def take(self, index: npt.NDArray[np.intp]) -> "Texts":
        """The texts that an index chooses."""
        return Texts(self.buffer, self.start[index], self.length[index])


def of(values: Sequence[str | None]) -> Texts:
    """A column of these strings."""
    missing = [index for index, value in enumerate(values) if value is None]
    whole = [value or "" for value in values] if missing else values
    joined = "\n".join(cast("Sequence[str]", whole)).encode("utf-8", "replace")
    edges = np.flatnonzero(np.frombuffer(joined, np.uint8) == _NEWLINE)
    if len(edges) != max(len(values) - 1, 0):
        return _of_odd(values)
    start = np.empty(len(values), np.int64)
    end = np.empty(len(values), np.int64)
    start[:1], end[-1:] = 0, len(joined)
    start[1:], end[:-1] = edges + 1, edges
    length = end - start
    length[missing] = NULL
    return Texts(Buffer(joined), start + PAD, length)


def _of_odd(values: Sequence[str | None]) -> Texts:
    """The same for texts that hold the separator themselves."""
    encoded = [b"" if value is None else value.encode("utf-8", "replace") for value in values]
    length = np.fromiter(map(len, encoded), np.int64, len(encoded))
    start = np.cumsum(length) - length + PAD
    length[[index for index, value in enumerate(values) if value is None]] = NULL
    return Texts(Buffer(*encoded), start, length)


class Lookup:
    """Finds known texts: open addressing in numpy, one round of gathers for nearly all."""

    _FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)

    def __init__(self, known: Sequence[str]) -> None:
        """`known`: different texts; the index of each is what `find` returns."""
        column = of(known)
        self._length = column.length
        self._words = _cut_words(column, int(column.length.max(initial=0)))
        bits = max(4, (4 * len(known)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._slots = np.full(1 << bits, -1, np.int32)
        self._fill(self._slot(self._words, len(known)))

    def _fill(self, slot: I64) -> None:
        left = np.arange(len(slot))
        while len(left):
            free = self._slots[slot[left]] < 0
            wanting, others = left[free], left[~free]
            # Of those that want the same slot the last one written gets it.
            self._slots[slot[wanting]] = wanting
            lost = wanting[self._slots[slot[wanting]] != wanting]
            left = np.concatenate([others, lost])
            slot[left] = (slot[left] + 1) & self._mask

    def find(self, texts: Texts) -> npt.NDArray[np.int32]:
        """The index of each text among the known ones, -1 for the others."""
        count = len(texts)
        longest = int(texts.length.max(initial=0))
        words = _cut_words(texts, min(longest, 8 * len(self._words)))
        slot = self._slot(words, count)
        found = self._slots[slot]
        wrong = self._differ(found, words, texts.length)
        left = np.flatnonzero(wrong & (found >= 0))
        while len(left):
            slot[left] = (slot[left] + 1) & self._mask
            found[left] = self._slots[slot[left]]
            again = self._differ(found[left], [word[left] for word in words], texts.length[left])
            wrong[left] = again
            left = left[again & (found[left] >= 0)]
        found[wrong] = -1
        return found

    def _slot(self, words: Sequence[U64], count: int) -> I64:
        mixed = np.zeros(count, np.uint64)
        for place, word in enumerate(words):
            mixed ^= word * np.uint64(self._FACTORS[place % 4])
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(self._FACTORS[0])
        return (mixed >> self._shift).astype(np.int64)

    def _differ(self, found: npt.NDArray[np.int32], words: Sequence[U64], length: I64) -> Bools:
        if not len(self._length):
            return np.ones(len(found), np.bool_)
        differ: Bools = self._length[found] != length
        for known, word in zip(self._words, words, strict=False):
            differ |= known[found] != word
        return differ


def _cut_words(texts: Texts, longest: int) -> list[U64]:
    """Each text in words of eight bytes, zeros after its end, up to `longest` bytes."""
    words: list[U64] = []
    # What every text has in full needs no cutting; beyond the padding nothing is read.
    shortest = int(texts.length.min(initial=longest))
    last = len(texts.buffer.words) - 1
    for offset in range(0, longest, 8):
        start = texts.start + offset if offset else texts.start
        if offset + 8 <= shortest:
            words.append(texts.buffer.words[start])
        else:
            reach = start if offset < PAD - 8 else np.minimum(start, last)
            kept = FIRST[np.minimum(np.maximum(texts.length - offset, 0), 8)]
            words.append(texts.buffer.words[reach] & kept)
    return words
