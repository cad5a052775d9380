"""More consumption never improves a level, and exact powers agree with logarithms off the edge."""

from decimal import Decimal
from fractions import Fraction
from math import log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.evaluator.domain.barometer.judging import meets_incentive, rate
from services.evaluator.domain.barometer.position import Position
from services.evaluator.domain.records.target import Form, Target
from tests.unit.evaluator.barometer.making import RULES, changed, reduction, target, tonnes

SPAN = {"base_year": 2020, "first_year": 2021, "last_year": 2025}
ENERGY = st.decimals("0.01", "100000", places=2)
TARGETS: tuple[Target, ...] = (
    reduction("13.5", **SPAN),
    reduction("-4", **SPAN),
    reduction("13.5", yearly={"2022": Decimal(3), "2023": Decimal("-1")}, **SPAN),
    target("500", measure="energy-total", form=Form.INCREMENT, unit="tce", **SPAN),
    target("0", measure="energy-total", form=Form.INCREMENT, unit="tce", **SPAN),
    target("-300", measure="energy-total", form=Form.INCREMENT, unit="tce", **SPAN),
    target("-3", measure="energy-total", form=Form.INCREMENT, unit="%", **SPAN),
    target("9000", measure="energy-total", form=Form.TOTAL, unit="tce", **SPAN),
    target("75", measure="coal-share", form=Form.AT_MOST, unit="tce", **SPAN),
)
RULE_SETS = ("N2020", "N2021Q1", "N2021H1", "HZ", "CR", "EL", "FZ", "BSQ", "BUDGET", "MET")


def severity(goal: Target, code: str, position: Position) -> int | None:
    rating = rate(goal, RULES[code], position)
    return rating.reached.severity if rating.reached else None


@settings(max_examples=40)
@pytest.mark.parametrize("code", RULE_SETS)
@pytest.mark.parametrize("goal", TARGETS, ids=lambda goal: f"{goal.form}{goal.value}")
@given(
    base=ENERGY,
    last=ENERGY,
    before=ENERGY,
    current=ENERGY,
    more=ENERGY,
    quarter=st.integers(1, 4),
)
def test_more_consumption_never_improves_a_level(
    goal: Target,
    code: str,
    base: Decimal,
    last: Decimal,
    before: Decimal,
    current: Decimal,
    more: Decimal,
    quarter: int,
) -> None:
    def at(value: Decimal) -> Position:
        return Position(
            year=2022,
            elapsed=Fraction(quarter, 4),
            base=tonnes(Fraction(base)),
            values={2021: tonnes(Fraction(last))},
            current=tonnes(Fraction(value)),
            before=tonnes(Fraction(last if quarter == 4 else before)),
        )

    fewer, larger = severity(goal, code, at(current)), severity(goal, code, at(current + more))
    assert (fewer is None) == (larger is None)
    assert fewer is None or larger is None or larger >= fewer


@given(
    st.lists(st.decimals(-12, 8, places=2), min_size=1, max_size=5),
    st.decimals("0.5", 40, places=1),
    st.integers(1, 4),
)
def test_exact_powers_and_logarithms_agree_off_the_edge(
    changes: list[Decimal], goal: Decimal, quarter: int
) -> None:
    product = 1.0
    for one in changes:
        product *= 1 + float(one) / 100
    passed = len(changes) - 1 + quarter / 4
    pace = log(product) / log(1 - float(goal) / 100) / (passed / 5)
    assume(abs(pace - 1) > 1e-9 and abs(pace - 0.9) > 1e-9)
    expected = 3 if pace > 1 else 2 if pace > 0.9 else 1
    position = changed([str(one) for one in changes], Fraction(quarter, 4))
    rating = rate(reduction(str(goal)), RULES["N2020"], position)
    assert rating.reached is not None
    assert rating.reached.level == expected


@given(ENERGY, ENERGY, ENERGY)
def test_more_consumption_never_brings_the_exemption(
    base: Decimal, current: Decimal, more: Decimal
) -> None:
    goal = reduction("13", incentive=Decimal("14.5"), **SPAN)

    def met(value: Decimal) -> bool:
        position = Position(year=2021, base=tonnes(Fraction(base)), current=tonnes(Fraction(value)))
        check = meets_incentive(goal, position)
        return check is not None and check.holds

    assert met(current) or not met(current + more)


@given(st.permutations(["-3.1", "2.5", "-6", "-0.04"]))
def test_the_order_of_years_does_not_matter(changes: list[str]) -> None:
    straight = rate(reduction("17"), RULES["N2020"], changed(["-3.1", "2.5", "-6", "-0.04"]))
    shuffled = rate(reduction("17"), RULES["N2020"], changed(changes))
    assert straight.actual is not None
    assert shuffled.actual is not None
    assert straight.reached == shuffled.reached
    assert straight.actual.value == shuffled.actual.value
