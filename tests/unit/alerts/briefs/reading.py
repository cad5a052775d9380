"""What forms must show, line by line and row by row, taken from the document alone."""

import re
from collections.abc import Iterator

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
    return tuple(text for text in _texts(document) if text)


def _texts(document: Document) -> Iterator[str]:
    yield from (*document.banner, document.number, document.title, document.subtitle)
    is_signed = False
    for block in document.blocks:
        if isinstance(block, Annex) and not is_signed:
            is_signed = True
            yield from (document.issuer, document.date)
        yield from _said(block, document)
    if not is_signed:
        yield from (document.issuer, document.date)
    yield from (document.copies, digest_line(document))


def _said(block: Block, document: Document) -> Iterator[str]:
    match block:
        case Heading() | Annex():
            yield block.text
        case Paragraph():
            yield from lines(block.text)
        case Table():
            yield from (block.caption, *notes(block, document.language))
        case Chart():
            yield from (block.caption, *block.notes)
