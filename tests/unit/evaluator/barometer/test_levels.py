"""Levels by every shipped rule set, at and around its thresholds."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.evaluator.domain.barometer.judging import meets_incentive, rate
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.barometer.rating import Rating, RatingState, Trend, trend
from services.evaluator.domain.records.rule import (
    Condition,
    Grade,
    Quantity,
    Relation,
    RuleSet,
)
from services.evaluator.domain.records.target import Form
from services.evaluator.domain.statistics.statement_book import nothing_of
from tests.unit.evaluator.barometer.making import (
    RULES,
    changed,
    reduction,
    target,
    tonnes,
)
from tests.unit.evaluator.statistics.numbers import exactly, number

YEARLY = {"yearly": {"2021": Decimal(3)}, "base_year": 2020, "first_year": 2021, "last_year": 2025}
ONE_YEAR = {"base_year": 2020, "first_year": 2021, "last_year": 2021}


def level(rating: Rating) -> int | str:
    return rating.reached.level if rating.reached else rating.state.value


@pytest.mark.parametrize(
    ("fall", "expected"),
    [("3", 3), ("3.0001", 3), ("2.9999", 2), ("2.7", 2), ("2.69999999", 1), ("-0.1", 1)],
)
def test_single_year_by_the_gap_with_ten_per_cent_still_yellow(fall: str, expected: int) -> None:
    position = changed([-Fraction(fall)], first=2021)
    assert level(rate(reduction("3", **ONE_YEAR), RULES["N2020"], position)) == expected
    by_year = rate(reduction("13.5", **YEARLY), RULES["N2021Q1"], position)
    assert level(by_year) == expected


def test_an_increase_is_a_gap_of_more_than_all() -> None:
    rating = rate(reduction("3", **ONE_YEAR), RULES["N2020"], changed(["1.5"], first=2021))
    assert rating.decisive is not None
    assert rating.decisive.left.value == 150


@pytest.mark.parametrize(
    ("change", "first_half", "rule_of_2020"),
    [("0.01", 1, 1), ("0", 2, 1), ("-1", 2, 1), ("-2.8", 2, 2), ("-3", 3, 3)],
)
def test_the_rules_of_2020_and_2021_differ_on_a_large_miss(
    change: str, first_half: int, rule_of_2020: int
) -> None:
    position = changed([change], "1/2", first=2021)
    assert level(rate(reduction("13.5", **YEARLY), RULES["N2021H1"], position)) == first_half
    single = reduction("3", **ONE_YEAR)
    assert level(rate(single, RULES["N2020"], position)) == rule_of_2020


def test_without_a_yearly_target_the_share_of_the_five_years_counts() -> None:
    goal = reduction("13.5", base_year=2020, first_year=2021, last_year=2025)
    rating = rate(goal, RULES["N2021H1"], changed(["-1.5"], "1/2", first=2021))
    assert level(rating) == 3
    assert rating.required is not None
    assert rating.required.value == 10


def test_the_second_quarter_of_the_third_year_is_two_and_a_half_years() -> None:
    rating = rate(reduction("17"), RULES["N2020"], changed(["-3.66", "-3.66", "-2"], "1/2"))
    assert rating.five_year is not None
    assert rating.five_year.passed.value == Fraction(5, 2)
    check = rating.decisive
    assert check is not None
    # Π² ≤ (1−T)¹: both sides in whole powers
    product = (1 - Fraction("0.0366")) ** 2 * Fraction("0.98")
    assert (check.left.value, check.right.value) == (product**2, Fraction("0.83"))
    assert level(rating) == 3


def test_yellow_is_decided_by_ninths_of_tenths() -> None:
    rating = rate(reduction("16"), RULES["N2020"], changed(["-3", "-3", "-3", "-3", "-3"]))
    check = rating.decisive
    assert check is not None
    product = Fraction("0.97") ** 5
    assert (check.left.value, check.right.value) == (product**10, Fraction("0.84") ** 9)
    assert level(rating) == (2 if product**10 <= Fraction("0.84") ** 9 else 1)


def test_exactly_on_the_line_is_met() -> None:
    # 1−T = 0.9^5 and 10 % fall each year: both sides are the same number
    goal = reduction("40.951")
    assert level(rate(goal, RULES["N2020"], changed(["-10"] * 5))) == 3
    assert level(rate(goal, RULES["N2020"], changed(["-10"] * 4 + ["-9.9999999999"]))) == 2
    assert level(rate(goal, RULES["N2020"], changed(["-10"] * 3))) == 3


def test_exactly_ten_per_cent_short_is_yellow() -> None:
    # 1−T = 0.9^10 over 10 years; after 10 years 0.9^9 has been done: nine tenths of the target
    done = [-10] * 9 + [0]
    goal = reduction(str(100 - 100 * Decimal("0.9") ** 10), last_year=2025)
    assert level(rate(goal, RULES["N2020"], changed(done))) == 2
    assert level(rate(goal, RULES["N2020"], changed([-10] * 9 + [Fraction(1, 10**12)]))) == 1


@pytest.mark.parametrize(("current", "expected"), [(1026, 3), (1027, 2), ("1029.26", 2), (1030, 1)])
def test_an_increment_is_judged_on_its_allowance(current: int | str, expected: int) -> None:
    goal = target(
        "133", measure="energy-total", form=Form.INCREMENT, unit="tce", base_year=2015,
        first_year=2016, last_year=2020,
    )  # fmt: skip
    position = Position(year=2016, base=tonnes(1000), current=tonnes(current))
    rating = rate(goal, RULES["N2020"], position)
    assert level(rating) == expected
    assert rating.goal is not None
    assert rating.goal.value == Fraction("26.6")


def test_an_increment_within_the_year() -> None:
    goal = target(
        "133", measure="energy-total", form=Form.INCREMENT, unit="tce", base_year=2015,
        first_year=2016, last_year=2020,
    )  # fmt: skip
    position = Position(
        year=2017, elapsed=Fraction(1, 2), base=tonnes(1000), values={2016: tonnes(1020)},
        current=tonnes(520), before=tonnes(500),
    )  # fmt: skip
    rating = rate(goal, RULES["N2020"], position)
    assert (exactly(rating.actual), exactly(rating.goal)) == (Fraction(40), Fraction("39.9"))
    assert level(rating) == 2
    assert rating.five_year is not None
    assert rating.five_year.remaining is not None
    assert rating.five_year.remaining.value == 93


def test_a_growth_allowance_in_per_cent() -> None:
    goal = target(
        "10", measure="energy-total", form=Form.INCREMENT, unit="%", base_year=2020,
        first_year=2021, last_year=2025,
    )  # fmt: skip
    assert level(rate(goal, RULES["N2020"], changed(["2"], first=2021))) == 3
    assert level(rate(goal, RULES["N2020"], changed(["2.2"], first=2021))) == 2
    assert level(rate(goal, RULES["N2020"], changed(["2.21"], first=2021))) == 1


def test_a_cap_within_the_year_by_time_or_by_season() -> None:
    told = {"measure": "energy-total", "form": Form.TOTAL, "unit": "tce"} | ONE_YEAR
    position = Position(year=2021, elapsed=Fraction(1, 4), current=tonnes(29))
    even = rate(target("100", **told), RULES["BUDGET"], position)
    assert level(even) == 3
    shares = (Decimal(30), Decimal(20), Decimal(20), Decimal(30))
    season = rate(target("100", **told, shares=shares), RULES["BUDGET"], position)
    assert level(season) == 2
    assert exactly(season.goal) == 30


def test_the_total_rule_of_2021_was_never_published() -> None:
    goal = target("10", measure="energy-total", form=Form.INCREMENT, unit="%", **ONE_YEAR)
    for code in ("N2021H1-T", "N2021H1", "12FYP-GROWTH"):
        rating = rate(goal, RULES[code], changed(["2"], first=2021))
        assert rating.state is RatingState.NOT_RATED
        assert "never published" in rating.reasons[0].en


def test_not_rated_says_what_is_missing() -> None:
    gone = nothing_of("gdp")
    rating = rate(reduction("17"), RULES["N2020"], Position(year=2016, base=gone, current=gone))
    assert rating.state is RatingState.NOT_RATED
    assert [one.en for one in rating.reasons] == ["GDP missing"]
    nobody = rate(reduction(None), RULES["N2020"], changed(["-3"]))
    assert [one.en for one in nobody.reasons] == ["the target is not handed down yet"]
    early = rate(reduction("17"), RULES["N2020"], changed(["-3"], first=2014))
    assert early.state is RatingState.NOT_RATED


def test_levels_may_leap_over_unknown_years() -> None:
    ended = Position(year=2018, base=tonnes(100), current=tonnes(90))
    assert level(rate(reduction("17"), RULES["N2020"], ended)) == 2
    running = Position(
        year=2018, elapsed=Fraction(1, 2), base=tonnes(100), current=tonnes(45), before=tonnes(46)
    )
    rating = rate(reduction("17"), RULES["N2020"], running)
    assert rating.state is RatingState.NOT_RATED
    known = Position(year=2018, base=tonnes(100), values={2017: tonnes(94)}, current=tonnes(90))
    assert level(rate(reduction("17"), RULES["N2020"], known)) == 2


@pytest.mark.parametrize(
    ("fall", "quarter", "expected"),
    [
        ("0.9", "1/2", 3), ("1", "1/2", 2), ("2", "1/2", 2), ("2.5", "1/2", 1), ("2.8", "1/2", 0),
        ("1.9", "3/4", 3), ("2", "3/4", 2), ("2.5", "3/4", 2), ("2.51", "3/4", 1), ("3", "3/4", 0),
    ],
)  # fmt: skip
def test_hangzhou_by_percentage_points(fall: str, quarter: str, expected: int) -> None:
    position = changed([-Fraction(fall)], quarter, first=2021)
    assert level(rate(reduction("3", **ONE_YEAR), RULES["HZ"], position)) == expected


def test_hangzhou_evaluates_twice_a_year() -> None:
    rating = rate(reduction("3", **ONE_YEAR), RULES["HZ"], changed(["-1"], "1/4", first=2021))
    assert rating.state is RatingState.NOT_RATED


@pytest.mark.parametrize(
    ("fall", "expected"),
    [("2", 3), ("2.0001", 2), ("3.5999", 2), ("3.6", 1), ("3.9999", 1), ("4", 0)],
)
def test_completion_rate(fall: str, expected: int) -> None:
    position = changed([-Fraction(fall)], first=2021)
    assert level(rate(reduction("4", **ONE_YEAR), RULES["CR"], position)) == expected


@pytest.mark.parametrize(
    ("rule", "change", "expected"),
    [
        ("EL", "15.01", 3), ("EL", "15", 2), ("EL", "13", 2), ("EL", "12.99", 1), ("EL", "11", 1),
        ("EL", "10.99", 0), ("FZ", "-5", 3), ("FZ", "-4.99", 2), ("FZ", "0", 2), ("FZ", "0.1", 1),
    ],
)  # fmt: skip
def test_rules_by_growth(rule: str, change: str, expected: int) -> None:
    goal = target("10", measure="electricity", form=Form.INCREMENT, unit="%", **ONE_YEAR)
    assert level(rate(goal, RULES[rule], changed([change], first=2021))) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [("80", 0), ("80.1", 1), ("120", 1), ("150", 2), ("150.1", 3), ("200", 3), ("201", 4)],
)
def test_against_the_sectors_benchmark(actual: str, expected: int) -> None:
    goal = target("100", measure="x", form=Form.AT_MOST, unit="kgce", **ONE_YEAR)
    rating = rate(goal, RULES["BSQ"], Position(year=2021, current=number(actual, "kgce")))
    assert level(rating) == expected


def test_indicators_are_judged_by_how_far_they_have_moved() -> None:
    told = {"measure": "non-fossil-share", "form": Form.AT_LEAST, "unit": "%"}
    goal = target("18", **told, base_year=2020, first_year=2021, last_year=2025)
    for current, expected in (("11.6", 3), ("11.44", 2), ("11.4", 1)):
        position = Position(year=2021, base=number(10), current=number(current))
        assert level(rate(goal, RULES["N2020"], position)) == expected
    outright = Position(year=2021, current=number("17"))
    assert level(rate(goal, RULES["N2020"], outright)) == 2


def test_a_cap_that_the_base_already_keeps_is_judged_as_it_stands() -> None:
    told = {"measure": "coke-capacity", "form": Form.AT_MOST, "unit": "万t"}
    goal = target("6000", **told, base_year=2020, first_year=2021, last_year=2025)
    base = number(5500, "万t")
    assert (
        level(rate(goal, RULES["MET"], Position(year=2022, base=base, current=number(5990)))) == 3
    )
    assert (
        level(rate(goal, RULES["MET"], Position(year=2022, base=base, current=number(6001)))) == 1
    )


def test_an_elastic_total_is_exempt_when_the_incentive_target_is_met() -> None:
    intensity = reduction("13", incentive=Decimal("14.5"), **(ONE_YEAR | {"last_year": 2025}))
    check = meets_incentive(intensity, changed(["-3.2"], first=2021))
    assert check is not None
    assert check.holds
    goal = target(
        "10", measure="energy-total", form=Form.INCREMENT, unit="%", elastic=True, **ONE_YEAR
    )
    rating = rate(goal, RULES["N2020"], changed(["20"], first=2021, incentive_met=True))
    assert rating.state is RatingState.EXEMPT
    assert rating.raw is not None
    assert (rating.reached, rating.raw.level) == (None, 1)
    strict = rate(goal, RULES["N2020"], changed(["20"], first=2021, incentive_met=False))
    assert level(strict) == 1


def test_a_rise_allowed_keeps_its_order_of_levels() -> None:
    goal = reduction("-5")
    assert level(rate(goal, RULES["N2020"], changed(["1"] * 4 + ["0.8"]))) == 3
    assert level(rate(goal, RULES["N2020"], changed(["1.05"] * 5))) == 2
    assert level(rate(goal, RULES["N2020"], changed(["1.2"] * 5))) == 1


def test_a_reduction_of_everything_cannot_be_compared() -> None:
    rating = rate(reduction("100"), RULES["N2020"], changed(["-3"]))
    assert rating.state is RatingState.NOT_RATED


def test_a_rule_of_ones_own() -> None:
    def grade(number_: int, *conditions: Condition) -> Grade:
        return Grade(
            level=number_,
            colour="x",
            name="x",
            name_en="x",
            severity=number_,
            conditions=conditions,
        )

    def when(quantity: Quantity, relation: Relation, threshold: str) -> Condition:
        return Condition(quantity=quantity, relation=relation, threshold=Decimal(threshold))

    rule = RuleSet(
        code="OWN", version="1", name="x", name_en="x", source="x", confidence="I",
        grades=(
            grade(0, when(Quantity.COMPLETION, Relation.AT_LEAST, "80"),
                  when(Quantity.CHANGE, Relation.BELOW, "0")),
            grade(1, when(Quantity.GAP_SHARE, Relation.BELOW, "50")),
        ),
    )  # fmt: skip
    assert level(rate(reduction("17"), rule, changed(["-3.3"]))) == 0
    assert level(rate(reduction("17"), rule, changed(["-9", "0"]))) == 1
    nothing = rate(reduction("17"), rule, changed(["0"]))
    assert nothing.reasons[0].en == "no level of the rule fits"


def test_the_threshold_is_a_leaf_of_the_rule() -> None:
    rating = rate(reduction("3", **ONE_YEAR), RULES["N2020"], changed(["-2.8"], first=2021))
    assert rating.decisive is not None
    source = rating.decisive.right.source
    assert source is not None
    assert source.pointer == "/items/0/body/grades/1/conditions/0/threshold"
    assert rating.threshold is not None
    assert rating.threshold.en == "gap ≤ 10 %"


def test_the_target_is_a_leaf_of_its_version() -> None:
    position = changed(["-2.8"], first=2021, target_version=4, commit=9)
    rating = rate(reduction("13.5", **YEARLY), RULES["N2021Q1"], position)
    assert rating.goal is not None
    source = rating.goal.source
    assert source is not None
    assert (source.href, source.pointer) == ("/v1/targets/T?version=4", "/yearly/2021")


def test_how_a_level_has_moved() -> None:
    worse = rate(reduction("17"), RULES["N2020"], changed(["3"]))
    better = rate(reduction("17"), RULES["N2020"], changed(["-5"]))
    nothing = rate(reduction(None), RULES["N2020"], changed(["-5"]))
    assert trend(worse, better) is Trend.WORSE
    assert trend(better, worse) is Trend.BETTER
    assert trend(better, better) is Trend.SAME
    assert trend(better, None) is Trend.NEW
    assert trend(nothing, worse) is Trend.LOST
    assert trend(nothing, None) is Trend.NONE
