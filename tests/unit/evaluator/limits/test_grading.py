"""Grades against limits: exact bounds, missing grades, corrections, benchmark levels."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.adapters.shipped import load_records
from services.evaluator.domain.figures.figure import Figure, Label, absent
from services.evaluator.domain.limits.grading import (
    GradeState,
    Standing,
    corrected,
    grade,
    in_force,
    is_out_of_order,
)
from services.evaluator.domain.records.limit import Limit
from services.evaluator.domain.records.soundness import wrongs
from services.evaluator.ports.register import RecordKind
from tests.unit.evaluator.statistics.numbers import exactly, number

SHIPPED: tuple[Limit, ...] = tuple(load_records()[RecordKind.LIMIT])
LIMITS = {one.code: one for one in SHIPPED}


def reached(code: str, value: str, **conditions: str) -> int | None:
    given_ = {name: number(amount, "") for name, amount in conditions.items()}
    return grade(number(value, LIMITS[code].unit), LIMITS[code], given_).grade


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("polysilicon-tcs", "5.0", 1),
        ("polysilicon-tcs", "5.0000004", 2),
        ("polysilicon-tcs", "6.3", 3),
        ("polysilicon-tcs", "6.3000001", None),
        ("power-usc-1000", "268", 1),
        ("power-usc-1000", "283", 3),
        ("converter", "-30", 1),
        ("converter", "-29.9", 2),
        ("converter", "-11", None),
        ("eaf-50", "61.1", 3),
        ("power-sub-200", "300", 3),
        ("coke-top", "110.5", 3),
    ],
)
def test_grades(code: str, value: str, expected: int | None) -> None:
    assert reached(code, value) == expected


def test_a_grade_two_stricter_than_grade_one_stays_as_published() -> None:
    limit = LIMITS["power-sc-600"]
    assert is_out_of_order(limit)
    assert [reached("power-sc-600", value) for value in ("285", "286", "286.1", "299.1")] == [
        1, 1, 3, None,
    ]  # fmt: skip
    remarks = grade(number(280, "gce/kWh"), limit).remarks
    assert any("out of order" in one.en for one in remarks)
    out_of_order = {one.code for one in SHIPPED if is_out_of_order(one)}
    assert out_of_order == {"power-sc-600", "power-sc-300", "power-sub-600", "power-sub-300"}


@pytest.mark.parametrize(
    ("ratio", "limits"), [("80", ("85.5", "92.75", "100")), ("70", ("74.5", "81.25", "88"))]
)
def test_the_clinker_ratio_moves_each_grade_by_its_own_amount(
    ratio: str, limits: tuple[str, ...]
) -> None:
    given_ = {"clinker_ratio_percent": number(ratio)}
    found = [exactly(corrected(LIMITS["cement"], place, given_)) for place in (1, 2, 3)]
    assert found == [Fraction(one) for one in limits]


def test_altitude_corrects_grade_three_alone_and_only_above_its_bound() -> None:
    high = {"altitude_m": number(3000, "m"), "pressure_pa": number(70_000, "Pa")}
    result = grade(number("120", "kgce/t"), LIMITS["clinker"], high)
    factor = Fraction("1.179") - Fraction("0.211") * Fraction(70_000, 101_325)
    assert exactly(result.limits[3]) == 117 * factor
    assert [exactly(result.limits[place]) for place in (1, 2)] == [100, 107]
    assert (result.grade, result.applied) == (3, ("altitude",))
    low = high | {"altitude_m": number(1500, "m")}
    assert grade(number("120", "kgce/t"), LIMITS["clinker"], low).state is GradeState.FAILED


def test_a_condition_nobody_gave_is_told() -> None:
    remarks = grade(number(80, "kgce/t"), LIMITS["cement"]).remarks
    assert [one.en for one in remarks] == ["not corrected: clinker_ratio_percent is not given"]


def test_what_is_lacking_for_the_altitude_is_told_only_where_it_is_due() -> None:
    height, air = {"altitude_m": number(1600, "m")}, {"pressure_pa": number(80_000, "Pa")}
    low = {"altitude_m": number(800, "m")}
    told = [
        [one.en for one in grade(number(110, "kgce/t"), LIMITS["clinker"], given_).remarks]
        for given_ in ({}, air, height, low, height | air)
    ]
    altitude, pressure = (f"not corrected: {one} is not given" for one in (*height, *air))
    assert told == [[altitude], [altitude], [pressure], [], []]


def test_no_value_no_grade() -> None:
    gone = absent(Label("单耗", "unit use"), "kgce/t", Label("缺少产量", "output missing"))
    result = grade(gone, LIMITS["cement"])
    assert (result.state, result.grade, result.standing) == (
        GradeState.NOT_GRADED, None, Standing.UNKNOWN,
    )  # fmt: skip
    assert [one.en for one in result.reasons] == ["output missing"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("100", Standing.BENCHMARK), ("100.1", Standing.BETWEEN), ("117.01", Standing.BELOW)],
)
def test_benchmark_and_baseline(value: str, expected: Standing) -> None:
    assert grade(number(value, "kgce/t"), LIMITS["clinker"]).standing is expected


def test_the_edition_in_force() -> None:
    assert in_force(SHIPPED, "sinter", "2026-06-30") is None
    found = in_force(SHIPPED, "sinter", "2026-07-01")
    assert found is not None
    assert found.standard == "GB 21256-2025"


def test_feedstock_of_olefins_is_the_difference_of_two_limits() -> None:
    first = [(LIMITS["mto"].grades[0] or 0) - (LIMITS["mto-net"].grades[0] or 0)]
    assert first == [1700]


@given(
    st.sampled_from(SHIPPED),
    st.fractions(-50, 20_000, max_denominator=1000),
    st.fractions(0, 500, max_denominator=1000),
)
def test_using_more_never_gives_a_better_grade(
    limit: Limit, value: Fraction, more: Fraction
) -> None:
    def at(amount: Fraction) -> int:
        figure: Figure = number(amount, limit.unit)
        return grade(figure, limit).grade or 4

    assert at(value + more) >= at(value)


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("ethylene", "590", Standing.BENCHMARK), ("ethylene", "590.1", Standing.BETWEEN),
        ("paraxylene", "550", Standing.BETWEEN), ("paraxylene", "550.01", Standing.BELOW),
    ],
)  # fmt: skip
def test_benchmarks_without_grades(code: str, value: str, expected: Standing) -> None:
    result = grade(number(value, "kgoe/t"), LIMITS[code])
    assert (result.state, result.grade) == (GradeState.NOT_GRADED, None)
    assert result.standing is expected
    assert list(wrongs(LIMITS[code])) == []
    nothing = replace(LIMITS[code], benchmark=None, baseline=None)
    assert [field for field, _ in wrongs(nothing)] == ["grades"]
