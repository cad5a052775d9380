"""The proof passes what the rules write, and finds whatever is changed in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings

from services.alerts.domain.briefs.checking import checked
from services.alerts.domain.briefs.document import Document, Edition, Kind, Language, Paragraph
from services.alerts.domain.briefs.facts import Facts, Label
from services.alerts.domain.briefs.proof import Finding, proof
from services.alerts.domain.briefs.proof.charts import charts
from services.alerts.domain.briefs.proof.comparing import paragraphs
from services.alerts.domain.briefs.proof.tables import captions, tables
from services.alerts.domain.briefs.proof.view import View
from services.alerts.domain.briefs.proof.whole import findings
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs import mutants
from tests.unit.alerts.briefs.example import COUNTIES, example_facts
from tests.unit.alerts.briefs.example_work import LEAGUES
from tests.unit.alerts.briefs.figures import facts

_FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
)
NAMES = (*(name for _, name in LEAGUES), *COUNTIES)


@cache
def written(language: Language, edition: Edition = Edition.OFFICE) -> Document:
    """The example, written."""
    return write(small(), language, edition)


@cache
def small() -> Facts:
    """The example with fewer users and regions, so that thousands of mutants are read soon."""
    given_facts = example_facts()
    users = given_facts.situation.users
    few = {name: getattr(users, name)[:24] for name in users.__slots__}
    situation = replace(
        given_facts.situation,
        places=given_facts.situation.places[:6],
        counties=given_facts.situation.counties[:8],
        users=type(users)(**few),
    )
    return replace(given_facts, situation=situation)


def charts_and_captions(view: View, document: Document) -> Iterator[Finding]:
    """Charts have their numbers from the captions of all."""
    yield from charts(view, document)
    yield from captions(view, document, {})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("edition", Edition)
def test_the_example_is_found_right(language: Language, edition: Edition) -> None:
    """No finding in the example, as it is and with few users."""
    for given_facts in (example_facts(), small()):
        assert proof(write(given_facts, language, edition), given_facts) == ()


@_FEW
@given(given_facts=facts())
def test_what_the_rules_write_is_found_right(given_facts: Facts) -> None:
    """Whatever the figures, sentences, tables and charts say what the facts say."""
    for language in Language:
        for edition in Edition:
            assert proof(write(given_facts, language, edition), given_facts) == ()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("changes", "reads"),
    [
        (mutants.numbers, paragraphs),
        (mutants.words, paragraphs),
        (mutants.sentences, paragraphs),
        (mutants.cells, tables),
        (mutants.colours, tables),
        (mutants.rows, tables),
        (mutants.marks, charts_and_captions),
    ],
)
def test_any_change_is_found(
    language: Language,
    changes: Callable[[Document], Iterator[mutants.Mutant]],
    reads: Callable[[View, Document], Iterator[Finding]],
) -> None:
    """One number, word, sentence, cell, colour, row or mark that is another is found."""
    document = written(language)
    view = View(facts=small(), zh=language is Language.ZH, public=False)
    passed = [what for what, mutant in changes(document) if next(reads(view, mutant), None) is None]
    assert passed == []


def found(document: Document) -> Finding | None:
    """The first thing that the proof finds in a mutant of the example."""
    return next(findings(document, small()), None)


@pytest.mark.parametrize("language", Language)
def test_another_region_is_found(language: Language) -> None:
    """A region's name in the place of another's is found in every sentence."""
    document = written(language)
    view = View(facts=small(), zh=language is Language.ZH, public=False)
    changed = mutants.names(document, NAMES)
    passed = [what for what, mutant in changed if next(paragraphs(view, mutant), None) is None]
    assert passed == []


def test_names_may_end_in_digits() -> None:
    """A part's name that runs on into its amount is no finding."""
    given_facts = small()
    groupings = []
    for one in given_facts.situation.groupings:
        parts = tuple(
            replace(part, name=Label(f"{part.name.zh}2", f"{part.name.en} 2")) for part in one.parts
        )
        groupings.append(replace(one, parts=parts))
    situation = replace(given_facts.situation, groupings=tuple(groupings))
    numbered = replace(given_facts, situation=situation)
    for language in Language:
        assert proof(write(numbered, language, Edition.OFFICE), numbered) == ()


def test_names_of_regions_may_have_brackets() -> None:
    """Lists of names in brackets end where the sentence goes on, not at a name's own bracket."""
    given_facts = small()
    places = tuple(
        replace(one, name=f"{one.name}{end}")
        for one, end in zip(
            given_facts.situation.places,
            cycle(("(演示)", "（演示）", "(2)")),
            strict=False,
        )
    )
    situation = replace(given_facts.situation, places=places)
    named = replace(given_facts, situation=situation)
    for language in Language:
        assert proof(write(named, language, Edition.OFFICE), named) == ()


def test_remarks_are_left_alone() -> None:
    """A person's own words are no matter for the proof."""
    document = written(Language.ZH)
    blocks = tuple(
        replace(block, text="全年下降99.9%。")
        if isinstance(block, Paragraph) and block.kind is Kind.REMARK
        else block
        for block in document.blocks
    )
    assert blocks != document.blocks
    assert found(replace(document, blocks=blocks)) is None


def test_public_edition_must_not_name_others() -> None:
    """The name of an enterprise that is not public is found wherever it stands."""
    users = small().situation.users
    hidden = next(name for name, public in zip(users.name, users.public, strict=True) if not public)
    document = written(Language.ZH, Edition.PUBLIC)
    assert found(document) is None
    told = proof(replace(document, subtitle=f"（公开版）{hidden}"), small())
    assert any(hidden in one.what.zh and one.where == "public" for one in told)


def test_findings_stop_a_brief() -> None:
    """The proof is among the checks before anybody reads a brief."""
    page = (Language.ZH, Edition.OFFICE)
    assert checked(small(), {page: written(Language.ZH)}) == ()
    wrong = replace(written(Language.ZH), title="别的标题")
    (label,) = checked(small(), {page: wrong})
    assert "title" in label.en
    assert "别的标题" in label.zh
