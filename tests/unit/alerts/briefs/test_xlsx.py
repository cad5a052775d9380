"""The XLSX annex: every cell of the document's sheets, numbers as numbers."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from services.alerts.adapters.briefs.xlsx import xlsx
from services.alerts.domain.briefs.document import Column, Document, Sheet
from tests.unit.alerts.briefs import samples


def opened(document: Document) -> Workbook:
    """The form read back."""
    return load_workbook(BytesIO(xlsx(document)))


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened(samples.chinese())


def alone(text: str, *, is_number: bool = True) -> Document:
    """A document whose only sheet has one cell."""
    columns = (Column(name="a", label="甲", is_number=is_number),)
    sheet = Sheet(name="one", label="一", columns=columns, rows=((text,),))
    return replace(samples.chinese(), sheets=(sheet,))


def test_cells_are_those_of_the_document(book: Workbook) -> None:
    for sheet, page in zip(samples.chinese().sheets, book.worksheets[1:], strict=True):
        head, *rows = page.iter_rows(values_only=True)
        assert head == tuple(column.label for column in sheet.columns)
        for row, made in zip(sheet.rows, rows, strict=True):
            for column, text, value in zip(sheet.columns, row, made, strict=True):
                if column.is_number and text != "暂无数据":
                    assert value == float(text)
                else:
                    assert (value or "") == text


def test_the_first_sheet_says_what_it_is(book: Workbook) -> None:
    document = samples.chinese()
    cells = {cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
    assert {document.title, document.number, document.digest, document.issuer} <= cells
    assert {sheet.label for sheet in document.sheets} <= cells
    assert {len(sheet.rows) for sheet in document.sheets} <= cells
    assert set(book.sheetnames[1:]) <= cells


def test_names_are_such_as_spreadsheets_take_and_no_two_alike(book: Workbook) -> None:
    assert book.sheetnames == [
        "说明",
        "企业预算执行（全部 含未公开）",
        "企业预算执行（全部 含未公开） (2)",
    ]
    long = replace(samples.sheets()[0], label="长" * 40)
    names = opened(replace(samples.chinese(), sheets=(long, long))).sheetnames
    assert [len(name) for name in names[1:]] == [31, 31]


@pytest.mark.parametrize(
    ("text", "number_format"),
    [("1234567", "#,##0"), ("-12.30", "#,##0.00"), ("0.0001", "#,##0.0000"), ("0", "#,##0")],
)
def test_numbers_keep_their_decimals(text: str, number_format: str) -> None:
    cell = opened(alone(text)).worksheets[1]["A2"]
    assert cell.data_type == "n"
    assert Decimal(str(cell.value)) == Decimal(text)
    assert cell.number_format == number_format


@pytest.mark.parametrize("text", ["暂无数据", "NaN", "Infinity", "12345678901234567890", "—"])
def test_what_no_spreadsheet_keeps_as_a_number_stays_words(text: str) -> None:
    assert opened(alone(text)).worksheets[1]["A2"].value == text


@pytest.mark.parametrize("text", ["=1+1", "+7", "@now", "0012", "https://example.org/x", "1.50"])
def test_words_are_never_formulas_numbers_or_links(text: str) -> None:
    cell = opened(alone(text, is_number=False)).worksheets[1]["A2"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_heads_stay_in_sight_and_can_be_filtered(book: Workbook) -> None:
    for sheet, page in zip(samples.chinese().sheets, book.worksheets[1:], strict=True):
        assert page.freeze_panes == "A2"
        assert page.auto_filter.ref == f"A1:E{len(sheet.rows) + 1}"
        assert page.print_title_rows == "$1:$1"


def test_columns_are_as_wide_as_their_words(book: Workbook) -> None:
    widths = book.worksheets[1].column_dimensions
    assert 32 <= widths["B"].width <= 44
    assert 8 <= widths["D"].width <= 16


def test_sheets_without_rows_or_columns_are_shown_too() -> None:
    empty = Sheet(name="none", label="无", columns=(), rows=())
    bare = Sheet(name="bare", label="空", columns=samples.sheets()[0].columns, rows=())
    made = opened(replace(samples.chinese(), sheets=(empty, bare)))
    assert made.sheetnames == ["说明", "无", "空"]


def test_says_the_documents_date_and_no_clocks() -> None:
    made = xlsx(samples.chinese())
    assert opened(samples.chinese()).properties.created == datetime(2026, 10, 27)  # noqa: DTZ001
    with ZipFile(BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
