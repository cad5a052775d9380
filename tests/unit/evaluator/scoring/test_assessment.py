"""Score sheets: points by completion, by hand, vetoes, results and ranks."""

from decimal import Decimal

import pytest

from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.records.score import Mark, Score
from services.evaluator.domain.records.sheet import (
    Band,
    ItemKind,
    Scoring,
    Sheet,
    SheetItem,
    Step,
    Term,
)
from services.evaluator.domain.scoring.assessment import Assessment, assess, ranked
from services.evaluator.ports.register import RecordKind
from tests.unit.evaluator.statistics.numbers import exactly, number

SHIPPED: dict[str, Sheet] = {one.code: one for one in load_records()[RecordKind.SHEET]}
SHEET = Sheet(
    code="s", version="1", name="表", name_en="sheet", term=Term.YEARLY, source="x", confidence="I",
    items=(
        SheetItem(code="i", name="强度", name_en="intensity", kind=ItemKind.TARGET,
                  points=Decimal(40), veto=True),
        SheetItem(code="t", name="总量", name_en="total", kind=ItemKind.TARGET, points=Decimal(20),
                  scoring=Scoring.PROPORTIONAL),
        SheetItem(code="p", name="进度", name_en="progress", kind=ItemKind.TARGET,
                  points=Decimal(10), scoring=Scoring.STEPS,
                  steps=(Step(completion=Decimal(90), share=Decimal(80)),
                         Step(completion=Decimal(100), share=Decimal(100)))),
        SheetItem(code="m", name="措施", name_en="measures", kind=ItemKind.MEASURE,
                  points=Decimal(30)),
    ),
    bands=(
        Band(name="超额完成", name_en="exceeded", at_least=Decimal(95)),
        Band(name="完成", name_en="completed", at_least=Decimal(80)),
        Band(name="基本完成", name_en="mostly completed", at_least=Decimal(60)),
        Band(name="未完成", name_en="not completed", at_least=Decimal(0)),
    ),
)  # fmt: skip


def assessed(
    intensity: str, total: str, progress: str, by_hand: str | None, holder: str = "region:150000"
) -> Assessment:
    mark = Mark(
        item="m",
        points=None if by_hand is None else Decimal(by_hand),
        evidence=("report 1",),
        by="office",
    )
    completions = {"i": number(intensity), "t": number(total), "p": number(progress)}
    score = Score(sheet="s", holder=holder, period="2025", marks=(mark,))
    return assess(SHEET, score, completions)


@pytest.mark.parametrize(
    ("given", "points", "result"),
    [
        (("100", "100", "100", "30"), 100, "超额完成"),
        (("120", "130", "150", "25"), 95, "超额完成"),
        (("100", "50", "95", "25"), 83, "完成"),
        (("100", "0", "89", "25"), 65, "基本完成"),
        (("100", "-40", "0", "19"), 59, "未完成"),
        (("99.99", "100", "100", "30"), 60, "未完成"),
    ],
)
def test_points_and_results(given: tuple[str, str, str, str], points: int, result: str) -> None:
    found = assessed(*given)
    assert exactly(found.total) == points
    assert found.result is not None
    assert found.result.zh == result


def test_a_missed_veto_item_names_itself() -> None:
    found = assessed("99", "100", "100", "30")
    assert [one.en for one in found.vetoes] == ["intensity is missed, a veto"]


def test_what_is_lacking_is_told_and_leaves_the_result_open() -> None:
    found = assessed("100", "100", "100", None)
    assert found.result is None
    assert found.provisional.zh == "基本完成"
    assert [one.en for one in found.lacking] == ["measures: not scored yet"]


def test_points_without_evidence_are_lacking() -> None:
    score = Score(
        sheet="s", holder="region:1", period="2025", marks=(Mark(item="m", points=Decimal(10)),)
    )
    found = assess(SHEET, score, {})
    assert "measures: evidence missing" in [one.en for one in found.lacking]
    assert "intensity: completion missing" in [one.en for one in found.lacking]


def test_points_are_never_more_than_the_item_has() -> None:
    assert exactly(assessed("100", "100", "100", "45").total) == 100


def test_a_stated_completion_counts_where_there_is_no_figure() -> None:
    marks = (Mark(item="t", completion=Decimal(50)),)
    found = assess(SHEET, Score(sheet="s", holder="region:1", period="2025", marks=marks), {})
    (total,) = [one for one in found.items if one.item == "t"]
    assert exactly(total.points) == 10
    source = total.completion.source if total.completion else None
    assert source is not None
    assert source.pointer == "/items/0/body/marks/0/completion"


def test_the_order_of_the_assessed() -> None:
    first = assessed("100", "100", "100", "30", "region:1")
    second = assessed("100", "50", "95", "25", "region:2")
    third = assessed("100", "50", "95", "25", "region:3")
    found = [(one.peer, one.place) for one in ranked([third, second, first])]
    assert found == [("region:1", 1), ("region:2", 2), ("region:3", 2)]


@pytest.mark.parametrize("sheet", SHIPPED.values(), ids=lambda sheet: sheet.code)
def test_shipped_sheets_have_a_hundred_points(sheet: Sheet) -> None:
    assert sum(one.points for one in sheet.items) == 100
    assert [band.name for band in sheet.bands] == ["超额完成", "完成", "基本完成", "未完成"]
    assert {one.term for one in SHIPPED.values()} == set(Term)
