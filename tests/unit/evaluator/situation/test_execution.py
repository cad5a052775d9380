"""Levels of budgets at one hour are those that the judge gives where nothing lingers."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluator.domain.budget import (
    Budget,
    BudgetVersion,
    Measure,
    MeasureKind,
    Phasing,
    PhasingKind,
    Policy,
    stretches,
)
from services.evaluator.domain.judging import Before, Window, judge, plan_of, rules_of
from services.evaluator.domain.situation.execution import Grader, known_at
from shared.model.level import Level
from shared.model.period import reporting_period
from shared.model.subject import Subject

PERIOD = reporting_period("2026", "Asia/Shanghai")
SHARES = (0, 20, 10, 5, 5, 10, 10, 5, 5, 10, 10, 10)
MONTHS = Phasing(kind=PhasingKind.MONTHS, shares=tuple(map(Decimal, SHARES)))


def budget(*totals: str, phasing: Phasing | None = None, policy: Policy | None = None) -> Budget:
    """A budget whose later versions hold from April on, and July on."""
    begins = (PERIOD.first_hour, PERIOD.months()[3].first_hour, PERIOD.months()[6].first_hour)
    return Budget(
        code="B",
        name="预算",
        subject=Subject.parse("enterprise:A"),
        measure=Measure(kind=MeasureKind.CARRIER, carrier="electricity"),
        unit="kWh",
        period=PERIOD,
        period_text="2026",
        policy=policy or Policy(),
        versions=tuple(
            BudgetVersion(
                version=nr + 1,
                recorded_commit=10 * nr + 1,
                recorded_at_us=0,
                effective_from_hour=begins[nr],
                total=Decimal(total),
                phasing=phasing or Phasing(),
            )
            for nr, total in enumerate(totals)
        ),
    )


@given(
    st.lists(st.integers(1, 400), min_size=1, max_size=3),
    st.booleans(),
    st.one_of(st.integers(1, PERIOD.hours), st.just(PERIOD.hours)),
    st.integers(0, 50_000),
)
def test_levels_are_the_judges(totals: list[int], monthly: bool, hours: int, amount: int) -> None:
    one = budget(*map(str, totals), phasing=MONTHS if monthly else None)
    end, rules = PERIOD.first_hour + hours, rules_of(one.policy)
    window = Window(
        first_hour=end - 1, quantity=np.array([amount], np.int64), scale=2, bound=amount + 1
    )
    plans = [plan_of(rules, part) for part in stretches(one)]
    verdict = judge(rules, PERIOD, plans, window, Before())
    levels = [level for _, level in (*verdict.used, *verdict.pace)]
    found = Grader().standing(one, end, Fraction(amount, 100))
    assert found.level == max(levels, default=Level.NONE)
    assert found.limit == one.version_at(end - 1).total
    assert found.used == 100 * Fraction(amount, 100) / Fraction(found.limit)


def test_used_and_due_are_per_cent_of_the_version_in_effect() -> None:
    end = PERIOD.months()[5].end_hour
    found = Grader().standing(budget("100", "200"), end, Fraction(120))
    assert (found.limit, found.used) == (Decimal(200), Fraction(60))
    assert found.due == Fraction(100 * (end - PERIOD.first_hour), PERIOD.hours)
    assert found.level is Level.RED


@pytest.mark.parametrize(("commit", "versions"), [(0, 0), (1, 1), (10, 1), (11, 2), (99, 2)])
def test_versions_count_from_the_commit_that_recorded_them(commit: int, versions: int) -> None:
    found = known_at(budget("100", "200"), commit)
    assert len(found.versions if found else ()) == versions
