"""Templates of letters: fonts, page, and that the script builds what is shipped."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from deploy.letters.build import FOLDER, LETTERS, TEXT_FONT, TITLE_FONT, build
from services.alerts.adapters.ladder_letters import DocxLetters
from services.alerts.adapters.ladder_policy import shipped
from services.alerts.domain.ladder.letters import chinese_date, letter_facts
from services.alerts.domain.ladder.words import StepKind
from shared.model.condition import ConditionKind
from tests.unit.alerts.ladder.builders import Office, short, warning


def test_every_kind_of_step_has_a_letter() -> None:
    assert set(LETTERS) == {kind.value for kind in StepKind}
    assert all((FOLDER / f"{name}.docx").is_file() for name in LETTERS)


def test_what_is_shipped_is_what_the_script_builds(tmp_path: Path) -> None:
    for made in build(tmp_path):
        shipped, built = Document(str(FOLDER / made.name)), Document(str(made))
        assert [p.text for p in shipped.paragraphs] == [p.text for p in built.paragraphs]


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_page_and_fonts_are_those_of_official_documents(name: str) -> None:
    document = Document(str(FOLDER / f"{name}.docx"))
    section = document.sections[0]
    assert section.left_margin is not None
    assert abs(section.left_margin - Mm(28)) < Mm(1)
    found = document.element.body.iter(qn("w:rFonts"))
    fonts = {one.get(qn("w:eastAsia")) for one in found}
    assert fonts == {TITLE_FONT, TEXT_FONT}


def test_the_facts_say_what_is_missing() -> None:
    office = Office(short())
    office.see(warning(("red", ""), kind=ConditionKind.TASK))
    facts = letter_facts(office.step("circular"), {}, "任务台账", "试用文件")
    assert facts["confirmed"] == "任务台账"
    assert (facts["monitored"], facts["number"]) == ("（无监测值）", "（待编文号）")
    step = office.on("2040-01-02").issue("circular")
    facts = letter_facts(step, {"confirmed": "12.1 %"}, "", "")
    assert facts["confirmed"] == "12.1 %"
    assert "暂计" in str(facts["deadline"])
    assert step.issued_on is not None
    assert facts["date"] == chinese_date(step.issued_on) == "2040年1月2日"


def test_nobody_is_asked_for_nothing() -> None:
    office = Office(short())
    office.see(warning(("red", ""), kind=ConditionKind.TASK))
    step = replace(office.step("circular"), demands=())
    assert letter_facts(step, {}, "", "")["demands"]
    bare = [
        (name, plan.code)
        for name, kept in shipped().items()
        for plan in kept.ladder.steps
        if not plan.demands
    ]
    assert bare == []


def test_an_offices_own_template_goes_before_the_shipped_one(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("本局文 {{ subject }}")
    own.save(str(tmp_path / "circular.docx"))
    letters = DocxLetters(tmp_path)
    for kind, words in ((StepKind.CIRCULAR, "本局文 包头市"), (StepKind.TALK, "约谈")):
        draft = Document(BytesIO(letters.draft(kind, {"subject": "包头市", "title": "约谈"})))
        assert any(words in paragraph.text for paragraph in draft.paragraphs)
