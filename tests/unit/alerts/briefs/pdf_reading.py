"""Reading a PDF's page back: boxes of characters in millimetres from its upper left corner."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pypdfium2
from PIL.Image import Image
from pypdfium2 import raw

MM = 25.4 / 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What stands where."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What can be read on a page. ink: characters' own shapes; squares: where they stand.

    pieces: parts of lines, as a reader of the PDF would mark them.
    """

    width: float
    height: float
    text: str
    ink: tuple[Box, ...]
    squares: tuple[Box, ...]
    pieces: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a PDF says of itself; contents: level from 0, and title."""

    title: str
    created: str
    is_tagged: bool
    contents: tuple[tuple[int, str], ...]


def read(data: bytes) -> tuple[Page, ...]:
    """All pages."""
    with _opened(data) as document:
        return tuple(map(_page, document))


def told(data: bytes) -> Told:
    """Title, date, tags and contents."""
    with _opened(data) as document:
        return Told(
            title=document.get_metadata_value("Title"),
            created=document.get_metadata_value("CreationDate"),
            is_tagged=bool(raw.FPDFCatalog_IsTagged(document.raw)),
            contents=tuple((mark.level, mark.get_title()) for mark in document.get_toc()),
        )


def pictures(data: bytes, dots: int = 144) -> Iterator[Image]:
    """The pages as they look, with so many dots to the inch."""
    with _opened(data) as document:
        for page in document:
            yield page.render(scale=dots / 72).to_pil().convert("RGB")


def text_of(data: bytes) -> str:
    """All text without blanks, line ends and marks of where lines may end."""
    return "".join(page.text for page in read(data))


def squashed(text: str) -> str:
    """The text without blanks."""
    return re.sub(r"[\s\u200b\ufffe\x02]", "", text)


def lines(boxes: Iterable[Box]) -> tuple[Sequence[Box], ...]:
    """Loose boxes by the lines they stand on, from above to below."""
    ordered = sorted(boxes, key=lambda box: (_line(box), box.left))
    return tuple(tuple(line) for _, line in groupby(ordered, key=_line))


def overlapping(boxes: Sequence[Box]) -> list[tuple[Box, Box]]:
    """Pairs of boxes that lie upon one another; words of a tight line may touch."""
    return [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if min(one.right, other.right) - max(one.left, other.left) > 0.8
        and min(one.bottom, other.bottom) - max(one.top, other.top) > 0.3
    ]


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def _page(page: Any) -> Page:
    (width, height), text = page.get_size(), page.get_textpage()
    shown = [at for at in range(text.count_chars()) if squashed(text.get_text_range(at, 1))]
    words = [text.get_text_range(at, 1) for at in shown]

    def boxes(loose: bool) -> tuple[Box, ...]:
        found = (text.get_charbox(at, loose=loose) for at in shown)
        return tuple(_box(word, one, height) for word, one in zip(words, found, strict=True))

    count = text.count_rects()
    return Page(
        width=width * MM,
        height=height * MM,
        text=squashed(text.get_text_range()),
        ink=boxes(False),
        squares=boxes(True),
        pieces=tuple(_box("", text.get_rect(at), height) for at in range(count)),
    )


def _line(box: Box) -> float:
    return round(box.bottom, 1)


def _box(text: str, box: Sequence[float], height: float) -> Box:
    left, bottom, right, top = box
    return Box(
        text=text,
        left=left * MM,
        top=(height - top) * MM,
        right=right * MM,
        bottom=(height - bottom) * MM,
    )
