"""What forms must show, line by line and row by row, taken from the document alone."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from services.alerts.adapters.briefs.words import digest_line, lines, notes
from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Chart,
    Document,
    Heading,
    Paragraph,
    Table,
)

Rows = tuple[tuple[str, ...], ...]


class Shown(NamedTuple):
    """A line, or the cells of a row; head: what may stand above a row again on a new page."""

    words: str
    is_row: bool = False
    head: str = ""


def squeezed(text: str) -> str:
    """The text without blanks of any kind: where lines are broken is a form's own affair."""
    return re.sub(r"\s+", "", text)


def tables(document: Document) -> tuple[Rows, ...]:
    """The head and the rows of every table."""
    return tuple(rows(block) for block in document.blocks if isinstance(block, Table))


def rows(table: Table) -> Rows:
    """The head and the rows of a table."""
    head = tuple(column.label for column in table.columns)
    return (head, *(tuple(cell.text for cell in row) for row in table.rows))


def texts(document: Document) -> tuple[str, ...]:
    """All lines outside of tables, in the order in which they are read."""
    return tuple(one.words for one in flow(document) if not one.is_row)


def flow(document: Document) -> Iterator[Shown]:
    """All lines and rows in the order in which they are read."""
    for words in (*document.banner, document.number, document.title, document.subtitle):
        yield from _line(words)
    is_signed = False
    for block in document.blocks:
        if isinstance(block, Annex) and not is_signed:
            is_signed = True
            yield from _signature(document)
        yield from _said(block, document)
    if not is_signed:
        yield from _signature(document)
    yield from _line(document.copies)
    yield from _line(digest_line(document))


def _line(words: str) -> Iterator[Shown]:
    if words:
        yield Shown(words)


def _signature(document: Document) -> Iterator[Shown]:
    yield from _line(document.issuer)
    yield from _line(document.date)


def _said(block: Block, document: Document) -> Iterator[Shown]:
    match block:
        case Heading() | Annex():
            yield Shown(block.text)
        case Paragraph():
            yield from map(Shown, lines(block.text))
        case Table():
            head, *others = map("".join, rows(block))
            yield Shown(block.caption)
            yield Shown(head, is_row=True)
            yield from (Shown(row, is_row=True, head=head) for row in others)
            yield from map(Shown, notes(block, document.language))
        case Chart():
            yield from map(Shown, (block.caption, *block.notes))
