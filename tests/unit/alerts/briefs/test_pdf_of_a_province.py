"""The PDF of a whole province's brief with its pictures: nothing is lost, cut or overprinted."""

from collections import Counter
from functools import cache

import pytest

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.glyphs import known
from services.alerts.adapters.briefs.pdf import pdf
from services.alerts.adapters.briefs.pictures import draw
from services.alerts.domain.briefs.document import Chart, Document, Edition, Language
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts
from tests.unit.alerts.briefs.pdf_reading import overlapping, read, text_of
from tests.unit.alerts.briefs.test_pdf_layout import plain, said, stands_well


@cache
def written(language: Language) -> Document:
    return write(example_facts(), language, Edition.OFFICE)


@cache
def made(language: Language) -> bytes:
    document = written(language)
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    return pdf(document, {one.name: draw(one, "svg") for one in charts}, assets.fonts())


@pytest.mark.parametrize("language", list(Language))
def test_every_character_is_there_and_has_a_glyph(language: Language) -> None:
    words = "".join(said(written(language)))
    assert set(words) <= known(assets.fonts())
    assert not Counter(plain(words)) - Counter(plain(text_of(made(language))))


@pytest.mark.parametrize("language", list(Language))
def test_nothing_stands_outside_or_upon_something_else(language: Language) -> None:
    pages = read(made(language))
    assert [at for at, page in enumerate(pages, 1) if overlapping(page.pieces)] == []
    assert [at for at, page in enumerate(pages, 1) if not stands_well(page)] == []
