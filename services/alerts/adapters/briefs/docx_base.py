"""The empty DOCX that a brief is written into: page, styles, fonts and page numbers (GB/T 9704)."""

from functools import cache
from importlib import resources
from io import BytesIO

import docx
import jinja2
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

from services.alerts.adapters.briefs import zipped
from services.alerts.adapters.briefs.layouts import TABLE_SIZES
from services.alerts.domain.briefs.document import Language

FONTS = {
    "text": "仿宋_GB2312",
    "kai": "楷体_GB2312",
    "hei": "黑体",
    "title": "方正小标宋简体",
    "song": "宋体",
    "latin": "Times New Roman",
}
_MEMBERS = {
    "[Content_Types].xml": "content_types.xml.j2",
    "_rels/.rels": "package.rels.xml.j2",
    "word/_rels/document.xml.rels": "document.rels.xml.j2",
    "word/document.xml": "document.xml.j2",
    "word/fontTable.xml": "fonts.xml.j2",
    "word/settings.xml": "settings.xml.j2",
    "word/styles.xml": "styles.xml.j2",
}
_NUMBER_INDENT = Pt(14)
"""页码居右空一字: one character from the edge."""
_FIELD = (
    '<w:r {ns}><w:fldChar w:fldCharType="begin"/></w:r>',
    '<w:r {ns}><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>',
    '<w:r {ns}><w:fldChar w:fldCharType="separate"/></w:r>',
    "<w:r {ns}><w:t>1</w:t></w:r>",
    '<w:r {ns}><w:fldChar w:fldCharType="end"/></w:r>',
)


def opened(language: Language) -> Docx:
    """A document without text whose pages and styles are those of an official document."""
    made = docx.Document(BytesIO(_base(language)))
    section = made.sections[0]
    _page_number(section.footer.paragraphs[0], ALIGN.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], ALIGN.LEFT)
    return made


def lie_down(section: Section) -> None:
    """Turn a page on its side: its top is the side where the sheets are bound."""
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    section.left_margin, section.right_margin = Mm(35), Mm(37)
    section.footer_distance = Mm(16)


def text_width(section: Section) -> Length:
    """What lies between the side margins."""
    sides = (section.left_margin or 0) + (section.right_margin or 0)
    return Length((section.page_width or 0) - sides)


@cache
def _base(language: Language) -> bytes:
    folder = resources.files("services.alerts").joinpath("data/briefs/docx")
    parts = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    facts = {
        "zh": language is Language.ZH,
        "latin_language": "en-US" if language is Language.ZH else "en-GB",
        "fonts": FONTS,
        "table_sizes": TABLE_SIZES,
    }
    return zipped.packed(
        {
            name: parts.from_string(folder.joinpath(file).read_text("utf-8")).render(facts).encode()
            for name, file in _MEMBERS.items()
        }
    )


def _page_number(paragraph: Paragraph, side: ALIGN) -> None:
    """`— 1 —`, at the outer edge when printed on both sides."""
    paragraph.alignment = side
    shape = paragraph.paragraph_format
    if side is ALIGN.RIGHT:
        shape.right_indent = _NUMBER_INDENT
    else:
        shape.left_indent = _NUMBER_INDENT
    paragraph.add_run("— ")
    for run in _FIELD:
        paragraph._p.append(parse_xml(run.format(ns=nsdecls("w"))))
    paragraph.add_run(" —")
