"""Indicators are stated, or worked out from what they name."""

from decimal import Decimal
from fractions import Fraction

from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.figures.figure import Label, absent
from services.evaluator.domain.records.indicator import Direction, Indicator, Term
from services.evaluator.domain.records.target import Form
from services.evaluator.domain.statistics.indicators import (
    evaluate,
    is_good,
    items_of,
    natural_form,
    references,
)
from services.evaluator.ports.register import RecordKind
from tests.unit.evaluator.statistics.numbers import exactly, number

SHIPPED: dict[str, Indicator] = {one.code: one for one in load_records()[RecordKind.INDICATOR]}


def test_a_share() -> None:
    known = {"account:energy.coal": number(75, "tce"), "measure:energy-total": number(120, "tce")}
    found = evaluate(SHIPPED["coal-share"], known.__getitem__)
    assert (exactly(found), found.unit) == (Fraction("62.5"), "%")


def test_terms_add_up_and_factors_count() -> None:
    indicator = Indicator(
        code="x",
        name="指标",
        name_en="x",
        unit="t",
        direction=Direction.LOWER,
        numerator=(Term(ref="statement:a"), Term(ref="constant:1/2", factor=Decimal(4))),
    )
    assert evaluate(indicator, lambda _: number(3)).value == 5
    assert references(indicator) == ("statement:a",)
    assert items_of([indicator]) == {"a"}


def test_what_an_office_states_comes_first() -> None:
    rate = SHIPPED["power-supply-coal"]
    known = {
        "statement:power-supply-coal-rate": number("304.8", "gce/kWh"),
        "statement:coal-for-power": number(3000, "tce"),
        "statement:electricity-supplied": number(10_000_000, "kWh"),
    }
    assert evaluate(rate, known.__getitem__).value == Fraction("304.8")
    nothing = absent(Label("供电煤耗", "rate"), "gce/kWh", Label("缺少", "missing"))
    worked_out = evaluate(rate, (known | {"statement:power-supply-coal-rate": nothing}).__getitem__)
    assert worked_out.value == 300


def test_missing_parts_make_it_missing() -> None:
    gone = absent(Label("能耗", "energy"), "tce", Label("缺少能耗", "energy missing"))
    found = evaluate(SHIPPED["coal-share"], lambda _: gone)
    assert (found.value, [one.en for one in found.missing]) == (None, ["energy missing"])


def test_shipped_ones_have_a_formula_or_are_stated() -> None:
    assert len(SHIPPED) >= 45
    for one in SHIPPED.values():
        assert one.numerator or one.stated, one.code


def test_which_way_is_good() -> None:
    assert is_good(SHIPPED["coal-share"], number(-1)) is True
    assert is_good(SHIPPED["forest-cover"], number(-1)) is False
    assert is_good(SHIPPED["forest-cover"], number(0)) is None
    assert natural_form(SHIPPED["forest-cover"]) is Form.AT_LEAST
    assert natural_form(SHIPPED["coke-capacity"]) is Form.AT_MOST
