"""Builds the templates of letters: `python -m deploy.letters.build [FOLDER]`.

Page, fonts and spacing are those of official documents (GB/T 9704): margins 37/35/28/26 mm, title
方正小标宋 of size 2, text 仿宋_GB2312 of size 3, lines of 28 points. The files may be edited
by hand afterwards: what stands in {{ double braces }} is filled in.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).parents[2] / "services" / "alerts" / "data" / "letters"

TITLE_FONT = "方正小标宋简体"
TEXT_FONT = "仿宋_GB2312"
_RED = RGBColor(0xC0, 0x00, 0x00)
_TITLE, _HEAD, _TEXT = Pt(22), Pt(32), Pt(16)
_LINE = Pt(28)
_INDENT = Pt(32)

_WHAT = (
    "经监测，{{ subject }}{% if period %}{{ period }}{% endif %}{{ measure }}"
    "“{{ about }}”{{ condition }}达到{{ level }}预警。"
    "监测值：{{ monitored }}；确认值：{{ confirmed }}。"
)
_BASIS = "依据{{ source }}（{{ clause }}），"
_DEMANDS = "{%p for demand in demands %}"
_ONE = "{{ loop.index }}. {{ demand }}；"
_END = "{%p endfor %}"
_ANSWER = "请于{{ deadline }}书面回复{{ department }}。"

LETTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "notice": (
        "关于{{ subject }}{{ measure }}有关情况的{{ title }}",
        (_WHAT, _BASIS + "现予提示，并请做好以下工作：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "circular": (
        "关于{{ subject }}{{ measure }}目标完成情况的{{ title }}",
        (
            _WHAT,
            _BASIS + "现对{{ subject }}予以{{ title }}，并要求：",
            _DEMANDS,
            _ONE,
            _END,
            _ANSWER,
        ),
    ),
    "talk": (
        "关于对{{ addressee }}进行{{ title }}的通知",
        (
            _WHAT,
            _BASIS + "决定对{{ addressee }}进行{{ title }}。时间、地点另行通知。有关要求如下：",
            _DEMANDS,
            _ONE,
            _END,
            _ANSWER,
        ),
    ),
    "supervision": (
        "关于对{{ subject }}开展{{ title }}的通知",
        (_WHAT, _BASIS + "决定开展{{ title }}。请做好以下工作：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "appraisal": (
        "关于{{ subject }}{{ measure }}{{ title }}的通知",
        (
            _WHAT,
            _BASIS + "上述情况记入{{ title }}。请做好以下工作：",
            _DEMANDS,
            _ONE,
            _END,
            _ANSWER,
        ),
    ),
    "emergency": (
        "关于{{ subject }}启动{{ measure }}{{ title }}的通知",
        (_WHAT, _BASIS + "请启动{{ title }}：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "inspection": (
        "关于对{{ subject }}开展{{ title }}的通知",
        (_WHAT, _BASIS + "决定开展{{ title }}。请做好以下工作：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "discredit": (
        "关于对{{ subject }}实施{{ title }}的告知书",
        (
            _WHAT,
            _BASIS + "拟实施{{ title }}。你单位可以陈述、申辩：",
            _DEMANDS,
            _ONE,
            _END,
            _ANSWER,
        ),
    ),
    "green_price": (
        "关于对{{ subject }}执行{{ title }}的告知书",
        (_WHAT, _BASIS + "拟执行{{ title }}。请做好以下工作：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "gate": (
        "关于{{ subject }}{{ title }}的通知",
        (_WHAT, _BASIS + "对{{ subject }}实行{{ title }}，并要求：", _DEMANDS, _ONE, _END, _ANSWER),
    ),
    "consultation": (
        "关于召开{{ subject }}{{ measure }}{{ title }}会议的通知",
        (
            _WHAT,
            _BASIS + "拟召开{{ title }}会议，时间、地点另行通知。请准备：",
            _DEMANDS,
            _ONE,
            _END,
            "请于{{ deadline }}报送参会人员。",
        ),
    ),
}
"""By kind of step: the title and the paragraphs."""


def build(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Write all templates into the folder; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name, (title, paragraphs) in LETTERS.items():
        path = folder / f"{name}.docx"
        _letter(title, paragraphs).save(str(path))
        made.append(path)
    return tuple(made)


def _letter(title: str, paragraphs: tuple[str, ...]) -> Docx:
    document = Document()
    _page(document)
    _line(document, "{{ department }}", TITLE_FONT, _HEAD, ALIGN.CENTER, red=True)
    _line(document, "{{ number }}", TEXT_FONT, _TEXT, ALIGN.CENTER)
    _line(document, "", TEXT_FONT, _TEXT, ALIGN.CENTER)
    _line(document, title, TITLE_FONT, _TITLE, ALIGN.CENTER)
    _line(document, "", TEXT_FONT, _TEXT, ALIGN.CENTER)
    _line(document, "{{ addressee }}：", TEXT_FONT, _TEXT, ALIGN.LEFT)
    for text in paragraphs:
        made = _line(document, text, TEXT_FONT, _TEXT, ALIGN.JUSTIFY)
        made.paragraph_format.first_line_indent = _INDENT
    _line(document, "", TEXT_FONT, _TEXT, ALIGN.LEFT)
    _line(document, "{{ department }}", TEXT_FONT, _TEXT, ALIGN.RIGHT)
    _line(document, "{{ date }}", TEXT_FONT, _TEXT, ALIGN.RIGHT)
    return document


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _line(
    document: Docx, text: str, font: str, size: Pt, align: ALIGN, *, red: bool = False
) -> Paragraph:
    made = document.add_paragraph()
    made.alignment = align
    made.paragraph_format.space_after = Pt(0)
    made.paragraph_format.line_spacing = _LINE if size is not _HEAD else Pt(40)
    run = made.add_run(text)
    run.font.name = font
    run.font.size = size
    # Word asks for the font of Chinese characters by a name of its own.
    run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if red:
        run.font.color.rgb = _RED
    return made


if __name__ == "__main__":
    for written in build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(written)
