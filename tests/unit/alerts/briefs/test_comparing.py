"""Figures of finished briefs by name: compared with one another, and errata named one by one."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings

from services.alerts.domain.briefs.comparing import compare
from services.alerts.domain.briefs.document import (
    Cell,
    Document,
    Edition,
    Kind,
    Language,
    Paragraph,
    Table,
)
from services.alerts.domain.briefs.errata import Sheeted, changes, for_public, renewed, sheet
from services.alerts.domain.briefs.facts import Facts
from services.alerts.domain.briefs.figures import figures_of, sentences
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts
from tests.unit.alerts.briefs.figures import facts

FACTS = example_facts()
ZH = write(FACTS, Language.ZH, Edition.OFFICE)
EN = write(FACTS, Language.EN, Edition.OFFICE)


def with_cell(document: Document, text: str) -> Document:
    """The document with another text in the last cell of its first table."""
    table = next(one for one in document.blocks if isinstance(one, Table))
    row = (*table.rows[0][:-1], Cell(text=text))
    changed = replace(table, rows=(row, *table.rows[1:]))
    blocks = tuple(changed if one is table else one for one in document.blocks)
    return replace(document, blocks=blocks)


class TestFigures:
    def test_names_are_the_same_in_both_languages_for_tables(self) -> None:
        def columns(document: Document) -> set[str]:
            return {
                name.rpartition("/")[2]
                for name in figures_of(document)
                if name.startswith("table:")
            }

        assert columns(ZH) == columns(EN)
        assert len(figures_of(ZH)) > 100

    def test_rows_that_are_called_alike_are_told_apart(self) -> None:
        table = next(one for one in ZH.blocks if isinstance(one, Table))
        twice = replace(table, rows=(table.rows[0], table.rows[0]))
        document = replace(ZH, blocks=(twice,), sheets=())
        assert len(figures_of(document)) == 2 * (len(table.columns) - 1)

    def test_remarks_of_people_are_no_figures(self) -> None:
        remark = Paragraph(text="增长99.9%。", name="remark.x", kind=Kind.REMARK)
        document = replace(ZH, blocks=(remark,), sheets=())
        assert figures_of(document) == {}


class TestComparison:
    def test_a_brief_is_like_itself(self) -> None:
        assert compare({Language.ZH: ZH}, {Language.ZH: ZH}) == ()

    def test_a_cell_with_its_change(self) -> None:
        a, b = with_cell(ZH, "1,200.50"), with_cell(ZH, "1,199.25")
        (found,) = compare({Language.ZH: a, Language.EN: EN}, {Language.ZH: b})
        assert (found.a, found.b, found.change) == ("1,200.50", "1,199.25", "-1.25")
        assert found.name.startswith("table:")
        assert found.where.zh

    def test_words_have_no_change(self) -> None:
        (found,) = compare({Language.ZH: with_cell(ZH, "红")}, {Language.ZH: with_cell(ZH, "5")})
        assert found.change is None

    def test_codes_are_no_numbers(self) -> None:
        for old, new in (("C25", "C26"), ("A1", "B2"), ("2:5", ":5"), ("第1", "٣")):
            found = compare({Language.ZH: with_cell(ZH, old)}, {Language.ZH: with_cell(ZH, new)})
            assert {one.change for one in found} == {None}

    def test_without_a_language_in_common_there_is_nothing(self) -> None:
        assert compare({Language.ZH: ZH}, {Language.EN: EN}) == ()


class TestSentences:
    def _said(self, text: str) -> dict[Language, Document]:
        blocks = (Paragraph(text=text, name="said"),)
        return {Language.ZH: replace(ZH, blocks=blocks, sheets=())}

    def test_those_that_only_moved_are_no_changes(self) -> None:
        old = self._said("增长1%。下降2%。持平3%。")
        new = self._said("增长1%。新增5%。下降2%。持平3%。")
        assert [(one.old, one.new) for one in changes(old, new)] == [(None, "新增5%。")]
        assert [(one.old, one.new) for one in changes(new, old)] == [("新增5%。", None)]

    def test_another_number_is_one(self) -> None:
        old, new = self._said("增长1%。下降2%。"), self._said("增长1%。下降4%。")
        assert [(one.old, one.new) for one in changes(old, new)] == [("下降2%。", "下降4%。")]

    def test_a_sentence_in_the_place_of_another(self) -> None:
        old, new = self._said("增长1%。下降2%。"), self._said("下降2%。")
        assert [(one.old, one.new) for one in changes(old, new)] == [("增长1%。", None)]

    def test_each_is_quoted_in_english_as_that_says_it(self) -> None:
        def said(amount: str) -> dict[Language, Document]:
            texts = {
                Language.ZH: f"排放9吨，增长5%；有升有降。降为红色。能耗{amount}吨。",
                Language.EN: f"CO2 came to 9 t; up by 5%. Red by now. Energy came to {amount} t.",
            }
            return {
                language: replace(page, blocks=(Paragraph(text=text, name="said"),), sheets=())
                for (language, text), page in zip(texts.items(), (ZH, EN), strict=True)
            }

        (found,) = changes(said("7"), said("8"))
        assert (found.old, found.new) == ("能耗7吨。", "能耗8吨。")
        assert (found.old_en, found.new_en) == ("Energy came to 7 t.", "Energy came to 8 t.")
        assert (found.label.zh, found.label.en) == ("第1段第3句", "paragraph 1, sentence 3")

    @settings(max_examples=40)
    @given(facts())
    def test_a_paragraph_has_as_many_in_both_languages(self, any_facts: Facts) -> None:
        counts = [
            {
                one.name: len(sentences(one.text))
                for one in write(any_facts, language, Edition.OFFICE).blocks
                if isinstance(one, Paragraph)
            }
            for language in Language
        ]
        assert counts[0] == counts[1]


class TestErrata:
    def test_another_figure_is_named_in_both_languages(self) -> None:
        old = {Language.ZH: with_cell(ZH, "1"), Language.EN: with_cell(EN, "1")}
        new = {Language.ZH: with_cell(ZH, "2"), Language.EN: with_cell(EN, "2")}
        (found,) = changes(old, new)
        assert (found.old, found.new) == ("1", "2")
        assert found.label.zh != found.label.en or found.where.zh != found.where.en

    def test_what_tells_of_the_data_is_no_mistake(self) -> None:
        now = replace(
            FACTS.situation,
            commit=9_999,
            at="2027-01-01T00:00:00Z",
            data=replace(FACTS.situation.data, completeness=Fraction(1)),
            versions=(),
        )
        assert renewed(FACTS, now) == FACTS

    def test_the_sheet_has_a_row_for_each(self) -> None:
        found = changes({Language.ZH: with_cell(ZH, "1")}, {Language.ZH: with_cell(ZH, "2")})
        said = Sheeted(
            corrected="形势1号",
            number="形势1号（勘误1）",
            date="2026-11-02",
            explanation="统计部门更正。",
            digest="d",
        )
        page = sheet(ZH, found, said, Language.ZH)
        assert page.title.endswith("勘误表")
        assert (page.number, page.date, page.banner) == ("形势1号（勘误1）", "2026年11月2日", ())
        table = next(one for one in page.blocks if isinstance(one, Table))
        assert [cell.text for cell in table.rows[0]][3:] == ["1", "2"]
        assert page.blocks[-1].text == "统计部门更正。"  # type: ignore[union-attr]
        draft = sheet(ZH, found, replace(said, number="", date=""), Language.EN)
        assert draft.banner == ("Draft",)

    def test_the_public_hears_only_of_what_it_was_told(self) -> None:
        bare = replace(ZH, edition=Edition.PUBLIC, blocks=(), sheets=())
        assert changes({Language.ZH: bare}, {Language.ZH: ZH})
        assert for_public({Language.ZH: bare}, {Language.ZH: ZH}) == ()

    def test_the_public_hears_of_figures_as_it_was_told_them(self) -> None:
        users = FACTS.situation.users
        energy = tuple(
            one if one is None else one / (3 + n % 7) for n, one in enumerate(users.energy)
        )
        situation = replace(FACTS.situation, users=replace(users, energy=energy))
        other = replace(FACTS, situation=situation)
        old = write(FACTS, Language.ZH, Edition.PUBLIC)
        new = write(other, Language.ZH, Edition.PUBLIC)
        found = for_public({Language.ZH: old}, {Language.ZH: new})
        printed = figures_of(old)
        assert found
        assert all(printed[one.figure].text == one.old for one in found)


def test_rows_of_one_name_are_told_apart_by_their_scope() -> None:
    """Two scopes of one measure: the label says which, never a number."""
    document = write(example_facts(), Language.ZH, Edition.OFFICE)
    labels = {one.label for one in figures_of(document).values()}
    assert "二氧化碳排放总量 · 全社会 本期" in labels
    assert "二氧化碳排放总量 · 重点用能单位 本期" in labels
    assert not [label for label in labels if "#" in label]
