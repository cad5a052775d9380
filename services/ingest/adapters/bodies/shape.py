"""The shape that all objects of a JSON body share: what stands between their values."""

import re
from dataclasses import dataclass

from services.ingest.ports import Format

COLUMNS = ("point", "at", "value", "unit", "quality", "revision")
_TEXT_COLUMNS = frozenset({"point", "at", "unit", "quality"})
_NEEDED = frozenset({"point", "at", "value"})
_PAIR = re.compile(
    rb'(?P<gap>\s*,?\s*)"(?P<key>[^"\\]{1,40})"(?P<colon>\s*:\s*)'
    rb'(?:(?P<text>")[^"\\]*"|(?P<bare>[-+0-9.eE]+|null))'
)
_END = re.compile(rb"\s*\}")
_BETWEEN = re.compile(rb"\s*,?\s*(?=\{)")
_MOST_PAIRS = 12
_LOOKED_AT = 4096
# Longer ones would reach beyond the padding of a buffer.
_LONGEST_FIXED = 96


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text that stands before a value in every object.

    `quote`: which of the object's quotes is its first; `quotes`: how many it has; `head` and
    `tail`: how many bytes stand before the first and after the last of them.
    """

    text: bytes
    quote: int
    quotes: int
    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class Shape:
    """How the objects of a body are written.

    `lead` and `trail` surround all objects, `between` stands between two. `fixed[i]` stands
    before value i; the first begins with the end of the object before. `column[i]` is the name
    of value i. `row` matches a body that begins so.
    """

    format: Format
    lead: bytes
    trail: bytes
    between: bytes
    fixed: tuple[Fixed, ...]
    column: tuple[str, ...]
    is_text: tuple[bool, ...]
    end: bytes
    opening: bytes
    row: re.Pattern[bytes]

    @property
    def quotes(self) -> int:
        """How many quotes an object has."""
        return sum(part.quotes for part in self.fixed)


def shape_of(form: Format, body: bytes) -> Shape | None:
    """The shape of the body's first object; None if it is not flat or lacks a column."""
    first = body.find(b"{")
    if first < 0 or not _is_lead(form, body[:first]):
        return None
    pairs, at = _pairs(body, first + 1)
    end = _END.match(body, at)
    if not pairs or end is None:
        return None
    names = tuple(pair["key"].decode("utf-8", "replace") for pair in pairs)
    is_text = tuple(pair["text"] is not None for pair in pairs)
    if not _usable(names, is_text):
        return None
    trail = body[body.rfind(b"}") + 1 :]
    between = _BETWEEN.match(body, end.end())
    if not _may_surround(form, body[first : end.end()], trail, between and between[0]):
        return None
    return _shape(form, body[:first], trail, pairs, end[0], between[0] if between else None)


def _is_lead(form: Format, lead: bytes) -> bool:
    return lead.strip() == (b"[" if form is Format.JSON else b"")


def _may_surround(form: Format, row: bytes, trail: bytes, between: bytes | None) -> bool:
    """Whether the format allows that after and between objects."""
    if form is Format.NDJSON:
        return (
            not trail.strip()
            and b"\n" not in row
            and (between is None or (b"\n" in between and b"," not in between))
        )
    return trail.strip() == b"]" and (between is None or b"," in between)


def _pairs(body: bytes, at: int) -> tuple[list[re.Match[bytes]], int]:
    pairs: list[re.Match[bytes]] = []
    limit = at + _LOOKED_AT
    while len(pairs) < _MOST_PAIRS and (pair := _PAIR.match(body, at, limit)):
        if (b"," in pair["gap"]) != bool(pairs):
            return [], at
        pairs.append(pair)
        at = pair.end()
    return pairs, at


def _usable(names: tuple[str, ...], is_text: tuple[bool, ...]) -> bool:
    texts = all(t for name, t in zip(names, is_text, strict=True) if name in _TEXT_COLUMNS)
    return texts and len(set(names)) == len(names) and set(names) >= _NEEDED


def _shape(
    form: Format,
    lead: bytes,
    trail: bytes,
    pairs: list[re.Match[bytes]],
    closing: bytes,
    between: bytes | None,
) -> Shape | None:
    if between is None:
        between = b"," if form is Format.JSON else b"\n"
    is_text = [pair["text"] is not None for pair in pairs]
    before = [b"", *(b'"' if text else b"" for text in is_text)]
    keys = [
        before[i] + pair["gap"] + b'"' + pair["key"] + b'"' + pair["colon"] + (pair["text"] or b"")
        for i, pair in enumerate(pairs)
    ]
    end = before[-1] + closing
    opening = b"{" + keys[0]
    texts = [end + between + opening, *keys[1:]]
    if max(map(len, texts)) > _LONGEST_FIXED:
        return None
    values = [rb'[^"\\]*' if text else rb'[^"\\,}\]]*' for text in is_text]
    alternating = [re.escape(lead + opening), values[0]]
    for key, value in zip(keys[1:], values[1:], strict=True):
        alternating += [re.escape(key), value]
    return Shape(
        format=form,
        lead=lead,
        trail=trail,
        between=between,
        fixed=tuple(_fixed(texts)),
        column=tuple(pair["key"].decode("utf-8", "replace") for pair in pairs),
        is_text=tuple(is_text),
        end=end,
        opening=opening,
        row=re.compile(b"".join([*alternating, re.escape(end)])),
    )


def _fixed(texts: list[bytes]) -> list[Fixed]:
    found: list[Fixed] = []
    quote = 0
    for text in texts:
        head, last = text.index(b'"'), text.rindex(b'"')
        found.append(Fixed(text, quote, text.count(b'"'), head, len(text) - 1 - last))
        quote += found[-1].quotes
    return found
