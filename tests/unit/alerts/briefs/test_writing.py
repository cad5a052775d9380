"""What holds of every brief, whatever the figures."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from services.alerts.adapters.briefs import facts_codec
from services.alerts.domain.briefs.document import (
    Document,
    Edition,
    Kind,
    Language,
    Paragraph,
    Table,
)
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts
from tests.unit.alerts.briefs.figures import facts

_DECIMAL = re.compile(r"\d+\.\d+")
_MOVED = re.compile(r"(增长|上升|下降)(\d+\.\d+)%|(up|down)(?: \w+)? by (\d+\.\d+)%")
_FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)


def texts(value: Any) -> Iterator[str]:
    """All strings of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts(getattr(value, one.name))


def paragraphs(document: Document) -> Iterator[Paragraph]:
    """Paragraphs that the rules wrote."""
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.kind is Kind.BODY:
            yield block


def _shape(document: Document) -> list[tuple[str, str]]:
    """The blocks and sheets by kind and name."""
    parts = (*document.blocks, *document.sheets)
    return [(type(one).__name__, one.name) for one in parts]


def decimals(document: Document) -> Counter[str]:
    """The decimals printed in sentences and tables."""
    found: Counter[str] = Counter()
    for block in document.blocks:
        if isinstance(block, Paragraph | Table):
            for text in texts(block):
                found.update(_DECIMAL.findall(text))
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("edition", Edition)
@_FEW
@given(given_facts=facts())
def test_nothing_is_empty_or_a_word_of_the_program(
    language: Language, edition: Edition, given_facts: Facts
) -> None:
    """No None, no minus nought, no empty sentence, no word of the other language's punctuation."""
    document = write(given_facts, language, edition)
    for text in texts(document):
        assert "None" not in text
        assert not re.search(r"-0(\.0+)?(?!\d|\.\d)", text), text
        assert "{" not in text
        assert "Fraction" not in text
    for paragraph in paragraphs(document):
        stop = "。" if language is Language.ZH else "."
        assert paragraph.text.strip()
        assert paragraph.text.endswith(stop)
        assert "。。" not in paragraph.text
        assert "，。" not in paragraph.text


@_FEW
@given(given_facts=facts())
def test_both_languages_carry_the_same_numbers(given_facts: Facts) -> None:
    """The decimals of the Chinese brief are those of the English one."""
    for edition in Edition:
        chinese = write(given_facts, Language.ZH, edition)
        english = write(given_facts, Language.EN, edition)
        assert decimals(chinese) == decimals(english)
        assert _shape(chinese) == _shape(english)


@_FEW
@given(given_facts=facts())
def test_what_moved_did_not_move_by_nought(given_facts: Facts) -> None:
    """Direction words only stand before numbers that are not nought."""
    for language in Language:
        for paragraph in paragraphs(write(given_facts, language, Edition.OFFICE)):
            for found in _MOVED.finditer(paragraph.text):
                number = found[2] or found[4]
                assert float(number) > 0, paragraph.text


@_FEW
@given(given_facts=facts())
def test_rows_fit_their_columns(given_facts: Facts) -> None:
    """Tables and sheets have as many cells in a row as they have columns; names are unique."""
    for language in Language:
        document = write(given_facts, language, Edition.OFFICE)
        names = [(type(block), block.name) for block in document.blocks]
        assert len(names) == len(set(names))
        for block in document.blocks:
            if isinstance(block, Table):
                assert all(len(row) == len(block.columns) for row in block.rows)
                assert all(cell.text for row in block.rows for cell in row)
        for sheet in document.sheets:
            assert all(len(row) == len(sheet.columns) for row in sheet.rows)


@_FEW
@given(given_facts=facts())
def test_facts_come_back_from_their_json(given_facts: Facts) -> None:
    """Facts are the same after encoding, and so is what is written from them."""
    value = facts_codec.encode(given_facts)
    again = facts_codec.facts_of(value)
    assert facts_codec.encode(again) == value
    assert write(again, Language.ZH, Edition.OFFICE) == write(
        given_facts, Language.ZH, Edition.OFFICE
    )


def test_public_edition_names_only_public_enterprises() -> None:
    """Nobody who is not public is named, and no internal section is there."""
    given_facts = example_facts()
    users = given_facts.situation.users
    document = write(given_facts, Language.ZH, Edition.PUBLIC)
    said = "\n".join(texts(document))
    pairs = list(zip(users.name, users.public, strict=True))
    assert not [name for name, public in pairs if name in said and not public]
    assert [name for name, public in pairs if name in said]
    for word in ("缓批", "约谈", "预警发出", "会商", "连续两期二级"):
        assert word not in said
