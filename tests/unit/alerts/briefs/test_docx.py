"""The DOCX form: the page and the styles of official documents, and every word of the document."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import docx as python_docx
import pytest
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle
from lxml import etree

from services.alerts.adapters.briefs.docx import docx
from services.alerts.adapters.briefs.layouts import layout
from services.alerts.adapters.briefs.shades import SHADES
from services.alerts.domain.briefs.document import Cell, Column, Document, Heading, Paragraph, Table
from tests.unit.alerts.briefs import reading, samples

_PICTURES = {"map": samples.png()}
_MM = 36_000


def opened(document: Document) -> Docx:
    """The form read back."""
    return python_docx.Document(BytesIO(docx(document, _PICTURES)))


@pytest.fixture(scope="module")
def chinese() -> Docx:
    return opened(samples.chinese())


def said(made: Docx) -> Iterator[str]:
    """All lines outside of tables that are not empty."""
    for paragraph in made.paragraphs:
        if paragraph.text:
            yield paragraph.text


def east_asian(style: ParagraphStyle) -> str | None:
    """The font of Chinese characters that a style says, or the style it is based on."""
    properties = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    if properties is not None:
        return str(properties.get(qn("w:eastAsia")))
    base = style.base_style
    return east_asian(base) if isinstance(base, ParagraphStyle) else None


def style(made: Docx, name: str) -> ParagraphStyle:
    found = made.styles[name]
    assert isinstance(found, ParagraphStyle)
    return found


class TestPage:
    def test_is_a4_with_the_margins_of_official_documents(self, chinese: Docx) -> None:
        section = chinese.sections[0]
        size = (section.page_width, section.page_height)
        assert size == pytest.approx((210 * _MM, 297 * _MM), abs=_MM / 10)
        margins = (
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
        assert margins == pytest.approx((37 * _MM, 35 * _MM, 28 * _MM, 26 * _MM), abs=_MM / 10)

    def test_has_22_lines_of_28_characters(self, chinese: Docx) -> None:
        grid = chinese.sections[0]._sectPr.find(qn("w:docGrid"))
        assert grid is not None
        assert grid.get(qn("w:type")) == "linesAndChars"
        line = int(grid.get(qn("w:linePitch"), "0")) / 20
        character = 16 + int(grid.get(qn("w:charSpace"), "0")) / 4096
        assert int(225 / 25.4 * 72 // line) == 22
        assert int(156 / 25.4 * 72 // character) == 28

    def test_wide_tables_stand_on_pages_of_their_own_and_the_others_do_not(
        self, chinese: Docx
    ) -> None:
        sections = [section.orientation for section in chinese.sections]
        assert sections == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
        first, wide, last = chinese.sections
        size = (wide.page_width, wide.page_height)
        assert size == pytest.approx((297 * _MM, 210 * _MM), abs=_MM / 10)
        assert etree.tostring(first._sectPr.xpath("w:pgMar")[0]) == etree.tostring(
            last._sectPr.xpath("w:pgMar")[0]
        )
        assert last._sectPr.find(qn("w:docGrid")) is not None

    def test_numbers_its_pages_at_the_outer_edge(self, chinese: Docx) -> None:
        assert chinese.settings.odd_and_even_pages_header_footer
        section = chinese.sections[0]
        odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
        assert (odd.text, even.text) == ("— 1 —", "— 1 —")
        assert [odd.alignment, even.alignment] == [2, 0]
        for paragraph in (odd, even):
            field = paragraph._p.findall(f".//{qn('w:instrText')}")
            assert [one.text for one in field] == [" PAGE "]
        footer = style(chinese, "Footer")
        assert footer.font.size is not None
        assert footer.font.size.pt == 14
        assert east_asian(footer) == "宋体"
        assert all(section.footer.is_linked_to_previous for section in list(chinese.sections)[1:])


class TestStyles:
    @pytest.mark.parametrize(
        ("name", "font", "size"),
        [
            ("Body Text", None, 16),
            ("Title", "方正小标宋简体", 22),
            ("Heading 1", "黑体", 16),
            ("Heading 2", "楷体_GB2312", 16),
            ("Heading 3", "仿宋_GB2312", 16),
        ],
    )
    def test_fonts_have_their_standard_names(
        self, chinese: Docx, name: str, font: str | None, size: int
    ) -> None:
        made = style(chinese, name)
        assert east_asian(made) == font
        base = style(chinese, "Normal").font.size
        assert (made.font.size or base) == size * 12_700

    def test_text_is_fangsong_beside_times(self, chinese: Docx) -> None:
        fonts = chinese.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
        assert fonts is not None
        assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
        assert fonts.get(qn("w:ascii")) == "Times New Roman"

    def test_lines_are_28_95_points_and_paragraphs_begin_two_characters_in(
        self, chinese: Docx
    ) -> None:
        shape = style(chinese, "Normal").paragraph_format
        assert shape.line_spacing == 28.95 * 12_700
        indent = style(chinese, "Body Text").element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
        assert indent is not None
        assert indent.get(qn("w:firstLineChars")) == "200"

    def test_headings_are_real_ones(self, chinese: Docx) -> None:
        for level in (1, 2, 3):
            made = style(chinese, f"Heading {level}").element
            outline = made.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            assert outline is not None
            assert outline.get(qn("w:val")) == str(level - 1)
        named = [
            (paragraph.style.name, paragraph.text)
            for paragraph in chinese.paragraphs
            if paragraph.style is not None and (paragraph.style.name or "").startswith("Heading")
        ]
        assert named == [
            (f"Heading {block.level}", block.text)
            for block in samples.chinese().blocks
            if isinstance(block, Heading)
        ]

    def test_says_its_language(self) -> None:
        for document, latin in ((samples.chinese(), "en-US"), (samples.english(), "en-GB")):
            made = opened(document)
            said = made.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
            assert said is not None
            assert said.get(qn("w:val")) == latin
            assert said.get(qn("w:eastAsia")) == "zh-CN"

    def test_every_style_that_is_used_is_there(self) -> None:
        for document in (samples.chinese(), samples.english()):
            made = opened(document)
            known = {one.style_id for one in made.styles}
            used = {
                one.get(qn("w:val"))
                for tag in ("w:pStyle", "w:tblStyle")
                for one in made.element.iter(qn(tag))
            }
            assert used <= known


class TestWords:
    @pytest.mark.parametrize("document", [samples.chinese(), samples.english()])
    def test_lines_and_tables_are_those_of_the_document(self, document: Document) -> None:
        made = opened(document)
        assert tuple(map(reading.squeezed, said(made))) == tuple(
            map(reading.squeezed, reading.texts(document))
        )
        assert tuple(
            tuple(tuple(cell.text for cell in row.cells) for row in table.rows)
            for table in made.tables
        ) == reading.tables(document)

    def test_controls_that_people_paste_do_no_harm(self) -> None:
        remark = Paragraph(text="一\x0b二\x00\r\n\n三\ud800", name="remark")
        made = opened(replace(samples.chinese(), blocks=(remark,), title="题\x07目"))
        assert {"一", "二", "三", "题目"} & set(said(made)) >= {"三", "题目"}

    def test_quotation_marks_are_chinese_ones(self, chinese: Docx) -> None:
        runs = [one for one in chinese.element.iter(qn("w:r")) if "“" in "".join(one.itertext())]
        assert runs
        for run in runs:
            fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            assert fonts is not None
            assert fonts.get(qn("w:hint")) == "eastAsia"


class TestTables:
    def test_heads_are_repeated_and_rows_stay_whole(self, chinese: Docx) -> None:
        for table in chinese.tables:
            first, *rest = table.rows
            assert first._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
            assert all(
                row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rest
            )
            assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None for row in rest)

    def test_short_tables_go_to_the_next_page_as_a_whole(self) -> None:
        columns = (Column(name="a", label="甲", is_number=False, share=1),)
        for count, keeps in ((3, True), (40, False)):
            rows = tuple((Cell(text=str(n)),) for n in range(count))
            table = Table(name="t", caption="表1", columns=columns, rows=rows)
            made = opened(replace(samples.chinese(), blocks=(table,))).tables[0]
            kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in made.rows]
            assert kept == [True if keeps else None] * count + [None]

    @pytest.mark.parametrize("rows", [3, 40])
    def test_notes_stand_on_one_page_with_the_last_row(self, rows: int) -> None:
        columns = (Column(name="a", label="甲", is_number=False, share=1),)
        table = Table(
            name="t",
            caption="表1",
            columns=columns,
            rows=((Cell(text="1"),),) * rows,
            notes=("注",),
        )
        made = opened(replace(samples.chinese(), blocks=(table,)))
        last = made.tables[0].rows[-1].cells[0].paragraphs[0]
        (end,) = (one for one in made.paragraphs if one.style and one.style.name == "Table End")
        assert last.paragraph_format.keep_with_next
        assert end.paragraph_format.keep_with_next

    def test_columns_have_their_shares_of_the_text(self, chinese: Docx) -> None:
        (levels, _) = (block for block in samples.chinese().blocks if isinstance(block, Table))
        widths = [column.width or 0 for column in chinese.tables[0].columns]
        whole = sum(column.share for column in levels.columns)
        text = 156 * _MM
        assert sum(widths) == pytest.approx(text, rel=0.002)
        for wide, column in zip(widths, levels.columns, strict=True):
            assert wide == pytest.approx(text * column.share / whole, rel=0.01)

    def test_levels_are_words_on_their_colours(self, chinese: Docx) -> None:
        (levels, _) = (block for block in samples.chinese().blocks if isinstance(block, Table))
        for row, made in zip(levels.rows, list(chinese.tables[0].rows)[1:], strict=True):
            cell = made.cells[-1]
            ground = cell._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
            assert ground is not None
            assert row[-1].colour is not None
            assert ground.get(qn("w:fill")) == SHADES[row[-1].colour].ground
            assert cell.text == row[-1].text

    def test_only_tables_without_room_lie_on_their_sides(self) -> None:
        assert not layout(samples.levels_table()).wide
        assert layout(samples.wide_table()).wide


class TestPictures:
    def test_are_described(self, chinese: Docx) -> None:
        (shape,) = chinese.inline_shapes
        assert shape._inline.docPr.get("descr") == samples.chart().alt
        assert shape.width == pytest.approx(156 * _MM, rel=0.002)

    def test_stand_in_the_middle(self, chinese: Docx) -> None:
        """LibreOffice takes a missing distance for 3.2 mm on the left."""
        (shape,) = chinese.inline_shapes
        assert [shape._inline.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4

    def test_without_a_picture_its_description_stands(self) -> None:
        made = python_docx.Document(BytesIO(docx(samples.chinese(), {})))
        assert samples.chart().alt in list(said(made))


class TestForeAndAft:
    def test_a_red_line_stands_below_the_number(self, chinese: Docx) -> None:
        bottom = style(chinese, "Document Number").element.find(f".//{qn('w:bottom')}")
        assert bottom is not None
        assert bottom.get(qn("w:color")) == "C5221F"

    def test_lines_round_the_copies_are_as_wide_as_the_text(self, chinese: Docx) -> None:
        names = [one.style.name if one.style else "" for one in chinese.paragraphs]
        at = names.index("Copies")
        assert [names[at - 1], names[at + 1]] == ["Copies Line"] * 2
        line, words = style(chinese, "Copies Line"), style(chinese, "Copies")
        assert line.element.find(f".//{qn('w:bottom')}") is not None
        assert line.element.find(f".//{qn('w:ind')}") is None
        assert words.element.find(f".//{qn('w:pBdr')}") is None


def test_properties_say_what_it_is_and_no_clock(chinese: Docx) -> None:
    about, document = chinese.core_properties, samples.chinese()
    assert (about.title, about.author) == (document.title, document.issuer)
    assert (about.identifier, about.keywords) == (document.number, document.digest)
    assert about.language == "zh-CN"
    assert about.created == about.modified == datetime(2026, 10, 27, tzinfo=UTC)


def test_columns_whose_words_would_be_broken_are_wider_than_they_ask() -> None:
    columns = (
        Column(name="a", label="Kind"),
        Column(name="b", label="Target", share=99),
    )
    row = (Cell(text="binding"), Cell(text=""))
    made = layout(Table(name="t", caption="", columns=columns, rows=(row,)))
    assert not made.wide
    assert made.parts[0] > 0.08
    assert sum(made.parts) == pytest.approx(1)
