"""The HTML form: every word of the document, nothing from outside, and readable for everybody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import etree
from lxml import html as lxml_html

from services.alerts.adapters.briefs.html import html
from services.alerts.adapters.briefs.inlined import inlined
from services.alerts.adapters.briefs.shades import SHADES
from services.alerts.domain.briefs.document import Annex, Document, Heading, Paragraph
from tests.unit.alerts.briefs import reading, samples

_PICTURES = {"map": samples.SVG}


def opened(document: Document) -> etree._Element:
    """The form read back."""
    made: etree._Element = lxml_html.document_fromstring(html(document, _PICTURES).decode())
    return made


def found(page: etree._Element, path: str) -> list[etree._Element]:
    result = page.xpath(path)
    assert isinstance(result, list)
    return [one for one in result if isinstance(one, etree._Element)]


def words(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def said(page: etree._Element) -> Iterator[str]:
    """All lines outside of tables and pictures, captions with them."""
    path = (
        "//body//*[self::p or self::h1 or self::h2 or self::h3 or self::h4 or self::caption or "
        "self::figcaption][not(ancestor::nav)]"
    )
    for element in found(page, path):
        yield words(element)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class TestWords:
    @pytest.mark.parametrize("document", [samples.chinese(), samples.english()])
    def test_lines_and_tables_are_those_of_the_document(self, document: Document) -> None:
        page = opened(document)
        assert [reading.squeezed(line) for line in said(page)] == [
            reading.squeezed(line) for line in reading.texts(document)
        ]
        made = tuple(
            tuple(
                tuple(words(cell) for cell in found(row, "th|td")) for row in found(table, ".//tr")
            )
            for table in found(page, "//table")
        )
        assert made == reading.tables(document)

    def test_contents_lead_to_headings_and_annexes(self) -> None:
        page = opened(samples.chinese())
        links = found(page, "//nav//a")
        assert [words(link) for link in links] == [
            block.text
            for block in samples.chinese().blocks
            if isinstance(block, Annex) or (isinstance(block, Heading) and block.level < 3)
        ]
        for link in links:
            target = str(link.get("href")).removeprefix("#")
            (heading,) = found(page, f"//*[@id='{target}']")
            assert words(heading) == words(link)

    def test_what_people_write_is_text(self) -> None:
        remark = Paragraph(text="<script>alert(1)</script>\x00&amp;", name="remark")
        made = html(replace(samples.chinese(), blocks=(remark,)), {}).decode()
        assert "<script" not in made
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in made

    def test_without_a_picture_its_description_stands(self) -> None:
        assert samples.chart().alt in html(samples.chinese(), {}).decode()


class TestPage:
    def test_needs_nothing_from_outside(self) -> None:
        page = opened(samples.chinese())
        for element in page.iter(etree.Element):
            for name, value in element.attrib.items():
                if str(name).split("}")[-1] in {
                    "href",
                    "src",
                    "srcset",
                    "action",
                    "data",
                    "poster",
                }:
                    assert str(value).startswith("#"), (element.tag, name, value)
        assert not found(page, "//script|//link|//iframe|//object|//img|//form")
        (style,) = found(page, "//style")
        assert "url(" not in words(style)
        assert "@import" not in words(style)
        assert "DOCTYPE svg" not in html(samples.chinese(), _PICTURES).decode()

    def test_says_its_language_and_stays_inside_narrow_screens(self) -> None:
        for document, tongue in ((samples.chinese(), "zh-CN"), (samples.english(), "en-GB")):
            page = opened(document)
            assert page.get("lang") == tongue
            assert found(page, "//meta[@name='viewport']")
            for table in found(page, "//table"):
                box = table.getparent()
                assert box is not None
                assert str(box.get("class")).split()[0] == "scroll"
                assert box.get("tabindex") == "0"

    def test_heads_and_captions_tell_what_cells_are(self) -> None:
        page = opened(samples.chinese())
        for table in found(page, "//table"):
            assert len(found(table, "caption")) == 1
            assert all(one.get("scope") == "col" for one in found(table, "thead//th"))
            for row in found(table, "tbody/tr"):
                assert [one.get("scope") for one in found(row, "th")] == ["row"]

    def test_headings_go_down_step_by_step_from_one_title(self) -> None:
        page = opened(samples.chinese())
        levels = [int(str(one.tag)[1]) for one in found(page, "//h1|//h2|//h3|//h4")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(later - former <= 1 for former, later in pairwise(levels))

    def test_no_two_things_have_one_name(self) -> None:
        twice = replace(samples.chart(), name="again")
        document = replace(samples.chinese(), blocks=(*samples.chinese().blocks, twice))
        made = html(document, {"map": samples.SVG, "again": samples.SVG}).decode()
        names = re.findall(r'\sid="([^"]+)"', made)
        assert len(names) == len(set(names))
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', made)) <= set(names)

    def test_levels_are_words_that_can_be_read_on_their_colours(self) -> None:
        page = opened(samples.chinese())
        cells = found(page, "//td[contains(@class, 'level')]")
        assert len(cells) == 7
        assert all(words(cell) for cell in cells)
        for ground, ink in SHADES.values():
            lighter, darker = luminance(ground), luminance(ink)
            assert (lighter + 0.05) / (darker + 0.05) >= 7


class TestDrawings:
    def test_are_named_and_described(self) -> None:
        page = opened(samples.chinese())
        (svg,) = found(page, "//*[local-name()='svg']")
        assert svg.get("role") == "img"
        for name, text in zip(
            str(svg.get("aria-labelledby")).split(),
            (samples.chart().caption, samples.chart().alt),
            strict=True,
        ):
            (element,) = found(page, f"//*[@id='{name}']")
            assert words(element) == text

    def test_take_the_width_of_the_page(self) -> None:
        made = etree.fromstring(inlined(samples.SVG, "p", "t", "w"))
        assert made.get("width") is None
        assert made.get("viewBox") == "0 0 400 200"

    @pytest.mark.parametrize("bad", [b"", b"<svg", b"<html/>"])
    def test_what_is_no_drawing_is_refused(self, bad: bytes) -> None:
        with pytest.raises(ValueError, match="no SVG"):
            inlined(bad, "p", "t", "w")
