"""The press with real worker processes: every form of every page, progress, and clear errors."""

from dataclasses import replace
from itertools import product
from typing import cast

import pytest

from services.alerts.adapters.briefs.press import ProcessPress
from services.alerts.domain.briefs.document import (
    Chart,
    ChartKind,
    Colour,
    Document,
    Edition,
    Language,
    Mark,
)
from services.alerts.ports.briefs import CannotPrintError
from tests.unit.alerts.briefs import pdf_sample

FORMS = {"pdf": b"%PDF-1.7", "docx": b"PK", "xlsx": b"PK", "html": b"<!doctype html>"}


def ranking(name: str) -> Chart:
    marks = tuple(
        Mark(code=place, label=place, value=float(at), text=f"{at}.0", colour=Colour.GREEN)
        for at, place in enumerate(pdf_sample.PLACES)
    )
    bars = ChartKind.BARS
    return Chart(name=name, kind=bars, caption="图1  排名", alt="排名", unit="%", marks=marks)


def page(language: Language, *charts: Chart) -> Document:
    text = pdf_sample.body("能源消费总量同比增长3.2%。")
    return replace(pdf_sample.brief(text, *charts, pdf_sample.levels()), language=language)


def undrawable() -> Chart:
    """Of a kind that nobody can draw."""
    return Chart(name="pie", kind=cast(ChartKind, "pie"), caption="图", alt="图")


async def test_all_forms_of_all_pages_with_progress() -> None:
    pages = {(one, Edition.OFFICE): page(one, ranking("ranks")) for one in Language}
    told: list[tuple[str, int, int]] = []
    forms = await ProcessPress().forms(pages, lambda *step: told.append(step))
    assert set(forms) == set(product(Language, (Edition.OFFICE,), FORMS))
    for (_, _, form), data in forms.items():
        assert data.lower().startswith(FORMS[form].lower())
    # The same picture is drawn once for all pages that show it.
    assert [done for _, done, _ in told] == list(range(1, 1 + len(forms) + 1))
    assert {whole for _, _, whole in told} == {1 + len(forms)}
    assert {"ranks", "brief.zh.pdf", "brief.en.xlsx"} <= {one for one, _, _ in told}


async def test_the_file_that_cannot_be_made_is_named() -> None:
    pages = {(Language.ZH, Edition.PUBLIC): page(Language.ZH, undrawable())}
    with pytest.raises(CannotPrintError, match="pie cannot be made"):
        await ProcessPress(workers=1).forms(pages, lambda *_: None)


async def test_a_press_prints_again_after_an_error() -> None:
    press = ProcessPress(workers=1)
    with pytest.raises(CannotPrintError):
        await press.forms({(Language.ZH, Edition.OFFICE): page(Language.ZH, undrawable())}, print)
    first = await press.forms({(Language.ZH, Edition.OFFICE): page(Language.ZH)}, print)
    again = await press.forms({(Language.ZH, Edition.OFFICE): page(Language.ZH)}, print)
    assert first == again
