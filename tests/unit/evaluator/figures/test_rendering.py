"""A document says all that is needed to make the figure again."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.figures.figure import (
    Figure,
    Label,
    LeafKind,
    Op,
    Source,
    absent,
    apply,
    constant,
    leaf,
    less,
    over,
    power,
    times,
    total,
)
from services.evaluator.domain.figures.names import Basis, Options, parse_figure
from services.evaluator.domain.figures.rendering import document, exact, for_people

COAL, FACTOR = Label("原煤", "raw coal"), Label("折标系数", "coefficient")


def book(value: str, label: Label = COAL) -> Figure:
    source = Source(kind=LeafKind.BOOK, href="/v1/books/enterprise:E", pointer="/items/0")
    return leaf(label, Fraction(value), "t", source)


def again(body: dict[str, Any]) -> Fraction:
    """The value of a document by its operands alone."""
    if body["op"] is None:
        return Fraction(body["value"])
    made = apply(Op(body["op"]), [again(part) for part in body["operands"]])
    assert made is not None
    return made


def test_a_formula_has_the_numbers_put_in() -> None:
    tce = over(
        Label("折标量", "standard coal"),
        "tce",
        times(COAL, "kgce", book("12345.6"), constant(FACTOR, Fraction("0.7143"))),
        constant(Label("千", "thousand"), 1000),
    )
    body = document(tce, "enterprise:E/energy-total/2025")
    assert body["formula"] == {
        "numbers": "12345.6 × 0.7143 ÷ 1000 = 8.81846208",
        "zh": "折标量 = 原煤 × 折标系数 ÷ 千",
        "en": "standard coal = raw coal × coefficient ÷ thousand",
    }
    assert body["value"] == "8.81846208"
    assert body["shown"] == "8.82"
    assert body["operands"][0]["id"] == "enterprise:E/energy-total/2025#0"
    assert body["operands"][0]["operands"][1]["id"] == "enterprise:E/energy-total/2025#0.1"


def test_a_value_without_an_end_is_a_quotient() -> None:
    third = over(COAL, "", book("1"), book("3"))
    body = document(third)
    assert body["value"] == "1/3"
    assert body["formula"]["numbers"] == "1 ÷ 3 = 0.3333333333…"
    assert body["shown"] == "0.333333"


def test_signs_and_steps_keep_their_brackets() -> None:
    inner = over(COAL, "", book("-2"), times(COAL, "", book("3"), book("4")))
    body = document(less(COAL, "", book("5"), inner))
    assert body["formula"]["numbers"] == "5 − (-2) ÷ (3 × 4) = 5.166666667…"
    raised = document(power(COAL, "", book("2"), constant(COAL, 3)))
    assert raised["formula"]["numbers"] == "2 ^ 3 = 8"


def test_a_long_sum_is_cut_in_the_line_only() -> None:
    body = document(total(COAL, "t", [book(str(n)) for n in range(12)]))
    assert body["formula"]["numbers"] == "0 + 1 + 2 + … (8) + 11 = 66"
    assert len(body["operands"]) == 12


def test_what_is_missing_is_said() -> None:
    reason = Label("缺少地区生产总值", "GDP missing")
    body = document(over(COAL, "", book("1"), absent(COAL, "yuan", reason)))
    assert body["value"] is None
    assert body["shown"] is None
    assert body["missing"] == [{"zh": reason.zh, "en": reason.en}]
    assert body["formula"]["numbers"] == "1 ÷ ? = ?"


@given(st.lists(st.fractions(max_denominator=999), min_size=2, max_size=5))
def test_a_document_can_be_computed_again(values: list[Fraction]) -> None:
    parts = [constant(COAL, value) for value in values]
    whole = times(COAL, "", total(COAL, "", parts), less(COAL, "", *parts))
    assert again(document(whole)) == whole.value


@given(st.fractions(max_denominator=10**6))
def test_what_people_see_is_near(value: Fraction) -> None:
    near = Fraction(for_people(value) or "")
    assert abs(near - value) <= max(abs(value), Fraction(1, 10**6)) / 10**4
    assert Fraction(exact(value) or "") == value


def test_names_are_read_and_written() -> None:
    name = parse_figure("region:150000/statement:product:steel/2026-01-01/2026-07-01")
    assert (str(name.subject), name.word, name.rest) == (
        "region:150000",
        "statement",
        "product:steel",
    )
    assert name.period == "2026-01-01/2026-07-01"
    assert parse_figure(str(name)) == name
    assert Options(basis=Basis.NET, as_of=7).query == {"basis": "net", "as_of": "commit:7"}


@pytest.mark.parametrize("text", ["region:150000", "region:1/x", "land:1/x/2025", "//"])
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_figure(text)
