"""What a brief leaves out because it says nothing, and what it says once, in words."""

from dataclasses import replace

from services.alerts.domain.briefs import facts as f
from services.alerts.domain.briefs.document import Edition, Language, Table
from services.alerts.domain.briefs.writing import write
from tests.unit.alerts.briefs.example import example_facts
from tests.unit.alerts.briefs.test_phrases import paragraph, written

ZH, OFFICE = Language.ZH, Edition.OFFICE


def test_tables_leave_out_what_says_nothing() -> None:
    """No column, row or bar that has nothing in it; parts that are nought and were are no rows."""
    document = write(example_facts(), ZH, OFFICE)
    found = {block.name: block for block in document.blocks if isinstance(block, Table)}
    sectors = found["grouping.sector.carbon-total"]
    assert [column.label for column in sectors.columns][:2] == ["领域", "本期"]
    assert "grouping.key-users.energy-total" not in found, "the sentence says as much"
    for table in found.values():
        for nth, column in enumerate(table.columns[1:], 1):
            assert {row[nth].text for row in table.rows} - {"暂无数据", "—"}, (
                table.name,
                column.name,
            )


def test_steps_and_consultations_that_were_not_taken_are_said_once() -> None:
    facts = example_facts()
    desk = facts.desk
    steps = tuple(replace(one, issued=0, answered=0, overdue=0, done=0) for one in desk.steps)
    desk = replace(desk, steps=steps, consultations=0, consultation_tasks_overdue=0)
    document = write(replace(facts, desk=desk), ZH, OFFICE)
    said = paragraph(document, "handling.steps")
    assert said == "处置措施建议5项，均未下达。未召开形势会商。"


def test_a_region_without_any_data_says_so_once() -> None:
    facts = example_facts()
    here = facts.situation
    silent = tuple(
        replace(one, since_base=None, progress=None, value=None, state="missing", measure="forest")
        for one in here.own
    )
    nothing = replace(here.measures[0].moved, now=replace(here.measures[0].moved.now, value=None))
    measures = tuple(
        replace(one, moved=nothing, single=nothing if one.single else None) for one in here.measures
    )
    document = written(own=silent, measures=measures)
    assert paragraph(document, "overall.targets") == "2项目标均因暂无数据未评级。"
    assert paragraph(document, "overall.carbon").count("暂无数据") == 2, "the total, the intensity"


def test_corrections_are_told_in_words_and_printed_numbers() -> None:
    """Of a region, of an enterprise, and of what has no words: that stays as it is on record."""
    facts = example_facts()
    here = facts.situation
    firm = here.users.code[0]
    more = (
        f.Correction(
            figure=f"enterprise:{firm}/carbon-total/2026M3", old="12.4", new="13.6", cause="", at=""
        ),
        f.Correction(figure="region:150000/target:T1/2026", old="1", new=None, cause="甲", at=""),
    )
    data = replace(here.data, corrections=(*here.data.corrections, *more))
    table = next(one for one in written(data=data).blocks if one.name == "corrections")
    assert isinstance(table, Table)
    told = [tuple(cell.text for cell in row[:3]) for row in table.rows]
    assert told == [
        ("内蒙古自治区2026年上半年能源消费总量（万吨标准煤）", "14020.00", "14018.00"),
        ("包头市2026年上半年二氧化碳排放总量（万吨二氧化碳）", "暂无数据", "4800.00"),
        (f"{here.users.name[0]}2026年1—3月二氧化碳排放总量（吨二氧化碳）", "12", "14"),
        ("region:150000/target:T1/2026", "1", "暂无数据"),
    ]
