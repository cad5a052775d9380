"""Writes paragraphs, pictures and page turns into a DOCX, in its own styles."""

from copy import deepcopy
from io import BytesIO

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

from services.alerts.adapters.briefs.docx_base import lie_down, opened, text_width
from services.alerts.adapters.briefs.measure import width
from services.alerts.adapters.briefs.words import clean
from services.alerts.domain.briefs.document import Language

_TALLEST = {False: Mm(150), True: Mm(115)}
"""Of pictures, by whether the page lies on its side."""
_SHORT = 140.0
"""Characters: five lines."""
_PAGE = "w:pgSz|w:pgMar|w:docGrid"


class Pen:
    """One document being written, from its first line to its last."""

    def __init__(self, language: Language) -> None:
        """Open an empty document in the language's styles."""
        self.docx = opened(language)
        self.is_chinese = language is Language.ZH
        self._wide = False
        self._upright = deepcopy(list(self.docx.sections[0]._sectPr.xpath(_PAGE)))

    @property
    def room(self) -> Length:
        """The width of the text on the present page."""
        return text_width(self.docx.sections[-1])

    def line(self, text: str, style: str) -> Paragraph:
        """A paragraph in a style, by the style's name."""
        made = self.docx.add_paragraph(style=style)
        run = made.add_run(clean(text))
        if self.is_chinese:
            # Otherwise quotation marks and dashes are taken from the Latin font, half as wide.
            fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
            fonts.set(qn("w:hint"), "eastAsia")
        return made

    def keep_on(self) -> None:
        """Let the line above stand on one page with what follows it, unless it is a long one.

        LibreOffice would move the whole of it to the next page.
        """
        last = self.docx.paragraphs[-1]
        if width(last.text) <= _SHORT:
            last.paragraph_format.keep_with_next = True

    def picture(self, png: bytes, title: str, words: str) -> None:
        """A picture as wide as the text or as tall as fits; words: what it shows."""
        shape = self.docx.add_paragraph(style="Figure").add_run().add_picture(BytesIO(png))
        scale = min(self.room / shape.width, _TALLEST[self._wide] / shape.height)
        shape.width, shape.height = Length(shape.width * scale), Length(shape.height * scale)
        said = shape._inline.docPr
        said.set("descr", clean(words))
        said.set("title", clean(title))
        for side in "TBLR":
            # LibreOffice takes a missing distance for 3.2 mm and moves the picture aside.
            shape._inline.set(f"dist{side}", "0")

    def turn(self, *, wide: bool) -> None:
        """Go on upright, or on pages that lie on their sides; nothing if it is so already."""
        if wide == self._wide:
            return
        self._wide = wide
        section = self.docx.add_section(WD_SECTION.NEW_PAGE)
        self._close_section()
        page = section._sectPr
        for part in page.xpath(_PAGE):
            page.remove(part)
        if wide:
            section.orientation = WD_ORIENT.LANDSCAPE
            lie_down(section)
            return
        for part in self._upright:
            page.append(deepcopy(part))

    def _close_section(self) -> None:
        """The empty paragraph that ends a section takes no room of its own."""
        body = self.docx.element.body
        ends = body.findall(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}")
        ends[-1].getparent().insert(0, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="TableEnd"/>'))
