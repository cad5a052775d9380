"""The DOCX form: an official document (GB/T 9704) that an office can go on editing."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import takewhile
from typing import NamedTuple

from docx.shared import Pt

from services.alerts.adapters.briefs import zipped
from services.alerts.adapters.briefs.balance import balanced
from services.alerts.adapters.briefs.docx_pen import Pen
from services.alerts.adapters.briefs.docx_tables import add_table
from services.alerts.adapters.briefs.layouts import Layout, layout
from services.alerts.adapters.briefs.measure import TITLE_ROOM, width
from services.alerts.adapters.briefs.stamp import stamp
from services.alerts.adapters.briefs.words import TONGUES, clean, digest_line, lines, notes
from services.alerts.domain.briefs.document import (
    Annex,
    Block,
    Chart,
    Document,
    Heading,
    Kind,
    Language,
    Paragraph,
    Table,
)

_KINDS = {Kind.BODY: "Body Text", Kind.NOTE: "Note Text", Kind.REMARK: "Remark"}
_LINE = 28.95
_TEXT_SIZE = {Language.ZH: 16.0, Language.EN: 12.0}
_DATE_INDENT, _LEAST_INDENT = 4.0, 2.0
"""Characters: 成文日期右空四字."""


class _Spread(NamedTuple):
    """Blocks that stand on pages of one orientation; half_points: of the wide table's text."""

    wide: bool
    blocks: tuple[Block, ...]


def docx(document: Document, pictures_png: Mapping[str, bytes]) -> bytes:
    """The whole file, the same bytes for the same parts.

    pictures_png: by the names of charts; where one is missing, its description stands instead.
    """
    pen = Pen(document.language)
    _front(pen, document)
    text, annexes = _parted(document.blocks)
    _blocks(pen, text, pictures_png, document.language)
    pen.turn(wide=False)
    _signature(pen, document)
    _blocks(pen, annexes, pictures_png, document.language)
    pen.turn(wide=False)
    if document.copies:
        pen.line("", "Copies Line").paragraph_format.space_before = Pt(_LINE)
        pen.line(document.copies, "Copies")
        pen.line("", "Copies Line")
    pen.line(digest_line(document), "Small Print")
    _properties(pen, document)
    made = BytesIO()
    pen.docx.save(made)
    return zipped.same(made.getvalue())


def _front(pen: Pen, document: Document) -> None:
    for words in document.banner:
        pen.line(words, "Banner")
    if document.number:
        pen.line(document.number, "Document Number")
    title = pen.line("\n".join(balanced(document.title, TITLE_ROOM)), "Title")
    if not document.subtitle:
        title.paragraph_format.space_after = Pt(_LINE)
    else:
        pen.line(document.subtitle, "Subtitle")


def _parted(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stands above the signature, and the annexes below it."""
    text = tuple(takewhile(lambda block: not isinstance(block, Annex), blocks))
    return text, tuple(blocks[len(text) :])


def _signature(pen: Pen, document: Document) -> None:
    """Who issues it above the date, on one middle; one line apart from the text."""
    size = _TEXT_SIZE[document.language]
    pen.keep_on()
    issuer, date = width(document.issuer), width(document.date)
    indent = max(_DATE_INDENT, _LEAST_INDENT + (issuer - date) / 2)
    for words, place in (
        (document.issuer, indent + (date - issuer) / 2),
        (document.date, indent),
    ):
        if words:
            shape = pen.line(words, "Signature").paragraph_format
            shape.right_indent = Pt(place * size)
            if words is document.issuer:
                shape.space_before = Pt(size * 2)
                shape.keep_with_next = True


def _blocks(
    pen: Pen, blocks: Sequence[Block], pictures: Mapping[str, bytes], language: Language
) -> None:
    layouts = {block.name: layout(block) for block in blocks if isinstance(block, Table)}
    for spread in _spreads(blocks, layouts):
        pen.turn(wide=spread.wide)
        for block in spread.blocks:
            match block:
                case Table():
                    _table(pen, block, layouts[block.name], language)
                case Chart():
                    _chart(pen, block, pictures.get(block.name))
                case Paragraph():
                    for line in lines(block.text):
                        pen.line(line, _KINDS[block.kind])
                case Heading():
                    pen.line(block.text, f"Heading {block.level}")
                case Annex():
                    pen.line(block.text, "Annex Heading")


def _spreads(blocks: Sequence[Block], layouts: Mapping[str, Layout]) -> Iterator[_Spread]:
    """A wide table takes the heading above it along; other blocks stand on upright pages."""
    waiting: list[Block] = []
    led: list[Block] = []
    wide = False
    for block in blocks:
        if isinstance(block, Heading | Annex):
            led.append(block)
            continue
        turned = isinstance(block, Table) and layouts[block.name].wide
        if turned != wide:
            yield _Spread(wide, tuple(waiting))
            waiting, wide = [], turned
        waiting += [*led, block]
        led = []
    yield _Spread(wide, tuple(waiting))
    yield _Spread(False, tuple(led))


def _table(pen: Pen, table: Table, how: Layout, language: Language) -> None:
    pen.line(table.caption, "Caption")
    said = notes(table, language)
    add_table(pen, table, how, has_notes=bool(said))
    for note in said:
        pen.line(note, "Note Text")


def _chart(pen: Pen, chart: Chart, png: bytes | None) -> None:
    if png is None:
        pen.line(chart.alt, "Note Text")
    else:
        pen.picture(png, chart.caption, chart.alt)
    pen.line(chart.caption, "Figure Caption")
    for note in chart.notes:
        pen.line(note, "Note Text")


def _properties(pen: Pen, document: Document) -> None:
    said = pen.docx.core_properties
    said.title, said.subject = clean(document.title), clean(document.subtitle)
    said.author = said.last_modified_by = clean(document.issuer)
    said.identifier, said.keywords = clean(document.number), document.digest
    said.language = TONGUES[document.language]
    said.created = said.modified = stamp(document)
    said.revision = 1
