"""JSON bodies of one shape as columns without making objects: the quotes show where values are.

Nothing is guessed: between the values of every object must stand, byte by byte, what stands there
in the first; a body for which that does not hold is read the plain way.
"""

from collections.abc import Sequence

import numpy as np

from services.ingest.adapters.bodies.shape import COLUMNS, Fixed, Shape
from services.ingest.domain.admission.admission import Offer
from services.ingest.domain.admission.texts import (
    FIRST,
    I64,
    NULL,
    U64,
    Bools,
    Buffer,
    Texts,
)

_LONGEST_LITERAL = 24
_IS_DIGIT = np.isin(np.arange(256), list(b"0123456789"))
_IN_NUMBERS = np.isin(np.arange(256), list(b"0123456789+-.eE"))
_QUOTE = ord('"')
_NULL_WORD = np.uint64(int.from_bytes(b"null", "little"))


def fits(shape: Shape, body: bytes) -> int:
    """How many objects the body has if it may be of this shape, else 0."""
    if not body.endswith(shape.end + shape.trail) or shape.row.match(body) is None:
        return 0
    if b"\\" in body or not (body.isascii() or _is_utf8(body)):
        return 0
    objects, rest = divmod(body.count(b'"'), shape.quotes)
    return 0 if rest else objects


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def scan(shape: Shape, bodies: Sequence[bytes], rows: Sequence[int]) -> tuple[Offer, Bools]:
    """The columns of all bodies, one after another, and which rows are really of the shape."""
    buffer = _joined(shape, bodies)
    quotes = np.flatnonzero(np.frombuffer(buffer.data, np.uint8) == _QUOTE)
    count = sum(rows)
    by_row = quotes[:-1].reshape(count, shape.quotes)
    following = quotes[shape.quotes :: shape.quotes]
    good = np.ones(count, np.bool_)
    for fixed in shape.fixed:
        good &= _stands(buffer, by_row, fixed)
    # An object is whole only if the next one begins as it should; for the last, fits has looked.
    good[:-1] &= good[1:]
    columns = {
        name: _column(buffer, shape, place, by_row, following)
        for place, name in enumerate(shape.column)
        if name in COLUMNS
    }
    for place, name in enumerate(shape.column):
        if name in columns and not shape.is_text[place]:
            good &= _is_literal(columns[name])
    if not good.all():
        for column in columns.values():
            column.length[~good] = NULL
    return (
        Offer(
            point=columns["point"],
            at=columns["at"],
            value=columns["value"],
            unit=columns.get("unit"),
            quality=columns.get("quality"),
            revision=columns.get("revision"),
        ),
        good,
    )


def _joined(shape: Shape, bodies: Sequence[bytes]) -> Buffer:
    """All objects with the same text between any two, before the first and after the last."""
    parts: list[bytes | memoryview] = [shape.end]
    for body in bodies:
        inside = memoryview(body)[len(shape.lead) : len(body) - len(shape.trail)]
        parts += [shape.between, inside]
    if not shape.is_text[-1]:
        parts += [shape.between, shape.opening[: shape.opening.index(b'"') + 1]]
    return Buffer(*parts)


def _stands(buffer: Buffer, by_row: I64, fixed: Fixed) -> Bools:
    """Whether the text stands where the row's quotes say."""
    first = by_row[:, fixed.quote]
    span = len(fixed.text) - 1 - fixed.head - fixed.tail
    good: Bools = by_row[:, fixed.quote + fixed.quotes - 1] - first == span
    start = first - fixed.head
    for offset, kept, expected in _words_of(fixed.text):
        found = buffer.words[start + offset] if offset else buffer.words[start]
        good &= ((found & kept) if kept is not None else found) == expected
    return good


def _words_of(text: bytes) -> list[tuple[int, np.uint64 | None, np.uint64]]:
    """The text as words at offsets; the last overlaps so that no byte beyond the text is read."""
    if len(text) < 8:
        return [(0, FIRST[len(text)], np.uint64(int.from_bytes(text, "little")))]
    offsets = [*range(0, len(text) - 8, 8), len(text) - 8]
    return [
        (offset, None, np.uint64(int.from_bytes(text[offset : offset + 8], "little")))
        for offset in offsets
    ]


def _column(buffer: Buffer, shape: Shape, place: int, by_row: I64, following: I64) -> Texts:
    fixed = shape.fixed[place]
    start = by_row[:, fixed.quote + fixed.quotes - 1] + (1 + fixed.tail)
    if place + 1 < len(shape.fixed):
        after = shape.fixed[place + 1]
        end = by_row[:, after.quote] - after.head
    else:
        end = following - shape.fixed[0].head
    texts = Texts(buffer, start, end - start)
    if not shape.is_text[place]:
        texts.length[_is_null(texts.words(), texts.length)] = NULL
    return texts


def _is_literal(texts: Texts) -> Bools:
    """Whether each text is null, or is made like a number; which one is judged later."""
    octets = np.frombuffer(texts.buffer.data, np.uint8)
    length = np.maximum(texts.length, 0)
    places = np.arange(_LONGEST_LITERAL)
    reach = np.minimum(texts.start[:, None] + places, len(octets) - 1)
    allowed = _IN_NUMBERS[octets[reach]] | (places >= length[:, None])
    first, second = octets[texts.start], octets[texts.start + 1]
    last = octets[texts.start + length - 1]
    leading_zero = (first == ord("0")) & (length > 1) & _IS_DIGIT[second]
    good = allowed.all(axis=1) & (length >= 1) & (length <= _LONGEST_LITERAL)
    good &= (_IS_DIGIT[first] | (first == ord("-"))) & _IS_DIGIT[last] & ~leading_zero
    literal: Bools = good | (texts.length == NULL)
    return literal


def _is_null(words: U64, length: I64) -> Bools:
    null: Bools = (length == 4) & ((words & FIRST[4]) == _NULL_WORD)
    return null
