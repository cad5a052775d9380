"""Records that make no sense are told so, field by field; shipped ones all make sense."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.records.indicator import Indicator, Term
from services.evaluator.domain.records.limit import Limit, Mode
from services.evaluator.domain.records.rule import Condition, Quantity, Relation, RuleSet
from services.evaluator.domain.records.score import Mark, Score
from services.evaluator.domain.records.sheet import Scoring, Sheet
from services.evaluator.domain.records.soundness import wrongs
from services.evaluator.ports.register import RecordKind

SHIPPED = load_records()
RULE: RuleSet = next(one for one in SHIPPED[RecordKind.RULE] if one.code == "N2020")
INDICATOR: Indicator = SHIPPED[RecordKind.INDICATOR][0]
CEMENT: Limit = next(one for one in SHIPPED[RecordKind.LIMIT] if one.code == "cement")
SHEET: Sheet = SHIPPED[RecordKind.SHEET][0]


@pytest.mark.parametrize("kind", SHIPPED)
def test_shipped_records_make_sense(kind: RecordKind) -> None:
    assert {one.key: list(wrongs(one)) for one in SHIPPED[kind] if list(wrongs(one))} == {}


def fields(body: object) -> list[str]:
    return [field for field, _ in wrongs(body)]


def test_rules() -> None:
    assert fields(replace(RULE, grades=())) == ["grades"]
    bare = tuple(replace(grade, conditions=()) for grade in RULE.grades)
    assert fields(replace(RULE, grades=bare)) == ["grades", "grades.0", "grades.1"]
    assert fields(replace(RULE, grades=bare, published=False)) == []
    odd = (replace(RULE.grades[0], severity=5, quarters=(5,)), *RULE.grades[1:])
    assert fields(replace(RULE, grades=odd)) == ["grades.0.severity", "grades.0.quarters"]
    assert fields(replace(RULE, quarters=(0,))) == ["quarters"]
    used = Condition(
        quantity=Quantity.UTILISATION, relation=Relation.AT_MOST, threshold=Decimal(-1)
    )
    below = (replace(RULE.grades[0], conditions=(used,)), *RULE.grades[1:])
    assert fields(replace(RULE, grades=below)) == ["grades.0.conditions.0.threshold"]


def test_indicators() -> None:
    assert fields(replace(INDICATOR, numerator=(), stated="")) == ["numerator", "denominator"]
    itself = (Term(ref=f"indicator:{INDICATOR.code}"), Term(ref="coal"))
    assert fields(replace(INDICATOR, numerator=itself)) == ["numerator.0.ref", "numerator.1.ref"]


def test_limits() -> None:
    assert fields(replace(CEMENT, grades=())) == ["grades", "grades"]
    assert fields(replace(CEMENT, valid_to=CEMENT.valid_from)) == ["valid_to"]
    (ratio,) = CEMENT.corrections
    odd = replace(ratio, slopes=(Decimal(1), Decimal(2)), divisor=Decimal(0), mode=Mode.MULTIPLY)
    assert fields(replace(CEMENT, corrections=(odd,))) == [
        "corrections.0.slopes", "corrections.0.divisor",
    ]  # fmt: skip


def test_sheets_and_scores() -> None:
    assert fields(replace(SHEET, items=())) == ["items", "items"]
    assert fields(replace(SHEET, bands=SHEET.bands[:1])) == ["bands"]
    first = replace(SHEET.items[0], scoring=Scoring.STEPS, steps=(), points=Decimal(-1))
    again = (first, *SHEET.items)
    assert fields(replace(SHEET, items=again)) == ["items.0.points", "items.0.steps", "items.1"]
    marks = (Mark(item="a"), Mark(item="a"))
    assert fields(Score(sheet="s", holder="region:1", period="2025", marks=marks)) == ["marks.1"]
    less = (Mark(item="a", points=Decimal(-1)),)
    assert fields(Score(sheet="s", holder="region:1", period="2025", marks=less)) == [
        "marks.0.points"
    ]
    assert fields("something else") == []
