"""The XLSX annex: a sheet per list, numbers as numbers, and a first sheet that says what it is."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.alerts.adapters.briefs import zipped
from services.alerts.adapters.briefs.measure import width
from services.alerts.adapters.briefs.stamp import stamp
from services.alerts.adapters.briefs.words import about
from services.alerts.domain.briefs.document import Column, Document, Language, Sheet

_FONT = {Language.ZH: "宋体", Language.EN: "Arial"}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST_NAME = 31
_NARROWEST, _WIDEST = 8.0, 42.0
"""Of columns, in digits."""
_A4 = 9
_PLAIN_DIGITS = 15
"""A spreadsheet keeps so many digits of a number: longer ones stay words."""


class _Looks(NamedTuple):
    head: Format
    words: Format
    strong: Format
    link: Format
    numbers: tuple[Format, ...]
    """By decimals."""


def xlsx(document: Document) -> bytes:
    """The whole file, the same bytes for the same sheets."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_urls": False})
    _properties(book, document)
    looks = _looks(book, document.language)
    names = tuple(_names(document))
    first = book.add_worksheet(names[0])
    _about(first, document, names[1:], looks)
    for name, sheet in zip(names[1:], document.sheets, strict=True):
        page = book.add_worksheet(name)
        _sheet(page, sheet, looks)
        _print(page, name, document.language)
    book.close()
    return zipped.same(made.getvalue())


def _properties(book: Workbook, document: Document) -> None:
    book.set_properties(
        {
            "title": document.title,
            "subject": document.subtitle,
            "author": document.issuer,
            "keywords": document.digest,
            "comments": document.number,
            "created": stamp(document),
        }
    )


def _looks(book: Workbook, language: Language) -> _Looks:
    font = {"font_name": _FONT[language], "font_size": 10.5, "valign": "vcenter"}
    return _Looks(
        head=book.add_format(
            {
                **font,
                "bold": True,
                "bg_color": "#EDF1F5",
                "border": 1,
                "border_color": "#A6B0BA",
                "text_wrap": True,
                "align": "center",
            }
        ),
        words=book.add_format(font),
        strong=book.add_format({**font, "bold": True, "font_size": 16}),
        link=book.add_format({**font, "font_color": "#0B5394", "underline": 1}),
        numbers=tuple(
            book.add_format({**font, "num_format": f"#,##0.{'0' * decimals}".rstrip(".")})
            for decimals in range(_PLAIN_DIGITS + 1)
        ),
    )


def _names(document: Document) -> Iterator[str]:
    """Names that spreadsheets take: short, without their own signs, no two alike."""
    taken: set[str] = set()
    for label in (about(document.language).sheet, *(sheet.label for sheet in document.sheets)):
        name = _FORBIDDEN.sub(" ", label).strip(" '")[:_LONGEST_NAME] or "-"
        tried, count = name, 1
        while tried.casefold() in taken:
            count += 1
            ending = f" ({count})"
            tried = name[: _LONGEST_NAME - len(ending)] + ending
        taken.add(tried.casefold())
        yield tried


def _about(page: Worksheet, document: Document, names: Sequence[str], looks: _Looks) -> None:
    said = about(document.language)
    page.set_column(0, 0, 24, looks.words)
    page.set_column(1, 1, 72, looks.words)
    page.set_column(2, 2, 10, looks.words)
    page.write_string(0, 0, document.title, looks.strong)
    facts = (
        (said.subtitle, document.subtitle),
        (said.number, document.number),
        (said.state, said.comma.join(document.banner)),
        (said.issuer, document.issuer),
        (said.date, document.date),
        (said.digest, document.digest),
    )
    row = 1
    for label, value in facts:
        if value:
            page.write_string(row, 0, label, looks.words)
            page.write_string(row, 1, value, looks.words)
            row += 1
    _contents(page, row + 1, document, names, looks)
    page.hide_gridlines(2)
    _print(page, document.title, document.language)


def _contents(
    page: Worksheet, row: int, document: Document, names: Sequence[str], looks: _Looks
) -> None:
    said = about(document.language)
    page.write_string(row, 0, said.sheets, looks.head)
    page.write_string(row, 1, said.title, looks.head)
    page.write_string(row, 2, said.rows, looks.head)
    for place, (name, sheet) in enumerate(zip(names, document.sheets, strict=True), row + 1):
        quoted = name.replace("'", "''")
        page.write_url(place, 0, f"internal:'{quoted}'!A1", looks.link, name)
        page.write_string(place, 1, sheet.label, looks.words)
        page.write_number(place, 2, len(sheet.rows), looks.numbers[0])


def _sheet(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.label, looks.head)
        cells = [row[place] for row in sheet.rows]
        page.set_column(place, place, _wide(column, cells), looks.words)
        if column.is_number:
            _numbers(page, place, cells, looks)
        else:
            for line, text in enumerate(cells, 1):
                page.write_string(line, place, text)
    page.freeze_panes(1, 0)
    if sheet.columns:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        page.repeat_rows(0)


def _numbers(page: Worksheet, place: int, cells: Sequence[str], looks: _Looks) -> None:
    """What is no number, such as `暂无数据`, stays words."""
    for line, text in enumerate(cells, 1):
        if not text:
            continue
        value = _value(text)
        if value is None:
            page.write_string(line, place, text)
            continue
        decimals = len(text) - text.index(".") - 1 if "." in text else 0
        page.write_number(line, place, value, looks.numbers[decimals])


def _value(text: str) -> Decimal | None:
    if len(text) > _PLAIN_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def _wide(column: Column, cells: Sequence[str]) -> float:
    """Room for the longest cell and for half of the head, whose words may be broken."""
    longest = max(map(width, cells), default=0.0)
    digits = 2 * max(longest * (1.1 if column.is_number else 1.0), width(column.label) / 2)
    return min(max(digits + 2, _NARROWEST), _WIDEST)


def _print(page: Worksheet, title: str, language: Language) -> None:
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_header("&C" + title.replace("&", "&&"))
    page.set_footer("&C" + about(language).page)
