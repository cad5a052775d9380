"""Columns get the room that their words need, whatever the table; together they fill the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.adapters.briefs import assets
from services.alerts.adapters.briefs.advances import faces
from services.alerts.adapters.briefs.columns import LYING, UPRIGHT, heads, is_wide, planned
from services.alerts.domain.briefs.document import Cell, Column, Table

WORDS = st.sampled_from(
    ("能耗", "12,345.6", "化学原料和化学制品制造业", "—", "Xilin Gol League", "")
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 18))
    columns = tuple(
        Column(
            name=str(at),
            label=draw(WORDS),
            is_number=draw(st.booleans()),
            share=draw(st.integers(1, 9)),
        )
        for at in range(count)
    )
    row = st.tuples(*(WORDS.map(lambda text: Cell(text=text)) for _ in range(count)))
    rows = tuple(draw(st.lists(row, max_size=4)))
    return Table(name="t", caption="", columns=columns, rows=rows)


@given(tables(), st.booleans())
def test_columns_fill_the_page_and_hold_their_numbers(table: Table, lies: bool) -> None:
    known = faces(assets.fonts())
    plan = planned(table, known, lies=lies)
    assert sum(plan.widths) == pytest.approx(LYING if lies else UPRIGHT, abs=0.1)
    if not plan.apart:
        for row in table.rows:
            for cell, column, width in zip(row, table.columns, plan.widths, strict=True):
                if column.is_number:
                    assert known.plain.ems(cell.text) * plan.size + 8 < width


def test_a_short_table_stands_in_large_type_and_a_wide_one_lies() -> None:
    known = faces(assets.fonts())
    assert planned(grid(3), known, lies=False).size == 12
    assert not is_wide(grid(3), known)
    assert is_wide(grid(11), known)
    assert not is_wide(grid(11), known, at_any_rate=True)
    assert is_wide(grid(30), known, at_any_rate=True)
    assert planned(grid(60), known, lies=True).apart


def test_heads_are_broken_before_their_units() -> None:
    known = faces(assets.fonts())
    labels = (
        "行业",
        "单位数",
        "本期",
        "上年同期",
        "同比（%）",
        "占比（%）",
        "占比变化（百分点）",
        "拉动（百分点）",
    )
    columns = tuple(
        Column(name=label, label=label, is_number=at > 0, share=1 if at else 2)
        for at, label in enumerate(labels)
    )
    row = ("石油、煤炭及其他燃料加工业", "1", "1201.71", "997.72", "20.4", "70.7", "3.6", "13.7")
    table = Table(
        name="t", caption="", columns=columns, rows=(tuple(Cell(text=text) for text in row),)
    )
    plan = planned(table, known, lies=False)
    assert plan.size == 10.5
    assert heads(table, plan, known)[6:] == ("占比变化\n（百分点）", "拉动\n（百分点）")
    assert heads(grid(3), planned(grid(3), known, lies=False), known) == ("量",) * 3


def grid(columns: int) -> Table:
    return Table(
        name="t",
        caption="",
        columns=tuple(Column(name=str(at), label="量", is_number=True) for at in range(columns)),
        rows=(tuple(Cell(text="123,456") for _ in range(columns)),),
    )
