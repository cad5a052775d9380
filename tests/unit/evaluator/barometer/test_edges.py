"""Levels where allowances are negative, powers would be absurd, or data leap and mix."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.evaluator.domain.barometer.changes import since_base
from services.evaluator.domain.barometer.exponents import simplest
from services.evaluator.domain.barometer.judging import meets, meets_incentive, rate
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Rating, RatingState
from services.evaluator.domain.figures.figure import Figure, Label, over
from services.evaluator.domain.records.rule import Condition, Grade, Quantity, Relation, RuleSet
from services.evaluator.domain.records.target import Form, Target
from services.evaluator.domain.statistics.statement_book import nothing_of, statement_leaf
from tests.unit.evaluator.barometer.making import RULES, changed, reduction, target, tonnes
from tests.unit.evaluator.statistics.numbers import exactly, line, number

SPAN = {"base_year": 2020, "first_year": 2021, "last_year": 2025}
SEASONS = (Decimal(30), Decimal(20), Decimal(20), Decimal(30))


def level(rating: Rating) -> int | str:
    return rating.reached.level if rating.reached else rating.state.value


def growth(value: str | None, unit: str = "tce", **told: object) -> Target:
    """An allowance for the energy total over 2021-2025."""
    known: dict[str, object] = {"measure": "energy-total", "form": Form.INCREMENT, "unit": unit}
    return target(value, **(known | SPAN | told))


def own(quantity: Quantity, relation: Relation, threshold: str) -> RuleSet:
    """A rule with one threshold: level 0 where it holds, else 1."""
    condition = Condition(quantity=quantity, relation=relation, threshold=Decimal(threshold))
    grades = tuple(
        Grade(level=n, colour="x", name="x", name_en="x", severity=n, conditions=conditions)
        for n, conditions in enumerate(((condition,), ()))
    )
    return RuleSet(
        code="OWN", version="1", name="x", name_en="x", source="x", confidence="I", grades=grades
    )


@pytest.mark.parametrize(
    ("grown", "used", "expected"),
    [("-60", "0", 0), ("-33", "90", 1), ("-31.5", "95", 2), ("-30", "100", 2), ("-27", "110", 3)],
)
def test_a_base_that_must_shrink_is_over_budget_when_it_shrinks_too_little(
    grown: str, used: str, expected: int
) -> None:
    position = Position(year=2021, base=tonnes(1000), current=tonnes(1000 + Fraction(grown)))
    rating = rate(growth("-150"), RULES["BUDGET"], position)
    assert level(rating) == expected
    assert rating.decisive is not None
    assert rating.checks[0].left.value == Fraction(used)


@pytest.mark.parametrize(("grown", "expected"), [("-31", 0), ("-30", 0), ("-29.9", 1), ("5", 1)])
def test_percentage_points_of_a_negative_allowance_keep_their_sign(
    grown: str, expected: int
) -> None:
    rule = own(Quantity.GAP_POINTS, Relation.AT_MOST, "0")
    position = Position(year=2021, base=tonnes(1000), current=tonnes(1000 + Fraction(grown)))
    assert level(rate(growth("-150"), rule, position)) == expected


def test_percentage_points_of_no_allowance_at_all() -> None:
    rule = own(Quantity.GAP_POINTS, Relation.AT_MOST, "5")
    for grown, expected in ((0, 0), (1, 1)):
        position = Position(year=2021, base=tonnes(1000), current=tonnes(1000 + grown))
        assert level(rate(growth("0"), rule, position)) == expected


@pytest.mark.parametrize(
    ("months", "due"), [(1, "10"), (3, "30"), (4, "110/3"), (6, "50"), (11, "90"), (12, "100")]
)
def test_a_quarters_share_is_spread_over_its_months(months: int, due: str) -> None:
    told = {"measure": "energy-total", "form": Form.TOTAL, "unit": "tce"}
    goal = target("100", **told, **(SPAN | {"last_year": 2021}), shares=SEASONS)
    position = Position(year=2021, elapsed=Fraction(months, 12), current=tonnes(5))
    assert exactly(rate(goal, RULES["BUDGET"], position).goal) == Fraction(due)


def test_a_phased_allowance_of_five_years_is_phased_within_the_year() -> None:
    position = Position(
        year=2022, elapsed=Fraction(1, 4), base=tonnes(1000), values={2021: tonnes(1020)},
        current=tonnes(260), before=tonnes(250),
    )  # fmt: skip
    even = rate(growth("133"), RULES["N2020"], position)
    phased = rate(growth("133", shares=SEASONS), RULES["N2020"], position)
    assert exactly(even.goal) == Fraction(133, 5) * Fraction(5, 4)
    assert exactly(phased.goal) == Fraction(133, 5) * Fraction("1.3")


def test_the_increment_of_inner_mongolia_until_2019() -> None:
    goal = growth("3570", "万tce", base_year=2015, first_year=2016, last_year=2020)
    base = number(18927, "万tce")
    position = Position(year=2019, base=base, current=number(18927 + 6562, "万tce"), values={})
    rating = rate(goal, RULES["N2020"], position)
    assert level(rating) == 1
    assert rating.five_year is not None
    assert rating.five_year.used is not None
    assert round(float(rating.five_year.used.known), 1) == 183.8
    assert exactly(rating.five_year.remaining) == 3570 - 6562


@pytest.mark.parametrize("threshold", ["3.33", "33.333", "7.0001"])
@given(
    st.lists(st.decimals(-12, 8, places=2), min_size=1, max_size=5),
    st.decimals("-5", 40, places=2),
    st.integers(1, 12),
)
def test_odd_thresholds_are_decided_without_high_powers(
    threshold: str, changes: list[Decimal], goal: Decimal, months: int
) -> None:
    assume(goal != 0)
    product = 1.0
    for one in changes:
        product *= 1 + float(one) / 100
    due = log(1 - float(goal) / 100) * (len(changes) - 1 + months / 12) / 5
    gap = (log(product) - due) / abs(due) * 100
    assume(abs(gap - float(threshold)) > 1e-6)
    rule = own(Quantity.GAP_SHARE, Relation.AT_MOST, threshold)
    position = changed([str(one) for one in changes], Fraction(months, 12))
    rating = rate(reduction(str(goal)), rule, position)
    assert level(rating) == (0 if gap < float(threshold) else 1)
    left = rating.checks[0].left
    assert left.operands[1].known <= 2500


def test_an_odd_threshold_is_still_among_the_operands() -> None:
    rule = own(Quantity.GAP_SHARE, Relation.AT_MOST, "3.33")
    rating = rate(reduction("17"), rule, changed(["-3.1", "-3.2"], "1/4"))
    right = rating.checks[0].right

    def pointers(figure: Figure) -> list[str]:
        own = [figure.source.pointer] if figure.source else []
        return own + [found for part in figure.operands for found in pointers(part)]

    assert any(pointer.endswith("/conditions/0/threshold") for pointer in pointers(right))


@given(st.fractions(-3, 3, max_denominator=60), st.fractions(-3, 3, max_denominator=60))
def test_the_simplest_number_between_two(one: Fraction, other: Fraction) -> None:
    assume(one != other)
    low, high = sorted((one, other))
    found = simplest(low, high)
    assert low < found < high
    for denominator in range(1, found.denominator):
        first = low.numerator * denominator // low.denominator + 1
        assert Fraction(first, denominator) >= high


def test_an_amount_is_taken_over_a_year_whose_change_alone_is_stated() -> None:
    position = Position(
        year=2018,
        base=tonnes(100),
        changes={2016: number("-50")},
        values={2017: tonnes(96)},
        current=tonnes(93),
    )
    rating = rate(reduction("17"), RULES["N2020"], position)
    assert rating.five_year is not None
    assert rating.five_year.change.value == -7


def per_gdp(energy: int, gdp: str, period: str, basis: str) -> Figure:
    """Energy per GDP at prices of a year."""
    by = statement_leaf(line("gdp", period, gdp, "亿元", basis=basis))
    return over(Label("能耗强度", "intensity"), "tce/亿元", tonnes(energy), by)


def test_prices_of_different_years_are_never_compared() -> None:
    goal = reduction("13.5", **SPAN)
    base = per_gdp(1000, "100", "2020", "2020")
    same = Position(year=2021, base=base, current=per_gdp(1000, "104", "2021", "2020"))
    assert level(rate(goal, RULES["N2020"], same)) == 3
    mixed = Position(year=2021, base=base, current=per_gdp(1000, "110", "2021", "2021"))
    rating = rate(goal, RULES["N2020"], mixed)
    assert rating.state is RatingState.NOT_RATED
    assert "prices of 2021" in rating.reasons[0].en
    assert "prices of 2020" in rating.reasons[0].en


@pytest.mark.parametrize(("rule", "change", "expected"), [("FZ", "-5", 3), ("EL", "15.1", 3)])
def test_rules_of_mere_growth_need_no_target(rule: str, change: str, expected: int) -> None:
    assert level(rate(growth(None, "%"), RULES[rule], changed([change], first=2021))) == expected
    nobody = rate(growth(None, "%"), RULES[rule], Position(year=2021, current=nothing_of("x")))
    assert nobody.state is RatingState.NOT_RATED
    assert nobody.reasons


def test_any_total_is_exempt_when_the_incentive_target_is_met() -> None:
    met = changed(["20"], first=2021, incentive_met=True)
    assert rate(growth("10", "%"), RULES["N2020"], met).state is RatingState.EXEMPT
    intensity = rate(reduction("3", **SPAN), RULES["N2020"], met)
    assert level(intensity) == 1


@pytest.mark.parametrize(
    ("elastic", "met", "current", "remarked"),
    [
        (True, True, 1100, True), (True, True, 1010, False), (True, False, 1100, False),
        (True, None, 1100, False), (False, True, 1100, False),
    ],
)  # fmt: skip
def test_an_elastic_total_that_is_exceeded_keeps_its_level_with_a_remark(
    elastic: bool, met: bool | None, current: int, remarked: bool
) -> None:
    goal = growth("100", elastic=elastic)
    position = Position(year=2021, base=tonnes(1000), current=tonnes(current), intensity_met=met)
    rating = rate(goal, RULES["N2020"], position)
    plain = rate(goal, RULES["N2020"], replace(position, intensity_met=None))
    assert (rating.state, rating.reached) == (RatingState.RATED, plain.reached)
    assert any("elastic total" in flag.en for flag in rating.flags) is remarked


def test_the_basic_target_is_met_apart_from_single_years() -> None:
    goal = reduction("10", yearly={"2016": Decimal(5)})
    check = meets(goal, changed(["-3"]))
    assert check is not None
    assert check.holds
    assert meets(reduction(None), changed(["-3"])) is None


def test_amounts_leap_to_a_whole_current_year_that_nothing_tells_the_change_of() -> None:
    """2021 and 2022 as stated changes, 2020 and 2023 as amounts: 92 against 100."""
    goal = reduction("13", **SPAN)
    stated = {2021: number("-3"), 2022: number("-3")}
    known = Position(year=2023, base=tonnes(100), current=tonnes(92), changes=stated)
    rating = rate(goal, RULES["N2020"], known)
    assert rating.actual is not None
    assert exactly(rating.actual) == 8
    later = replace(
        known, year=2024, values={2023: tonnes(92)}, current=None, current_change=number("-5")
    )
    assert exactly(since_base(goal, later)) == Fraction(92, 100) * Fraction(95, 100)
    part = replace(known, elapsed=Fraction(1, 2))
    assert rate(goal, RULES["N2020"], part).state is RatingState.NOT_RATED


def test_an_incentive_may_be_a_lower_cap() -> None:
    told = {"measure": "energy-intensity", "form": Form.AT_MOST, "unit": "tce/万元"}
    cap = target("0.5", **told, **SPAN, incentive=Decimal("0.48"))
    for now, expected in (("0.48", True), ("0.481", False)):
        check = meets_incentive(cap, Position(year=2025, current=number(now, "tce/万元")))
        assert check is not None
        assert check.holds is expected


def test_where_a_rise_is_allowed_a_larger_one_is_behind() -> None:
    goal = reduction("-5")
    slow, fast = (
        rate(goal, RULES["N2020"], changed([rise] * 5)).margin_points for rise in ("0.5", "2")
    )
    assert slow is not None
    assert slow.value is not None
    assert fast is not None
    assert fast.value is not None
    assert fast.value < 0 < slow.value


def test_nothing_is_rated_in_the_base_year_and_all_of_the_plan_counts_after_it() -> None:
    goal = reduction("13.5", **SPAN)
    base_year = Position(year=2020, base=tonnes(100), current=tonnes(90))
    assert rate(goal, RULES["N2020"], base_year).state is RatingState.NOT_RATED
    ended = replace(base_year, year=2025, current=tonnes(86))
    after = replace(base_year, year=2026, elapsed=Fraction(1), current=tonnes(86))
    for position in (ended, after):
        rating = rate(goal, RULES["N2020"], position)
        assert rating.five_year is not None
        assert rating.five_year.required.value == 100
        assert level(rating) == 3
