"""The page of GB/T 9704-2012, measured on finished PDFs; nothing on it is cut, lost or hidden."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from statistics import fmean

import pytest

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.pdf import UnsetError, pdf
from services.alerts.domain.briefs.document import (
    Annex,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
)
from tests.unit.alerts.briefs import pdf_sample
from tests.unit.alerts.briefs.pdf_reading import (
    Box,
    Page,
    lines,
    overlapping,
    pictures,
    read,
    squashed,
    text_of,
    told,
)

TOLERANCE = 1.0
"""Millimetres: 天头 37±1, 订口 28±1."""
CELL = 156 / 28
PITCH = 29.45 * 25.4 / 72


@cache
def made(document: Document) -> bytes:
    return pdf(document, pdf_sample.PICTURES, assets.fonts())


@cache
def pages(document: Document) -> tuple[Page, ...]:
    return read(made(document))


EVERYTHING = pdf_sample.brief()
BOTH = pytest.mark.parametrize("document", [EVERYTHING, pdf_sample.ENGLISH], ids=["zh", "en"])


def full_pages() -> tuple[Page, ...]:
    """Pages of text and nothing else, from top to bottom."""
    return pages(pdf_sample.even_brief(3))[1:3]


def in_text_area(boxes: Iterable[Box]) -> list[Box]:
    """Without the page number, which stands 7 mm lower."""
    return [box for box in boxes if box.bottom < 264]


@pytest.mark.parametrize("of", ["ink", "squares"])
def test_pages_of_text_have_the_margins_of_the_standard(of: str) -> None:
    for page in full_pages():
        boxes = in_text_area(getattr(page, of))
        assert min(box.left for box in boxes) == pytest.approx(28, abs=TOLERANCE)
        assert min(box.top for box in boxes) == pytest.approx(37, abs=TOLERANCE)
        assert 210 - max(box.right for box in boxes) == pytest.approx(26, abs=TOLERANCE)
        assert 297 - max(box.bottom for box in boxes) == pytest.approx(35, abs=TOLERANCE)


def test_pages_of_text_have_22_lines_of_28_characters() -> None:
    for page in full_pages():
        found = lines(in_text_area(page.squares))
        assert [len(line) for line in found] == [28] * 22


def test_characters_and_lines_stand_at_even_distances() -> None:
    found = lines(in_text_area(full_pages()[0].squares))
    steps = [after.left - before.left for line in found for before, after in pairwise(line)]
    assert CELL - 0.05 < min(steps) <= max(steps) < CELL + 0.05
    rows = [after[0].bottom - before[0].bottom for before, after in pairwise(found)]
    assert max(rows) - min(rows) < 0.02
    # 3.2 of the standard: a character's height and 7/8 of it; 225 mm hold 22 of them.
    assert fmean(rows) == pytest.approx(225 / 22, abs=0.2)


def test_text_keeps_to_its_lines_below_headings_pictures_and_short_tables() -> None:
    document = pdf_sample.brief(
        Heading(level=1, text="一、总体情况", name="a"),
        pdf_sample.body(pdf_sample.full_lines(30)),
        pdf_sample.chart("pull", "图1  拉动"),
        pdf_sample.body(pdf_sample.full_lines(30)),
        Heading(level=2, text="（一）等级", name="b"),
        pdf_sample.levels(),
        pdf_sample.body(pdf_sample.full_lines(30)),
    )
    for page in pages(document)[1:-1]:
        large = [box for box in in_text_area(page.squares) if 5.5 < box.bottom - box.top < 5.8]
        for line in lines(large):
            offset = (line[0].top - 37.6) / PITCH
            assert offset == pytest.approx(round(offset), abs=0.03)


def test_pictures_and_tables_follow_the_paragraph_that_speaks_of_them() -> None:
    """Nothing floats: what stands between two paragraphs is read between them."""
    first, second = pdf_sample.full_lines(18) + "甲止。", pdf_sample.full_lines(18) + "乙止。"
    document = pdf_sample.brief(
        pdf_sample.body(first),
        pdf_sample.chart("pull", "图1  拉动"),
        pdf_sample.body(second),
        pdf_sample.levels(),
        pdf_sample.body("末段。"),
    )
    said = squashed(text_of(made(document)))
    marks = ["甲止。", "图1拉动", "乙止。", squashed(pdf_sample.levels().caption), "末段。"]
    places = [said.index(mark) for mark in marks]
    assert places == sorted(places)


@pytest.mark.parametrize("issuer", ["内蒙古自治区生态环境厅", "青海省发展和改革委员会"])
@pytest.mark.parametrize("date", ["2026年10月23日", ""])
def test_the_issuer_stands_on_one_line(issuer: str, date: str) -> None:
    document = replace(pdf_sample.brief(pdf_sample.body("煤。")), issuer=issuer, date=date)
    found = [[box.text for box in line] for page in pages(document) for line in lines(page.squares)]
    assert any(issuer in "".join(texts).replace(" ", "") for texts in found)


def test_paragraphs_begin_two_characters_in() -> None:
    page = pages(pdf_sample.brief(*map(pdf_sample.body, ("煤炭。", "煤"))))[0]
    starts = [box.left for box in page.squares if box.text == "煤"]
    assert starts == pytest.approx([28 + 2 * CELL] * 2, abs=0.1)


def test_page_numbers_stand_at_the_outer_edge_seven_millimetres_below_the_text() -> None:
    for number, page in enumerate(pages(pdf_sample.even_brief(3)), start=1):
        foot = [box for box in page.ink if box.top > 264]
        assert "".join(box.text for box in foot) == f"—{number}—"
        assert fmean((foot[0].top, foot[0].bottom)) == pytest.approx(262 + 7, abs=0.3)
        if number % 2:
            assert 210 - 26 - foot[-1].right == pytest.approx(14 * 25.4 / 72, abs=0.5)
        else:
            assert foot[0].left - 28 == pytest.approx(14 * 25.4 / 72, abs=0.5)


def stands_well(page: Page) -> bool:
    """No text outside the page's margins, nor upon other text."""
    inside = all(
        box.left > 25
        and box.right < page.width - 24
        and box.top > 24
        and box.bottom < page.height - 15
        for box in page.ink
    )
    return inside and not overlapping(page.pieces)


@BOTH
def test_no_text_stands_outside_the_page_or_upon_other_text(document: Document) -> None:
    assert all(map(stands_well, pages(document)))


@BOTH
def test_every_character_of_the_document_is_in_the_pdf(document: Document) -> None:
    lost = Counter(plain("".join(said(document)))) - Counter(plain(text_of(made(document))))
    assert not lost


def plain(text: str) -> str:
    """Without blanks and hyphens; small digits as large ones."""
    return squashed(text).replace("₂", "2").replace("-", "")


def said(document: Document) -> Iterator[str]:
    """All words of a document, cells one by one."""
    yield from (document.subtitle, document.number, document.issuer, document.date)
    yield from (document.copies, document.digest, *document.banner)
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (block.caption, *block.notes, *(column.label for column in block.columns))
            yield from (cell.text for row in block.rows for cell in row)
        elif isinstance(block, Paragraph | Heading | Annex):
            yield block.text
        else:
            yield block.caption


def table(columns: int, rows: int, text: str, *, is_number: bool = False) -> Table:
    return Table(
        name="t",
        caption="表",
        columns=tuple(
            Column(name=str(at), label=f"第{at}列", is_number=is_number) for at in range(columns)
        ),
        rows=tuple(
            tuple(Cell(text=f"{text}{row * columns + at:04d}") for at in range(columns))
            for row in range(rows)
        ),
    )


@pytest.mark.parametrize(
    "shown",
    [
        table(3, 90, "单位"),
        table(9, 30, "12,345.6", is_number=True),
        table(16, 12, "1,234,567.8", is_number=True),
        table(40, 8, "123", is_number=True),
        table(4, 3, "91150000MA0N1234" * 6),
    ],
    ids=["long", "numbers", "lying", "too wide", "long words"],
)
def test_no_table_is_cut(shown: Table) -> None:
    document = pdf_sample.brief(pdf_sample.body("说明。"), shown)
    text = text_of(made(document))
    assert [
        cell.text for row in shown.rows for cell in row if squashed(cell.text) not in text
    ] == []
    assert all(map(stands_well, pages(document)))


def test_a_row_longer_than_a_page_goes_on_over_the_next() -> None:
    document = pdf_sample.brief(table(2, 2, "很长的说明文字，" * 700))
    assert not Counter(plain("".join(said(document)))) - Counter(plain(text_of(made(document))))
    assert all(map(stands_well, pages(document)))


def test_the_head_of_a_table_is_repeated_on_every_page() -> None:
    bearing = [page.text for page in pages(EVERYTHING) if "乌海化工" in page.text]
    assert len(bearing) > 2
    assert all("统一社会信用代码" in text for text in bearing)


def test_annexes_begin_on_new_pages_and_wide_ones_lie() -> None:
    shown = {page.text[:3]: (page.width, page.height) for page in pages(EVERYTHING)}
    assert shown["附表1"] == pytest.approx((297, 210), abs=0.1)
    assert shown["附表2"] == pytest.approx((210, 297), abs=0.1)


def test_a_character_without_glyph_is_shown_by_its_code() -> None:
    text = text_of(made(pdf_sample.brief(pdf_sample.body("形势😀良好\x07，二氧化碳（CO₂）。"))))
    assert "形势〔U+1F600〕良好，二氧化碳（CO2）。" in text


def test_words_like_markup_are_words() -> None:
    words = "#set page(width: 1pt) *粗* _斜_ $x$ <标> \\u{41} @引 [[ ]] // 注"
    assert squashed(words) in text_of(made(pdf_sample.brief(pdf_sample.body(words))))


def test_levels_are_told_by_words_on_their_colours() -> None:
    data = made(EVERYTHING)
    page, picture = next(
        found
        for found in zip(pages(EVERYTHING), pictures(data, 254), strict=True)
        if "橙色表示" in found[0].text
    )
    word = next(box for box, after in pairwise(page.ink) if box.text + after.text == "橙色")
    assert picture.getpixel((int(word.left * 10 - 6), int(word.top * 10))) == (0xFF, 0xDD, 0xBF)


def test_nothing_is_drawn_on_the_margins() -> None:
    for picture in pictures(made(EVERYTHING), 127):
        width, height = picture.size
        for edge in (
            (0, 0, 24 * 5, height),
            (0, 0, width, 26 * 5),
            (width - 24 * 5, 0, width, height),
            (0, height - 14 * 5, width, height),
        ):
            assert picture.convert("L").crop(edge).getextrema() == (255, 255)


def test_readers_find_title_date_parts_and_contents() -> None:
    found = told(made(EVERYTHING))
    assert found.title == EVERYTHING.title
    assert found.created.startswith("D:20261028")
    assert found.is_tagged
    assert {(0, "一、总体情况"), (1, "（一）碳排放强度")} <= set(found.contents)
    assert (0, "附表2  数据与口径说明") in found.contents


@BOTH
def test_the_language_is_told(document: Document) -> None:
    tongue = b"zh" if document.language == "zh" else b"en"
    assert re.search(rb"/Lang ?\(" + tongue, made(document))


def test_a_missing_picture_is_named() -> None:
    with pytest.raises(UnsetError, match="burn"):
        pdf(EVERYTHING, {"pull": pdf_sample.SQUARE}, assets.fonts())


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(UnsetError, match=r"SVG|image|picture"):
        pdf(EVERYTHING, {"pull": b"no svg", "burn": pdf_sample.SQUARE}, assets.fonts())
