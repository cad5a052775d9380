"""How a PDF ends: the last paragraph, who signs, the notes, and what stands at the foot."""

from dataclasses import replace
from itertools import pairwise

import pytest

from services.alerts.domain.briefs.document import Annex, Document, Kind
from tests.unit.alerts.briefs import pdf_sample
from tests.unit.alerts.briefs.pdf_reading import Box, Page, lines, squashed
from tests.unit.alerts.briefs.test_pdf_layout import CELL, in_text_area, pages

RIGHT = 210 - 26
"""Millimetres: where the text ends."""
LAST = "1. 地区生产总值最终数据发布后，建议重新核算强度指标（依据：地区生产总值尚无最终数据）。"


def line_of(page: Page, words: str) -> tuple[Box, ...]:
    """The line that has these words."""
    return next(
        tuple(line)
        for line in lines(page.squares)
        if squashed(words) in squashed("".join(box.text for box in line))
    )


def test_lines_of_the_last_paragraph_are_as_long_as_others() -> None:
    (page,) = pages(pdf_sample.brief(pdf_sample.body(LAST, "a"), pdf_sample.body(LAST, "b")))
    ends = [
        line[-1].right
        for line in lines(page.squares)
        if "强度指标" in "".join(box.text for box in line)
    ]
    assert ends == pytest.approx([RIGHT] * 2, abs=0.5)


@pytest.mark.parametrize("issuer", ["武陵源区发展和改革局", "青海省碳达峰碳中和工作领导小组办公室"])
def test_an_issuer_without_a_date_stands_two_characters_from_the_edge(issuer: str) -> None:
    document = replace(pdf_sample.brief(pdf_sample.body("煤。")), issuer=issuer, date="")
    (line,) = (line_of(page, issuer) for page in pages(document) if issuer in page.text)
    assert RIGHT - line[-1].right == pytest.approx(2 * CELL, abs=0.5)


def rows_of_notes(count: int) -> Document:
    """An annex whose notes leave less and less room for what stands at the foot."""
    notes = (pdf_sample.body(f"说明{at:02d}。", f"n{at}", Kind.NOTE) for at in range(count))
    return pdf_sample.brief(
        pdf_sample.body("煤。"), Annex(text="附表1  说明", name="a"), *notes, pdf_sample.levels()
    )


@pytest.mark.parametrize("count", [2, 8, 10, 12, 14, 16])
def test_copies_stand_at_the_foot_of_the_last_page(count: int) -> None:
    document = rows_of_notes(count)
    *others, last = pages(document)
    assert not any("抄送" in page.text for page in others)
    mark = max(in_text_area(last.ink), key=lambda box: box.bottom)
    assert mark.bottom == pytest.approx(262, abs=1.5)
    copies = line_of(last, document.copies[:8])
    assert 262 - copies[0].bottom < 20


def test_notes_stand_at_even_distances() -> None:
    texts = ["甲", "乙" * 80, "丙" * 50, "丁", "戊" * 120, "己"]
    notes = (pdf_sample.body(text, text[0], Kind.NOTE) for text in texts)
    page, *_ = pages(pdf_sample.brief(*notes))
    found = [[box for box in page.squares if box.text == text[0]] for text in texts]
    gaps = [
        min(box.top for box in after) - max(box.bottom for box in before)
        for before, after in pairwise(found)
    ]
    assert max(gaps) - min(gaps) < 0.1


@pytest.mark.parametrize("entry", ["2", "24", "240", "2400", "24000"])
def test_a_line_before_a_long_number_is_not_stretched(entry: str) -> None:
    words = f"数据截至2026年11月21日（账簿第29号提交，名录第2版，预警日志第{entry}条）。数据摘要"
    words += "（sha256）：a56cd3daf16d69583009b1f015ff0210bba9ea2d90f9cc6b4761157157838b4d。"
    (page,) = pages(pdf_sample.brief(pdf_sample.body(words, "n", Kind.NOTE)))
    line = line_of(page, "摘要")
    (gap,) = (after.left - box.right for box, after in pairwise(line) if box.text == "摘")
    assert gap < 0.5
