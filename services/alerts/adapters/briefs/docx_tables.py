"""Tables of the DOCX form: real ones, whose heads stand on every page and whose rows stay whole."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from lxml import etree

from services.alerts.adapters.briefs.docx_pen import Pen
from services.alerts.adapters.briefs.layouts import Layout
from services.alerts.adapters.briefs.shades import SHADES
from services.alerts.adapters.briefs.words import clean
from services.alerts.domain.briefs.document import Cell, Column, Table

_HEAD_GROUND = "EDF1F5"
_EMU_PER_TWIP = 635
_WHOLE = 13
"""Rows: tables with no more of them stand on one page."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add_table(pen: Pen, table: Table, how: Layout, *, has_notes: bool = False) -> None:
    """The table as wide as the text; with notes, its last row stands on one page with them."""
    twips = pen.room / _EMU_PER_TWIP
    widths = tuple(int(share * twips) for share in how.parts)
    made = _frame(table, widths)
    _row(pen, made, "TableHead", how.half_points, map(_head, table.columns), widths)
    for row in table.rows:
        cells = map(_plain, table.columns, row)
        _row(pen, made, "TableText", how.half_points, cells, widths)
    if len(table.rows) <= _WHOLE:
        _keep_on(made.findall(qn("w:tr"))[:-1])
    if has_notes:
        _keep_on(made.findall(qn("w:tr"))[-1:])
    pen.docx.element.body.insert_element_before(made, "w:sectPr")
    pen.line("", "Table End").paragraph_format.keep_with_next = has_notes or None


def _keep_on(rows: Iterable[etree._Element]) -> None:
    """Each row stands on one page with what follows it: a short table as a whole."""
    for row in rows:
        for style in row.iter(qn("w:pStyle")):
            style.addnext(OxmlElement("w:keepNext"))


class _Box(NamedTuple):
    """A cell's words, side ("" is the style's) and colours ("" is none)."""

    text: str
    side: str = ""
    ground: str = ""
    ink: str = ""


def _head(column: Column) -> _Box:
    return _Box(column.label, "", _HEAD_GROUND)


def _plain(column: Column, cell: Cell) -> _Box:
    if cell.colour is not None:
        return _Box(cell.text, "center", *SHADES[cell.colour])
    return _Box(cell.text, "right" if column.is_number else "")


def _frame(table: Table, widths: Sequence[int]) -> BaseOxmlElement:
    made = parse_xml(f"<w:tbl {nsdecls('w')}/>")
    looks = _add(made, "w:tblPr")
    _add(looks, "w:tblStyle", val="BriefTable")
    _add(looks, "w:tblW", w=str(sum(widths)), type="dxa")
    _add(looks, "w:jc", val="center")
    _add(looks, "w:tblLayout", type="fixed")
    _add(looks, "w:tblLook", val="0020", firstRow="1", noHBand="1", noVBand="1")
    _add(looks, "w:tblCaption", val=clean(table.caption))
    grid = _add(made, "w:tblGrid")
    for one in widths:
        _add(grid, "w:gridCol", w=str(one))
    return made


def _row(
    pen: Pen,
    table: etree._Element,
    style: str,
    half_points: int,
    boxes: Iterable[_Box],
    widths: Sequence[int],
) -> None:
    row = _add(table, "w:tr")
    looks = _add(row, "w:trPr")
    _add(looks, "w:cantSplit")
    if style == "TableHead":
        _add(looks, "w:tblHeader")
    for box, wide in zip(boxes, widths, strict=True):
        cell = _add(row, "w:tc")
        _shape(cell, box, wide)
        _words(pen, cell, box, f"{style}{half_points}")


def _shape(cell: etree._Element, box: _Box, wide: int) -> None:
    looks = _add(cell, "w:tcPr")
    _add(looks, "w:tcW", w=str(wide), type="dxa")
    if box.ground:
        _add(looks, "w:shd", val="clear", color="auto", fill=box.ground)
    _add(looks, "w:vAlign", val="center")


def _words(pen: Pen, cell: etree._Element, box: _Box, style: str) -> None:
    paragraph = _add(cell, "w:p")
    shape = _add(paragraph, "w:pPr")
    _add(shape, "w:pStyle", val=style)
    if box.side:
        _add(shape, "w:jc", val=box.side)
    run = _add(paragraph, "w:r")
    looks = _add(run, "w:rPr")
    if pen.is_chinese:
        _add(looks, "w:rFonts", hint="eastAsia")
    if box.ink:
        _add(looks, "w:color", val=box.ink)
    text = _add(run, "w:t")
    text.set(_SPACE, "preserve")
    text.text = clean(box.text)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    named = {qn(f"w:{name}"): value for name, value in attributes.items()}
    return etree.SubElement(parent, qn(tag), named)
